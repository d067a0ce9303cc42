"""Models of the student's, models of the author's that the student trains, and data sets, in torch."""

ENTRIES = {
    "a model: parameters, state, modes": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3, padding=1)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(width, 2)
    def forward(self, x):
        return self.head(self.drop(self.conv(x).relu().mean((2, 3))))
# %% name="wrong"
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 5, padding=2)
        self.head = nn.Linear(width, 2)
    def forward(self, x):
        return self.head(self.conv(x).relu().mean((2, 3)))
# %% name="test" role="test" points=3
torch.manual_seed(0)
net = Net(4)
assert isinstance(net, nn.Module) and issubclass(Net, nn.Module)
assert sum(p.numel() for p in net.parameters()) == 4 * 9 + 4 + 4 * 2 + 2
assert [name for name, _ in net.named_parameters()][0] == "conv.weight"
assert set(net.state_dict()) == {"conv.weight", "conv.bias", "head.weight", "head.bias"}
assert net.training and not net.eval().training
x = torch.ones(2, 1, 5, 6)
with torch.no_grad():
    assert net(x).shape == (2, 2) and torch.equal(net(x), net(x))
net.train()
assert isinstance(net.conv, nn.Conv2d) and net.conv.kernel_size == (3, 3)
assert len(list(net.children())) == 3
""",
    "a state put into the model": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
class Affine(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))
    def forward(self, x):
        return x @ self.w + self.b
# %% name="wrong"
class Affine(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))
    def forward(self, x):
        return x @ self.w
# %% name="test" role="test" points=1
model = Affine()
model.load_state_dict({"w": torch.tensor([1.0, 2.0]), "b": torch.tensor([0.5])})
assert model(torch.tensor([[3.0, 4.0]])).tolist() == [11.5]
""",
    "backward through the student's model": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)
    def forward(self, x):
        return self.layer(x) ** 2
# %% name="wrong"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)
    def forward(self, x):
        return self.layer(x.detach()).detach() ** 2
# %% name="test" role="test" points=2
torch.manual_seed(1)
net, x = Net(), torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
assert all(p.grad is None for p in net.parameters())
net(x).sum().backward()
w, b = net.layer.weight, net.layer.bias
inner = (x @ w.T + b).detach()
torch.testing.assert_close(x.grad, 2 * inner * w.detach())
torch.testing.assert_close(w.grad, 2 * inner * x.detach())
assert all(p.grad is not None for p in net.parameters())
net.zero_grad()
assert all(p.grad is None or not p.grad.any() for p in net.parameters())
""",
    "an optimiser's step by the student": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
def step(parameters, rate):
    with torch.no_grad():
        for p in parameters:
            p -= rate * p.grad
# %% name="wrong"
def step(parameters, rate):
    with torch.no_grad():
        for p in parameters:
            p += rate * p.grad
# %% name="test" role="test" points=1
w = torch.tensor([1.0, -2.0], requires_grad=True)
(w**2).sum().backward()
step([w], 0.25)
assert w.tolist() == [0.5, -1.0]
""",
    "a data set and its loader": """
# %% name="imports" role="given"
import torch
from torch.utils.data import DataLoader, Dataset
# %% name="solution" role="solution"
class Squares(Dataset):
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        return torch.tensor([float(i)]), i * i
# %% name="wrong"
class Squares(Dataset):
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        return torch.tensor([float(i)]), i
# %% name="test" role="test" points=1
data = Squares(5)
assert len(data) == 5 and data[3][1] == 9
batches = list(DataLoader(data, batch_size=2))
assert len(batches) == 3 and batches[1][1].tolist() == [4, 9]
assert batches[2][0].shape == (1, 1)
""",
}
