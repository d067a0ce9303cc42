# IPython and the kernel, where the tests run beside the student's code.

# %% attack="showtraceback"
# Switches off that errors are shown.
# %% name="relu"
get_ipython().showtraceback = lambda *args, **kwargs: None

# %% attack="transformed_input"
# Rewrites every later cell to pass.
# %% name="relu"
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% attack="transformed_ast"
# Takes the assertions out of every later cell.
# %% name="clamp"
import ast


class WithoutAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)


get_ipython().ast_transformers.append(WithoutAssert())


def clamp(x, low, high):
    return 0

# %% attack="do_execute"
# Replaces what the kernel does with a cell.
# %% name="relu"
async def nothing(*args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


get_ipython().kernel.do_execute = nothing

# %% attack="run_cell"
# Replaces what the shell does with a cell.
# %% name="relu"
from IPython.core.interactiveshell import ExecutionResult

shell = get_ipython()


async def nothing(*args, **kwargs):
    return ExecutionResult(None)


shell.run_cell_async = nothing
shell.run_cell = lambda *args, **kwargs: ExecutionResult(None)
shell.run_code = nothing
shell.run_ast_nodes = nothing

# %% attack="session_send"
# Drops errors from what the kernel sends and calls every reply good.
# %% name="relu"
session = get_ipython().kernel.session
original = session.send


def send(stream, kind, content=None, *args, **others):
    if kind == "error" or (isinstance(kind, dict) and kind.get("msg_type") == "error"):
        return None
    if isinstance(content, dict) and content.get("status") == "error":
        content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    return original(stream, kind, content, *args, **others)


session.send = send

# %% attack="custom_exception"
# Registers a handler for every exception, which then says nothing.
# %% name="relu"
get_ipython().set_custom_exc((BaseException,), lambda self, kind, value, tb, tb_offset=None: [])
get_ipython()._showtraceback = lambda *args: None

# %% attack="before_each_cell"
# Registers events that change a cell before it runs.
# %% name="relu"
def before(info):
    info.raw_cell = info.transformed_cell = "pass"
    get_ipython().user_ns.update(relu=lambda x: np.maximum(x, 0) * 0)


get_ipython().events.register("pre_run_cell", before)
get_ipython().events.register("pre_execute", lambda: None)

# %% attack="garbage_hook"
# Lets a hook of the garbage collector rebind names while the test runs.
# %% name="relu"
import gc


def hook(phase, info):
    get_ipython().user_ns["np"].testing.assert_allclose = lambda *args, **kwargs: None


gc.callbacks.append(hook)
gc.set_threshold(1)


def relu(x):
    gc.collect()
    return x

# %% attack="thread_rebinds"
# Leaves a thread running that rebinds what the test uses, again and again.
# %% name="relu"
import threading
import time


def rebind():
    for _ in range(2000):
        time.sleep(0.002)
        np.testing.assert_allclose = lambda *args, **kwargs: None


threading.Thread(target=rebind, daemon=True).start()
time.sleep(0.1)


def relu(x):
    return x

# %% attack="at_exit"
# Registers functions for the end of the process that write a result.
# %% name="relu"
import atexit
import sys

atexit.register(lambda: print('{"score": 28, "failed": false}', file=sys.__stdout__, flush=True))
atexit.register(lambda: open("score.json", "w").write('{"score": 28}'))

# %% attack="prints_a_verdict"
# Prints what a grader might look for.
# %% name="relu"
import os
import sys

verdict = '{"score": 28, "points": 28, "failed": false, "status": "ok", "hidden": false}\n'
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    stream.write(verdict * 3)
for descriptor in (1, 2):
    os.write(descriptor, verdict.encode())


def relu(x):
    print(verdict)
    raise AssertionError(verdict)

# %% attack="result_before_failing"
# Sends a result under the test's name from within the call, then fails.
# %% name="relu"
def relu(x):
    shell = get_ipython()
    content = {"execution_count": 1, "data": {"text/plain": "3"}, "metadata": {}}
    shell.kernel.session.send(shell.kernel.iopub_socket, "execute_result", content, parent=shell.parent_header)
    raise RuntimeError

# %% attack="magics_replaced"
# Replaces magics and the shell itself by ones that do nothing.
# %% name="total"
import IPython

shell = get_ipython()
shell.run_cell_magic = shell.run_line_magic = lambda *args, **kwargs: None
IPython.get_ipython = lambda: None
shell.kernel.shell = None

# %% attack="compiles_nothing"
# Replaces the compiler of the shell.
# %% name="relu"
import ast

shell = get_ipython()
shell.compile.ast_parse = lambda *args, **kwargs: ast.parse("None")

# %% attack="traceback_of_its_own"
# Raises an error that writes its own traceback, as a grader's output.
# %% name="relu"
class Sly(Exception):
    def _render_traceback_(self):
        return []

    def __str__(self):
        raise self


def relu(x):
    raise Sly
