# Reads the layers with match, keeps what it knows in a small class, rounds with math.floor.
# %% name="output_size"
import math


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    out = []
    for a in range(2):
        effective = kernel[a] + (kernel[a] - 1) * (dilation[a] - 1)
        out.append(math.floor((size[a] + 2 * padding[a] - effective) / stride[a] + 1))
    return tuple(out)


# %% name="parameter_count"
class Shape:
    def __init__(self, channels, rows, columns):
        self.channels, self.rows, self.columns = channels, rows, columns

    def __len__(self):
        return self.channels * self.rows * self.columns


def parameter_count(layers, image):
    shape, total = Shape(*image), 0
    for layer in layers:
        match layer:
            case Conv(filters=n, kernel_size=(kh, kw), bias=b):
                total += n * kh * kw * shape.channels + n * int(b)
                size = output_size((shape.rows, shape.columns), (kh, kw), stride=layer.stride, padding=layer.padding)
                shape = Shape(n, *size)
            case MaxPool(kernel_size=k, stride=s, padding=p):
                shape = Shape(shape.channels, *output_size((shape.rows, shape.columns), k, stride=s, padding=p))
            case BatchNorm():
                total += shape.channels * 2
            case Flatten():
                shape = Shape(len(shape), 1, 1)
            case Dense(units=n, bias=b):
                total += n * len(shape) + n * int(b)
                shape = Shape(n, 1, 1)
    return total


# %% name="receptive_field"
def receptive_field(layers):
    start, end = [0, 0], [0, 0]
    for layer in layers[::-1]:
        match layer:
            case Conv(kernel_size=k, dilation=d):
                reach = [(k[a] - 1) * d[a] for a in (0, 1)]
            case MaxPool(kernel_size=k):
                reach = [k[a] - 1 for a in (0, 1)]
        start = [start[a] * layer.stride[a] for a in (0, 1)]
        end = [end[a] * layer.stride[a] + reach[a] for a in (0, 1)]
    return end[0] - start[0] + 1, end[1] - start[1] + 1


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    conv_w = conv_kernel.swapaxes(0, 3).swapaxes(1, 2).swapaxes(2, 3)
    per_unit = [unit.reshape(maps).transpose(2, 0, 1).flatten() for unit in dense_kernel.T]
    return conv_w, conv_bias, np.stack(per_unit), dense_bias
