"""What a function gives: values of every kind. And the arguments that it changes in place."""

ENTRIES = {
    "None": """
# %% name="solution" role="solution"
def find(values, wanted):
    for number, value in enumerate(values):
        if value == wanted:
            return number
# %% name="wrong"
def find(values, wanted):
    return values.index(wanted) if wanted in values else -1
# %% name="test" role="test" points=1
assert find([3, 4], 5) is None
assert find([3, 4], 4) == 1
assert find([3, 4], 3) is not None
""",
    "bool": """
# %% name="solution" role="solution"
def even(n):
    return n % 2 == 0
# %% name="wrong"
def even(n):
    return 1 - n % 2
# %% name="test" role="test" points=1
assert even(4) is True and even(3) is False
assert even(2) and not even(5)
""",
    "str and bytes": """
# %% name="solution" role="solution"
def shout(text):
    return text.upper() + "!"
def packed(text):
    return text.encode() + b"\\x00"
# %% name="wrong"
def shout(text):
    return text + "!"
def packed(text):
    return text
# %% name="test" role="test" points=1
assert shout("grüß") == "GRÜSS!"
assert shout("a").startswith("A") and f"{shout('b'):>4}" == "  B!"
assert packed("ü") == b"\\xc3\\xbc\\x00"
""",
    "list, tuple, dict and set": """
# %% name="solution" role="solution"
def counts(text):
    return {letter: text.count(letter) for letter in set(text)}
def ends(values):
    return values[0], values[-1]
def unique(values):
    return set(values)
# %% name="wrong"
def counts(text):
    return {letter: 1 for letter in text}
def ends(values):
    return [values[0], values[-1]]
def unique(values):
    return sorted(set(values))
# %% name="dicts" role="test" points=1
assert counts("aab") == {"a": 2, "b": 1}
assert sorted(counts("ab").items()) == [("a", 1), ("b", 1)]
# %% name="tuples" role="test" points=1
assert ends([1, 2, 3]) == (1, 3)
first, last = ends("xyz")
assert first + last == "xz"
# %% name="sets" role="test" points=1
assert unique([1, 2, 1]) == {1, 2}
assert unique("ab") | {"c"} == {"a", "b", "c"}
""",
    "containers in containers": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def summary(images):
    return {"shapes": [(i.shape, str(i.dtype)) for i in images], "best": {"mean": [i.mean(axis=0) for i in images]}}
# %% name="wrong"
def summary(images):
    return {"shapes": [i.shape for i in images], "best": {"mean": [i for i in images]}}
# %% name="test" role="test" points=1
found = summary([np.ones((2, 3)), np.zeros((1, 2), np.float32)])
assert found["shapes"] == [((2, 3), "float64"), ((1, 2), "float32")]
np.testing.assert_array_equal(found["best"]["mean"][0], [1, 1, 1])
assert set(found) == {"shapes", "best"} and len(found["best"]["mean"]) == 2
""",
    "complex, large and exact numbers": """
# %% name="solution" role="solution"
from decimal import Decimal
from fractions import Fraction

def roots(c):
    return [complex(0, c**0.5), complex(0, -(c**0.5))]
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)
def third():
    return Fraction(1, 3)
def price(cents):
    return Decimal(cents) / 100
# %% name="wrong"
def roots(c):
    return [c**0.5]
def factorial(n):
    return 0.0
def third():
    return 1 / 3
def price(cents):
    return cents / 100
# %% name="test" role="test" points=1
assert roots(4) == [2j, -2j]
# %% name="large" role="test" points=1
assert factorial(60) % 61 == 60 and len(str(factorial(60))) == 82
# %% name="fractions" role="test" points=1
assert third() * 3 == 1 and third().denominator == 3
# %% name="decimals" role="test" points=1
from decimal import Decimal
assert price(110) == Decimal("1.1") and str(price(110)) == "1.1"
""",
    "dates": """
# %% name="imports" role="given"
from datetime import date, datetime, timedelta
# %% name="solution" role="solution"
def follow_up(scan):
    return scan + timedelta(days=90)
# %% name="wrong"
def follow_up(scan):
    return scan.replace(month=scan.month + 3)
# %% name="test" role="test" points=1
assert follow_up(date(2024, 1, 31)) == date(2024, 4, 30)
assert follow_up(datetime(2024, 2, 1, 8)).hour == 8
assert (follow_up(date(2023, 1, 1)) - date(2023, 1, 1)).days == 90
""",
    "nan and infinity": """
# %% name="imports" role="given"
import math
# %% name="solution" role="solution"
def ratio(a, b):
    return a / b if b else math.nan if a == 0 else math.copysign(math.inf, a)
# %% name="wrong"
def ratio(a, b):
    return a / b if b else 0.0
# %% name="test" role="test" points=1
assert math.isnan(ratio(0, 0))
assert ratio(-1, 0) == -math.inf and ratio(1, 4) == 0.25
""",
    "a list or a dict changed in place": """
# %% name="solution" role="solution"
def insert_sorted(values, new):
    values.append(new)
    values.sort()
def count(word, table):
    table[word] = table.get(word, 0) + 1
# %% name="wrong"
def insert_sorted(values, new):
    values = sorted([*values, new])
def count(word, table):
    table = {**table, word: 1}
# %% name="lists" role="test" points=1
numbers = [1, 4]
assert insert_sorted(numbers, 3) is None
assert numbers == [1, 3, 4]
# %% name="dicts" role="test" points=1
table = {"a": 1}
count("a", table), count("b", table)
assert table == {"a": 2, "b": 1}
""",
    "an argument that must not be changed": """
# %% name="solution" role="solution"
def ordered(values):
    return sorted(values)
# %% name="wrong"
def ordered(values):
    values.sort()
    return values
# %% name="test" role="test" points=1
numbers = [30, 10, 20]
assert ordered(numbers) == [10, 20, 30]
assert numbers == [30, 10, 20], "your function changed its argument"
""",
}
