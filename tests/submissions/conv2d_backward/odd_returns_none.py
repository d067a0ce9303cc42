# Prints the gradients and has no return; the torch cell has pass.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_w = np.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad_w += grad_output[0, 0, i, j] * x[:1, :1, i : i + w.shape[2], j : j + w.shape[3]]
    print("grad_w =", grad_w)


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    pass
