"""What a student is told of a submission: nothing that hidden tests could have put there.

What a student's function was given, it may keep: and print it in a later cell, return it to a later test, whose message
then shows it, or raise it as an error. So of all that came after hidden lines began to run, nothing is told. What stands on the page
instead comes of a second run, in processes that never saw a hidden line; and of a hidden test only that it failed, with such
words as its author wrote to be read.
"""

import builtins

from mlcourse.grading.judge.asking import NOT_IN_TIME, TEST_TOO_LONG
from mlcourse.grading.judge.regions import hidden_lines, runnable_without, written_to_be_read
from mlcourse.grading.wire.bounds import ENDED

FAILED = "A hidden test failed."
NOT_TOLD = "It failed after hidden tests had run, so what came is not shown."
NOT_SHOWN = "[This cell ran after hidden tests, so what it shows is left out here.]\n"
FROM_THE_TEST = ("test", "inside")


def of_hidden_lines(one):
    """Tell of a failure in hidden lines.

    An error may carry words for the student: a string `feedback`, which an author's function gives it.

    Parameters
    ----------
    one : Examination

    Returns
    -------
    dict
        An error as notebooks keep it.
    """
    broken, error = one.space.peer.broken, one.error
    said = ""
    if broken:
        said = broken if _is_fixed(broken) else ""
    elif hasattr(error, "asked_outside"):  # raised by the student's code, and a class may be named by anybody
        name = type(error).__name__
        said = f"Your code raised {name}." if vars(builtins).get(name) is type(error) else "Your code raised an error."
    elif isinstance(error, Exception):
        words = getattr(error, "feedback", None)
        text = str(error) if type(error).__str__ in (BaseException.__str__, Exception.__str__) else ""
        said = words if type(words) is str else text if text in written_to_be_read(one.cell["source"]) else ""
    return failure(f"{FAILED} {said}".rstrip())


def failure(text):
    """Return an error as notebooks keep it.

    Parameters
    ----------
    text : str
    """
    return {"output_type": "error", "ename": "Failed", "evalue": text, "traceback": [text]}


def apart_from_hidden_tests(job, result, compute):
    """Put into a result, for the cells from the first whose hidden lines ran, what came without hidden tests.

    Parameters
    ----------
    job : dict
    result : dict
        What came of it. Is changed: points stay as they are, `outputs` become what may be told, `detail` what else there is
        for graders.
    compute : callable
        Does the second job, if one is needed.

    Returns
    -------
    dict
        The result.
    """
    cells = job["cells"]
    first = next((n for n, cell in enumerate(cells) if _is_secret(cell, result["cells"][cell["id"]])), None)
    if job.get("contract") is None or first is None:
        return result
    after = cells[first:]
    again = {}
    if any(_shows(cell, result["cells"][cell["id"]]) for cell in after):
        apart = {part: _without_hidden(job[part]) for part in ("cells", "author")}
        again = compute(job | apart)["cells"] if all(apart.values()) else {}
    for cell in after:
        came = result["cells"][cell["id"]]
        outputs, instead = came["outputs"], again.get(cell["id"])
        came["outputs"] = _told(cell, came, instead) if cell["kind"] in FROM_THE_TEST else _shown(outputs, instead)
        if came["failed"] and came["outputs"] != outputs and not came.get("detail"):
            came["detail"] = outputs
    return result


def _is_secret(cell, came):
    return cell["kind"] in FROM_THE_TEST and bool(hidden_lines(cell["source"])) and came.get("secret", True)


def _is_fixed(text):
    """Whether a reason holds nothing but our own words; also a student's error may begin with them."""
    return text in (ENDED, NOT_IN_TIME, TEST_TOO_LONG)


def _is_points(output):
    return output["output_type"] == "execute_result"


def _is_error(output):
    return output["output_type"] == "error"


def _shows(cell, came):
    """Whether a cell shows what a second run could show instead."""
    if cell["kind"] not in FROM_THE_TEST:
        return bool(came["outputs"])
    in_hidden = came["failed"] and came["hidden"]
    return any(not (_is_points(one) or (in_hidden and _is_error(one))) for one in came["outputs"])


def _without_hidden(cells):
    """The cells with other texts; None if one of them cannot be run so."""
    texts = [runnable_without(cell["source"]) if hidden_lines(cell["source"]) else cell["source"] for cell in cells]
    return None if None in texts else [{**cell, "source": text} for cell, text in zip(cells, texts, strict=True)]


def _fixed(outputs):
    return [failure(one["evalue"]) for one in outputs if _is_error(one) and _is_fixed(one["evalue"])][-1:]


def _shown(outputs, instead):
    if instead is not None:
        return instead["outputs"] if any(map(_is_error, instead["outputs"])) else instead["outputs"] + _fixed(outputs)
    return [{"output_type": "stream", "name": "stdout", "text": NOT_SHOWN}, *_fixed(outputs)] if outputs else []


def _told(cell, came, instead):
    """The outputs of a test: its points from the run that counts, all else from the other."""
    shown = instead["outputs"] if instead else []
    harmless = [one for one in shown if not (_is_points(one) or _is_error(one))]
    if not came["failed"]:
        return harmless + [one for one in came["outputs"] if _is_points(one)]
    if came["hidden"]:
        return harmless + [one for one in came["outputs"] if _is_error(one)][-1:]
    if instead and instead["failed"]:
        return harmless + [one for one in shown if _is_error(one)]
    if cell["kind"] == "inside" and hidden_lines(cell["source"]):  # its visible lines went well
        return [*harmless, failure(FAILED)]
    return harmless + (_fixed(came["outputs"]) or [failure(NOT_TOLD)])
