# Ends its own process in the function, as some scripts do: whatever is asked after that has no answer.
# %% name="conv2d_backward"
import os


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    print("not finished yet")
    os._exit(1)
