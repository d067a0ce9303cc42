# Ends its own process in the function, as some scripts do: nbgrader cannot grade it, and says so.
# %% name="receptive_field"
import os


def receptive_field(layers):
    print("not finished yet")
    os._exit(1)
