import dataclasses

import numpy as np
import pytest
import torch

from mlcourse.diagnosis import KINDS, Example, Verdict

EXAMPLE = Example(
    {"x": np.array([[1.0, -2], [3, 4]]), "b": None}, {"stride": (2, 1)}, "y", np.array([1.0]), np.array([2.0])
)
WRONG = Verdict("conv", "plain", "wrong", "y differs.", "Look again.", example=EXAMPLE)
RIGHT = Verdict("conv", "plain", "right", "Right on every input.")


@pytest.mark.parametrize("kind", KINDS)
def test_only_right_is_true(kind):
    assert bool(Verdict("conv", "plain", kind, "")) is (kind == "right")


def test_text():
    assert str(WRONG).split("\n") == [
        "conv (plain): not yet. y differs.",
        "Hint: Look again.",
        "  x = [[ 1. -2.]",
        "       [ 3.  4.]]",
        "  b = None",
        "  stride = (2, 1)",
        "  expected y = [1.]",
        "  your y = [2.]",
    ]
    assert str(RIGHT) == "conv (plain): right. Right on every input."
    assert repr(WRONG) == str(WRONG)


def test_an_example_without_an_answer_shows_the_input_alone():
    shown = str(dataclasses.replace(WRONG, example=Example({"x": np.ones(2)}, {})))
    assert shown.endswith("Hint: Look again.\n  x = [1. 1.]")


def test_a_tensor_is_shown_by_its_numbers():
    rows = dict(Example({"x": torch.ones(2, requires_grad=True)}, {}).rows())
    assert rows == {"x": "[1. 1.]"}


def test_a_large_array_is_cut():
    rows = dict(Example({"x": np.zeros((20, 20))}, {}).rows())
    assert "..." in rows["x"]
    assert len(rows["x"]) < 400


def test_require():
    assert RIGHT.require() is None
    with pytest.raises(AssertionError) as raised:
        WRONG.require()
    assert str(raised.value) == str(WRONG)


def test_html_holds_what_the_text_holds():
    page = WRONG._repr_html_()
    for words in (
        "✗ Not yet",
        "conv",
        "plain",
        "y differs.",
        "Look again.",
        "expected y",
        "your y",
        "(2, 1)",
        "[ 3.  4.]",
    ):
        assert words in page
    page = RIGHT._repr_html_()
    assert "✓ Right" in page
    assert "Hint" not in page
    assert "<table" not in page


def test_html_escapes():
    nasty = '<script>alert("&")</script>'
    options = {nasty: nasty}
    page = Verdict(nasty, nasty, "raised", nasty, nasty, example=Example({nasty: nasty}, options))._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;") == 8


def test_a_verdict_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WRONG.kind = "right"
