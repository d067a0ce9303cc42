"""Exercises about sizes: pairs and layers come in, whole numbers come out."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch

from mlcourse.diagnosis import Example, Exercise, attempt, compare
from mlcourse.ops import Conv, Dense, Flatten, MaxPool, Stack

SIZES = {"rows": 3, "columns": 5}


def told(*returned):
    return compare.differences(returned, SIZES)


@pytest.mark.parametrize("whole", [int, np.int64, np.uint8, np.int32], ids=lambda kind: kind.__name__)
def test_any_kind_of_whole_number_is_compared_exactly(whole):
    assert told(whole(3), whole(5)) == ("", "", "", {})
    assert told(whole(3), whole(7)) == ("wrong", "", "", {"columns": 2.0})


def test_one_off_in_a_million_is_wrong():
    assert compare.differences(1_000_001, {"parameters": 1_000_000})[3] == {"parameters": 1.0}
    assert compare.differences(1_000_000, {"parameters": 1_000_000})[0] == ""


@pytest.mark.parametrize(
    ("digits", "value"), [(17, -(10**16)), (400, 10**399), (9001, 10**9000)], ids=["17", "400", "9001"]
)
def test_a_number_beyond_all_sense_is_told_by_its_digits(digits, value):
    kind, says, _, wrong = told(value, 5)
    assert (kind, wrong) == ("not_finite", {})
    assert f"rows is a number of about {digits} digits" in says
    assert told(2**53, 5)[0] == "wrong"


FRACTIONS, OTHERS = "should become of a remainder?", "by hand, for the input below"


@pytest.mark.parametrize(
    ("rows", "says", "hint"),
    [
        (3.0, "rows has type float; expected a whole number.", FRACTIONS),
        (np.float64(3), "rows has type float64; expected a whole number.", FRACTIONS),
        (np.floor(np.float32(3.5)), "rows has type float32; expected a whole number.", FRACTIONS),
        (None, "rows is None; expected a whole number.", "Which line makes this one?"),
        (True, "rows has type bool; expected a whole number.", OTHERS),
        ((3, 5), "rows has type tuple; expected a whole number.", OTHERS),
        ([3], "rows has type list; expected a whole number.", OTHERS),
        (np.array([3]), "rows has type ndarray; expected a whole number.", OTHERS),
        (torch.tensor(3), "rows has type Tensor; expected a whole number.", OTHERS),
        ("3", "rows has type str; expected a whole number.", OTHERS),
        (3 + 0j, "rows has type complex; expected a whole number.", OTHERS),
    ],
)
def test_what_is_no_whole_number_is_told_by_its_type(rows, says, hint):
    kind, came, advice, wrong = told(rows, 5)
    assert (kind, came, wrong) == ("dtype", says, {})
    assert hint in advice


def test_number_of_answers():
    assert compare.differences(3, SIZES)[1:3] == (
        "Your function returns 1 thing; expected 2: rows, columns.",
        "End with `return rows, columns`.",
    )
    assert compare.differences(np.array([3, 5]), SIZES)[1].startswith("Your function returns 1 thing;")
    assert (
        compare.differences([1, 2, 3], {"parameters": 6})[1]
        == "Your function returns 3 things; expected 1: parameters."
    )


# An exercise on layers.

LAYERS = [
    Conv(4, (2, 3), stride=(2, 1), padding=(0, 0), dilation=(1, 1), bias=False),
    MaxPool((2, 1), stride=(2, 1)),
]


def exercise():
    made = Exercise(
        lambda layers, image: Stack(layers, image).rows[-1].shape[1:], answers=("rows", "columns"), name="size"
    )

    @made.part
    def any_part(rng):
        """A few layers."""
        return (LAYERS[: rng.integers(1, 3)], (1, 9, int(rng.integers(7, 9)))), {}

    @made.misconception
    def exchanged(layers, image):
        """You exchange them.

        Look again.
        """
        return right(layers, image)[::-1]

    right = made.right
    return made


def by_hand(layers, image):
    _, *size = image
    for layer in layers:
        size = [(n - k) // s + 1 for n, k, s in zip(size, layer.kernel_size, layer.stride, strict=True)]
    return tuple(size)


def test_right_wrong_and_a_misconception():
    assert exercise()(by_hand)
    verdict = exercise()(lambda layers, image: by_hand(layers, image)[::-1])
    assert (verdict.says, verdict.named) == ("You exchange them.", {"rows": "exchanged", "columns": "exchanged"})
    verdict = exercise()(lambda layers, image: (by_hand(layers, image)[0], 99))
    assert verdict.says == "columns differs from what is right. rows is right."


def test_a_name_must_explain_all_numbers_that_are_wrong():
    """One of two small numbers fits by accident."""
    verdict = exercise()(lambda layers, image: (by_hand(layers, image)[1], 99))
    assert (verdict.kind, verdict.named) == ("wrong", {})
    assert verdict.says == "rows and columns differ from what is right."
    verdict = exercise()(lambda layers, image: (by_hand(layers, image)[1], by_hand(layers, image)[1]))
    assert (verdict.says, verdict.named) == ("You exchange them. columns is right.", {"rows": "exchanged"})


def test_short_lists_come_first():
    lengths = [len(layers) for (layers, _), _ in exercise().draws("any_part")]
    assert set(lengths) == {1, 2}
    assert lengths == sorted(lengths)


def test_the_example_has_few_layers_and_shows_them_and_the_numbers():
    text = str(exercise()(lambda layers, image: (1, by_hand(layers, image)[1])))
    width = next(n for n in (7, 8) if f"image = (1, 9, {n})" in text)
    assert text.split("\n")[2:] == [
        "  layers = [Conv(4, (2, 3), stride=(2, 1), padding=(0, 0), dilation=(1, 1), bias=False)]",
        f"  image = (1, 9, {width})",
        "  expected rows = 4",
        "  your rows = 1",
    ]


def test_a_long_list_has_one_entry_a_line():
    rows = dict(Example({"layers": LAYERS, "few": [Flatten(), Dense(3)]}, {}).rows())
    first, second = rows["layers"].split("\n")
    assert first == "[Conv(4, (2, 3), stride=(2, 1), padding=(0, 0), dilation=(1, 1), bias=False),"
    assert second == " MaxPool((2, 1), stride=(2, 1))]"
    assert rows["few"] == "[Flatten(), Dense(3)]"


def test_on_a_hidden_input_no_number_is_told(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")
    for wrong in (lambda layers, image: (1, 1), lambda layers, image: (1.5, 2), lambda layers, image: (7093, 1)):
        verdict = exercise()(wrong, part="any_part", hidden=True)
        assert not verdict
        assert verdict.example is None
        assert not any(character.isdigit() for character in str(verdict))


def tried(function, *arguments):
    return attempt.attempt(function, arguments or (list(LAYERS),), {}, seconds=5.0)


def eats(layers):
    while len(layers) > 1:
        layers.pop()
    return len(layers)


def test_a_list_that_was_changed():
    given = list(LAYERS)
    kind, says, hint = tried(eats, given).problem
    assert (kind, says) == ("changed_input", "Your function changed its input: layers is no longer what it was.")
    assert "list(...)" in hint
    assert given == LAYERS, "it works on a copy"
    assert tried(lambda layers: eats(list(layers))).answer == 1


def prints(layers):
    print(*layers)
    return repr(layers[0])


ALLOWED = {
    "print": prints,
    "compare": lambda layers: layers[1] == MaxPool((2, 1), stride=(2, 1)),
    "make": lambda layers: Conv(3, 3) in layers,
    "hash": lambda layers: len({*layers, Flatten()}),
    "kind": lambda layers: isinstance(layers[0], Conv),
    "ask": lambda layers: layers[0].kernel_size,
}


@pytest.mark.parametrize("what", ALLOWED)
def test_layers_may_be_made_printed_compared_and_asked(what):
    assert tried(ALLOWED[what]).problem is None


@pytest.mark.parametrize(
    ("function", "called"),
    [
        pytest.param(lambda layers: Stack(layers, image=(1, 9, 8)), "mlcourse.ops.Stack", id="stack"),
        pytest.param(lambda layers: Conv(3, 3).plan((1, 9, 8), (9, 8)), "mlcourse.ops.plan", id="plan"),
    ],
)
def test_what_a_layer_comes_to_is_left_to_the_student(function, called):
    assert tried(function).problem[:2] == (
        "library",
        f"Your function calls {called}. This exercise asks you to write the computation yourself.",
    )


def switches_off(layers):
    layers[0].bias = True


def test_a_layer_cannot_be_changed():
    says = tried(switches_off).problem[1]
    assert says.startswith(f"Your function stopped with {FrozenInstanceError.__name__}: cannot assign to field 'bias'")


# A misconception may give another shape.


def turn():
    made = Exercise(lambda w, b: (w.transpose(2, 0, 1), b), answers=("turned", "bias"), name="turn")

    @made.part
    def any_part(rng):
        """Any."""
        return (rng.permutation(24).reshape(2, 3, 4) * 1.0, rng.permutation(5) * 1.0), {}

    @made.misconception
    def all_axes(w, b):
        """You turn all axes round.

        Which may stay?
        """
        return w.T, b

    return made


@pytest.mark.parametrize("hidden", [False, True])
def test_a_misconception_with_another_shape_is_named(hidden, monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")
    verdict = turn()(lambda w, b: (w.T, b), part="any_part", hidden=hidden)
    assert (verdict.kind, verdict.named) == ("misconception", {"turned": "all_axes"})
    assert (verdict.says, verdict.hint) == ("You turn all axes round. bias is right.", "Which may stay?")
    assert (verdict.example is None) == hidden
    if not hidden:
        assert verdict.example.expected.shape == (4, 2, 3)
        assert verdict.example.got.shape == (4, 3, 2)


def test_with_a_shape_that_nothing_gives_the_shape_is_told():
    verdict = turn()(lambda w, b: (w, b))
    assert (verdict.kind, verdict.says) == ("shape", "turned has the wrong shape: (2, 3, 4); expected (4, 2, 3).")
    assert turn()(lambda w, b: (w.T + 1, b)).kind == "shape", "the numbers must be those of the misconception"
    assert turn()(lambda w, b: (w.T if w[0, 0, 0] > 3 else w, b)).kind == "shape", "on every input"
    assert turn()(lambda w, b: (w.T, b[1:])).says.startswith("turned has the wrong shape"), "the first of two"
    assert turn()(lambda w, b: (np.array([[None]]), b)).kind == "shape"


def test_a_shape_that_is_wrong_on_one_input_only_is_told():
    sizes = [w[0, 0, 0] for (w, _), _ in turn().draws("any_part")]
    odd_one_out = sizes[-1]
    assert sizes.count(odd_one_out) == 1
    verdict = turn()(lambda w, b: (w.T if w[0, 0, 0] == odd_one_out else w.transpose(2, 0, 1), b))
    assert (verdict.kind, verdict.example.arguments["w"][0, 0, 0]) == ("shape", odd_one_out)


def test_of_several_that_have_a_wrong_shape_the_smallest_is_shown():
    made = Exercise(lambda x: x * 2, answers=("y",), name="twice")
    made.part(lambda rng: ((rng.normal(size=rng.integers(2, 9)),), {}))
    (part,) = made.parts
    lengths = [len(x) for (x,), _ in made.draws(part)]
    assert lengths[0] < lengths[-1]
    assert len(made(lambda x: x[1:]).example.arguments["x"]) == lengths[0]

    def also_fails(x):
        assert len(x) < lengths[-1]
        return x[1:]

    assert made(also_fails).kind == "shape", "what shows on a smaller input"


def test_three_names_are_listed_as_one_writes_them():
    made = Exercise(lambda x: (x, x, x, x), answers=("a", "b", "c", "d"), name="four")
    made.part(lambda rng: ((rng.normal(size=3),), {}))
    assert made(lambda x: (x, x, x, x + 1)).says == "d differs from what is right. a, b and c are right."
    assert made(lambda x: (x, x, x + 1, x + 1)).says == "c and d differ from what is right. a and b are right."
