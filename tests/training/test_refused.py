"""What does not fit is told before a step is made, and no file is lost."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mlcourse.training import fit
from mlcourse.training import progress as shown

QUIET = {"device": "cpu", "progress": False}
images = np.random.default_rng(0).normal(size=(6, 1, 8, 10)).astype("float32")
masks = (images > 0).astype("float32")


def net(width=2):
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(1, width, 3, padding=1), torch.nn.Conv2d(width, 1, 1))


def squared(logits, target):
    return ((logits - target) ** 2).mean()


def never(logits, target):
    raise AssertionError("a step was made")


# name: (options, what is said)
WRONG = {
    "no step": ({"steps": 0}, ("steps is 0", "at least 1")),
    "half a batch": ({"batch": 2.5}, ("batch is 2.5", "whole number")),
    "never": ({"every": -1}, ("every is -1", "at least 1")),
    "a rate of nothing": ({"rate": 0}, ("rate is 0", "such as 3e-3")),
    "fewer masks": ({"masks": masks[:4]}, ("6 images and 4 masks", "as many of each")),
    "nothing": ({"images": images[:0], "masks": masks[:0]}, ("0 images and 0 masks", "at least one")),
    "images alone": ({"images": images[:, 0]}, ("(6, 8, 10)", "(N, C, H, W)")),
    "validation without masks": ({"validation": images}, ("validation is a ndarray", "a pair (images, masks)")),
    "validation of other numbers": (
        {"validation": (images, masks[:2])}, ("6 validation images and 2 masks", "as many of each"),
    ),
    "no patience": ({"patience": 0, "validation": (images, masks)}, ("patience is 0", "at least 1")),
    "patience for nothing": ({"patience": 3}, ("patience needs validation",)),
}  # fmt: skip


@pytest.mark.parametrize(("options", "words"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_told(options, words):
    given = {"images": images, "masks": masks, "steps": 4, **options}
    with pytest.raises((TypeError, ValueError)) as caught:
        fit(net(), never, given.pop("images"), given.pop("masks"), **given, **QUIET)
    for word in words:
        assert word in str(caught.value)


# name: (what is changed, what is said)
OTHERS = {
    "steps": ({"steps": 5}, ("was made with steps=4, not 5", "another file")),
    "seed": ({"seed": 1}, ("was made with seed=0, not 1",)),
    "rate": ({"rate": 0.1}, ("was made with rate=0.003, not 0.1",)),
    "data": ({"images": images + 1}, ("was made with other data",)),
    "masks": ({"masks": 1 - masks}, ("was made with other data",)),
    "size": ({"images": images[..., :4], "masks": masks[..., :4]}, ("was made with images=(6, 1, 8, 10), not (6, 1, 8, 4)",)),
    "network": ({"net": net(3)}, ("is of another network", "size mismatch")),
}  # fmt: skip


@pytest.mark.parametrize(("options", "words"), OTHERS.values(), ids=OTHERS)
def test_a_checkpoint_of_another_training_is_refused_and_kept(tmp_path, options, words):
    path = tmp_path / "net.pt"
    fitted = fit(net(), squared, images, masks, steps=4, checkpoint=path, **QUIET)
    before = path.read_bytes()
    given = {"net": net(), "images": images, "masks": masks, "steps": 4, **options}
    network, new_images, new_masks = (given.pop(name) for name in ("net", "images", "masks"))
    for keeping, name in (({"checkpoint": path}, str(path)), ({"resume": fitted}, "the training in resume=")):
        with pytest.raises(ValueError, match="made with|another network") as caught:  # noqa: RUF043
            fit(network, never, new_images, new_masks, **given, **keeping, **QUIET)
        for word in (name, *(words if name == str(path) else words[:1])):
            assert word in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"text"], ids=["empty", "cut off", "text"])
def test_a_damaged_checkpoint_is_told_and_kept(tmp_path, content):
    path = tmp_path / "net.pt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"net\.pt is no checkpoint of a training .* Delete it to begin anew"):
        fit(net(), never, images, masks, steps=4, checkpoint=path, **QUIET)
    assert path.read_bytes() == content


def test_a_file_of_another_kind_is_no_checkpoint(tmp_path):
    path = tmp_path / "net.pt"
    torch.save({"format": "mine"}, path)
    with pytest.raises(ValueError, match="is no checkpoint"):
        fit(net(), never, images, masks, steps=4, checkpoint=path, **QUIET)


def test_a_terminal_shows_a_bar_with_loss_and_metric(capsys):
    fit(net(), squared, images, masks, steps=4, validation=(images, masks), every=2, device="cpu")
    out, err = capsys.readouterr()
    assert out == ""
    assert "4/4" in err
    assert "loss=" in err
    assert "metric=" in err
    assert "All 4 steps are made." in err
    fit(net(), squared, images, masks, steps=4, **QUIET)
    assert capsys.readouterr() == ("", "")


def test_a_notebook_is_known_by_its_kernel(monkeypatch):
    for shell, expected in ((None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert shown.in_notebook() is expected
