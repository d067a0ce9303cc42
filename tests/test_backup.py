"""A student's work goes into one file and comes back; nothing newer is overwritten unasked, nothing is lost."""

import os
import subprocess
import zipfile

import pytest

from mlcourse.backup import restore, save
from mlcourse.cli import main

FILES = {
    "lectures/03.ipynb": "my notes",
    "lectures/.mlcourse/03.json": '{"format": 1}',
    "assignments/release/conv2d_backward/conv2d_backward.ipynb": "my solution",
    "assignments/release/conv2d_backward/plot.png": "a picture",
}
OTHERS = {"lectures/src/03.py": "source", "assignments/source/x.ipynb": "solution", "README.md": "readme",
          "lectures/.ipynb_checkpoints/03.ipynb": "old"}  # fmt: skip


def fill(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        os.utime(root / name, (1_000_000_000, 1_000_000_000))


def refuse(names):
    raise AssertionError(f"asked about {names}")


@pytest.fixture
def course(tmp_path):
    fill(tmp_path / "course", FILES | OTHERS)
    save(tmp_path / "course", tmp_path / "work.zip")
    return tmp_path / "course"


def test_all_work_and_nothing_else_is_packed_and_comes_back_elsewhere(course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    done = restore(tmp_path / "elsewhere", tmp_path / "work.zip", ask=refuse)
    assert sorted(done.written) == sorted(FILES)
    assert {n: (tmp_path / "elsewhere" / n).read_text() for n in FILES} == FILES
    assert not (tmp_path / "elsewhere" / "README.md").exists()
    assert not (tmp_path / "elsewhere" / "lectures" / ".ipynb_checkpoints").exists()
    again = restore(tmp_path / "elsewhere", tmp_path / "work.zip", ask=refuse)
    assert sorted(again.same) == sorted(FILES)


@pytest.mark.parametrize("answer", [True, False])
def test_newer_work_is_asked_about_and_never_lost(course, tmp_path, answer):
    (course / "lectures/03.ipynb").write_text("newer notes")
    asked = []
    done = restore(course, tmp_path / "work.zip", ask=lambda names: asked.append(names) or answer)
    assert asked == [["lectures/03.ipynb"]]
    texts = {p.name: p.read_text() for p in (course / "lectures").glob("*.ipynb")}
    assert "newer notes" in texts.values()
    assert texts["03.ipynb"] == ("my notes" if answer else "newer notes")
    assert (done.written, done.kept) == ((["lectures/03.ipynb"], []) if answer else ([], ["lectures/03.ipynb"]))


def test_older_work_is_put_aside_without_asking(course, tmp_path):
    (course / "lectures/03.ipynb").write_text("older notes")
    os.utime(course / "lectures/03.ipynb", (900_000_000, 900_000_000))
    restore(course, tmp_path / "work.zip", ask=refuse)
    assert sorted(p.read_text() for p in (course / "lectures").glob("*.ipynb")) == ["my notes", "older notes"]


def test_a_file_just_as_the_course_came_is_replaced_without_asking(course, tmp_path):
    fresh = tmp_path / "fresh"
    fill(fresh, {"lectures/03.ipynb": "as delivered"})
    os.utime(fresh / "lectures/03.ipynb")  # newer than the work: a clone gives everything the time of today
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "course"],
    ):
        subprocess.run(["git", *command], cwd=fresh, check=True)
    restore(fresh, tmp_path / "work.zip", ask=refuse)
    assert [p.read_text() for p in (fresh / "lectures").glob("*.ipynb")] == ["my notes"]


@pytest.mark.parametrize("name", ["../evil.ipynb", "lectures/../../evil.ipynb", "/evil.ipynb", "mlcourse/ops/conv.py", "lectures/x.py",
                                  "assignments/release/../source/x.ipynb"])  # fmt: skip
def test_an_archive_that_wants_to_write_elsewhere_is_refused_whole(course, tmp_path, name):
    import json

    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("lectures/03.ipynb", "changed")
        archive.writestr(name, "evil")
        archive.writestr("mlcourse-work.json", json.dumps({"times": {"lectures/03.ipynb": 2e9, name: 2e9}}))
    with pytest.raises(ValueError, match="wants to write"):
        restore(course, tmp_path / "bad.zip", ask=refuse)
    assert (course / "lectures/03.ipynb").read_text() == "my notes"


def test_a_damaged_file_is_told_and_nothing_is_written(course, tmp_path):
    whole = (tmp_path / "work.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "other.zip").write_bytes(b"no zip at all")
    for name in ("half.zip", "other.zip"):
        with pytest.raises(ValueError, match="is not a file that `mlcourse save` wrote"):
            restore(course, tmp_path / name, ask=refuse)


def test_the_commands(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(course / "lectures")
    assert main(["save", str(tmp_path / "again.zip")]) == 0
    assert "4 files are in" in capsys.readouterr().out
    (course / "lectures/03.ipynb").write_text("newer notes")
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert main(["restore", str(tmp_path / "again.zip")]) == 0
    assert "left as it is here: lectures/03.ipynb" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "nothing.zip")]) == 1
    assert "is not there" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    assert main(["save", "x.zip"]) == 1
