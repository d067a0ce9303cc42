"""Which of our steps stands where in nbgrader's lists of preprocessors."""

from mlcourse.grading.steps.autograded.execute import JudgedExecution
from mlcourse.grading.steps.autograded.reasons import RecordReasons
from mlcourse.grading.steps.feedback.harmless import Harmless
from mlcourse.grading.steps.feedback.hide import HideHidden
from mlcourse.grading.steps.feedback.page import ReadableFeedback
from mlcourse.grading.steps.feedback.repairs import TellRepairs
from mlcourse.grading.steps.release.release_check import ReleaseCheck
from mlcourse.grading.steps.submitted.metadata import CheckMetadataOnce
from mlcourse.grading.steps.submitted.opening import PlainNotebook
from mlcourse.grading.steps.submitted.restore import Restore

OURS = (Restore, JudgedExecution, RecordReasons, ReleaseCheck, Harmless, HideHidden, TellRepairs, ReadableFeedback)


def into(c):
    """Put the judge's steps into what a config has for nbgrader's commands, or else into nbgrader's own lists.

    Parameters
    ----------
    c : traitlets.config.Config
        Is changed. To do it twice changes nothing more.

    Raises
    ------
    ValueError
        If a list lacks the step that one of ours replaces or follows.
    """
    from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback

    sanitize = _listed(c.Autograde, Autograde, "sanitize_preprocessors")
    c.Autograde.sanitize_preprocessors = [Restore, *_checking_once(sanitize)]

    autograde = _listed(c.Autograde, Autograde, "autograde_preprocessors")
    if "Execute" in map(_name, autograde):
        autograde[_place(autograde, "Execute")] = JudgedExecution
    else:
        autograde.insert(0, JudgedExecution)
    autograde.insert(_place(autograde, "SaveAutoGrades") + 1, RecordReasons)
    c.Autograde.autograde_preprocessors = _checking_once(autograde)
    c.Autograde.exporter_class = PlainNotebook

    release = _listed(c.GenerateAssignment, GenerateAssignment, "preprocessors")
    release.insert(_place(release, "ClearSolutions"), ReleaseCheck)
    c.GenerateAssignment.preprocessors = release

    feedback = _listed(c.GenerateFeedback, GenerateFeedback, "preprocessors")
    c.GenerateFeedback.preprocessors = [HideHidden, TellRepairs, ReadableFeedback, *feedback]

    pages = c.HTMLExporter.get("preprocessors")  # every page, the formgrader's too
    pages = pages if isinstance(pages, list | tuple) else []
    c.HTMLExporter.preprocessors = [*(page for page in pages if _name(page) not in map(_name, OURS)), Harmless]


def _listed(section, converter, name):
    """What the course has put there; else nbgrader's own list, read from the trait so that a newer one counts."""
    chosen = section.get(name)
    if not isinstance(chosen, list | tuple):  # asking a config for what it lacks makes a LazyConfigValue
        chosen = getattr(converter(), name)
    return [step for step in chosen if _name(step) not in map(_name, OURS)]


def _checking_once(steps):
    return [CheckMetadataOnce if _name(step) == "CheckCellMetadata" else step for step in steps]


def _name(step):
    return step.rpartition(".")[2] if isinstance(step, str) else step.__name__


def _place(steps, name):
    names = [_name(step) for step in steps]
    if name not in names:
        raise ValueError(
            f"nbgrader's {name} is not among {names}; the judge has its place beside it. Put it in before configure(c)."
        )
    return names.index(name)
