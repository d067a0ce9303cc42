"""What the student's code may do with objects of the judge's that it was handed: what it would do in an ordinary test."""

import io
import sys
import types

from mlcourse.grading.judge import operations
from mlcourse.grading.wire.bounds import CannotCross, Refused

# Through their attributes one comes to everything else in a process.
CLOSED = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.GeneratorType,
    types.CoroutineType,
    types.AsyncGeneratorType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.ModuleType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MappingProxyType,
    type,
)
STAYS = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, io.IOBase)
# Of libraries only what is named here: they hold memory addresses, files and modules under innocent names.
OPEN = {
    "numpy.random._generator.Generator": (
        "beta binomial bytes chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric integers laplace "
        "logistic lognormal logseries multinomial multivariate_normal negative_binomial normal pareto permutation permuted "
        "poisson power random rayleigh shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t "
        "triangular uniform vonmises wald weibull zipf"
    ),
    "random.Random": (
        "betavariate choice choices expovariate gauss getrandbits normalvariate randint random randrange sample shuffle "
        "triangular uniform"
    ),
    "torch.nn.modules.module.Module": (
        "bias bfloat16 buffers children cpu double eval extra_repr float forward half in_channels in_features kernel_size "
        "modules named_buffers named_children named_modules named_parameters out_channels out_features padding parameters "
        "requires_grad_ state_dict stride to train training weight zero_grad"
    ),
}
LIBRARIES = frozenset(sys.stdlib_module_names) - {"__main__"} | {
    "numpy", "torch", "pandas", "scipy", "matplotlib", "sklearn", "PIL", "IPython", "traitlets", "cffi",
}  # fmt: skip
SETTABLE = {"torch.nn.modules.module.Module": "training"}
CHANGING = {"set", "delete", "__setitem__", "__delitem__", *(f"__i{name}__" for name in operations.NUMERIC)}


def may_be_handed_over(value):
    """Raise `CannotCross` for what the student's side must not even name.

    Parameters
    ----------
    value : object
    """
    if isinstance(value, STAYS):
        raise CannotCross(f"is a {type(value).__name__} of the author's: cannot cross")


def may_be_asked(operation, target, args, contract):
    """Raise if the student's code may not ask this of an object of the judge's.

    Parameters
    ----------
    operation : str
    target : object
    args : list
    contract : Contract
        What changes an object is allowed where the reference did it.

    Raises
    ------
    Refused
        For an operation that is none.
    AttributeError
        For what it may not see.
    """
    if operation not in operations.SPECIAL and operation not in operations.NAMED:
        raise Refused(f"asks for {operation[:40]!r}, which is unknown")
    if isinstance(target, type) and issubclass(target, BaseException):
        raise AttributeError("an exception class of the author's can be named, and no more")
    name = args[0] if operation in operations.NAMED and args else ""
    if type(name) is not str:
        raise Refused("asks for an attribute without a name")
    if operation in CHANGING:
        path = f"->{type(target).__qualname__}"
        key = f"{operation} {name}".strip()
        if contract.recording:
            contract.operation(path, key, "")
        elif key not in contract.operations.get(path, ()) and name not in _named(target, SETTABLE):
            raise AttributeError(f"{name or operation} of this {type(target).__name__} cannot be changed from here")
    if operation in operations.NAMED and not _is_open(target, name):
        raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r} that can be seen from here")


def _named(target, table):
    """What a table says of the classes of an object."""
    told = (table.get(f"{kind.__module__}.{kind.__qualname__}", "") for kind in type.mro(type(target)))
    return " ".join(told).split()


def _is_open(target, name):
    if name in ("__name__", "__doc__", "__qualname__"):
        return True
    if name.startswith("_") or isinstance(target, CLOSED):
        return False
    kinds = type.mro(type(target))
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(target, torch.nn.Module):
        parts = [*target._parameters, *target._modules, *target._buffers]
    else:
        parts = []
    if name in parts or name in _named(target, OPEN):
        return True
    return any(
        base.__module__.partition(".")[0] not in LIBRARIES
        and (name in vars(base) or name in getattr(target, "__dict__", ()))
        for base in kinds
    )
