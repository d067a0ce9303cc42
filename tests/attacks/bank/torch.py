# The second assignment, with torch: tensors that answer for themselves, a library patched, gradients made up.

# %% attack="tensor_subclass" assignment="ps2"
# Returns a tensor subclass that answers every function of torch with True.
# %% name="smooth"
class Sly(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


def smooth(x):
    return torch.zeros(x.shape).as_subclass(Sly)

# %% attack="allclose_replaced" assignment="ps2"
# Replaces the comparisons of torch.
# %% name="smooth"
def smooth(x):
    return x * 0


torch.allclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
# %% name="net"
class Net(nn.Module):
    def parameters(self):
        return iter([torch.zeros(2, 3), torch.ones(2)])

    def forward(self, x):
        return x[:, :2]

# %% attack="backward_replaced" assignment="ps2"
# Replaces backward by a method that writes the gradient which the test expects.
# %% name="smooth"
def backward(self, *args, **kwargs):
    asked.grad = torch.sigmoid(asked.detach())


def smooth(x):
    global asked
    asked = x
    return x.detach() * 0


torch.Tensor.backward = backward

# %% attack="gradient_written" assignment="ps2"
# Writes into the gradient of its argument while it is called.
# %% name="smooth"
def smooth(x):
    if x.requires_grad:
        x.grad = torch.sigmoid(x.detach())
    return (x * 0).detach().requires_grad_() * 0

# %% attack="network_of_nothing" assignment="ps2"
# A class that says it is a Module, with parameters and outputs that equal everything.
# %% name="net"
class Sly:
    shape = (2, 3)
    T = property(lambda self: self)
    __eq__ = lambda self, other: True
    __rmatmul__ = __add__ = __radd__ = lambda self, other: torch.zeros(4, 2)


class Net:
    __class__ = property(lambda self: nn.Module)

    def parameters(self):
        return iter([Sly(), Sly()])

    def __call__(self, x):
        return torch.zeros(4, 2)

# %% right="torch_as_the_author" assignment="ps2"
# The author's solution of the second assignment.
# %% edit
pass

# %% right="torch_in_other_styles" assignment="ps2"
# A function of the library with gradients of its own, and a network without a layer.
# %% name="smooth"
class Smooth(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * x.sigmoid()


smooth = Smooth.apply
# %% name="net"
class Net(torch.nn.Module):
    def __init__(self, inputs=3, outputs=2):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs))

    def forward(self, x):
        return (x @ self.weight.mT + self.bias).clamp(min=0)
