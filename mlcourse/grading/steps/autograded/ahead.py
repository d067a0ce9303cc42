"""Computing ahead: while nbgrader records one submission, the judge is at work on those that come next.

nbgrader grades one submission after the other, and it alone writes to the gradebook. What is computed ahead is a guess at what
it will ask: where it asks something else, that is computed then, and the guess is thrown away.
"""

import gc
import hashlib
import json
from weakref import WeakKeyDictionary, finalize

from mlcourse.grading.judge import driver
from mlcourse.grading.steps.autograded.coming import coming, guessed
from mlcourse.grading.steps.autograded.workers import close, workers_of

FOR_EACH = 4  # jobs a worker that are begun or done and not yet recorded: so much, and no more, is kept in memory
MOST_FAILURES = 3  # of an executor
TIDY = 25  # submissions, after which memory is tidied: nbgrader leaves ten opened gradebooks of each, in circles
LOOK = 0.5  # seconds; an interruption just before a thread begins to wait is seen when the wait ends, and no sooner

_RUNS = WeakKeyDictionary()  # the command that is running -> Ahead


def result_of(step, job, resources):
    """Return what comes of the job of one notebook, and begin with those that follow it in the same command.

    Parameters
    ----------
    step : JudgedExecution
        Knows the command that is running, and the options.
    job : dict
        As `mlcourse.grading.judge.driver.compute` takes it.
    resources : dict
        nbconvert's.

    Returns
    -------
    dict
        As `compute` returns it.
    """
    run = _RUNS.get(step.converter)
    if run is None:
        run = _RUNS[step.converter] = Ahead(coming(step, resources), step.workers, step.executor)
        finalize(step.converter, run.stop)
    try:
        return run.result(step, job, resources)
    except BaseException as error:
        if not isinstance(error, Exception):  # an interruption: nothing more is wanted
            run.stop()
        raise


def key_of(job):
    """Tell whether two jobs are the same.

    Parameters
    ----------
    job : dict
        Plain data.

    Returns
    -------
    str
        A SHA-256.
    """
    return hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest()


class Ahead:
    """What has been begun of one run.

    Parameters
    ----------
    notebooks : list of Coming
        Those that nbgrader goes through, in its order.
    workers : int
        How many jobs are computed at the same time.
    executor : callable or None
        What returns an executor; without, threads compute.
    """

    def __init__(self, notebooks, workers, executor=None):
        self.notebooks, self.workers, self.executor = notebooks, workers, executor
        self.most = FOR_EACH * workers
        self.begun = {}  # place -> (key of the job, future)
        self.next = 0
        self.works, self.failures = True, 0

    def result(self, step, job, resources):
        """As `result_of`."""
        here = next((n for n, one in enumerate(self.notebooks) if one.is_that_of(resources)), None)
        if here is None:
            return step.compute(job)
        if here % TIDY == TIDY - 1:
            gc.collect()
        self.next = max(self.next, here + 1)
        for place in [place for place in self.begun if place < here]:
            self.begun.pop(place)[1].cancel()
        key, future = self.begun.pop(here, (None, None))
        if future is not None and key != key_of(job):
            step.log.debug("%s was guessed wrong and is computed anew", job["name"])
            future.cancel()
            future = None
        if future is None and (self.executor or any(self._left(step, self.next))):
            future = self._submit(step, job)
        self._begin(step, future)
        if future is not None:
            try:
                return _waited(future)
            except Exception as error:
                step.log.debug("%s is computed here, since its worker failed: %r", job["name"], error)
        return step.compute(job)

    def stop(self):
        """Begin nothing more."""
        self.works = False
        for _, future in self.begun.values():
            future.cancel()
        self.begun.clear()

    def _left(self, step, first):
        return (one for one in self.notebooks[first:] if one.is_wanted(step.converter))

    def _begin(self, step, awaited):
        """Begin with those that come next: with one, and with more as long as there is nothing to record."""
        begun = 0
        while self.works and len(self.begun) < self.most and self.next < len(self.notebooks):
            if begun and awaited is not None and awaited.done():
                break
            place, one = self.next, self.notebooks[self.next]
            self.next += 1
            job = guessed(step, one)
            future = self._submit(step, job) if job is not None else None
            if future is not None:
                begun += 1
                self.begun[place] = key_of(job), future

    def _submit(self, step, job):
        if not self.works:
            return None
        try:
            return workers_of(self.executor or self.workers).submit(driver.compute, job)
        except Exception as error:
            close()  # an executor that broke is made anew
            self.failures += 1
            self.works = self.failures < MOST_FAILURES
            if not self.works:
                step.log.warning("nothing more is computed ahead, since the workers do not work: %r", error)
            return None


def _waited(future):
    """Its result; whoever interrupts the wait does not wait long."""
    while True:
        try:
            return future.result(LOOK)
        except TimeoutError:
            if future.done():  # just now, or the error is the job's own
                return future.result()
