"""The house's rules as data: which room may import which, names, sizes, docstrings, the thread, what never gets in."""

import ast
import inspect
import io
import json
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from mlcourse import ops

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mlcourse"

# Room or single file -> what it may import of the course. Itself is always allowed; a new room needs its line here.
MAY_IMPORT = {
    "__init__": {"machine", "widgets"},  # inside functions: importing mlcourse stays light
    "answers": set(),
    "backup": {"answers"},
    "check": {"diagnosis", "machine", "nets", "ops"},
    "datasets": set(),
    "diagnosis": {"ops"},
    "grading": {"publish", "trace"},  # formulas on the page of feedback
    "machine": set(),
    "metrics": {"ops"},
    "nets": set(),
    "ops": set(),
    "phantoms": set(),
    "publish": {"trace"},
    "trace": set(),
    "training": {"machine", "ops", "widgets"},  # widgets inside a function, where there is a notebook
    "walkthroughs": {"ops", "trace"},
    "widgets": {"answers", "check", "ops", "trace", "walkthroughs"},  # check and walkthroughs for example()
}
MAY_IMPORT["cli"] = set(MAY_IMPORT)
FROM_THE_PACKAGE = {"device": "machine", "watch": "widgets"}  # what mlcourse/__init__.py hands on by name

LONG = {}  # file over 300 lines -> why it stays one file
MOST_LINES = 300
TELLS_NOTHING = {"common", "helper", "helpers", "misc", "miscellaneous", "stuff", "util", "utilities", "utils"}
DOCUMENTED = (
    "datasets", "diagnosis", "grading", "machine", "metrics", "nets", "ops", "phantoms", "publish", "trace", "training",
    "walkthroughs", "widgets",
)  # fmt: skip
THREAD = ("conv2d", "conv2d_backward")  # names that run through every room

MACHINE_PATH = re.compile(r"(?<![\w./~}-])/(?:home|Users|root|work|mnt|tmp|scratch)/\w[^\s\"'`)]*|\b[A-Z]:\\+Users\b")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|anaconda\.(?:org|com)|conda\.io|crates\.io)\b"
    r"|//[\w.:@-]*(?:pypi|artifactory|devpi|nexus|registry|mirror)[\w.:-]*"
    r"|(?:index[-_]url|find[-_]links|trusted[-_]host)[\s=:\"']+(?!\$)[^\s\"']+"
    r"|//[^\s\"']+/simple\b/?",
    re.IGNORECASE,
)
TORCH_ON_CPU = "https://download.pytorch.org/whl/cpu"


def committed():
    """Every file that git holds or would take; without git, every file that is not hidden."""
    git = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if git.returncode == 0:
        files = [ROOT / name for name in git.stdout.split("\0") if name]
    else:
        files = [
            f for f in ROOT.rglob("*") if not re.search(r"/(\.|__pycache__)", f.relative_to(ROOT.parent).as_posix())
        ]
    return sorted(file for file in files if file.is_file())


FILES = committed()
NAMES = {file: file.relative_to(ROOT).as_posix() for file in FILES}
PYTHON = [file for file in FILES if file.suffix == ".py" and PACKAGE in file.parents]
TEXTS = {}
for file in FILES:
    try:
        TEXTS[file] = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue  # an image or another binary


