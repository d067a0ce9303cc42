# Came from C and Java: nested Python lists, numbers one at a time, arrays only at the end; right, no torch.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    g = grad_output.tolist()
    img = x.tolist()
    ker = w.tolist()
    nImg = len(img)
    nCh = len(img[0])
    height = len(img[0][0])
    width = len(img[0][0][0])
    nFil = len(ker)
    kH = len(ker[0][0])
    kW = len(ker[0][0][0])
    gx = [[[[0.0 for _ in range(width)] for _ in range(height)] for _ in range(nCh)] for _ in range(nImg)]
    gw = [[[[0.0 for _ in range(kW)] for _ in range(kH)] for _ in range(nCh)] for _ in range(nFil)]
    gb = [0.0] * nFil
    n = 0
    while n < nImg:
        f = 0
        while f < nFil:
            for i in range(len(g[n][f])):
                for j in range(len(g[n][f][i])):
                    gb[f] = gb[f] + g[n][f][i][j]
                    for c in range(nCh):
                        for p in range(kH):
                            row = i * stride[0] + p - padding[0]
                            if row < 0 or row >= height:
                                continue
                            for q in range(kW):
                                col = j * stride[1] + q - padding[1]
                                if col < 0 or col >= width:
                                    continue
                                gw[f][c][p][q] += g[n][f][i][j] * img[n][c][row][col]
                                gx[n][c][row][col] += g[n][f][i][j] * ker[f][c][p][q]
            f += 1
        n += 1
    return np.array(gx), np.array(gw), np.array(gb)
