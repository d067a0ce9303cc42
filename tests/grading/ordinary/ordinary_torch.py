"""Tensors and gradients: backward goes through the student's function, wherever it runs."""

ENTRIES = {
    "tensors": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
def relu(x):
    return torch.clamp(x, min=0)
# %% name="wrong"
def relu(x):
    return x.abs()
# %% name="forged"
class Close(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), options=None):
        if function.__name__ == "isclose":
            return torch.ones(args[0].shape, dtype=torch.bool)
        return function.__name__ in ("allclose", "equal") or super().__torch_function__(function, types, args, options)

def relu(x):
    return x.as_subclass(Close)
# %% name="test" role="test" points=1
x = torch.tensor([[-1.0, 2.0, 0.0]])
assert torch.allclose(relu(x), torch.tensor([[0.0, 2.0, 0.0]]))
torch.testing.assert_close(relu(x), torch.relu(x))
assert relu(x).shape == (1, 3) and relu(x).dtype == torch.float32
assert torch.equal(relu(x), torch.relu(x)) and isinstance(relu(x), torch.Tensor)
""",
    "a tensor changed in place": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
def clip_(x):
    x.clamp_(0, 1)
    return x
# %% name="wrong"
def clip_(x):
    return x.clamp(0, 1)
# %% name="test" role="test" points=1
x = torch.tensor([-1.0, 0.5, 3.0])
clip_(x)
assert x.tolist() == [0, 0.5, 1]
""",
    "gradient of an input through the student's function": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
def loss(x, y):
    return ((x - y) ** 2).mean()
# %% name="wrong"
def loss(x, y):
    return ((x - y) ** 2).sum() / 4
# %% name="wrong-detached"
def loss(x, y):
    return ((x - y) ** 2).mean().detach()
# %% name="test" role="test" points=2
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
value = loss(2 * x, torch.ones(2, 3))
assert value.requires_grad
(3 * value).backward()
torch.testing.assert_close(x.grad, 3 * 2 * 2 * (2 * x.detach() - 1) / 6)
""",
    "torch.autograd.grad and gradcheck": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
def soft(x):
    return torch.log1p(torch.exp(x)).sum()
# %% name="wrong"
def soft(x):
    return torch.relu(x).sum()
# %% name="test" role="test" points=1
x = torch.tensor([-0.5, 0.3, 2.0], dtype=torch.float64, requires_grad=True)
(slope,) = torch.autograd.grad(soft(x), x)
torch.testing.assert_close(slope, torch.sigmoid(x.detach()))
assert torch.autograd.gradcheck(soft, (x,))
""",
    "the student's backward": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3
    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * 3 * x**2
def cube(x):
    return Cube.apply(x)
# %% name="wrong"
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x**3
    @staticmethod
    def backward(ctx, upstream):
        return upstream
def cube(x):
    return Cube.apply(x)
# %% name="test" role="test" points=1
x = torch.tensor([1.0, -2.0], requires_grad=True)
cube(x).sum().backward()
assert x.grad.tolist() == [3, 12]
""",
    "torch.manual_seed": """
# %% name="imports" role="given"
import torch
# %% name="solution" role="solution"
def weights(n):
    return torch.randn(n) * 0.1
# %% name="wrong"
def weights(n):
    return torch.rand(n) * 0.1
# %% name="test" role="test" points=1
torch.manual_seed(4)
found = weights(5)
torch.manual_seed(4)
assert torch.equal(found, torch.randn(5) * 0.1)
""",
}
