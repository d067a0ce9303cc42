"""The StackBuilder without a page: what it takes, what it draws and when not, which weights stay, what is kept."""

import json
import time

import numpy as np
import pytest
import torch
from stacks import STACKS

from mlcourse.ops import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    MaxPool,
    Stack,
    Upsample,
    conv2d,
    relu,
)
from mlcourse.widgets import StackBuilder, feature_maps
from mlcourse.widgets.feature_maps import affordable, random_parameters
from mlcourse.widgets.layer_entries import KINDS, entries_of, layer_of
from mlcourse.widgets.stack_limits import MOST_LAYERS, possible_part

LECTURE = [Conv(3, 3, padding="same"), MaxPool(2), Conv(5, 3, padding="same")]
IMAGE = np.random.default_rng(0).normal(size=(14, 18))


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def unpacked(builder):
    """The maps as the page reads them from the bytes."""
    return [
        np.frombuffer(builder.data, np.float32, int(np.prod(one["shape"])), one["start"]).reshape(one["shape"])
        for one in builder.maps
    ]


def from_the_page(builder, entries):
    builder.set_state({"entries": json.loads(json.dumps(entries)), "asked": builder.asked + 1})


def test_the_lecture():
    builder = StackBuilder(LECTURE)
    assert builder.shape == (1, 32, 32)
    assert builder.layers == LECTURE
    assert str(builder.stack) == str(Stack(LECTURE, image=(1, 32, 32)))
    assert builder.outputs == builder.maps == []  # without an image
    builder.layers = [*LECTURE, Flatten()]
    assert builder.stack.rows[-1].shape == (1280,)


def test_shape_comes_from_what_is_given():
    assert StackBuilder([], image=IMAGE).shape == (1, 14, 18)
    assert StackBuilder([], image=torch.zeros(3, 5, 7)).shape == (3, 5, 7)
    assert StackBuilder([], shape=(2, 5, 7)).shape == (2, 5, 7)
    builder = StackBuilder(Stack(LECTURE, image=(1, 8, 10)))
    assert (builder.shape, builder.layers) == ((1, 8, 10), LECTURE)
    assert StackBuilder([], (1, 14, 18), image=IMAGE.astype(int)).outputs[0].dtype == np.float32


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_layers_travel_to_the_page_and_back(stack):
    entries = entries_of(stack.layers)
    assert tuple(map(layer_of, json.loads(json.dumps(entries)))) == stack.layers
    assert [entry["id"] for entry in entries] == list(range(1, len(entries) + 1))


def test_impossible_layers_travel_too():
    layers = [
        Conv(2.5, "three", padding=((1, 0), (2,)), bias=None), MaxPool((), stride=None), AvgPool(np.array([2, 3])),
        Upsample(np.int64(2), mode="x"), Activation("softmax"), BatchNorm(eps=np.float32(0.5)), ConvTranspose(-1, (1, 2, 3)),
        Dense(True), Flatten(),
    ]  # fmt: skip
    assert {type(layer) for layer in layers} == set(KINDS.values())
    back = [layer_of(entry) for entry in json.loads(json.dumps(entries_of(layers)))]
    assert back[2].kernel_size == (2, 3)
    assert [str(one) for one in back if one != back[2]] == [
        "Conv(2.5, 'three', padding=((1, 0), (2,)), bias=None)", "MaxPool(())", "Upsample(2, mode='x')", "Activation('softmax')",
        "BatchNorm(eps=0.5)", "ConvTranspose(-1, (1, 2, 3))", "Dense(True)", "Flatten()",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda: StackBuilder(Conv(8, 3)), TypeError, r"layers is Conv\(8, 3\); expected a list of layers"),
        (lambda: StackBuilder([Flatten]), TypeError, "Layer 1 is <class .*Flatten'>; expected a layer of mlcourse.ops: Conv"),
        (lambda: StackBuilder([Flatten(), conv2d]), TypeError, "Layer 2 is <function conv2d"),
        (lambda: StackBuilder([Conv(8.0, 3)]), TypeError, "Layer 1 has filters 8.0; expected whole numbers"),
        (lambda: StackBuilder([Activation(relu)]), TypeError, "Layer 1 has function <function relu"),
        (lambda: StackBuilder([BatchNorm(eps=float("inf"))]), TypeError, "Layer 1 has eps inf"),
        (lambda: StackBuilder([Flatten()] * 41), ValueError, "41 layers came; expected at most 40"),
        (lambda: StackBuilder([], image=IMAGE[None, None]), ValueError, r"image has shape \(1, 1, 14, 18\).*take one"),
        (lambda: StackBuilder([], image=IMAGE * np.nan), ValueError, "expected finite numbers"),
        (lambda: StackBuilder([], image=IMAGE.astype(str)), ValueError, "dtype <U.*expected finite numbers"),
        (lambda: StackBuilder([], (1, 18, 14), image=IMAGE), ValueError, r"shape is \(1, 18, 14\), but the image has \(1, 14, 18\)"),
        (lambda: StackBuilder([], (32, 32)), ValueError, r"expected the shape \(C, H, W\)"),
        (lambda: StackBuilder([], (1, 32, 1025)), ValueError, "at most 1024 rows and columns"),
        (lambda: StackBuilder([], (200, 1024, 1024)), ValueError, "and 100,000,000 numbers"),
    ],
)  # fmt: skip
def test_what_is_refused(make, kind, said):
    with pytest.raises(kind, match=said):
        make()


