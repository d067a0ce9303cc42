"""Hidden lines as a course marks them, in the judge's own marks: it knows no config."""

from dataclasses import replace

from nbgrader.preprocessors import ClearHiddenTests

from mlcourse.grading.judge.regions import BEGIN, END


def as_the_judge_marks(step, author):
    """Return what the author wrote, with the judge's marks around what is hidden.

    Parameters
    ----------
    step : JudgeStep
        Its config says how the course marks hidden lines, where not as nbgrader does.
    author : Authored
        What the author wrote.

    Returns
    -------
    Authored
        Lines keep their numbers.
    """
    theirs = ClearHiddenTests(parent=step)
    begin, end = theirs.begin_test_delimeter, theirs.end_test_delimeter
    if (begin, end) == (BEGIN, END):
        return author
    cells = [replace(cell, source=_marked(cell.source, begin, end)) for cell in author.cells]
    return replace(author, cells=cells)


def _marked(source, begin, end):
    lines = source.split("\n")
    for number, line in enumerate(lines):
        mark = BEGIN if begin in line else END if end in line else ""
        if mark:
            lines[number] = f"{line[: len(line) - len(line.lstrip())]}### {mark}"
    return "\n".join(lines)