def room_of(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree(file):
    return ast.parse(TEXTS[file], file.name)


def imported(file):
    """(line, room) of everything of the course that a file imports, at its top or inside a function."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(
                f"{NAMES[file]}:{node.lineno} imports relatively; write the name out: from mlcourse.{room_of(file)}"
            )
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "mlcourse":
            names = [f"mlcourse.{node.attr}"]
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func) and node.args:
            names = [str(getattr(node.args[0], "value", ""))]
        else:
            continue
        for name in names:
            course, _, inside = name.partition(".")
            first = inside.partition(".")[0]
            if course == "mlcourse" and first and not first.startswith("__"):
                yield node.lineno, FROM_THE_PACKAGE.get(first, first)


def ids(files):
    return [NAMES[file] for file in files]


@pytest.mark.parametrize("file", PYTHON, ids=ids(PYTHON))
def test_a_room_imports_only_what_it_may(file):
    room = room_of(file)
    assert room in MAY_IMPORT, f"mlcourse/{room} has no line in MAY_IMPORT"
    for line, other in imported(file):
        assert other in MAY_IMPORT, f"{NAMES[file]}:{line} imports mlcourse.{other}, which has no line in MAY_IMPORT"
        assert other == room or other in MAY_IMPORT[room], f"{NAMES[file]}:{line}: {room} may not import {other}"


def code_of(text):
    """Python without comments and docstrings."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    docstrings = {
        (node.body[0].lineno, node.body[0].col_offset)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    return " ".join(t.string for t in tokens if t.type != tokenize.COMMENT and t.start not in docstrings)


def test_one_file_of_ops_names_torch():
    naming = {file.name for file in PYTHON if room_of(file) == "ops" and "torch" in code_of(TEXTS[file])}
    assert naming == {"_arrays.py"}


def test_no_two_files_of_tests_have_one_name():
    """pytest would not collect the second."""
    names = [path.name for path in committed() if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted(set(names)) == sorted(names)


def test_files_are_short_or_say_why():
    rooms = ("mlcourse/", "tests/", "benchmarks/")
    lines = {
        NAMES[file]: TEXTS[file].count("\n")
        for file in TEXTS
        if file.suffix in {".py", ".js", ".css"} and NAMES[file].startswith(rooms)
    }
    long = {name for name, count in lines.items() if count > MOST_LINES}
    assert not long - LONG.keys(), f"over {MOST_LINES} lines: split them, or give the reason in LONG"
    assert not LONG.keys() - long, "no longer long: take them out of LONG"
    assert all(LONG.values())


def test_names_say_what_is_inside():
    nameless = {
        name for name in NAMES.values() if TELLS_NOTHING & {part.split(".")[0] for part in name.lower().split("/")}
    }
    assert not nameless


def offered(room):
    """(file, definition) of the functions and classes a room offers: its `__all__`, else all that is public."""
    files = [file for file in PYTHON if room_of(file) == room]
    defined = [
        (file, node) for file in files for node in tree(file).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    named = None
    for file in files:
        if file == PACKAGE / room / "__init__.py":  # not that of a folder in it
            for node in tree(file).body:
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                    named = ast.literal_eval(node.value)
    return [
        (file, node)
        for file, node in defined
        if (node.name in named if named is not None else not node.name.startswith("_"))
    ]


@pytest.mark.parametrize("room", DOCUMENTED)
def test_what_a_room_offers_is_explained(room):
    """A walkthrough with the name of an operation is explained there: it takes the same."""
    missing = []
    for file, node in offered(room):
        where, text = f"{NAMES[file]}:{node.lineno} {node.name}", ast.get_docstring(node)
        if not text:
            missing.append(f"{where} has no docstring")
        elif isinstance(node, ast.FunctionDef) and not (room == "walkthroughs" and hasattr(ops, node.name)):
            a = node.args
            names = {p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if p}
            section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", text, re.DOTALL | re.MULTILINE)
            untold = {n for n in names if not section or not re.search(rf"^[\w*, ]*\b{n}\b", section[1], re.MULTILINE)}
            if untold:
                missing.append(f"{where} does not explain {', '.join(sorted(untold))} under Parameters")
    assert not missing, "\n".join(missing)


def test_a_walkthrough_takes_what_its_operation_takes():
    from mlcourse import walkthroughs

    told = set(ops.__all__) & set(walkthroughs.__all__)
    assert told >= set(THREAD)
    for name in told:
        operation = list(inspect.signature(getattr(ops, name)).parameters.values())
        story = list(inspect.signature(getattr(walkthroughs, name)).parameters.values())
        known = [p.name for p in operation]
        shared = [p for p in story if p.name in known]
        assert story[: len(shared)] == shared == operation[: len(shared)], f"{name}: {shared} of {operation}"
        needed = [p.name for p in operation if p.kind is not p.KEYWORD_ONLY]
        assert needed == [p.name for p in shared][: len(needed)], f"{name} leaves some of {needed} out"


def defines(room, name):
    return any(node.name == name for file, node in offered(room) if isinstance(node, ast.FunctionDef))


PLACES = {
    "ops": lambda name: defines("ops", name),
    "walkthroughs": lambda name: defines("walkthroughs", name),
    "check": lambda name: (PACKAGE / "check" / f"{name}.py").is_file(),
    "assignments/src": lambda name: (ROOT / "assignments" / "src" / f"{name}.py").is_file(),
    "tests/submissions": lambda name: all(
        list((ROOT / "tests" / "submissions" / name).glob(pattern))
        for pattern in ("right_*.py", "wrong_*.py", "odd_*.py", "expected.toml")
    ),
}


@pytest.mark.parametrize("name", THREAD)
@pytest.mark.parametrize("place", PLACES)
def test_the_thread_runs_through_every_room(name, place):
    assert PLACES[place](name), f"{name} is missing in {place}"


def found(pattern, text):
    return [(text.count("\n", 0, match.start()) + 1, match[0]) for match in pattern.finditer(text)]


def test_no_file_names_a_place_on_one_machine():
    here = {ROOT, Path.home()} | ({Path(sys.prefix)} if sys.prefix != sys.base_prefix else set())
    mine = "|".join(re.escape(str(path)) for path in here if len(path.parts) > 2)
    patterns = [MACHINE_PATH] + ([re.compile(rf"(?:{mine})\b")] if mine else [])
    named = [
        f"{NAMES[file]}:{line} {what}"
        for file, text in TEXTS.items()
        for p in patterns
        for line, what in found(p, text)
    ]
    assert not named, "\n".join(named)


def test_no_file_names_a_registry():
    named = [
        f"{NAMES[file]}:{line} {what}"
        for file, text in TEXTS.items()
        for line, what in found(REGISTRY, text)
        if TORCH_ON_CPU not in what
    ]
    assert not named, "\n".join(named)


NOTEBOOKS = [file for file in TEXTS if file.suffix == ".ipynb"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=ids(NOTEBOOKS))
def test_a_notebook_carries_no_outputs(file):
    content = json.loads(TEXTS[file])
    assert not {"widgets", "jupytext"} & content["metadata"].keys()
    for number, cell in enumerate(content["cells"]):
        assert not cell.get("outputs"), f"cell {number} has outputs"
        assert cell.get("execution_count") is None, f"cell {number} was run"
