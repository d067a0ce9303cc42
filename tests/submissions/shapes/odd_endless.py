# Moves the kernel along until it sticks out, but with a stride that it never adds.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    found = []
    for a in (0, 1):
        at, count = -padding[a], 0
        while at + dilation[a] * (kernel[a] - 1) < size[a] + padding[a]:
            count += 1
            at + stride[a]
        found.append(count)
    return found
