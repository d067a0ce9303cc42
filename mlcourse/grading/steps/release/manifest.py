"""What is kept of a release beside the gradebook: what crossed when the author's solutions were judged."""

from mlcourse.grading.steps import kept
from mlcourse.grading.steps.autograded.job import fingerprint, reference
from mlcourse.grading.steps.once import once, state_of
from mlcourse.grading.steps.release.author import in_course
from mlcourse.grading.steps.release.marks import as_the_judge_marks
from mlcourse.grading.steps.submitted.files import handed_in


def reference_job(step, author, resources):
    """Put the reference run of an assignment together from its folders.

    Parameters
    ----------
    step : JudgeStep
        Knows the course's folders and the options.
    author : Authored
        What the author wrote.
    resources : dict
        nbconvert's.

    Returns
    -------
    dict
        A job.
    """
    about = resources["nbgrader"]
    source = step.folder("source", resources)
    return reference(
        as_the_judge_marks(step, author),
        step.withheld_in(about["assignment"]),
        name=f"{about['assignment']}/{about['notebook']}: the author",
        student_files=handed_in(source, step.input_megabytes, step.converter.coursedir.ignore),
        judge_folder=str(source.resolve()) if source.is_dir() else None,
        limits=step.limits(),
        gpu=step.has_gpu(about["assignment"]),
    )


def path_of(step, resources):
    """Return where the manifest of a notebook lies: ``judge/ASSIGNMENT/NOTEBOOK.json`` beside the gradebook.

    Parameters
    ----------
    step : JudgeStep
        Knows the course's folders.
    resources : dict
        nbconvert's.

    Returns
    -------
    Path
        In the course's root where the gradebook is no file.
    """
    about = resources["nbgrader"]
    return (
        kept.folder(step.converter.coursedir.root, about["db_url"]) / about["assignment"] / f"{about['notebook']}.json"
    )


def record(path, job, result, refused=None):
    """Write a manifest, whole or not at all.

    Parameters
    ----------
    path : Path
        Where to.
    job : dict
        The reference run.
    result : dict
        What came of it.
    refused : str, optional
        Why nobody can be graded with it.

    Returns
    -------
    dict
        What was written.
    """
    manifest = {
        "fingerprint": fingerprint(job),
        "contract": result["contract"],
        "inside": [cell["id"] for cell in job["cells"] if cell["kind"] == "inside"],
        "seconds": {key: cell.get("seconds") for key, cell in result["cells"].items()},
        "refused": refused,
    }
    kept.write(path, manifest)
    return manifest


def current(step, resources):
    """Read the manifest of a notebook, or make it anew where it is missing or older than what was released.

    Parameters
    ----------
    step : JudgeStep
        Knows the course's folders, and the judge.
    resources : dict
        nbconvert's.

    Returns
    -------
    tuple of Authored and dict
        What the author wrote, and the manifest.

    Raises
    ------
    ValueError
        If the author's own solutions do not have full marks.
    """
    author, manifest = known(step, resources)
    if manifest is None:
        job = reference_job(step, author, resources)
        step.log.warning(
            "The judge runs the author's solutions of %s again: what was released has changed", job["name"]
        )
        result = step.compute(job)
        manifest = record(path_of(step, resources), job, result, _refused(job, result))
    if manifest["refused"]:
        raise ValueError(manifest["refused"])
    return author, manifest


def known(step, resources):
    """Read the manifest of a notebook.

    Parameters
    ----------
    step : JudgeStep
        Knows the course's folders.
    resources : dict
        nbconvert's.

    Returns
    -------
    tuple of Authored and dict or None
        What the author wrote, and the manifest; None where it is missing or older than what was released. It may say that
        nobody can be graded with it.
    """
    author, path = in_course(step, resources), path_of(step, resources)

    def read():
        manifest = _read(path)
        return manifest if manifest.get("fingerprint") == fingerprint(reference_job(step, author, resources)) else None

    # The author is what `once` gave, so it is another where the source notebook changed.
    state = id(author), state_of(step.folder("source", resources), path)
    return author, once(step, ("manifest", path), state, read)


def missed(job, result):
    """Return the names of the tests at which a run did not reach full marks.

    Parameters
    ----------
    job : dict
        What was run.
    result : dict
        What came of it.

    Returns
    -------
    list of str
        In the notebook's order.
    """
    tests = [cell for cell in job["cells"] if cell["kind"] in ("test", "inside")]
    return [cell["id"] for cell in tests if result["cells"].get(cell["id"], {}).get("score") != cell["points"]]


def _refused(job, result):
    tests = missed(job, result)
    if tests:
        return (
            f"the author's own solution does not reach full marks in {', '.join(tests)}, so nobody can be graded; "
            "mend the source notebook and generate the assignment again"
        )
    return None


def _read(path):
    manifest = kept.read(path)
    return manifest if {"contract", "refused"} <= manifest.keys() else {}
