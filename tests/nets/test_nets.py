"""The two networks: sizes, also odd ones, what a skip carries, and that each can learn."""

import doctest
import importlib

import pytest
import torch
from matplotlib import pyplot

from mlcourse.nets import EncoderDecoder, UNet, diagram

BOTH = pytest.mark.parametrize("make", [EncoderDecoder, UNet])
MODES = pytest.mark.parametrize("upsample", ["nearest", "bilinear", "transposed"])


@BOTH
@MODES
@pytest.mark.parametrize("size", [(8, 8), (13, 10), (33, 20), (9, 31), (64, 48)], ids=str)
def test_the_mask_is_as_large_as_the_image(make, upsample, size):
    torch.manual_seed(0)
    net = make(2, 3, width=4, upsample=upsample)
    assert net(torch.randn(2, 2, *size)).shape == (2, 3, *size)


@BOTH
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_features_double_where_the_image_is_halved(make, depth):
    net = make(width=4, depth=depth)
    sizes = {}
    net.bottom.register_forward_hook(lambda module, given, made: sizes.update(bottom=tuple(made.shape)))
    net(torch.zeros(1, 1, 48, 32))
    assert sizes["bottom"] == (1, 4 * 2**depth, 48 // 2**depth, 32 // 2**depth)
    assert len(net.down) == len(net.up) == depth


def test_the_parameters_are_as_many_as_the_layers_say():
    def block(a, b):
        return 9 * a * b + 9 * b * b + 4 * b

    wide = [8, 16, 32, 64]
    shared = block(1, 8) + block(8, 16) + block(16, 32) + block(32, 64) + 8 * 3 + 3
    plain = shared + block(64, 32) + block(32, 16) + block(16, 8)
    with_skips = shared + block(96, 32) + block(48, 16) + block(24, 8)
    spread = sum(4 * n * n + n for n in wide[1:])

    def count(net):
        return sum(p.numel() for p in net.parameters())

    assert count(EncoderDecoder(1, 3, width=8)) == plain
    assert count(UNet(1, 3, width=8)) == with_skips
    assert count(UNet(1, 3, width=8, upsample="transposed")) == with_skips + spread
    assert count(UNet(1, 3, width=8, skips=False)) == with_skips  # so that a skip can be switched on again


@MODES
@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_skip_carries_its_level_and_is_off_when_it_is_off(upsample, level):
    """What the encoder saw at a level reaches the output by the skip alone, once what lies below is silenced."""
    torch.manual_seed(1)
    net = UNet(width=4, upsample=upsample).eval()
    net.skips = [False] * 3
    x, other = torch.randn(2, 1, 1, 24, 16)
    # Without the bottom nothing but a skip connects the image with the mask.
    net.bottom.register_forward_hook(lambda module, given, made: torch.zeros_like(made))
    assert torch.equal(net(x), net(other))
    net.skips[level] = True
    assert not torch.equal(net(x), net(other))
    skipped = [*range(3)]
    skipped.remove(level)
    assert [net.skips[at] for at in skipped] == [False, False]


def test_the_encoder_decoder_knows_the_image_by_its_bottom_alone():
    torch.manual_seed(2)
    net = EncoderDecoder(width=4).eval()
    x, other = torch.randn(2, 1, 1, 24, 16)
    assert not torch.equal(net(x), net(other))
    net.bottom.register_forward_hook(lambda module, given, made: torch.zeros_like(made))
    assert torch.equal(net(x), net(other))


@BOTH
@MODES
def test_every_weight_gets_a_gradient(make, upsample):
    torch.manual_seed(3)
    net = make(width=4, upsample=upsample)
    net(torch.randn(2, 1, 16, 24)).square().mean().backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


# name: (wrong network or call, what the message says)
WRONG = {
    "too small": (lambda: UNet()(torch.zeros(1, 1, 13, 7)), ("13 x 7 pixels", "any size from 8 x 8", "depth=2")),
    "too small, too": (lambda: EncoderDecoder(depth=4)(torch.zeros(1, 1, 20, 15)), ("20 x 15", "from 16 x 16", "depth=3")),
    "channels": (lambda: UNet(3)(torch.zeros(1, 1, 16, 16)), ("(1, 1, 16, 16)", "(N, 3, H, W)", "`channels`")),
    "an image alone": (lambda: UNet()(torch.zeros(16, 16)), ("shape (16, 16)", "(N, 1, H, W)", "image[None, None]")),
    "skips too few": (lambda: UNet(skips=[True, False]), ("[True, False]", "3 of them (depth=3)", "at full size first")),
    "skips as numbers": (lambda: UNet(skips=[1, 0, 1]), ("[1, 0, 1]", "True or False")),
    "upsampling": (lambda: UNet(upsample="cubic"), ("'cubic'", "'nearest', 'bilinear', 'transposed'")),
    "no width": (lambda: EncoderDecoder(width=0), ("width is 0", "at least 1")),
    "half a depth": (lambda: UNet(depth=2.5), ("depth is 2.5", "whole number")),
}  # fmt: skip


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG)
def test_what_does_not_work_is_told_with_what_does(call, words):
    with pytest.raises(ValueError, match=r"expected|takes") as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def test_skips_changed_to_nonsense_later_are_told_too():
    net = UNet(width=2)
    net.skips = [True]
    with pytest.raises(ValueError, match="3 of them"):
        net(torch.zeros(1, 1, 8, 8))


@pytest.mark.parametrize("name", ["encoder_decoder", "unet", "diagram"])
def test_the_examples_in_the_docstrings_come_true(name):
    module = importlib.import_module(f"mlcourse.nets.{name}")  # one function has the name of its module
    result = doctest.testmod(module)
    assert result.attempted
    pyplot.close("all")
    assert not result.failed


def test_the_diagram_shows_sizes_and_skips():
    def seen(net):
        figure = diagram(net, size=48)
        (axis,) = figure.axes
        pyplot.close(figure)
        names = {"-": "solid", ":": "dotted"}
        lines = [
            names.get(a.arrow_patch.get_linestyle(), a.arrow_patch.get_linestyle())
            for a in axis.texts
            if a.arrow_patch and not a.get_text()
        ]
        return [a.get_text() for a in axis.texts if a.get_text()], lines.count("solid"), lines.count("dotted")

    shape = {"channels": 3, "classes": 2, "width": 4, "depth": 2}
    sizes = ["3, 48 x 48", "4, 48 x 48", "4, 48 x 48", "8, 24 x 24", "8, 24 x 24", "16, 12 x 12", "2, 48 x 48"]
    assert seen(EncoderDecoder(**shape)) == (sizes, 6, 0)
    assert seen(UNet(**shape)) == (sizes, 8, 0)
    assert seen(UNet(**shape, skips=[False, True])) == (sizes, 7, 1)
    with pytest.raises(TypeError, match="net is a Linear; expected an EncoderDecoder or a UNet"):
        diagram(torch.nn.Linear(1, 1))