def test_layers_that_are_set_are_refused_alike():
    builder = StackBuilder(LECTURE)
    with pytest.raises(ValueError, match="expected at most"):
        builder.layers = [Flatten()] * (MOST_LAYERS + 1)
    assert builder.layers == LECTURE


def test_the_stack_of_impossible_layers_says_why():
    builder = StackBuilder([*LECTURE, Dense(10)], image=IMAGE)
    with pytest.raises(ValueError, match="Layer 4") as from_ops:
        Stack([*LECTURE, Dense(10)], image=(1, 14, 18))
    with pytest.raises(ValueError, match="Layer 4") as from_builder:
        builder.stack  # noqa: B018
    assert str(from_builder.value) == str(from_ops.value)
    assert len(builder.outputs) == 4  # what is possible is drawn
    builder.layers = [Conv("three", 3)]
    with pytest.raises(TypeError, match="filters is 'three'"):
        builder.stack  # noqa: B018
    assert (len(builder.outputs), builder.error) == (1, "")


def test_maps_are_what_the_stack_makes_of_the_image():
    layers = [*LECTURE, BatchNorm(), Activation("relu"), Flatten(), Dense(7)]
    builder = StackBuilder(layers, image=IMAGE, seed=3)
    stack = builder.stack
    expected = stack.forward(IMAGE[None, None].astype(np.float32), random_parameters(stack, range(1, 8), 3))
    assert len(builder.outputs) == len(builder.maps) == 8
    for output, wanted in zip(builder.outputs, expected, strict=True):
        np.testing.assert_array_equal(output, wanted[0])
    for shown, output, one in zip(unpacked(builder), builder.outputs, builder.maps, strict=True):
        whole = output if output.ndim == 3 else output[None, None]
        np.testing.assert_array_equal(shown, whole[..., :64])
        assert (one["black"], one["white"]) == (shown.min(), shown.max())
    assert [one["shape"] for one in builder.maps[-2:]] == [[1, 1, 64], [1, 1, 7]]
    assert builder.maps[1]["black"] < 0 < builder.maps[1]["white"]
    assert all(output.std() > 0.1 for output in builder.outputs)


def test_at_most_eight_maps_travel_and_fewer_large_ones():
    assert StackBuilder([Conv(20, 1)], image=IMAGE).maps[1]["shape"] == [8, 14, 18]
    assert StackBuilder([Conv(9, 1)], image=np.zeros((300, 300))).maps[1]["shape"] == [2, 300, 300]
    assert StackBuilder([Conv(2, 1)], image=np.zeros((900, 900))).maps[1]["shape"] == [1, 900, 900]


def test_a_layer_keeps_its_weights_while_others_change():
    builder = StackBuilder([Conv(3, 3, padding="same"), MaxPool(2), Conv(5, 3)], image=IMAGE)
    first = builder.outputs
    one, two, three = builder.entries

    def more_filters(entry, filters):
        return {**entry, "settings": {**entry["settings"], "filters": filters}}

    from_the_page(builder, [one, two, more_filters(three, 9)])
    np.testing.assert_array_equal(builder.outputs[1], first[1])
    np.testing.assert_array_equal(builder.outputs[3][:5], first[3])  # the first filters are those of before
    from_the_page(builder, [two, one])  # moved
    moved = builder.outputs[2]
    from_the_page(builder, [{**two, "id": 7}, one])
    np.testing.assert_array_equal(builder.outputs[2], moved)
    from_the_page(builder, [two, {**one, "id": 7}])  # another layer with the same settings
    assert np.abs(builder.outputs[2] - moved).min() > 0
    again = StackBuilder(builder.layers, image=IMAGE, seed=1)
    assert np.abs(again.outputs[2] - StackBuilder(builder.layers, image=IMAGE).outputs[2]).min() > 0


def test_weights_are_drawn_for_dense_layers_too():
    stack = Stack([Flatten(), Dense(400), Dense(3, bias=False)], image=(2, 5, 10))
    none, nothing, wide, last = random_parameters(stack, [1, 2, 3], 0)
    assert none == nothing == {}
    assert wide["w"].std() == pytest.approx(np.sqrt(2 / 100), rel=0.05)
    assert last["w"].shape == (3, 400)
    assert last.keys() == {"w"}
    assert {a.dtype for a in wide.values()} == {np.dtype(np.float32)}


def test_the_page_asks_and_is_answered_once(monkeypatch):
    builder = StackBuilder(LECTURE, image=IMAGE)
    drawn = []
    monkeypatch.setattr(
        feature_maps.Stack, "forward", lambda self, *a: drawn.append(self.layers) or [IMAGE[None, None]]
    )
    from_the_page(builder, builder.entries[:1])
    assert (len(drawn), builder.answered, builder.made) == (1, 1, 1)
    assert builder.drawn == builder.entries
    from_the_page(builder, builder.entries)  # there and back while it worked
    assert (len(drawn), builder.answered, builder.made) == (2, 2, 2)


