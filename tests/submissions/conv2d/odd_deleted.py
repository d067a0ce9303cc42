# Deleted the cell.
# %% name="conv2d" delete=true

