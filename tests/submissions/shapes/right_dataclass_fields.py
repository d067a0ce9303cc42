# Reads layers as what they are, dataclasses: asdict, replace, vars; builds its einsum words from letters.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    answer = {}
    for name, n, k, s, p, d in zip(["rows", "columns"], size, kernel, stride, padding, dilation):
        answer[name] = int((n + 2 * p - d * (k - 1) - 1) / s) + 1
    return list(answer.values())


# %% name="parameter_count"
from dataclasses import asdict, fields, is_dataclass, replace


def parameter_count(layers, image):
    c, size, total = image[0], image[1:], 0
    for layer in layers:
        assert is_dataclass(layer)
        known = asdict(layer)
        makes = known.get("filters", known.get("units"))
        if makes is not None:
            if "units" in known:
                known["kernel_size"] = size
            without = replace(layer, bias=False)
            total += makes * c * known["kernel_size"][0] * known["kernel_size"][1]
            total += 0 if layer == without else makes
            c = makes
        if "stride" in known:
            size = output_size(size, known["kernel_size"], stride=known["stride"], padding=known["padding"])
        elif "units" in known:
            size = (1, 1)
        elif layer == BatchNorm():
            total += 2 * c
    return total


# %% name="receptive_field"
def receptive_field(layers):
    settings = [{"dilation": (1, 1)} | vars(layer) for layer in layers]
    assert all(f.name in s for layer, s in zip(layers, settings) for f in fields(layer))
    answer = []
    for a in (0, 1):
        field, jump = 1, 1
        for s in settings:
            field, jump = field + s["dilation"][a] * (s["kernel_size"][a] - 1) * jump, jump * s["stride"][a]
        answer.append(field)
    rows, columns = answer
    return rows, columns


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    keras = "hwio"  # rows, columns, what comes in, what goes out
    torch_ = "".join(sorted(keras, key="oihw".index))
    conv_w = np.einsum(f"{keras}->{torch_}", conv_kernel)
    cube = np.reshape(dense_kernel, (*maps, dense_kernel.shape[1]))
    return conv_w, conv_bias, np.einsum(f"{keras}->{torch_}", cube).reshape(len(dense_bias), -1), dense_bias
