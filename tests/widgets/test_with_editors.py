"""A MatrixEditor among an Explorer's controls; for a Player's see tests/browser/test_player.py."""

import numpy as np
import pytest

from mlcourse.widgets import Explorer, MatrixEditor


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def scaled(kernel, factor):
    if kernel[0, 0] == 13:
        raise ValueError("not thirteen")
    return {"y": kernel * factor, "sum": kernel.sum() * factor}


def explorer(**options):
    editor = MatrixEditor([[1, 2, 3], [4, 5, 6]], label="kernel", resizable=True)
    return editor, Explorer(scaled, kernel=editor, factor=(1, 5, 1, 2), **options)


def shown(one):
    (picture,) = one.pictures
    return np.frombuffer(one.data, picture["dtype"]).reshape(picture["shape"])


def test_an_edit_calls_the_function_and_sliders_still_do():
    editor, one = explorer()
    assert one.values == {"factor": 2}
    editor.value = [[1, 0], [0, 1]]
    assert (shown(one) == [[2, 0], [0, 2]]).all()
    assert (one.made, one.readings) == (1, {"sum": "4"})
    one.values = {"factor": 5}
    assert (shown(one) == [[5, 0], [0, 5]]).all()


def test_an_error_after_an_edit_is_told_and_the_last_good_picture_stays():
    editor, one = explorer()
    editor.value = [[13.0, 0, 0]]
    assert "not thirteen" in one.error
    assert shown(one)[1, 2] == 12
    editor.value = [[3.0, 0, 0]]
    assert one.error == ""
    assert shown(one)[0, 0] == 6


def test_a_closed_explorer_calls_nothing_and_an_opened_one_catches_up():
    editor, one = explorer()
    one.close()
    editor.value = [[7.0]]
    assert shown(one).shape == (2, 3)
    one.open()
    assert (shown(one) == [[14]]).all()


def test_numbers_and_sliders_are_kept_together():
    editor, one = explorer(key="own")
    editor.value = [[1, 0], [0, 1]]
    one.values = {"factor": 3}
    later_editor, later = explorer(key="own")
    assert later_editor.value.tolist() == [[1, 0], [0, 1]]
    assert (shown(later) == [[3, 0], [0, 3]]).all()


def test_the_function_must_take_the_editor_by_its_name():
    with pytest.raises(TypeError, match=r"scaled cannot be called with the controls \(weights, factor\)"):
        Explorer(scaled, weights=MatrixEditor(1), factor=(1, 5))


def test_the_numbers_are_readable_without_a_page():
    _, one = explorer()
    assert one.as_html().index(">6<") < one.as_html().index("<img")
