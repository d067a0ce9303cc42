"""Where NaN began is told: in the data, a weight, a layer, the loss or its slope; and the network stays as it was."""

import numpy as np
import pytest
import torch

from mlcourse import ops
from mlcourse.training import NotFiniteError, fit

QUIET = {"device": "cpu", "progress": False}


def net():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 3, 3, padding=1), torch.nn.BatchNorm2d(3), torch.nn.ReLU(), torch.nn.Conv2d(3, 1, 1)
    )


def data():
    images = np.random.default_rng(0).normal(size=(6, 1, 8, 10)).astype("float32")
    return images, (images > 0).astype("float32")


def squared(logits, masks):
    return ((logits - masks) ** 2).mean()


def from_step(step, wrong):
    """The squared error, and from a step on another loss."""
    calls = []

    def loss(logits, masks):
        calls.append(1)
        return wrong(logits, masks) if len(calls) >= step else squared(logits, masks)

    return loss


def with_nan(a, at):
    a = a.copy()
    a[at] = np.nan
    return a


def broken_weight():
    broken = net()
    with torch.no_grad():
        broken[3].weight[0, 1] = torch.inf
    return broken


def too_large():
    """The numbers of its second layer leave float32, though every weight is finite."""
    large = net()
    with torch.no_grad():
        large[1].weight.fill_(3e38)
        large[1].bias.fill_(3e38)
    return large


images, masks = data()
# name: (network, loss, images, masks, what is said)
BEGAN = {
    "in an image": (net, squared, with_nan(images, (2, 0, 3, 3)), masks, ("Step 1: the images of the batch", "the data")),
    "in a mask": (net, squared, images, with_nan(masks, (4, 0, 0, 0)), ("Step 1: the masks of the batch", "the data")),
    "in a weight": (broken_weight, squared, images, masks, ("Step 1: the weight 3.weight", "fresh network")),
    "in a layer": (too_large, squared, images, masks, ("Step 1: the output of the layer 1 ", "smaller rate")),
    "before a loss that refuses it": (
        too_large, lambda x, t: ops.dice_loss(ops.sigmoid(x), t), images, masks, ("Step 1: the output of the layer 1 ", "rate"),
    ),
    "in the loss": (net, from_step(3, lambda x, t: (x * 0).mean().log()), images, masks, ("Step 3: the loss is not", "log(0)")),
    "in its slope": (
        net, from_step(4, lambda x, t: ((x * 0 + t) * 0).sum().sqrt() + squared(x, t) * 0 + 0.5), images, masks,
        ("Step 4: the loss is 0.5, but the gradient of 0.weight", "slope infinite"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "loss", "images", "masks", "words"), BEGAN.values(), ids=BEGAN)
def test_where_it_began_is_told_and_the_network_stays(make, loss, images, masks, words):
    given = make()
    with pytest.raises(NotFiniteError, match="is as it was before") as caught:
        fit(given, loss, images, masks, steps=8, batch=6, rate=0.01, **QUIET)
    for word in words:
        assert word in str(caught.value)
    fitted = caught.value.fitted
    made = int(words[0].split()[1].rstrip(":")) - 1
    assert fitted.step == len(fitted.history["loss"]) == made
    assert fitted.net is given
    fresh = make()
    if made:
        fresh.load_state_dict(stopped_after(made, fresh, images, masks))
    pairs = zip(fresh.state_dict().values(), given.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def stopped_after(made, fresh, images, masks):
    """The state of a network after so many good steps of the same training."""
    kept = {}

    def loss(logits, target):
        if len(kept) == made:
            raise StopIteration
        kept[len(kept)] = True
        return squared(logits, target)

    buffers = []
    fresh.register_forward_pre_hook(
        lambda layer, given: buffers.append({name: value.clone() for name, value in layer.state_dict().items()})
    )
    with pytest.raises(StopIteration):
        fit(fresh, loss, images, masks, steps=8, batch=6, rate=0.01, **QUIET)
    return buffers[-1]


def test_what_was_learnt_can_be_gone_on_with():
    with pytest.raises(NotFiniteError) as caught:
        fit(net(), from_step(3, lambda x, t: squared(x, t) * torch.nan), *data(), steps=6, batch=6, **QUIET)
    gone_on = fit(net(), squared, *data(), steps=6, batch=6, resume=caught.value.fitted, **QUIET)
    whole = fit(net(), squared, *data(), steps=6, batch=6, **QUIET)
    assert gone_on.history == whole.history
