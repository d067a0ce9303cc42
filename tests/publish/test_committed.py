"""What is committed is what the texts say, byte for byte, and a release tells nothing it should not."""

import re
from pathlib import Path

import nbformat
import pytest

from mlcourse.publish.percent import expected

ROOT = Path(__file__).parents[2]
HIDDEN = re.compile(r"BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)\n[^\n]*END \1", re.DOTALL)


@pytest.fixture(scope="module")
def built():
    return expected(ROOT)


def test_there_are_lectures():
    assert list((ROOT / "lectures" / "src").glob("*.py")), "lectures/src holds no lecture"


def test_committed_bytes_are_built_bytes(built):
    old = [
        str(path.relative_to(ROOT)) for path, made in built.items() if not path.exists() or path.read_bytes() != made
    ]
    assert not old, f"{old} do not follow from their texts; run `make notebooks`"


def test_no_notebook_without_a_text(built):
    lost = {*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("assignments/source/*/*.ipynb")} - set(built)
    lost |= {path for path in ROOT.glob("assignments/release/*/**/*") if path.is_file()} - set(built)
    lost = {
        path for path in lost if not {".ipynb_checkpoints", ".mlcourse"} & set(path.parts)
    }  # Jupyter's and a student's
    assert not lost, f"nothing builds {sorted(map(str, lost))}; delete them, or write their text in src/"


def test_no_outputs(built):
    for path in built:
        if path.suffix == ".ipynb":
            for cell in nbformat.read(path, as_version=4).cells:
                assert not cell.get("outputs"), f"{path.name}, cell {cell.id}"
                assert cell.get("execution_count") is None, f"{path.name}, cell {cell.id}"


@pytest.mark.parametrize("source", sorted(ROOT.glob("assignments/src/*.py")), ids=lambda path: path.stem)
def test_a_release_shows_nothing_hidden(source):
    secret = secret_lines(source.read_text(encoding="utf-8"))
    assert secret, f"{source.name} has nothing between markers; what do students write?"
    released = [path for path in (ROOT / "assignments" / "release" / source.stem).rglob("*") if path.is_file()]
    assert released
    for path in released:
        lines = shown_lines(path)
        assert not (told := secret & lines), f"{path.name} shows {told}"
        assert not [line for line in lines if re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS)", line)]


def secret_lines(text):
    """The lines between markers, but for those that also stand outside: what is given anyway is no secret."""
    hidden = {line.strip() for _, part in HIDDEN.findall(text) for line in part.splitlines()}
    given = {line.strip() for line in HIDDEN.sub("", text).splitlines()}
    return hidden - given - {""}


def shown_lines(path):
    if path.suffix != ".ipynb":
        return {line.strip() for line in path.read_bytes().decode(errors="replace").splitlines()}
    cells = nbformat.read(path, as_version=4).cells
    return {line.strip() for cell in cells for line in cell.source.splitlines()}


def test_secret_lines():
    text = (
        "a = 1\n### BEGIN SOLUTION\na = 1\nb = 2\n### END SOLUTION\n### BEGIN HIDDEN TESTS\nc\n### END HIDDEN TESTS\n"
    )
    assert secret_lines(text) == {"b = 2", "c"}
