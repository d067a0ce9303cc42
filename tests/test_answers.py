"""What a student typed is kept, and nothing that is there is ever written over."""

import json
import os
from pathlib import Path

import pytest

from mlcourse import answers
from mlcourse.answers import FORMAT, Answers


@pytest.fixture
def kept(tmp_path):
    return Answers(tmp_path / ".mlcourse" / "03.json")


def test_a_value_is_back_in_another_process_of_the_same_notebook(kept):
    assert kept.get("a") is None
    kept.put("a", {"from": [1, 2], "now": [1.5, -2]})
    kept.put("b", "wörds")
    again = Answers(kept.path)
    assert (again.get("a"), again.get("b"), again.get("c", 7)) == ({"from": [1, 2], "now": [1.5, -2]}, "wörds", 7)
    assert not again.message
    assert [p.name for p in kept.path.parent.iterdir()] == ["03.json"]  # nothing half-written is left


def test_two_kernels_of_one_notebook_do_not_lose_each_others_answers(kept):
    other = Answers(kept.path)
    kept.put("a", 1)
    other.put("b", 2)
    kept.put("c", 3)
    assert [other.get(key) for key in "abc"] == [1, 2, 3]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1, 2]", '{"answers": {}}', '{"format": "somebody else", "answers": {}}', f'{{"format": "{FORMAT}", "answers": 3}}',
     "\x00\x01"],
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_set_aside_whole(kept, content):
    kept.path.parent.mkdir()
    kept.path.write_text(content)
    assert kept.get("a", "default") == "default"
    assert "set aside" in kept.message
    kept.put("a", 1)
    (aside,) = [p for p in kept.path.parent.iterdir() if "set-aside" in p.name]
    assert aside.read_text() == content
    assert aside.name in kept.message
    assert json.loads(kept.path.read_text())["answers"] == {"a": 1}


def test_bytes_that_are_no_text_are_set_aside_too(kept):
    kept.path.parent.mkdir()
    kept.path.write_bytes(b"\xff\xfe\xfa")
    assert kept.get("a") is None
    assert "set aside" in kept.message


def test_a_disk_that_refuses_breaks_nothing_and_is_told(kept, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    kept.put("a", 1)
    assert "Permission denied" in kept.message


def test_each_notebook_has_its_own_file_beside_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/lectures/03_backpropagation.ipynb")
    assert answers.here().path == Path.cwd() / ".mlcourse" / "03_backpropagation.json"
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert answers.here().path.name == "notebook.json"
