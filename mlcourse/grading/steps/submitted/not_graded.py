"""Who was not graded and why: in the log where it happens, once more at its end, and kept beside the gradebook."""

import contextlib
import logging
import os
import re
import sys

from mlcourse.grading.steps import kept

ENDED = re.compile(r"There was an error processing assignment '(?P<assignment>.*)' for student '(?P<student>.*)'", re.S)
HAPPENED = "There was an error processing assignment: %s"
SEE_ABOVE = "Please see the "


class NotGraded(ValueError):
    """A submission cannot be graded; the message says what an instructor can do about it."""


class Reasons(logging.Filter):
    """Puts the reason into nbgrader's own lines about a submission that failed.

    nbgrader says that there was an error, prints a traceback, and lists at the end of the command who had one. While it
    logs the first of these, the error is still the current one. Where an instructor can act on the reason, the traceback
    goes; an error that nobody expected keeps it.

    Parameters
    ----------
    path_of : callable
        Assignment -> Path of the file in which its reasons are kept.
    parse : callable
        Folder -> (assignment, student), or None where it is not one of the command's submissions.
    root : str
        The course's folder; paths in a reason are told from there.
    """

    def __init__(self, path_of, parse, root):
        super().__init__()
        self.path_of, self.parse, self.root, self.reasons = path_of, parse, os.path.join(root, ""), {}
        self.over = False  # in the formgrader other commands log after this one, and may fail in their own way

    def onto(self, log):
        """Listen to a logger, in place of the one that listened during an earlier command.

        Parameters
        ----------
        log : logging.Logger
            nbgrader's.
        """
        for earlier in [found for found in log.filters if isinstance(found, Reasons)]:
            log.removeFilter(earlier)
        log.addFilter(self)

    def filter(self, record):
        """Let a line of the log through, with the reason in it.

        Parameters
        ----------
        record : logging.LogRecord
            May be changed.

        Returns
        -------
        bool
            Whether it is printed.
        """
        if self.over:
            return True
        error = sys.exc_info()[1]
        about = self.parse(record.args[0]) if record.msg == HAPPENED and error is not None else None
        if about:
            self.reasons[about] = _sentence(error).replace(self.root, "")
            self.keep(*about, self.reasons[about])
            record.msg, record.args = f"{HAPPENED}: %s", (*record.args, self.reasons[about])
        elif isinstance(error, NotGraded) and str(record.msg).startswith("Traceback"):
            return False
        elif self.reasons:
            self._at_the_end(record)
        return True

    def _at_the_end(self, record):
        found = ENDED.fullmatch(str(record.msg))
        about = found and (found["assignment"], found["student"])
        if about in self.reasons:
            name = about[1] if about[1].isprintable() else repr(about[1])
            record.msg = f"{name} has no grade in {about[0]}: {self.reasons[about]}"
        elif str(record.msg).startswith(SEE_ABOVE):
            files = ", ".join(
                sorted({str(self.path_of(assignment)).replace(self.root, "") for assignment, _ in self.reasons})
            )
            several, self.over = len(self.reasons) > 1, True
            record.msg = (
                f"{len(self.reasons)} submission{'s have' if several else ' has'} no grade. Why is kept in {files}"
            )

    def keep(self, assignment, student, reason):
        """Write a reason to the file, or take it out.

        Parameters
        ----------
        assignment, student : str
            Whose.
        reason : str or None
            None where the submission is being graded now.
        """
        path = self.path_of(assignment)
        reasons = kept.read(path)
        if reasons.get(student) == reason:
            return
        reasons.pop(student, None)
        with contextlib.suppress(OSError):  # the log has it; not to be able to keep it as well must not end the batch
            kept.write(path, dict(sorted((reasons | ({student: reason} if reason else {})).items())))


def _sentence(error):
    said = " ".join(str(error).split())
    said = said if isinstance(error, NotGraded) else f"{type(error).__name__}: {said[:500]} (see the traceback above)"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in said)
