import subprocess
import sys

import pytest
from nbformat import v4
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.nbgraderformat import MetadataValidator, ValidationError
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets.config import Config

from mlcourse.grading import configure
from mlcourse.grading.steps.step import JudgeStep
from mlcourse.grading.steps.submitted.metadata import CheckMetadataOnce

FEEDBACK = ["HideHidden", "TellRepairs", "ReadableFeedback"]


class Mine(NbGraderPreprocessor):
    """A course's own step."""


def names(steps):
    return [step if isinstance(step, str) else step.__name__ for step in steps]


def nbgraders(steps):
    """Names of nbgrader's own list, as ours has it: with the check of its notes that does not check the same twice."""
    return [name.replace("CheckCellMetadata", "CheckMetadataOnce") for name in names(steps)]


def lists(c):
    return (
        names(c.Autograde.sanitize_preprocessors),
        names(c.Autograde.autograde_preprocessors),
        names(c.GenerateAssignment.preprocessors),
        names(c.GenerateFeedback.preprocessors),
        names(c.HTMLExporter.preprocessors),
    )


def test_every_step_of_nbgraders_own_but_one_stays():
    c = Config()
    configure(c)
    sanitize, autograde, release, feedback, _ = lists(c)
    assert sanitize == ["Restore", *nbgraders(Autograde().sanitize_preprocessors)]
    assert [n for n in autograde if n not in ("JudgedExecution", "RecordReasons")] == [
        n for n in nbgraders(Autograde().autograde_preprocessors) if n != "Execute"
    ]
    assert autograde[0] == "JudgedExecution"
    assert autograde[autograde.index("SaveAutoGrades") + 1] == "RecordReasons"
    assert [n for n in release if n != "ReleaseCheck"] == names(GenerateAssignment().preprocessors)
    assert release.index("InstantiateTests") < release.index("ReleaseCheck") < release.index("ClearSolutions")
    assert feedback == [*FEEDBACK, *names(GenerateFeedback().preprocessors)]
    assert Autograde(config=c).exporter_class.__name__ == "PlainNotebook"


def test_nbgraders_notes_are_checked_and_the_same_only_once(monkeypatch):
    monkeypatch.setattr(CheckMetadataOnce, "checked", set())
    checked, check = [], MetadataValidator.validate_nb
    monkeypatch.setattr(MetadataValidator, "validate_nb", lambda self, nb: checked.append(nb) or check(self, nb))
    step = CheckMetadataOnce()

    def notebook(points, source="1"):
        about = {"grade_id": "a", "grade": True, "solution": False, "locked": True, "points": points}
        cell = v4.new_code_cell(source)
        cell.metadata["nbgrader"] = about | {"schema_version": 3, "cell_type": "code", "task": False}
        return v4.new_notebook(cells=[cell])

    for source in ("1", "2"):
        nb = notebook(3, source)
        assert step.preprocess(nb, {}) == (nb, {})
    assert len(checked) == 1
    step.preprocess(notebook(4), {})
    for _ in range(2):
        with pytest.raises(ValidationError):
            step.preprocess(notebook("many"), {})
    assert len(checked) == 4


def test_twice_is_once():
    c = Config()
    configure(c)
    before = lists(c)
    configure(c)
    assert lists(c) == before


def test_a_courses_own_steps_stay():
    c = Config()
    c.Autograde.autograde_preprocessors = [Mine, Execute, "nbgrader.preprocessors.SaveAutoGrades"]
    c.GenerateFeedback.preprocessors = [Mine]
    c.HTMLExporter.preprocessors = [Mine]
    configure(c)
    _, autograde, _, feedback, _ = lists(c)
    assert autograde == ["Mine", "JudgedExecution", "nbgrader.preprocessors.SaveAutoGrades", "RecordReasons"]
    assert feedback == [*FEEDBACK, "Mine"]


def test_a_list_without_the_place_is_refused():
    c = Config()
    c.GenerateAssignment.preprocessors = [Mine]
    with pytest.raises(ValueError, match="ClearSolutions is not among"):
        configure(c)


def test_options_reach_the_steps():
    c = Config()
    configure(
        c,
        withheld=("a.b",),
        cell_seconds=1,
        call_seconds=2,
        test_seconds=3,
        output_characters=4,
        input_megabytes=5,
        memory_megabytes=6,
        allow_unconfined=True,
        gpu=["ps1"],
    )
    step, without = JudgeStep(config=c), JudgeStep(config=Config())
    bounds = {"disk": 256e6, "processes": 64}
    assert step.limits() == bounds | {
        "submission": 30.0,
        "cell": 1.0,
        "call": 2.0,
        "test": 3.0,
        "output": 4,
        "memory": 6e6,
    }
    assert step.withheld_in("ps1") == ["a.b"]
    assert step.input_megabytes == 5
    assert (step.allow_unconfined, without.allow_unconfined) == (True, False)
    assert [one.has_gpu(name) for one in (step, without) for name in ("ps1", "ps2")] == [True, False, False, False]
    seconds = {"submission": 900.0, "cell": 30.0, "call": 10.0, "test": 60.0}
    assert without.limits() == bounds | seconds | {"output": 200_000, "memory": 2e9}
    with pytest.raises(TypeError, match=r"give a sequence of names: gpu=\('\*',\)"):
        configure(c, gpu="*")


def test_what_is_withheld_may_differ():
    c = Config()
    configure(c, withheld={"ps1": ["a"], "*": ("c", "b")})
    step = JudgeStep(config=c)
    assert (step.withheld_in("ps1"), step.withheld_in("ps2")) == (["a"], ["b", "c"])
    with pytest.raises(TypeError, match=r"give a sequence of names: withheld=\('a.b',\)"):
        configure(c, withheld="a.b")


def test_no_limit_of_nbgraders_is_a_day():
    c = Config()
    c.Execute.timeout = None
    assert JudgeStep(config=c).limits()["cell"] == 24 * 3600


def test_a_step_outside_nbgrader_says_so():
    with pytest.raises(RuntimeError, match="JudgeStep works within nbgrader's commands only"):
        JudgeStep().folder("source", {})


def test_importing_it_is_light():
    code = "import sys, mlcourse.grading as g; assert g.configure; print({'nbgrader', 'torch', 'numpy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
