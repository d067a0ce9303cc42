"""Where jobs are computed: threads of this process, or the executor that an instructor gives."""

import atexit
import contextlib
import os
import queue
import threading
from concurrent.futures import Executor, Future


class Threads(Executor):
    """Threads that wait for the processes of the judge, and do not keep a program from ending.

    A `ThreadPoolExecutor` is waited for when a program ends; after an interruption that could be minutes.

    Parameters
    ----------
    count : int
        How many jobs are computed at the same time.
    """

    def __init__(self, count):
        self._jobs = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"judge-{n}") for n in range(count)]
        self._closed = False
        for thread in self._threads:
            thread.start()

    def submit(self, call, /, *args, **options):
        """Have ``call(*args, **options)`` done; return its `Future`."""
        if self._closed:
            raise RuntimeError("these threads were shut down; make new ones")
        future = Future()
        self._jobs.put((future, call, args, options))
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """End the threads, once the jobs they have are done; with `cancel_futures`, those that have begun."""
        self._closed = True
        while cancel_futures and not self._jobs.empty():
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job:
                job[0].cancel()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _work(self):
        while (job := self._jobs.get()) is not None:
            future, call, args, options = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call(*args, **options))
            except BaseException as error:
                future.set_exception(error)
            del job, future, args  # else the last result is kept until the next job


_KEPT, _LOCK = {}, threading.Lock()


def workers_of(wanted):
    """Return the executor for what `JudgeStep` was given; it is kept for the next submissions and the next command.

    Parameters
    ----------
    wanted : int or callable
        How many threads, or what returns an executor.

    Returns
    -------
    concurrent.futures.Executor
    """
    with _LOCK:
        if wanted not in _KEPT:
            made = wanted() if callable(wanted) else Threads(wanted)
            if not callable(getattr(made, "submit", None)):
                raise TypeError(
                    f"executor() returned a {type(made).__name__}; expected a concurrent.futures.Executor, such as "
                    "ProcessPoolExecutor() or Client().get_executor(pure=False)"
                )
            _let_go()
            _KEPT[wanted] = made
        return _KEPT[wanted]


@atexit.register
def close():
    """Let the executor go, without waiting for it; who asks for it next gets a new one."""
    with _LOCK:
        _let_go()


def _let_go():
    for executor in [_KEPT.pop(key) for key in list(_KEPT)]:
        with contextlib.suppress(Exception):  # whatever is the matter with it
            executor.shutdown(wait=False)  # Dask's has no cancel_futures


def cores():
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
