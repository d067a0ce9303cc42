"""Grading of nbgrader assignments, of any course: the tests run outside the student's process, and only values cross.

Whatever runs beside a student's code can be forged by it. So `judge` keeps the tests in a process of their own and asks
the student's process for values, which cross by the `wire`; `confinement` keeps that process by itself. They know nothing of
nbgrader; `steps` brings them into nbgrader's own commands, and `configure` is all an instructor writes. `formgrader` lets a
Jupyter server answer while nbgrader's formgrader grades. Nothing here knows this course.
"""

__all__ = ["configure"]


def configure(
    c,
    *,
    withheld=(),
    cell_seconds=None,
    call_seconds=None,
    test_seconds=None,
    output_characters=None,
    input_megabytes=None,
    memory_megabytes=None,
    allow_unconfined=False,
    gpu=(),
    workers=None,
    executor=None,
):
    """Let nbgrader grade with the judge. To be called in ``nbgrader_config.py``, after any list of preprocessors there.

    `nbgrader generate_assignment`, `autograde`, `generate_feedback` and the formgrader then work as before. What is put
    into their lists of preprocessors is put beside what the course, or nbgrader itself, has there.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` returns.
    withheld : sequence of str, or dict of str to sequence of str
        Modules that hold what is asked for: the tests have them, a student's code does not. A dict gives them for each
        assignment by its name; ``"*"`` stands for all others.
    cell_seconds : float, optional
        For one of the student's cells; without, what ``c.Execute.timeout`` says, or 30.
    call_seconds : float, optional
        For one call of the student's code by a test; without, 10.
    test_seconds : float, optional
        For a whole test; without, 60.
    output_characters : int, optional
        How much of what a cell prints is kept; without, 200,000.
    input_megabytes : float, optional
        How large a submitted notebook, and all other submitted files together, may be; without, 20.
    memory_megabytes : float, optional
        For the processes of a submission together; without, 2000. What CUDA needs for itself is not taken from it.
    allow_unconfined : bool
        Grade also where student code cannot be confined (bubblewrap is missing or does not work): it can then read and change
        what you can, the gradebook and other submissions among it. The log and each graded notebook say so.
    gpu : sequence of str
        Assignments whose student code may use the GPU of the machine that grades, ``"*"`` for all. Where there is none, or it
        does not work in confinement, the same tests run on the CPU; each graded notebook says which it was.
    workers : int, optional
        How many submissions are computed at the same time; without, as many as there are cores. Scores are the same with one.
    executor : callable, optional
        What returns the `concurrent.futures.Executor` that computes, where this machine's own workers are not enough:
        ``lambda: Client(...).get_executor(pure=False)`` gives one of Dask. Its machines need this package, the same libraries
        and the course's folder ``source`` under the same path; `workers` says how many they are together.

    Raises
    ------
    TypeError
        If `withheld` or `gpu` is a single string, or `executor` cannot be called.
    ValueError
        If `workers` is less than 1.
    """
    from mlcourse.grading.steps import chain

    if isinstance(withheld, str):
        raise TypeError(f"withheld is the string {withheld!r}; give a sequence of names: withheld=({withheld!r},)")
    if isinstance(gpu, str):
        raise TypeError(f"gpu is the string {gpu!r}; give a sequence of names: gpu=({gpu!r},)")
    if executor is not None and not callable(executor):
        raise TypeError(f"executor is a {type(executor).__name__}; give what makes one: executor=lambda: ...")
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; expected 1 or more, or nothing for as many as there are cores")
    options = {
        "withheld": withheld if isinstance(withheld, dict) else list(withheld),
        "cell_seconds": cell_seconds,
        "call_seconds": call_seconds,
        "test_seconds": test_seconds,
        "output_characters": output_characters,
        "input_megabytes": input_megabytes,
        "memory_megabytes": memory_megabytes,
        "allow_unconfined": allow_unconfined,
        "gpu": list(gpu),
        "workers": workers,
        "executor": executor,
    }
    for name, value in options.items():
        if value:
            setattr(c.JudgeStep, name, value)
    chain.into(c)
