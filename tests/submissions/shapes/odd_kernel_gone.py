# Ends its own process in the function, as some scripts do: whatever is asked after that has no answer.
# %% name="receptive_field"
import os


def receptive_field(layers):
    print("not finished yet")
    os._exit(1)
