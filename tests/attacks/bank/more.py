# What two submissions of one warm process share, memory that no process shows, and outputs past every bound.
import ctypes
import fcntl
import mmap
import os
import socket
import struct
import time

LIBC = ctypes.CDLL(None, use_errno=True)


# %% attack="outputs_past_the_bound"
# Puts outputs beside those that were counted, each as large as one may be.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
if shown is not None:
    shown.outputs.extend({"output_type": "stream", "name": "stdout", "text": "x" * 4_900_000} for _ in range(4))

# %% attack="keys_without_an_order"
# Shows JSON whose keys cannot be sorted, which is what writing a notebook does.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
if shown is not None:
    data = {"application/json": {"a": 1, 2: 3}}
    shown.outputs.append({"output_type": "display_data", "data": data, "metadata": {}})

# %% attack="numbers_that_are_no_json"
# Shows NaN, infinity and a number of four thousand digits as JSON, and a list that is no text as HTML.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
for data in (
    {"application/json": {"a": float("nan"), "b": float("inf"), "c": 10**4000}},
    {"text/html": ["<b>", 3], "text/plain": {"a": 1}},
):
    if shown is not None:
        shown.outputs.append({"output_type": "display_data", "data": data, "metadata": {}})

# %% attack="an_array_for_the_outputs"
# Answers the driver with an array without a dimension where a list of outputs is due.
# %% name="relu"
import gc

for link in [one for one in gc.get_objects() if type(one).__name__ == "Link" and hasattr(one, "receive")]:
    link.send(0, np.array(28.0), timeout=1)

# %% attack="a_dict_for_the_outputs"
# Answers the driver with a dict where a list of outputs is due.
# %% name="relu"
import gc

for link in [one for one in gc.get_objects() if type(one).__name__ == "Link" and hasattr(one, "receive")]:
    link.send(0, {"score": 28.0}, timeout=1)
