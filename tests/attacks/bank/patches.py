# %% attack="assert_allclose_replaced"
# Replaces the comparison of np.testing.
# %% name="relu"
def relu(x):
    return 0 * x


np.testing.assert_allclose = lambda *args, **kwargs: None

# %% attack="assert_allclose_code"
# Leaves the comparison in its place and gives it other code.
# %% name="relu"
def relu(x):
    return 0 * x


def nothing(*args, **kwargs):
    return None


function = np.testing.assert_allclose
function = getattr(function, "__wrapped__", function)
function.__code__ = nothing.__code__

# %% attack="numpy_rebound"
# Binds np to an object that agrees to everything.
# %% name="relu"
class Agreeing:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self


np = Agreeing()


def relu(x):
    return x

# %% attack="builtins_replaced"
# Replaces builtins by ones that agree.
# %% name="order"
import builtins


def order(values):
    return [1, 2, 3] if len(values) == 3 else values


builtins.sorted = lambda values, **options: 0
builtins.all = lambda values: True

# %% attack="builtins_shadowed"
# Binds names of builtins in the notebook.
# %% name="order"
def order(values):
    return values


class list(list):
    __eq__ = lambda self, other: True


def len(values):
    return 6


def is_sorted(values):
    return True


same_items = all = is_sorted

# %% attack="assertion_error_shadowed"
# Binds AssertionError to something that cannot be raised, and removes it from builtins.
# %% name="clamp"
import builtins


def clamp(x, low, high):
    return 0


AssertionError = None
builtins.AssertionError = SystemExit

# %% attack="debug_off"
# Tries to switch assertions off.
# %% name="clamp"
import sys


def clamp(x, low, high):
    return 0


class Flags:
    optimize = 2


sys.flags = Flags()
from IPython.core import compilerop

original = compile
compilerop.CachingCompiler.__call__ = lambda self, code, name, symbol: original(code, name, symbol, optimize=2)
compilerop.CachingCompiler.ast_parse = lambda self, source, filename="<x>", symbol="exec": original(
    "pass", filename, symbol, 1024
)

# %% attack="random_replaced"
# Makes the hidden random input all zero.
# %% name="relu"
def relu(x):
    return np.array([0, 2]) if np.shape(x) == (2,) else x


class Zeros:
    standard_normal = staticmethod(np.zeros)


np.random.default_rng = lambda seed=None: Zeros

# %% attack="redirect_replaced"
# Replaces redirect_stdout and StringIO by ones that contain what is wanted.
# %% name="shout"
import contextlib
import io


class Sly(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
    split = lambda self, *args: Sly()


class Printed:
    getvalue = lambda self: Sly()
    write = lambda self, text: None
    __enter__ = lambda self: self
    __exit__ = lambda self, *args: None


contextlib.redirect_stdout = lambda target: Printed()
io.StringIO = Printed


def shout(text):
    pass

# %% attack="source_forged"
# Gives inspect a source without the forbidden call.
# %% name="total"
import linecache

text = "def total(values):\n    return sum(values)\n"
exec(compile(text, "<looped>", "exec"))
linecache.cache["<looped>"] = (1, None, ["def total(values):\n", "    loop\n"], "<looped>")

# %% attack="getsource_replaced"
# Replaces inspect.getsource.
# %% name="total"
import inspect


def total(values):
    return sum(values)


inspect.getsource = lambda value: ""

# %% attack="helper_redefined"
# Defines the author's given helper again.
# %% name="classify"
def classify(x):
    return 500


def score(classify, cases):
    return 1.0

# %% attack="helper_code"
# Gives the author's helper other code.
# %% name="classify"
def classify(x):
    return 500


score.__code__ = (lambda classify, cases: 1.0).__code__

# %% attack="helper_patched_within"
# Replaces what the author's helper calls: np.mean and abs.
# %% name="classify"
def classify(x):
    return 500


def abs(value):
    return 0


np.mean = lambda values: 0.0

# %% attack="given_module_replaced"
# Binds the module that a given cell imported to something of its own.
# %% name="clamp"
class json:
    @staticmethod
    def load(file):
        return []


def clamp(x, low, high):
    return {5: 3, -41: -7}.get(x, 2)

# %% attack="input_zeroed"
# Changes its argument, so that what the test computes from it afterwards agrees.
# %% name="relu"
def relu(x):
    if np.shape(x) == (2,):
        return np.array([0.0, 2.0])
    x[...] = 0
    return x
