"""Functions that make functions, take them, call each other and themselves; generators."""

ENTRIES = {
    "recursion": """
# %% name="solution" role="solution"
def depth(tree):
    return 1 + max(map(depth, tree), default=0) if isinstance(tree, list) else 0
# %% name="wrong"
def depth(tree):
    return len(tree)
# %% name="test" role="test" points=1
assert depth([]) == 1
assert depth([1, [2, [3]], []]) == 3
""",
    "ten thousand calls": """
# %% name="solution" role="solution"
def digit_sum(n):
    return sum(map(int, str(n)))
# %% name="wrong"
def digit_sum(n):
    return sum(map(int, str(n))) if n < 9_000 else 0
# %% name="test" role="test" points=1
assert sum(digit_sum(n) for n in range(10_000)) == 180_000
""",
    "a generator": """
# %% name="solution" role="solution"
def countdown(n):
    while n:
        yield n
        n -= 1
# %% name="wrong"
def countdown(n):
    yield n
# %% name="wrong-list"
def countdown(n):
    return list(range(n, 0, -1))
# %% name="test" role="test" points=1
assert list(countdown(3)) == [3, 2, 1]
steps = countdown(2)
assert next(steps) == 2 and next(steps) == 1
try:
    next(steps)
    raise AssertionError("it ends at 1")
except StopIteration:
    pass
assert [a + b for a, b in zip(countdown(2), "xy".encode())] == [122, 122]
""",
    "a generator without end": """
# %% name="solution" role="solution"
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
# %% name="wrong"
def fibonacci():
    a = 0
    while True:
        yield a
        a += 1
# %% name="test" role="test" points=1
from itertools import islice, takewhile
assert list(islice(fibonacci(), 8)) == [0, 1, 1, 2, 3, 5, 8, 13]
assert sum(takewhile(lambda n: n < 100, fibonacci())) == 232
""",
    "iterators of the standard library": """
# %% name="solution" role="solution"
def pairs(values):
    return zip(values, values[1:])
def squares(values):
    return map(lambda x: x * x, values)
# %% name="wrong"
def pairs(values):
    return zip(values, values)
def squares(values):
    return map(abs, values)
# %% name="test" role="test" points=1
assert list(pairs("abc")) == [("a", "b"), ("b", "c")]
assert sum(squares(range(4))) == 14
""",
    "closures": """
# %% name="solution" role="solution"
def counter(start):
    n = start
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
# %% name="wrong"
def counter(start):
    return lambda by=1: start + by
# %% name="test" role="test" points=1
first, second = counter(0), counter(10)
assert (first(), first(), first(by=3)) == (1, 2, 5)
assert second() == 11
""",
    "decorators": """
# %% name="solution" role="solution"
import functools
def counted(f):
    @functools.wraps(f)
    def wrapper(*args, **options):
        wrapper.calls += 1
        return f(*args, **options)
    wrapper.calls = 0
    return wrapper
# %% name="wrong"
def counted(f):
    f.calls = 0
    return f
# %% name="test" role="test" points=1
@counted
def area(a, b=1):
    return a * b
assert area(3) == 3 and area(3, b=4) == 12
assert area.calls == 2 and area.__name__ == "area"
""",
    "callbacks": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def applied(f, values):
    return [f(value) for value in values]
def composed(f, g):
    return lambda x: g(f(x))
# %% name="wrong"
def applied(f, values):
    return list(values)
def composed(f, g):
    return lambda x: f(g(x))
# %% name="test" role="test" points=1
def cube(x):
    return x**3
assert applied(cube, [1, 2]) == [1, 8]
assert applied(lambda x: x + 1, (1, 2)) == [2, 3]
assert applied(np.sin, [0.0]) == [0]
assert applied(len, ["ab", ""]) == [2, 0]
# %% name="two" role="test" points=1
assert composed(lambda x: x + 1, lambda x: 10 * x)(1) == 20
assert composed(abs, np.sqrt)(-9) == 3
""",
    "a callback that raises and one that counts": """
# %% name="solution" role="solution"
def bisect(f, low, high, steps=40):
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return low
# %% name="wrong"
def bisect(f, low, high, steps=40):
    try:
        return f(2**0.5)
    except ZeroDivisionError:
        return 2**0.5
# %% name="test" role="test" points=1
calls = []
def f(x):
    calls.append(x)
    return x * x - 2
assert abs(bisect(f, 0, 2) - 2**0.5) < 1e-9
assert 30 < len(calls) <= 60
try:
    bisect(lambda x: 1 / 0, 0, 1)
    raise AssertionError("what f raises is not to be caught")
except ZeroDivisionError:
    pass
""",
    "a sort key": """
# %% name="solution" role="solution"
def key(name):
    first, last = name.split()
    return last, first
# %% name="wrong"
def key(name):
    return name
# %% name="test" role="test" points=1
names = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
assert sorted(names, key=key) == ["Grace Hopper", "Ada Lovelace", "Alan Turing"]
assert max(names, key=key) == "Alan Turing"
""",
    "functions that call each other": """
# %% name="solution" role="solution"
def mean(values):
    return sum(values) / len(values)
# %% name="solution-2" role="solution"
def variance(values):
    middle = mean(values)
    return mean([(value - middle) ** 2 for value in values])
# %% name="wrong"
def variance(values):
    return mean(values)
# %% name="test" role="test" points=1
assert variance([1, 3, 5]) == 8 / 3
assert variance([mean([1, 3]), 2]) == 0
""",
    "an answer asked for twice": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
# 1 of 2 points
asked = []
def square(x):
    asked.append(x)
    return x * x if len(asked) < 3 else 0
# %% name="first" role="test" points=1
assert square(3) == 9
again = square
assert again(4) == 16
# %% name="second" role="test" points=1
assert [f(2) for f in (square, again)] == [4, 4]
""",
    "a context manager by contextlib": """
# %% name="solution" role="solution"
from contextlib import contextmanager
log = []
@contextmanager
def step(name):
    log.append(f"begin {name}")
    yield len(log)
    log.append(f"end {name}")
# %% name="wrong"
from contextlib import nullcontext
log = []
def step(name):
    return nullcontext(1)
# %% name="test" role="test" points=1
with step("a") as count:
    assert count == 1
assert log == ["begin a", "end a"]
""",
    "a generator that is sent values": """
# %% name="solution" role="solution"
def running_mean():
    total, count, mean = 0, 0, None
    while True:
        total += yield mean
        count += 1
        mean = total / count
# %% name="wrong"
def running_mean():
    value = None
    while True:
        value = yield value
# %% name="test" role="test" points=1
mean = running_mean()
assert next(mean) is None
assert [mean.send(value) for value in (2, 4, 9)] == [2, 3, 5]
mean.close()
""",
    "partial, reduce and a cache of functools": """
# %% name="solution" role="solution"
from functools import lru_cache
def scaled(factor, x=1):
    return factor * x
@lru_cache
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)
# %% name="wrong"
def scaled(factor, x=1):
    return x
def ways(n):
    return n
# %% name="test" role="test" points=1
from functools import partial, reduce
assert partial(scaled, 3)(x=5) == 15
assert reduce(scaled, [2, 3, 4]) == 24
# %% name="cached" role="test" points=1
ways.cache_clear()
assert ways(60) == 2504730781961
assert ways.cache_info().misses == 61
""",
}
