"""Every exercise: its right function is right, each misconception is wrong and called by its name, no text tells too much."""

import ast
import inspect
import re
from pathlib import Path

import array_api_compat
import numpy as np
import pytest

from mlcourse import check
from mlcourse.diagnosis import Exercise

EXERCISES = {name: e for name in check.__all__ if isinstance(e := getattr(check, name), Exercise)}
IN_BOTH_LIBRARIES = "mlcourse.check.unet."  # there a misconception works on a torch tensor as it does on an array
PARTS = [pytest.param(e, part, id=f"{n}-{part}") for n, e in EXERCISES.items() for part in e.parts]
MISCONCEPTIONS = [
    pytest.param(e, m, id=f"{n}-{m.name}") for n, e in EXERCISES.items() for m in e.misconceptions.values()
]
SHORT = {"as_mask", "predict", "up_level"}  # their solutions are a line or two
ASSIGNMENTS = Path(__file__).parents[2] / "assignments" / "src"

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
every_part = pytest.mark.parametrize(("exercise", "part"), PARTS)
every_misconception = pytest.mark.parametrize(("exercise", "misconception"), MISCONCEPTIONS)
public_and_hidden = pytest.mark.parametrize("hidden", [False, True], ids=["public", "hidden"])


@pytest.fixture(autouse=True)
def library_allowed(monkeypatch):
    """Switch off the watch for library functions, for these tests alone: `right` and what is made of it are library."""
    monkeypatch.setattr("mlcourse.diagnosis.calls.LIBRARY", [])


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")


def handed_in(misconception):
    """The wrong function as a student would hand it in: in the library, dtype and on the device of its input."""

    def answer(*arguments, **options):
        first = next((a for a in arguments if array_api_compat.is_array_api_obj(a)), None)
        as_it_is = misconception.function.__module__.startswith(IN_BOTH_LIBRARIES)
        if first is None or isinstance(first, np.ndarray) or as_it_is:
            return misconception.function(*arguments, **options)
        xp = array_api_compat.array_namespace(first)
        given = [a.cpu().numpy().astype(float) if array_api_compat.is_array_api_obj(a) else a for a in arguments]
        returned = misconception.function(*given, **options)
        return tuple(xp.asarray(np.array(a), dtype=first.dtype, device=first.device) for a in returned)

    return answer


@every_part
@public_and_hidden
def test_the_right_function_is_right(exercise, part, hidden):
    verdict = exercise(exercise.right, part=part, hidden=hidden)
    assert verdict.kind == "right", str(verdict)


@every_misconception
@public_and_hidden
def test_a_misconception_is_wrong_and_called_by_its_own_name(exercise, misconception, hidden):
    verdicts = [exercise(handed_in(misconception), part=part, hidden=hidden) for part in exercise.parts]
    wrong = [verdict for verdict in verdicts if not verdict]
    assert wrong, "right in every part: no input tells it from the right function"
    for verdict in wrong:
        assert verdict.kind == "misconception", str(verdict)
        assert set(verdict.named.values()) == {misconception.name}, str(verdict)
        assert misconception.says in verdict.says
        assert misconception.hint in verdict.hint


@every_exercise
def test_every_part_says_what_it_is_about(exercise):
    for draw in exercise.parts.values():
        assert (inspect.getdoc(draw) or "").endswith("."), f"{draw.__name__} has no docstring of one sentence"


@every_misconception
def test_a_misconception_has_a_sentence_and_a_hint(exercise, misconception):
    paragraphs = inspect.getdoc(misconception.function).split("\n\n")
    assert [" ".join(p.split()) for p in paragraphs] == [misconception.says, misconception.hint]
    assert re.fullmatch(r"[A-Z].{20,}\.", misconception.says), "the first paragraph is one sentence"
    assert re.fullmatch(r"[A-Z`].{20,}[.?]", misconception.hint), "the second paragraph is a hint"


@every_exercise
def test_no_two_misconceptions_say_the_same(exercise):
    sentences = [m.says for m in exercise.misconceptions.values()]
    assert not [(a, b) for a in sentences for b in sentences if a is not b and a in b]


def solution(name):
    """The author's answer to the exercise ``name``."""
    for path in ASSIGNMENTS.glob("*.py"):
        for cell in re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            options, _, source = cell.partition("\n")
            if 'role="solution"' in options and f'name="{name}"' in options:
                return source
    raise LookupError(f"no assignment has a solution cell named {name}")


def squeezed(text):
    return re.sub(r"\s+", "", text)


@every_misconception
def test_no_docstring_gives_the_solution_away(exercise, misconception):
    doc = squeezed(inspect.getdoc(misconception.function))
    code = (ast.Assign, ast.AugAssign, ast.BinOp, ast.Call, ast.Compare, ast.Subscript)
    pieces = {squeezed(ast.unparse(n)) for n in ast.walk(ast.parse(solution(exercise.name))) if isinstance(n, code)}
    assert len(pieces) > (1 if exercise.name in SHORT else 10)
    assert not [piece for piece in pieces if len(piece) > 7 and piece in doc]
    assert not re.search(r"\b(np|torch)\.", doc), "a hint asks, it does not program"


@every_part
@public_and_hidden
def test_inputs_are_square_in_nothing(exercise, part, hidden):
    names = list(inspect.signature(exercise.right).parameters)
    for arguments, options in exercise.draws(part, hidden=hidden):
        for name, a in zip(names, arguments, strict=False):
            if name in ("x", "w"):
                assert a.shape[-1] != a.shape[-2], f"{name} has shape {tuple(a.shape)}"
        for name, value in options.items():
            if isinstance(value, tuple):
                assert len(set(value)) == len(value), f"{name} is {value}"


def same(some, others):
    """Whether two lists of draws hold the same numbers."""
    return [_plain(draw) for draw in some] == [_plain(draw) for draw in others]


def _plain(draw):
    arguments, options = draw
    return [(tuple(a.shape), str(a.dtype), a.tolist()) if hasattr(a, "tolist") else a for a in arguments], options


@every_part
def test_draws_are_the_same_each_time(exercise, part):
    assert same(exercise.draws(part), exercise.draws(part))
    assert same(exercise.draws(part, hidden=True), exercise.draws(part, hidden=True))


@every_part
def test_draws_differ_within_a_part(exercise, part):
    draws = exercise.draws(part)
    assert len(draws) > 1
    assert not same(draws[:1] * (len(draws) - 1), draws[1:])


@every_part
def test_hidden_draws_differ_and_hang_on_the_secret(exercise, part, monkeypatch):
    first = exercise.draws(part, hidden=True)
    assert not same(first, exercise.draws(part))
    monkeypatch.setenv("MLCOURSE_SECRET", "another one")
    assert not same(first, exercise.draws(part, hidden=True))
    monkeypatch.delenv("MLCOURSE_SECRET")
    assert not same(exercise.draws(part), exercise.draws(part, hidden=True))


def test_an_unknown_exercise_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match=r"no exercise 'conv2d_backwards'\. Did you mean conv2d_backward\?"):
        check.conv2d_backwards  # noqa: B018
    with pytest.raises(AttributeError, match="There are: as_mask, conv2d, conv2d_backward, "):
        check.quite_another  # noqa: B018
