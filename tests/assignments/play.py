"""Run the cells of a notebook one after the other, as a kernel does, in a process of their own: much faster."""

import ast
import contextlib
import io
import json
import linecache
import os
import signal
import sys
import traceback

SECONDS = 120  # a cell, which may train a network on a busy machine; where there is no alarm (Windows), only the whole process has a limit


def play(folder):
    """Run the cells of ``folder/cells.json``; write whether each failed, and its text, to ``folder/shown.json``.

    A cell that raises has failed, and the next one runs all the same.
    """
    os.chdir(folder)
    os.environ.pop("MLCOURSE_SECRET", None)  # the tests use the public seed
    os.environ["MPLBACKEND"] = "Agg"
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    space = {"__name__": "__main__"}
    with open("cells.json") as given:
        shown = [_run(source, space, number) for number, source in enumerate(json.load(given), start=1)]
    with open("shown.json", "w") as made:
        json.dump(shown, made)


def _run(source, space, number):
    shown, failed, name = io.StringIO(), False, f"<cell {number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)  # errors quote the line
    sys.displayhook = lambda value: None if value is None else print(value, file=shown)
    try:
        _alarm(SECONDS)
        body = ast.parse(source).body
        results = body[-1:] if body and isinstance(body[-1], ast.Expr) else []  # a kernel shows a last expression
        rest = body[: len(body) - len(results)]
        with contextlib.redirect_stdout(shown):
            exec(compile(ast.Module(rest, type_ignores=[]), name, "exec"), space)
            exec(compile(ast.Interactive(results), name, "single"), space)
    except BaseException as error:  # a student's sys.exit() as well
        failed = True
        shown.writelines(traceback.format_exception_only(error))
    finally:
        _alarm(0)
    return {"failed": failed, "text": shown.getvalue()}


def _alarm(seconds):
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _stop(signum, frame):
    raise TimeoutError(f"the cell took longer than {SECONDS} seconds")
