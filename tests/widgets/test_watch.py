"""A student's own function in the Player, without a browser."""

import numpy as np
import pytest

import mlcourse
from mlcourse import ops
from mlcourse.trace import follow
from mlcourse.widgets import MatrixEditor, Player

X, W = np.arange(12.0).reshape(3, 4), np.array([[1.0, 0, -1], [2, 0, -2]])


def convolve(x, w):
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            # Multiply and add up.
            y[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return y


def convolve_past_the_end(x, w):
    y = np.zeros((2, 2))
    for j in range(3):
        y[0, j] = x[0, j] * w[0, 0]
    return y


def test_the_player_shows_what_was_followed():
    player, story = mlcourse.watch(convolve, X, W), follow(convolve, X, W)
    assert isinstance(player, Player)
    assert (player.label, player.error) == ("convolve", "")
    assert [step.title for step in player.story.steps] == [step.title for step in story.steps]
    assert "Multiply and add up." in player.trace["texts"]
    np.testing.assert_array_equal(player.story.result, ops.conv2d(X[None, None], W[None, None])[0, 0])


def test_an_edit_follows_anew():
    w = MatrixEditor(W, label="w")
    player = mlcourse.watch(convolve, X, w=w)
    before = player.story.result
    w.value = 2 * W
    np.testing.assert_array_equal(player.story.result, 2 * before)
    player.close()
    w.value = 3 * W
    np.testing.assert_array_equal(player.story.result, 2 * before)


def test_an_error_is_told_and_an_edit_can_mend_it():
    x = MatrixEditor(X, label="x", resizable=True)
    player = mlcourse.watch(convolve_past_the_end, x, W)
    assert player.error.startswith("IndexError in line")
    assert player.story.steps[-1].title.startswith("IndexError")

    def until_negative(x):
        for value in x:
            if value < 0:
                raise ValueError("negative")
        return x

    x = MatrixEditor(np.array([1.0, -1]), label="x")
    player = mlcourse.watch(until_negative, x)
    assert "negative" in player.error
    x.value = np.array([1.0, 1])
    assert player.error == ""
    x.value = np.array([-1.0, 1])
    assert "negative" in player.error


@pytest.mark.parametrize("what", [7, None, convolve(X, W)], ids=["number", "nothing", "array"])
def test_what_is_no_function_is_refused(what):
    with pytest.raises(TypeError, match="a function of yours"):
        Player(what, X, W)


def test_what_cannot_be_followed_is_refused():
    with pytest.raises(TypeError, match="A lambda has no lines"):
        mlcourse.watch(lambda x: x, X)
