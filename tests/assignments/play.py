"""Run the cells of a notebook one after the other, as a kernel does, in a process of their own: a second each less.

Called as ``play.py CELLS.json SHOWN.json``. A cell that raises has failed, and the next one runs all the same.
"""

import ast
import contextlib
import io
import json
import linecache
import signal
import sys
import traceback

SECONDS = 20  # a cell; where there is no alarm (Windows), only the whole process has a limit


def play(cells):
    """Return what each cell came to: whether it failed, and the text it printed, its result or its error."""
    space = {"__name__": "__main__"}
    return [_run(source, space, number) for number, source in enumerate(cells, start=1)]


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


if __name__ == "__main__":
    with open(sys.argv[1]) as given:
        cells = json.load(given)
    shown = play(cells)
    with open(sys.argv[2], "w") as made:
        json.dump(shown, made)
