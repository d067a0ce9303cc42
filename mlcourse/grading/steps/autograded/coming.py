"""Which notebooks nbgrader goes on to grade, and what it will then ask of the judge. A guess: nothing is written."""

import glob
import re
from dataclasses import dataclass
from pathlib import Path

from mlcourse.grading.steps.once import once, state_of
from mlcourse.grading.steps.release.manifest import known
from mlcourse.grading.steps.submitted.files import handed_in
from mlcourse.grading.steps.submitted.restore import restored


@dataclass(frozen=True)
class Coming:
    """A submitted notebook.

    Attributes
    ----------
    path : Path
        Of the notebook.
    about : dict
        ``student``, ``assignment``, ``notebook`` and ``db_url``, as nbgrader's resources have them.
    graded : Path
        Where its graded copy will lie.
    """

    path: Path
    about: dict
    graded: Path

    def is_that_of(self, resources):
        """Whether it is the notebook that these resources tell of."""
        names = ("student", "assignment", "notebook")
        return all(self.about[name] == resources["nbgrader"][name] for name in names)

    def is_wanted(self, converter):
        """Whether nbgrader will grade it: with ``--force``, or if it is newer than its graded copy."""
        course, student = converter.coursedir, self.about["student"]
        if student in (course.student_id_exclude or "").split(","):
            return False
        if converter.force or not self.graded.exists():
            return True
        try:
            submitted, graded = (course.get_existing_timestamp(str(one.parent)) for one in (self.path, self.graded))
        except ValueError:
            return False
        return bool(submitted and graded and submitted > graded)


def coming(step, resources):
    """List the notebooks of the command that is running, in nbgrader's order.

    Parameters
    ----------
    step : JudgeStep
        Knows the command.
    resources : dict
        nbconvert's, of any of them.

    Returns
    -------
    list of Coming
        Those that need no grading among them.
    """
    converter = step.converter
    course = converter.coursedir
    names = course.format_path(course.submitted_directory, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
    found = []
    for folder in sorted(converter.assignments):
        match = re.match(names, folder)
        for path in map(Path, sorted(converter.assignments[folder])) if match else ():
            about = match.groupdict() | {"notebook": path.stem, "db_url": resources["nbgrader"]["db_url"]}
            graded = step.folder("autograded", {"nbgrader": about})
            found.append(Coming(path, about, graded / path.name))
    return found


def guessed(step, one):
    """Guess the job of a notebook, without the marks that grading it leaves.

    Parameters
    ----------
    step : JudgedExecution
        Puts jobs together.
    one : Coming
        The notebook.

    Returns
    -------
    dict or None
        None where it will not be graded, or not like the others: then there is nothing to begin with.
    """
    try:
        if not one.is_wanted(step.converter):
            return None
        resources = {"nbgrader": one.about}
        author, manifest = known(step, resources)
        if manifest is None or manifest["refused"]:
            return None
        nb, _ = step.converter.exporter.look_at(one.path)
        return step.job(restored(nb, author)[0], resources, author, manifest, _files(step, one, resources))
    except Exception as error:
        step.log.debug("nothing is computed ahead for %s: %r", one.path, error)
        return None


def _files(step, one, resources):
    """The files that nbgrader will put beside the notebook: those handed in, and over them the author's."""
    source, batch = step.folder("source", resources), step.converter.exporter.batch
    ignore = [*batch.ignore, *map(glob.escape, batch.of(str(one.path)).left_out)]
    authors = once(
        step, ("files", source), state_of(source), lambda: handed_in(source, step.input_megabytes, batch.ignore)
    )
    kept = step.converter.exclude_overwriting.get(one.about["assignment"], ())
    return handed_in(one.path.parent, step.input_megabytes, ignore) | {
        name: content for name, content in authors.items() if name not in kept
    }
