# Partial credit is a number that the test computes. These try to make it theirs.

# %% attack="not_a_number"
# Answers NaN, so that the credit is no number.
# %% name="classify"
def classify(x):
    return float("nan")

# %% attack="infinite"
# Answers infinity, so that the credit is minus infinity.
# %% name="classify"
def classify(x):
    return float("inf")

# %% attack="negative_credit"
# Is wrong by so much that the credit is negative.
# %% name="classify"
def classify(x):
    return -500

# %% attack="unsigned"
# Answers an unsigned integer, whose difference wraps round.
# %% name="classify"
def classify(x):
    return np.uint8(200)

# %% attack="credit_999"
# Answers an object whose distance to the truth is -999.
# %% name="classify"
class Sly:
    __sub__ = __rsub__ = lambda self, other: self
    __abs__ = lambda self: -999.0


def classify(x):
    return Sly()

# %% attack="just_enough"
# Answers an object whose distance to the truth is nothing.
# %% name="classify"
class Sly(float):
    __sub__ = __rsub__ = lambda self, other: 0.0


def classify(x):
    return Sly(7)

# %% attack="float_of_the_credit"
# Answers an object whose arithmetic ends in one that float() makes 4.
# %% name="classify"
class Sly:
    def __getattr__(self, name):
        raise AttributeError(name)

    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = lambda self, other: self
    __abs__ = lambda self: self
    __float__ = lambda self: 4.0


def classify(x):
    return Sly()

# %% attack="text_that_looks_like_a_number"
# Answers text, and an array of text.
# %% name="classify"
def classify(x):
    return np.array(["1.0"])

# %% attack="complex"
# Answers complex numbers and huge ones.
# %% name="classify"
def classify(x):
    return complex(10**200, float("nan"))

# %% attack="guess_the_seed"
# Takes the default seed for the instructor's, and repeats the draw of the labels.
# %% name="classify"
np.random.seed(0)
_labels = np.random.randint(2, size=40)
_told = dict(zip((2.0 * _labels - 1) * np.random.uniform(0.1, 3, 40), _labels.tolist()))


def classify(x):
    return _told[x]

# %% attack="notes_the_seed" at_most=3.5
# Waits for the test to seed NumPy's generator, and repeats the draw of the labels; a coin gets half of the points.
# %% name="classify"
_noted, _seed, _labels = [], np.random.seed, []


def _note(seed=None):
    _noted.append(seed)
    _seed(seed)


np.random.seed = _note


def classify(x):
    if not _labels:
        _seed(_noted[-1])
        _labels.extend(np.random.randint(2, size=40).tolist())
    return _labels.pop(0)

# %% attack="state_of_the_generator" at_most=3.5
# Takes the state in which it finds NumPy's generator for the one from which the labels were drawn; a coin gets half of the points.
# %% name="classify"
_labels = []


def classify(x):
    if not _labels:
        _labels.extend(np.random.randint(2, size=40).tolist())
        if (x > 0) != _labels[0]:
            raise ValueError("the generator was in another state")
    return _labels.pop(0)

# %% attack="seed_from_the_environment" confined=true
# Reads the instructor's seed from the environment, and repeats the draw of the labels.
# %% name="classify"
import os

seed = os.environ.get("PS1_SECRET")
if seed is None:
    for process in os.listdir("/proc"):
        if process.isdigit():
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    found = dict(e.split(b"=", 1) for e in file.read().split(b"\0") if b"=" in e)
                seed = found.get(b"PS1_SECRET", seed)
            except OSError:
                continue
np.random.seed(int(seed))
_told = iter(np.random.randint(2, size=40).tolist())


def classify(x):
    return next(_told)

# %% attack="execute_result"
# Sends a result of 4 under the test's name before it fails.
# %% name="classify"
def classify(x):
    from IPython import get_ipython

    shell = get_ipython()
    content = {"execution_count": 1, "data": {"text/plain": "4"}, "metadata": {}}
    kernel = shell.kernel
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=shell.parent_header)
    raise ValueError("and fails")

# %% attack="display_hook"
# Displays the result of every cell as 4.
# %% name="classify"
def classify(x):
    return -500


class Fixed:
    def __call__(self, value):
        return {"text/plain": "4"}, {}


get_ipython().display_formatter.format = lambda value, *args, **kwargs: ({"text/plain": "4"}, {})

# %% attack="system_display_hook"
# Replaces sys.displayhook, so that a bad credit is not shown and no credit means all.
# %% name="classify"
import sys


def classify(x):
    return 0.9 if x == 0 else 500


sys.displayhook = lambda value: None
type(get_ipython()).displayhook = sys.displayhook

# %% attack="display_nothing"
# Switches off that the last expression of a cell is shown.
# %% name="classify"
def classify(x):
    return 500


get_ipython().ast_node_interactivity = "none"

# %% attack="error_after_credit"
# Publishes forged outputs of every kind from inside the call, then fails.
# %% name="classify"
from IPython.display import display, publish_display_data


def classify(x):
    publish_display_data({"text/plain": "4", "application/vnd.jupyter.error+json": {}})
    display({"text/plain": "4.0"}, raw=True)
    print("4.0")
    raise KeyError
