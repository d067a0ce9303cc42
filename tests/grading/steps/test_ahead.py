import logging
import pickle
import signal
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest
from everybody import EVERYBODY, SCORES, hand_in_all, until
from foreign_course import RIGHT, answered
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from mlcourse.grading import configure
from mlcourse.grading.judge import driver
from mlcourse.grading.steps.autograded import ahead, workers
from mlcourse.grading.steps.step import JudgeStep


@pytest.fixture
def computed(monkeypatch):
    """(thread, name) of each job, as the judge begins with it."""
    seen, compute = [], driver.compute

    def noted(job):
        seen.append((threading.current_thread().name, job["name"]))
        return compute(job)

    monkeypatch.setattr(driver, "compute", noted)
    yield seen
    workers.close()


def grade_all(course):
    """Grade them with one command; (scores of each, outputs of each)."""
    result = course.grade("*")
    assert result["success"], result
    outputs = {student: [cell.get("outputs") for cell in course.autograded(student).cells] for student in EVERYBODY}
    return {student: course.scores(student) for student in EVERYBODY}, outputs


def test_one_worker_and_two_come_to_the_same(course, computed):
    hand_in_all(course)
    course.options = {"workers": 1}
    scores, outputs = grade_all(course)
    assert scores == SCORES
    assert [name for _, name in computed] == [f"ps1/{student}" for student in EVERYBODY]  # in order, each once
    assert {thread for thread, _ in computed} == {"judge-0"}
    computed.clear()
    course.options = {"workers": 2}
    assert grade_all(course) == (scores, outputs)
    assert sorted(name for _, name in computed) == [f"ps1/{student}" for student in EVERYBODY]
    assert {thread for thread, _ in computed} == {"judge-0", "judge-1"}


def test_files_beside_the_notebook_are_guessed_as_nbgrader_puts_them(course, computed):
    hand_in_all(course)
    for name in ("data.csv", "mine.py", "sub/given.py"):
        path = course.root / "source" / "ps1" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("the author's")
    for student in EVERYBODY:
        own = course.root / "submitted" / student / "ps1"
        (own / "sub").mkdir()
        for name in ("data.csv", "mine.py", "sub/own.py", "notes.pyc", ".hidden"):
            (own / name).write_text(f"of {student}")
        (own / "link").symlink_to(course.root / "gradebook.db")
    course.config.Autograde.exclude_overwriting = {"ps1": ["mine.py"]}
    assert grade_all(course)[0] == SCORES
    names = sorted(name for _, name in computed)
    assert names == sorted([*(f"ps1/{student}" for student in EVERYBODY), "ps1/p1: the author"])


class Doubles(NbGraderPreprocessor):
    """A course's own step, of which no guess can know."""

    def preprocess_cell(self, cell, resources, index):
        cell.source = cell.source.replace("3 * x", "2 * x")
        return cell, resources


def test_what_was_guessed_wrong_is_computed_anew(course, computed):
    hand_in_all(course)
    steps = ["nbgrader.preprocessors." + name for name in ("ClearOutput", "OverwriteCells", "CheckCellMetadata")]
    course.config.Autograde.sanitize_preprocessors = [*steps, Doubles]
    assert grade_all(course)[0] == SCORES | {"a02": SCORES["a02"] | {"ones": 3.0}}
    assert sorted(name for _, name in computed).count("ps1/a02") == 2
    assert len(computed) == len(EVERYBODY) + 1


def _broken_compute(job):
    if threading.current_thread() is not threading.main_thread():
        raise OSError("no process could be started")
    return COMPUTE(job)


COMPUTE = driver.compute


class Refuses(Executor):
    def submit(self, *args, **options):
        raise RuntimeError("cannot schedule new futures")


@pytest.mark.parametrize("executor", [None, Refuses])
def test_broken_workers_stop_nothing(course, monkeypatch, executor):
    monkeypatch.setattr(driver, "compute", _broken_compute)
    hand_in_all(course)
    course.options = {"executor": executor}
    result = course.grade("*")
    assert result["success"], result
    assert {student: course.scores(student) for student in EVERYBODY} == SCORES
    assert result["log"].count("nothing more is computed ahead") == (executor is not None)
    workers.close()


class Sends(ThreadPoolExecutor):
    """Does what another machine would get."""

    made = 0

    def __init__(self):
        super().__init__(1)
        Sends.made += 1

    def submit(self, call, job):
        call, job = pickle.loads(pickle.dumps((call, job)))
        return super().submit(call, job)

    def shutdown(self, wait=True):
        Sends.made -= 1
        super().shutdown(wait)


def test_an_executor_of_the_instructor(course):
    hand_in_all(course)
    course.options = {"executor": Sends}
    assert grade_all(course)[0] == SCORES
    assert isinstance(workers.workers_of(Sends), Sends)
    assert Sends.made == 1
    workers.close()
    assert Sends.made == 0


def test_one_submission_alone_needs_no_worker(course, computed):
    course.hand_in(answered(course.released(), **RIGHT))
    assert course.grade()["success"]
    assert computed == [("MainThread", "ps1/a01")]


