"""Training in bfloat16, which keeps three digits, ends where training in float32 ends, within what is said here."""

import numpy as np
import pytest
import torch

from mlcourse import ops
from mlcourse.nets import UNet
from mlcourse.phantoms import STRUCTURES, retina
from mlcourse.training import fit

STEPS = 60
APART = 0.03  # means of the loss over ten steps, at most; at first they are about 1.4
DICE_APART = 0.05  # of patients that were not trained on, at most


@pytest.fixture(autouse=True)
def one_thread():
    """So small a network is no faster with more, and much slower where other tests run beside it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def cross_entropy_and_dice(logits, masks):
    return ops.binary_cross_entropy_with_logits(logits, masks) + ops.dice_loss(ops.sigmoid(logits), masks)


def vessels(n, seed):
    images, labels = retina(n, size=(32, 40), rng=np.random.default_rng(seed), noise=0.01)
    return images, np.isin(labels, [STRUCTURES.index("thin vessel"), STRUCTURES.index("thick vessel")])


def trained(device, seed, mixed_precision):
    """History of a short training, and which dtypes its first block gave."""
    torch.manual_seed(seed)
    net, dtypes = UNet(width=4, depth=2), set()
    net.down[0].register_forward_hook(lambda layer, given, made: dtypes.add(made.dtype))
    fitted = fit(
        net, cross_entropy_and_dice, *vessels(24, seed), steps=STEPS, batch=6, rate=0.01, seed=seed, every=STEPS,
        validation=vessels(24, seed + 100), device=device, mixed_precision=mixed_precision, progress=False,
    )  # fmt: skip
    return fitted.history, dtypes


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
@pytest.mark.parametrize("seed", [0, 1])
def test_losses_and_dice_are_those_of_float32(device, seed):
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    full, in_float32 = trained(device, seed, mixed_precision=False)
    mixed, in_bfloat16 = trained(device, seed, mixed_precision=True)
    assert (in_float32, in_bfloat16) == ({torch.float32}, {torch.bfloat16})
    curves = [np.reshape(history["loss"], (-1, 10)).mean(axis=1) for history in (full, mixed)]
    assert curves[0][-1] < 0.8 * curves[0][0], "it learnt too little for the comparison to tell anything"
    assert abs(curves[0] - curves[1]).max() < APART
    assert mixed["metric"][-1] == pytest.approx(full["metric"][-1], abs=DICE_APART)
    assert mixed["loss"] != full["loss"]
