import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from mlcourse.publish import percent
from mlcourse.publish.percent import build, expected, notebook

CONFIG = Path(__file__).parents[2] / "assignments" / "nbgrader_config.py"
ASSIGNMENT = """
# imports: numpy

# %% [markdown] role="given" name="story"
# Double it.

# %% role="solution" name="double"
def double(x):
    ### BEGIN SOLUTION
    secret = 2
    return secret * x
    ### END SOLUTION

# %% role="test" name="small" points=4
assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(5555) == 11110
### END HIDDEN TESTS

# %% [markdown] role="answer" name="why" points=1.5
# Because two secrets make one.
"""


@pytest.fixture
def course(tmp_path):
    for folder in ("lectures/src", "assignments/src", "assignments/source/double"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lectures/src/01_one.py").write_text("# %% [markdown]\n# # Ein Übungsbeispiel\n", encoding="utf-8")
    (tmp_path / "assignments/src/double.py").write_text(ASSIGNMENT)
    (tmp_path / "assignments/source/double/data.csv").write_text("1,2\n")
    shutil.copy(CONFIG, tmp_path / "assignments")
    return tmp_path


def test_cells():
    text = "# A header.\n\n# %% [markdown]\n# # Title\n# text\n\n# %%\n# %matplotlib inline\nx = 1\n\n\n# %%\n"
    made = notebook(text)
    assert [(c.cell_type, c.source) for c in made.cells] == [
        ("markdown", "# Title\ntext"),
        ("code", "%matplotlib inline\nx = 1"),
        ("code", ""),
    ]
    nbformat.validate(made)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    assert sorted(made.metadata) == ["kernelspec", "language_info"]
    assert all(not c.metadata for c in made.cells)


def test_ids_are_names_or_hashes_and_stay():
    made = notebook('# %% name="first"\n1\n# %%\n1\n# %%\n1\n# %% [markdown]\n# 1\n')
    ids = [c.id for c in made.cells]
    assert ids[0] == "first"
    assert ids[2] == f"{ids[1]}-2"
    assert len(set(ids)) == 4
    later = notebook("# %%\n0\n# %%\n1\n")
    assert later.cells[1].id == ids[1]


def test_roles():
    cells = {c.id: c for c in notebook(ASSIGNMENT).cells}
    common = {"schema_version": 3, "task": False}
    assert cells["story"].metadata.nbgrader == common | {
        "grade_id": "story", "grade": False, "solution": False, "locked": True
    }  # fmt: skip
    assert cells["double"].metadata.nbgrader == common | {
        "grade_id": "double", "grade": False, "solution": True, "locked": False
    }  # fmt: skip
    assert cells["small"].metadata.nbgrader == common | {
        "grade_id": "small", "grade": True, "solution": False, "locked": True, "points": 4
    }  # fmt: skip
    assert cells["why"].metadata.nbgrader == common | {
        "grade_id": "why", "grade": True, "solution": True, "locked": False, "points": 1.5
    }  # fmt: skip


def test_a_folded_cell_hides_its_code_where_jupyter_looks():
    (cell,) = notebook("# %% folded=true\n1").cells
    assert cell.metadata == {"jupyter": {"source_hidden": True}}


def test_seconds_and_imports():
    made = notebook("# ---\n# jupyter: {}\n# ---\n# imports: numpy, torch.nn\n\n# %% seconds=12\n1")
    assert made.metadata.mlcourse == {"imports": ["numpy", "torch.nn"]}
    assert made.cells[0].metadata == {"mlcourse": {"seconds": 12}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1", "a.py has no cell; start each with a line `# %%`"),
        ("x = 1\n# %%\n", "'x = 1' stands before the first cell"),
        ("# imports: numpy torch\n# %%\n", "imports 'numpy torch'; write modules with commas"),
        ("# imports: numpy\n# imports: torch\n# %%\n", "2 lines `# imports:`"),
        ("# %%\n1\n# %% rule='test'\nx = 1\n", "a.py, cell 2 (x = 1): unknown option 'rule'; known are name, role"),
        ("# %% markdown\n# text\n", "`markdown` is not an option; did you mean `[markdown]`"),
        ("# %% points=six\n", "cannot read 'points=six'"),
        ('# %% role="tests" name="a"\n', "unknown role 'tests'; known are solution, test"),
        ('# %% role="test" points=1\n', 'role="test" needs a name'),
        ('# %% role="test" name="a"\n', 'role="test" needs points'),
        ('# %% role="test" name="a" points=-1\n', "points=-1 is not a number from 0 up"),
        ('# %% role="test" name="a" points="6"\n', "points='6' is not a number from 0 up"),
        ('# %% role="solution" name="a" points=6\n', "only test, answer, task carry points"),
        ("# %% folded=1.5\n", "folded=1.5 on a code cell; write folded=true"),
        ("# %% folded=false\n", "folded=False on a code cell"),
        ("# %% [markdown] folded=true\n", "folded=True on a markdown cell"),
        ("# %% seconds=true\n", "seconds=True is not a number"),
        ("# %% seconds=NaN\n", "seconds=nan is not a number"),
        ("# %% seconds=Infinity\n", "seconds=inf is not a number"),
        ('# %% name="a b"\n', "the name 'a b' is not 1 to 64 letters"),
        (f'# %% name="{"a" * 65}"\n', "is not 1 to 64 letters"),
        ('# %% name="a"\n1\n# %% name="a"\n2\n', "cell 2 (2): the name 'a' is taken by an earlier cell"),
        ('# %% [markdown] role="solution" name="a"\n# x\n', 'role="solution" is for code; for words graded by hand'),
        ('# %% role="task" name="a" points=1\n1\n', 'role="task" is for markdown'),
    ],
)
def test_what_is_wrong_is_said(text, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        notebook(text, name="a.py")


def test_build(course, capsys):
    (course / "assignments" / "gradebook.db").write_text("the real one")
    changed = build(course)
    assert [path.relative_to(course).as_posix() for path in changed] == [
        "lectures/01_one.ipynb",
        "assignments/source/double/double.ipynb",
        "assignments/release/double/data.csv",
        "assignments/release/double/double.ipynb",
    ]
    assert "new     lectures/01_one.ipynb" in capsys.readouterr().out
    assert "Übung" in changed[0].read_text(encoding="utf-8")
    assert (course / "assignments" / "gradebook.db").read_text() == "the real one"
    released = changed[3].read_text()
    assert "secret" not in released
    assert "5555" not in released
    cells = nbformat.reads(released, as_version=4).cells
    assert [c.id for c in cells] == ["story", "double", "small", "why"]
    assert all(c.metadata.nbgrader.checksum for c in cells)
    assert json.loads(released)["metadata"]["mlcourse"] == {"imports": ["numpy"]}

    # A second time, in another process with other hashes, nothing changes.
    command = "from mlcourse.publish.percent import build; assert build('.') == []"
    subprocess.run([sys.executable, "-c", command], cwd=course, env=os.environ | {"PYTHONHASHSEED": "77"}, check=True)


@pytest.mark.slow
def test_the_instructors_own_command_writes_the_same(course):
    released = build(course)[3]
    content = released.read_bytes()
    released.write_text("an older one")
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "double"],
        cwd=course / "assignments",
        # A new gradebook calls the program `alembic`, which lies beside this Python.
        env=os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])},
        check=True,
    )
    assert released.read_bytes() == content


def test_expected_writes_nothing(course):
    shutil.rmtree(course / "assignments" / "src")
    files = sorted(course.rglob("*"))
    assert list(expected(course)) == [course / "lectures/01_one.ipynb"]
    assert sorted(course.rglob("*")) == files


def test_a_release_that_fails_says_why(course):
    (course / "assignments/src/double.py").write_text(ASSIGNMENT.replace("### END SOLUTION", ""))
    with pytest.raises(RuntimeError, match=r"(?s)could not release double.*no end solution statement"):
        expected(course)


def test_the_fixed_metadata_stays_fixed():
    notebook("# %%\n").metadata.kernelspec.name = "mine"
    assert percent.METADATA["kernelspec"]["name"] == "python3"