@pytest.mark.parametrize("raised", [RuntimeError("no more memory"), KeyboardInterrupt()])
def test_an_error_is_told_and_the_maps_stay(monkeypatch, raised):
    builder = StackBuilder(LECTURE, image=IMAGE)
    before = builder.data

    def fail(*_):
        raise raised

    with monkeypatch.context() as patch:
        patch.setattr("mlcourse.widgets.stack_builder.random_parameters", fail)
        from_the_page(builder, builder.entries[:2])
    assert builder.error.startswith(f"{type(raised).__name__}: {raised}")
    assert "feature maps are still those of before" in builder.error
    assert (builder.data, len(builder.drawn), builder.answered) == (before, 3, 1)
    from_the_page(builder, builder.entries[:1])
    assert builder.error == ""
    assert len(unpacked(builder)) == 2


def test_what_would_take_long_is_not_run():
    slow = StackBuilder(
        [Conv(64, 3, padding="same"), Conv(512, 9, padding="same"), MaxPool(2)], image=np.zeros((128, 128))
    )
    assert slow.stack.rows[-1].shape == (512, 64, 64)
    assert len(slow.outputs) == 2
    wide = Stack([Flatten(), Dense(9000)], image=(1, 100, 100))
    assert affordable(wide).layers == wide.layers[:1]
    assert affordable(Stack([Conv(3000, 1)], image=(1, 40, 40))).layers == ()  # little work, but many numbers
    assert affordable(Stack([MaxPool(60, stride=1)] * 2, image=(3, 300, 300))).layers == ()
    whole = Stack([Conv(64, 3, padding="same")] * 2, image=(3, 32, 32))
    assert affordable(whole) is whole


def test_no_slip_of_the_finger_stops_the_kernel():
    began = time.perf_counter()
    for layers in (
        [Conv(10**9, 10**9, padding=10**9)], [Conv(1, 10**9, dilation=10**9)], [MaxPool(10**9, padding=10**8)],
        [Upsample(10**6)], [Upsample(16)] * 40, [Upsample((16, 1))] * 40, [ConvTranspose(1, 1, stride=1000)] * 3,
        [Conv(1, 1, padding=1000)] * 40, [Flatten(), Dense(10**9)], [Conv(10_000, 1024, padding=512)] * 5,
        [ConvTranspose(1, 1024, dilation=1024)],
    ):  # fmt: skip
        assert "larger than this widget builds" in str(possible_part(layers, (1, 2, 1))[1])
    assert time.perf_counter() - began < 20


def test_layers_are_kept_and_come_back_unless_the_code_changed():
    def make(layers=LECTURE, **more):
        return StackBuilder(layers, key="k", **more)

    first = make()
    from_the_page(first, [first.entries[2], {**first.entries[0], "id": 9}])
    assert make().layers == [LECTURE[2], LECTURE[0]]
    assert [entry["id"] for entry in make().entries] == [3, 9]
    assert len(make(image=np.zeros((32, 32))).outputs) == 3
    assert make(LECTURE[:2]).layers == LECTURE[:2]
    assert make(shape=(1, 30, 30)).layers == LECTURE
    assert StackBuilder(LECTURE).layers == LECTURE  # without a key nothing is kept
    first.layers = [Dense(3)]
    assert make().layers == [Dense(3)]  # an impossible one is kept as well


@pytest.mark.parametrize("kept", [[{"id": 1, "kind": "Nothing", "settings": {}}], [{"id": 1}], "text", [1], None,
                                  [{"id": 1, "kind": "Conv", "settings": {"fliters": 3}}]])  # fmt: skip
def test_what_was_kept_and_no_longer_fits_is_told(kept):
    builder = StackBuilder(LECTURE)
    builder.answers.put("k", {"of": builder.initial, "entries": kept})
    again = StackBuilder(LECTURE, key="k", image=np.zeros((32, 32)))
    assert again.layers == LECTURE
    assert "no longer fit" in again.error
    assert len(again.outputs) == 4


def test_what_can_be_read_without_a_page():
    page = StackBuilder([*LECTURE, Dense(3)], label="<Three>").as_html()
    for part in (
        "&lt;Three&gt;",
        "Conv(3, 3, padding=&#x27;same&#x27;)",
        "27,648",
        "(5, 16, 16)",
        "Put Flatten() before it",
    ):
        assert part in page
    assert "<p>Layer" not in StackBuilder(LECTURE).as_html()


def test_the_example_moves():
    builder = StackBuilder.example()
    assert [one["shape"] for one in builder.maps] == [[1, 32, 32], [4, 32, 32], [4, 16, 16], [6, 16, 16]]
    builder.layers = [*builder.layers, Upsample(2)]
    assert builder.outputs[-1].shape == (6, 32, 32)
    assert builder.error == ""
