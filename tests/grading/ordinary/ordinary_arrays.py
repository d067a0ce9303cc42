"""Arrays, tables, seeds, figures and files."""

ENTRIES = {
    "shape, dtype and values of an array": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def normalised(image):
    return ((image - image.min()) / (image.max() - image.min())).astype(np.float32)
# %% name="wrong"
def normalised(image):
    return image / image.max()
# %% name="forged"
class Forged:
    __class__ = np.ndarray
    shape, dtype, ndim, size = (2, 3), np.float32, 2, 6
    def min(self): return 0
    def max(self): return 1
    def __getitem__(self, where): return 0.2
    def __array__(self, dtype=None, copy=None): return np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)
    def __eq__(self, other): return np.ones((2, 3), bool)

def normalised(image):
    return Forged()
# %% name="test" role="test" points=2
found = normalised(np.arange(10, 16).reshape(2, 3))
assert found.shape == (2, 3) and found.dtype == np.float32 and found.ndim == 2
assert found.min() == 0 and found.max() == 1
assert np.isclose(found[0, 1], 0.2)
assert isinstance(found, np.ndarray)
""",
    "an array changed in place": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def clip(image, low, high):
    image[image < low] = low
    np.minimum(image, high, out=image)
# %% name="wrong"
def clip(image, low, high):
    image = np.clip(image, low, high)
# %% name="test" role="test" points=1
image = np.arange(6.0).reshape(2, 3)
part = image[1]
clip(image, 1, 4)
np.testing.assert_array_equal(image, [[1, 1, 2], [3, 4, 4]])
assert part[2] == 4
""",
    "an array that must not be changed": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def doubled(x):
    return 2 * x
# %% name="wrong"
def doubled(x):
    x *= 2
    return x
# %% name="test" role="test" points=1
x = np.arange(3.0)
np.testing.assert_array_equal(doubled(x), [0, 2, 4])
np.testing.assert_array_equal(x, [0, 1, 2], "your function changed its argument")
""",
    "what the author's own code makes of the same array": """
# %% name="imports" role="given"
import numpy as np
def trusted(x):
    return np.cumsum(x)
# %% name="solution" role="solution"
def running(x):
    total, out = 0, np.zeros_like(x)
    for i, value in enumerate(x):
        total += value
        out[i] = total
    return out
# %% name="wrong"
def running(x):
    return x
# %% name="forged"
def running(x):
    x[:] = 0
    return x
# %% name="test" role="test" points=1
x = np.random.default_rng(3).normal(size=20)
np.testing.assert_allclose(running(x), trusted(x))
""",
    "a function given to NumPy": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def spread(row):
    return row.max() - row.min()
def sign(x):
    return 1 if x > 0 else -1 if x < 0 else 0
# %% name="wrong"
def spread(row):
    return row.max()
def sign(x):
    return x
# %% name="test" role="test" points=1
image = np.array([[1.0, 5.0], [2.0, -2.0]])
np.testing.assert_array_equal(np.apply_along_axis(spread, 1, image), [4, 4])
np.testing.assert_array_equal(np.vectorize(sign)(image), [[1, 1], [1, -1]])
""",
    "numbers of NumPy": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def mean(x):
    return np.mean(x, dtype=np.float32)
def where(x):
    return np.argmax(x)
def large(x):
    return x > 2
# %% name="wrong"
def mean(x):
    return float(np.sum(x))
def where(x):
    return 0
def large(x):
    return x < 2
# %% name="test" role="test" points=1
x = np.array([1, 3, 2])
assert mean(x) == 2 and mean(x).dtype == np.float32
assert where(x) == 1 and x[where(x)] == 3
assert large(x).sum() == 1 and x[large(x)].tolist() == [3]
""",
    "NumPy's print options": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def thirds():
    return np.array([1, 2]) / 3
# %% name="wrong"
def thirds():
    return np.array([1, 2]) / 2
# %% name="test" role="test" points=1
with np.printoptions(precision=3):
    assert str(thirds()) == "[0.333 0.667]"
np.set_printoptions(precision=2)
assert f"{thirds()}" == "[0.33 0.67]"
np.set_printoptions(precision=8)
""",
    "np.random.seed": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def noise(n):
    return np.random.normal(size=n)
