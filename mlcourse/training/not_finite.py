"""Where did the first NaN come from?"""

import torch


class NotFiniteError(ArithmeticError):
    """A loss or a gradient is infinite or not a number.

    Attributes
    ----------
    fitted : Fitted
        The network as it was before this step, and the history.
    """


def check_output(net, logits, x, target, step):
    """Raise `NotFiniteError` if what the network says is not finite: a loss might refuse that with words of its own."""
    if not torch.isfinite(logits).all():
        raise _error(net, logits.sum(), x, target, step)


def check_finite(net, value, x, target, step):
    """Raise `NotFiniteError` with a sentence that says where it began, if the loss or a gradient is not finite."""
    gradients = [p.grad for p in net.parameters() if p.grad is not None]
    if torch.isfinite(value) and torch.isfinite(torch.nn.utils.get_total_norm(gradients)):
        return
    raise _error(net, value, x, target, step)


def _error(net, value, x, target, step):
    return NotFiniteError(
        f"Step {step + 1}: {_where(net, value, x, target)} This step was not made; the network is as it was before."
    )


def _where(net, value, x, target):
    for name, given in (("images", x), ("masks", target)):
        bad = [at for at, one in enumerate(given) if not torch.isfinite(one).all()]
        if bad:
            return f"the {name} of the batch are not finite (the first at place {bad[0]}). Look at the data."
    for name, weight in net.named_parameters():
        if not torch.isfinite(weight).all():
            return f"the weight {name} is not finite. Begin with a fresh network."
    name = _first_layer(net, x)
    if name:
        return f"the output of the layer {name} is not finite: its numbers grew too large. Try a smaller rate."
    if not torch.isfinite(value):
        return "the loss is not finite, though the network's output is. Does the loss take log(0), or divide by 0?"
    name = next(name for name, p in net.named_parameters() if p.grad is not None and not torch.isfinite(p.grad).all())
    return (
        f"the loss is {value.item():.3g}, but the gradient of {name} is not finite. Is the loss's slope infinite here?"
    )


@torch.no_grad()
def _first_layer(net, x):
    """Name of the first layer whose output is not finite, in the order of the calculation; None where there is none."""
    first = []

    def look(name):
        def hook(layer, given, made):
            if torch.is_tensor(made) and not first and not torch.isfinite(made).all():
                first.append(name or "at the end")

        return hook

    hooks = [layer.register_forward_hook(look(name)) for name, layer in net.named_modules()]
    try:
        net(x)
    finally:
        for hook in hooks:
            hook.remove()
    return first[0] if first else None