class Later(Executor):
    """Computes when the result is asked for, and counts what waits."""

    def __init__(self):
        self.waiting, self.most = 0, 0

    def submit(self, call, job):
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        future = Future()

        def result(timeout=None):
            self.waiting -= 1
            return {"of": job}

        future.result = result
        return future


class Named:
    """A notebook that comes."""

    def __init__(self, number):
        self.number = number

    def is_that_of(self, resources):
        return resources == self.number

    def is_wanted(self, converter):
        return True


class Step:
    converter, log = None, logging.getLogger("step")
    compute = staticmethod(lambda job: {"of": job})


def _no_executor():
    raise ConnectionError("there is no cluster")


@pytest.mark.parametrize("executor", [_no_executor, list])
def test_without_an_executor_it_goes_on(monkeypatch, caplog, executor):
    monkeypatch.setattr(ahead, "guessed", lambda step, one: {"n": one.number, "name": ""})
    run = ahead.Ahead([Named(number) for number in range(20)], 1, executor)
    for number in range(20):
        assert run.result(Step, {"n": number, "name": ""}, number)["of"]["n"] == number
    assert caplog.text.count("nothing more is computed ahead, since the workers do not work") == 1


def test_only_so_much_is_begun(monkeypatch):
    monkeypatch.setattr(ahead, "guessed", lambda step, one: {"n": one.number})
    later = Later()
    run = ahead.Ahead([Named(number) for number in range(200)], 1, lambda: later)
    for number in range(200):
        if number not in (50, 51):  # two that were not graded after all
            assert run.result(Step, {"n": number}, number) == {"of": {"n": number}}
        assert len(run.begun) <= ahead.FOR_EACH
    assert later.most <= ahead.FOR_EACH + 3
    assert run.begun == {}
    workers.close()


def test_an_interruption_that_another_thread_was_given_ends_the_wait(monkeypatch):
    """Just before a wait begins, or where the system gives the signal to another thread, nothing wakes the main one."""
    monkeypatch.setattr(ahead, "guessed", lambda step, one: {"n": one.number})
    endless = Future()

    class Executed:
        def submit(self, call, job):
            return endless

    def interrupt():
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        time.sleep(8)
        endless.set_result({})  # so that nobody waits for ever where it goes wrong

    run = ahead.Ahead([Named(number) for number in range(2)], 1, Executed)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            run.result(Step, {"n": 0}, 0)
        assert not endless.done()
    finally:
        signal.signal(signal.SIGINT, before)
        workers.close()


def test_a_job_s_own_timeout_is_no_reason_to_wait_on(monkeypatch):
    monkeypatch.setattr(ahead, "guessed", lambda step, one: None)
    monkeypatch.setattr(ahead, "LOOK", 0.01)
    slow, failed = Future(), Future()
    failed.set_exception(TimeoutError("the worker's"))
    given = iter([slow, failed])

    class Executed:
        def submit(self, call, job):
            return next(given)

    threading.Timer(0.2, slow.set_result, [{"of": "the worker"}]).start()
    run = ahead.Ahead([Named(number) for number in range(2)], 1, Executed)
    assert run.result(Step, {"n": 0, "name": ""}, 0) == {"of": "the worker"}
    assert run.result(Step, {"n": 1, "name": ""}, 1) == {"of": {"n": 1, "name": ""}}  # computed here
    workers.close()


def test_threads():
    threads, begin, told = workers.Threads(2), threading.Event(), []
    first = [threads.submit(begin.wait, 10) for _ in range(2)]
    until(lambda: all(future.running() for future in first))
    waiting = threads.submit(told.append, 1)
    threads.shutdown(wait=False, cancel_futures=True)
    begin.set()
    assert [future.result(10) for future in first] == [True, True]
    assert waiting.cancelled()
    with pytest.raises(RuntimeError, match="make new ones"):
        threads.submit(told.append, 2)
    threads = workers.Threads(1)
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result(10)
    assert threads.submit(int, "3").result(10) == 3
    threads.shutdown()
    assert told == []


def test_torch_is_there_already_for_whoever_imports_it():
    pytest.importorskip("torch")
    source = "import sys\nprint({'torch', 'torch._dynamo'} <= set(sys.modules))\nimport torch.optim"
    cells = [{"id": "a", "source": source, "kind": "student"}]
    author = [{"id": "x", "source": "optim = 'what an optimiser needs comes too'", "kind": "given"}]
    job = {"cells": cells, "author": author, "contract": None}
    assert driver.compute(job)["cells"]["a"]["outputs"][0]["text"] == "True\n"


def test_options():
    c = Config()
    configure(c, workers=3, executor=Sends)
    step = JudgeStep(config=c)
    assert (step.workers, step.executor) == (3, Sends)
    step = JudgeStep(config=Config())
    assert step.workers == workers.cores() >= 1
    assert step.executor is None
    with pytest.raises(ValueError, match="workers is 0; expected 1 or more"):
        configure(c, workers=0)
    with pytest.raises(TypeError, match="executor is a Later; give what makes one"):
        configure(c, executor=Later())
