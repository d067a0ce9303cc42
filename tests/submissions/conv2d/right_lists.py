# Came from C and Java: nested Python lists, one number at a time, an array only at the end; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    img = x.tolist()
    ker = w.tolist()
    nImg = len(img)
    nCh = len(img[0])
    height = len(img[0][0])
    width = len(img[0][0][0])
    out = []
    for n in range(nImg):
        pictures = []
        for f in range(len(ker)):
            picture = []
            row = -padding[0]
            while row + dilation[0] * (len(ker[f][0]) - 1) < height + padding[0]:
                line = []
                col = -padding[1]
                while col + dilation[1] * (len(ker[f][0][0]) - 1) < width + padding[1]:
                    s = 0.0
                    for c in range(nCh):
                        for p in range(len(ker[f][c])):
                            for q in range(len(ker[f][c][p])):
                                yy = row + p * dilation[0]
                                xx = col + q * dilation[1]
                                if yy >= 0 and yy < height and xx >= 0 and xx < width:
                                    s = s + img[n][c][yy][xx] * ker[f][c][p][q]
                    if b is not None:
                        s = s + b[f]
                    line.append(s)
                    col += stride[1]
                picture.append(line)
                row += stride[0]
            pictures.append(picture)
        out.append(pictures)
    return np.array(out)
