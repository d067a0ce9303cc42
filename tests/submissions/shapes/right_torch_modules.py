# Lets torch count: builds each layer as a module and adds up numel(); Tensor.unfold shows the placements.
# %% name="output_size"
import torch


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    sizes = []
    for a in range(2):
        line = torch.zeros(size[a] + 2 * padding[a])
        sizes.append(line.unfold(0, dilation[a] * (kernel[a] - 1) + 1, stride[a]).shape[0])
    return torch.Size(sizes)


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, *size = image
    net = torch.nn.Sequential()
    for layer in layers:
        if isinstance(layer, Conv):
            net.append(torch.nn.Conv2d(channels, layer.filters, layer.kernel_size, bias=layer.bias))
            channels = layer.filters
        elif isinstance(layer, MaxPool):
            net.append(torch.nn.MaxPool2d(layer.kernel_size, layer.stride, layer.padding))
        elif isinstance(layer, BatchNorm):
            net.append(torch.nn.BatchNorm2d(channels))
        elif isinstance(layer, Flatten):
            net.append(torch.nn.Flatten())
            channels = channels * size[0] * size[1]
        else:
            net.append(torch.nn.Linear(channels, layer.units, bias=layer.bias))
            channels = layer.units
        if hasattr(layer, "kernel_size"):
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


# %% name="receptive_field"
def receptive_field(layers):
    seen, jump = torch.ones(2, dtype=torch.long), torch.ones(2, dtype=torch.long)
    for layer in layers:
        reach = torch.tensor(layer.kernel_size) - 1
        if isinstance(layer, Conv):
            reach *= torch.tensor(layer.dilation)
        seen += reach * jump
        jump *= torch.tensor(layer.stride)
    return seen[0].item(), seen[1].item()


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kernel, dense = torch.from_numpy(conv_kernel), torch.from_numpy(dense_kernel)
    dense = dense.t().unflatten(1, tuple(maps)).permute(0, 3, 1, 2).flatten(1)
    return kernel.permute(3, 2, 0, 1).numpy(), conv_bias, dense.contiguous().numpy(), dense_bias
