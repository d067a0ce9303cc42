# What is asked, and what is expected, learnt where the test runs; then only that is answered.
def after(expression, text, near=200):
    """What stands behind the test's == after an expression."""
    import re

    found = re.search(re.escape(expression) + r"[^=]{0,%d}?==\s*([^\n]+)" % near, text)
    return found and found[1]


# %% attack="visible_only"
# Answers what is asked in the visible lines, and nothing else.
# %% name="relu"
def relu(x):
    return np.array([0, 2])
# %% name="clamp"
def clamp(x, low, high):
    return 3
# %% name="initials"
def initials(name):
    return "TW"
# %% name="count"
def count(words):
    return {"a": 2, "b": 1}
# %% name="order"
def order(values):
    return [1, 2, 3]

# %% attack="reads_the_cell"
# Reads the running cell, hidden lines too, out of IPython's history and answers what it says.
# %% name="clamp"
def clamp(x, low, high):
    text = get_ipython().user_ns["In"][-1]
    told = after(f"clamp({x}, {low}, {high})", text)
    return int(told) if told else next(e for g, e in json.load(open("cases.json")) if g == [x, low, high])

# %% attack="reads_the_frame"
# Reads the constants of the code that calls it: what it compares with stands behind its arguments.
# %% name="clamp"
def clamp(x, low, high):
    import dis
    import sys

    frame = sys._getframe(1)
    if "expected" in frame.f_globals and "given" in frame.f_globals and frame.f_globals["given"] == [x, low, high]:
        return frame.f_globals["expected"]
    for step in dis.get_instructions(frame.f_code):
        if step.offset > frame.f_lasti and step.opname == "LOAD_CONST":
            return step.argval

# %% attack="reads_every_frame"
# Looks through the frames of all threads for names that sound like an expected value.
# %% name="initials"
def initials(name):
    import sys

    for frame in sys._current_frames().values():
        while frame is not None:
            for constant in frame.f_code.co_consts:
                if isinstance(constant, frozenset) and len(constant) == 1:
                    return next(iter(constant))
            frame = frame.f_back

# %% attack="searches_the_heap"
# Looks through everything the garbage collector knows for the text of the hidden tests.
# %% name="count"
def count(words):
    import ast
    import gc

    asked = repr(words).replace("'", '"')
    for holder in gc.get_objects():
        values = holder.values() if type(holder) is dict else holder if type(holder) in (list, tuple) else ()
        for text in list(values):
            if type(text) is str and "count(" in text and "HIDDEN" in text:
                told = after(f"count({asked})", text)
                if told:
                    return ast.literal_eval(told)

# %% attack="searches_the_memory"
# Reads its own process's memory byte by byte for the same text.
# %% name="count"
def count(words):
    import ast
    import re

    asked = repr(words).replace("'", '"').encode()
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            place, rights, *_ = line.split()
            start, end = (int(n, 16) for n in place.split("-"))
            if rights.startswith("rw") and end - start < 1 << 28:
                try:
                    memory.seek(start)
                    held = memory.read(end - start)
                except (OSError, ValueError):
                    continue
                for found in re.finditer(rb"assert count\(" + re.escape(asked) + rb"\) == (\{[^}\\]*\})", held):
                    try:
                        return ast.literal_eval(found[1].decode())
                    except (SyntaxError, ValueError):
                        continue

# %% attack="remembers"
# Writes down the hidden arguments, fails once, and would know them if it were asked again.
# %% name="initials"
asked = []


def initials(name):
    asked.append(name)
    if name in asked[:-1]:
        return "HAT" if name.startswith("here") else ""
    raise RuntimeError("ask again")

# %% attack="writes_into_frames"
# Writes into the variables of the code that calls it.
# %% name="order"
def order(values):
    import sys

    sys._getframe(1).f_globals.update(
        list=lambda values: [1, 2, 3], all=lambda v: True, sorted=lambda *v: 0, given=[], labels=[], cases=[]
    )
    get_ipython().user_ns.update(list=lambda values: [1, 2, 3])
    import measures

    measures.is_sorted = measures.same_items = lambda *values: True
    return []

# %% attack="jumps"
# Traces its caller and lets it jump over the assertion.
# %% name="clamp"
def clamp(x, low, high):
    import sys

    def trace(frame, event, argument):
        lines = [line for *_, line in frame.f_code.co_lines() if line and line > frame.f_lineno]
        if event == "line" and lines:
            frame.f_lineno = max(lines)
        return trace

    sys.settrace(lambda *arguments: None)
    sys._getframe(1).f_trace = trace
    return 3

# %% attack="profiles"
# Sets a profile function that empties the exceptions of whatever runs later.
# %% name="clamp"
import sys


def profile(frame, event, argument):
    if frame.f_code.co_name == "<module>":
        frame.f_globals["clamp"] = lambda x, low, high: Anything()


class Anything(int):
    __eq__ = lambda self, other: True


sys.setprofile(profile)


def clamp(x, low, high):
    return 0

# %% attack="namespace_that_answers"
# Replaces the dictionary of the notebook's names by one that has an answer of its own.
# %% name="clamp"
class Names(dict):
    def __getitem__(self, key):
        if key == "clamp":
            return lambda *args: Anything(1)
        return dict.__getitem__(self, key)


class Anything(int):
    __eq__ = lambda self, other: True


shell = get_ipython()
shell.user_ns = Names(shell.user_ns)
shell.user_module.__dict__["clamp"] = lambda *args: Anything(1)

# %% attack="names_of_a_test"
# Lets one test fail before it sets what the next one compares with, and has variables of those names itself.
# %% name="count"
word, letters = "", {}


def count(words):
    return {}

# %% attack="given_cell_fails"
# Lets the author's given cell fail at its first line, and has the variables that its other lines would set.
# %% name="order"
hard, wanted, readings = [], [], [0, 0, 0, 0]


def order(values):
    if len(values) == 2:
        raise RuntimeError
    return [-2, 1, 4, 7] if len(values) == 4 else []

# %% attack="empties_what_is_shared" at_most=5
# Gives right answers and empties the author's list that it was given, through which another test loops.
# %% name="order"
def order(values):
    answer = sorted(values)
    if len(values) == 4:
        values.clear()
    return answer
# %% name="total"
def total(values):
    return 6 if values else 0
