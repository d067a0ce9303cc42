# A small assignment with torch: a function that must be differentiable, and a network.
# imports: torch

# %% role="given" name="setup"
import torch
from torch import nn

# %% role="solution" name="smooth"
def smooth(x):
    ### BEGIN SOLUTION
    return torch.log1p(torch.exp(x))
    ### END SOLUTION

# %% role="test" name="smooth_values" points=2
x = torch.tensor([-1.0, 0.0, 2.0])
assert torch.allclose(smooth(x), nn.functional.softplus(x))
### BEGIN HIDDEN TESTS
torch.testing.assert_close(smooth(x.double().reshape(1, 3) - 3), nn.functional.softplus(x.double().reshape(1, 3) - 3))
### END HIDDEN TESTS

# %% role="test" name="smooth_gradient" points=2
x = torch.tensor([-2.0, 0.5, 1.0], requires_grad=True)
smooth(x).sum().backward()
assert torch.allclose(x.grad, torch.sigmoid(x.detach()))

# %% role="solution" name="net"
class Net(nn.Module):
    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        return torch.relu(self.layer(x))
    ### END SOLUTION

# %% role="test" name="net_computes" points=2
net = Net()
assert isinstance(net, nn.Module)
weight, bias = net.parameters()
x = torch.arange(12.0).reshape(4, 3) - 5
assert torch.allclose(net(x), torch.relu(x @ weight.T + bias))
assert (weight.shape, bias.shape) == ((2, 3), (2,))