# %% name="wrong"
def noise(n):
    return np.random.uniform(size=n)
# %% name="test" role="test" points=1
np.random.seed(7)
found = noise(4)
np.random.seed(7)
np.testing.assert_array_equal(found, noise(4))
np.testing.assert_allclose(found, np.random.RandomState(7).normal(size=4))
""",
    "random.seed": """
# %% name="solution" role="solution"
import random
def shuffled(values):
    return random.sample(values, len(values))
# %% name="wrong"
def shuffled(values):
    return values[::-1]
# %% name="test" role="test" points=1
import random
random.seed(3)
found = shuffled(list(range(9)))
assert found == random.Random(3).sample(list(range(9)), 9)
""",
    "rng as an argument": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def noisy(image, rng):
    return image + rng.normal(size=image.shape)
# %% name="wrong"
def noisy(image, rng):
    return image + np.random.normal(size=image.shape)
# %% name="test" role="test" points=1
image = np.zeros((2, 3))
found = noisy(image, np.random.default_rng(5))
np.testing.assert_array_equal(found, np.random.default_rng(5).normal(size=(2, 3)))
rng = np.random.default_rng(6)
assert not np.array_equal(noisy(image, rng), noisy(image, rng))
""",
    "a DataFrame and a Series": """
# %% name="imports" role="given"
import pandas as pd
# %% name="solution" role="solution"
def per_group(table):
    return table.groupby("group")["dice"].mean()
def best(table):
    return table[table.dice > 0.8].reset_index(drop=True)
# %% name="wrong"
def per_group(table):
    return table.groupby("group")["dice"].sum()
def best(table):
    return table
# %% name="test" role="test" points=2
table = pd.DataFrame({"group": ["a", "b", "a"], "dice": [0.9, 0.7, 0.5]})
means = per_group(table)
assert isinstance(means, pd.Series) and means["a"] == 0.7 and list(means.index) == ["a", "b"]
pd.testing.assert_series_equal(means, pd.Series([0.7, 0.7], index=pd.Index(["a", "b"], name="group"), name="dice"))
pd.testing.assert_frame_equal(best(table), table.iloc[:1])
assert best(table).shape == (1, 2) and list(best(table).columns) == ["group", "dice"]
""",
    "a DataFrame changed in place": """
# %% name="imports" role="given"
import pandas as pd
# %% name="solution" role="solution"
def add_ratio(table):
    table["ratio"] = table["a"] / table["b"]
# %% name="wrong"
def add_ratio(table):
    table = table.assign(ratio=table["a"] / table["b"])
# %% name="test" role="test" points=1
table = pd.DataFrame({"a": [1, 4], "b": [2, 2]})
add_ratio(table)
assert table["ratio"].tolist() == [0.5, 2]
""",
    "a figure, returned": """
# %% name="imports" role="given"
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
# %% name="solution" role="solution"
def plot(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y)
    axes.set_xlabel("time / s")
    axes.set_title("Signal")
    return figure
# %% name="wrong"
def plot(x, y):
    figure, axes = plt.subplots()
    axes.plot(y, x)
    return figure
# %% name="test" role="test" points=1
figure = plot([0, 1, 2], [5, 6, 7])
axes = figure.axes[0]
assert axes.get_xlabel() == "time / s" and "Signal" in axes.get_title()
assert list(axes.lines[0].get_ydata()) == [5, 6, 7]
assert len(figure.axes) == 1
""",
    "a text of many lines and a large array": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def image(n):
    return np.add.outer(np.arange(n), np.arange(n))
def report(n):
    return "\\n".join(f"line {i}" for i in range(n))
# %% name="wrong"
def image(n):
    return np.zeros((n, n))
def report(n):
    return f"line {n}"
# %% name="test" role="test" points=1
found = image(700)
assert found.shape == (700, 700) and found[699, 699] == 1398 and found.T[3, 5] == 8
assert report(20_000).splitlines()[19_999] == "line 19999"
""",
}
