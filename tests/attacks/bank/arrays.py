# Answers that are no arrays, or arrays that answer for themselves.

# %% attack="array_subclass_equal"
# Returns an ndarray subclass that answers every function of NumPy with True.
# %% name="relu"
class Sly(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return np.array(True)

    def __array_ufunc__(self, *args, **kwargs):
        return np.array(True)


def relu(x):
    return np.zeros(np.shape(x)).view(Sly)

# %% attack="array_function"
# Returns an object with __array_function__, __array_ufunc__ and forged shape and dtype.
# %% name="relu"
class Sly:
    shape, ndim, size, dtype = (), 0, 1, np.dtype(float)

    def __array__(self, dtype=None, copy=None):
        return np.ma.masked_all(())

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: True


def relu(x):
    return Sly()

# %% attack="array_of_objects"
# Returns an array of dtype object whose entries equal everything.
# %% name="relu"
class Sly(float):
    __eq__ = __le__ = __lt__ = lambda self, other: True
    __sub__ = __rsub__ = __mul__ = __rmul__ = __add__ = __radd__ = lambda self, other: Sly()
    __abs__ = lambda self: Sly(0)


def relu(x):
    out = np.empty(np.shape(x), dtype=object)
    out[...] = Sly(0)
    return out

# %% attack="masked_array"
# Returns an array in which every entry is masked, which NumPy's tests leave out.
# %% name="relu"
def relu(x):
    return np.ma.masked_all(np.shape(x))

# %% attack="different_each_time"
# Returns an object that is another array each time it is made one, until one fits.
# %% name="relu"
class Sly:
    times = 0

    def __init__(self, shape):
        self.shape = shape

    def __array__(self, dtype=None, copy=None):
        Sly.times += 1
        return np.full(self.shape, float(Sly.times % 3))


def relu(x):
    return Sly(np.shape(x))

# %% attack="broadcast"
# Returns something empty, hoping that all entries of nothing are right.
# %% name="relu"
def relu(x):
    return np.zeros((0,) + np.shape(x))

