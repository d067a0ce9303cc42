"""Training on an NVIDIA GPU: it learns, stays there, goes on from a checkpoint here or there, and tells where NaN began.

The same lines run on the CPU, so that a mistake in them shows where there is no GPU.
"""

import numpy as np
import pytest
import torch

import mlcourse
from mlcourse import ops
from mlcourse.nets import UNet
from mlcourse.training import NotFiniteError, fit

CUDA = pytest.param("cuda", marks=pytest.mark.gpu)
BOTH_WAYS = [
    ("cpu", "cpu"),
    *(pytest.param(*pair, marks=pytest.mark.gpu) for pair in (("cuda", "cuda"), ("cuda", "cpu"), ("cpu", "cuda"))),
]
each_device = pytest.mark.parametrize("device", ["cpu", CUDA])


@pytest.fixture(autouse=True)
def gpu_is_there_and_exact(request):
    """Skip where a GPU is asked for and none is there; no TF32, so that a GPU calculates with the CPU's digits."""
    if "gpu" in request.keywords and not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False):
        yield


def dice_of_logits(logits, masks):
    return ops.dice_loss(ops.sigmoid(logits), masks)


def data(seed, count=12, size=(16, 20)):
    """Noise whose bright pixels are the object."""
    images = np.random.default_rng(seed).normal(size=(count, 1, *size)).astype("float32")
    return images, (images > 0.5).astype("uint8")


def net(dropout=0.0):
    torch.manual_seed(1)
    return torch.nn.Sequential(
        # No bias: batch normalisation takes it away, so its gradient is rounding, of which Adam makes whole steps.
        torch.nn.Conv2d(1, 4, 3, padding=1, bias=False),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Dropout(dropout),
        torch.nn.Conv2d(4, 1, 1),
    )


def trained(network, device, **options):
    options = {"steps": 20, "batch": 5, "rate": 0.03, "validation": data(5, 6), "every": 5} | options
    return fit(network, dice_of_logits, *data(4), device=device, progress=False, **options)


@each_device
def test_a_unet_learns_and_stays_on_its_device(device):
    torch.manual_seed(0)
    seen = []

    def loss(logits, masks):
        seen.append({logits.device.type, masks.device.type})
        return dice_of_logits(logits, masks)

    fitted = fit(
        UNet(width=4, depth=1), loss, *data(0), steps=60, rate=0.03, validation=data(9), every=30, device=device,
        progress=False,
    )  # fmt: skip
    assert all(where == {device} for where in seen)
    assert {a.device.type for a in fitted.net.state_dict().values()} == {device}
    assert np.mean(fitted.history["loss"][-5:]) < 0.5 * np.mean(fitted.history["loss"][:5])
    assert fitted.history["validated"] == [30, 60]
    assert fitted.history["metric"][-1] > 0.8
    assert len(fitted.history["loss"]) == fitted.step == 60
    assert {type(value) for curve in fitted.history.values() for value in curve} <= {int, float}


def test_left_out_the_device_is_that_of_the_course():
    fitted = trained(net(), None, steps=2)
    assert {p.device.type for p in fitted.net.parameters()} == {mlcourse.device().type}


@pytest.mark.parametrize(("here", "there"), BOTH_WAYS)
@pytest.mark.parametrize("in_a_file", [False, True], ids=["in_memory", "in_a_file"])
def test_what_was_stopped_here_goes_on_there(tmp_path, here, there, in_a_file):
    """With random numbers in the net as well, as long as it stays: GPU and CPU draw different ones."""
    dropout = 0.3 if here == there else 0.0
    whole = trained(net(dropout), here)
    keeping = {"checkpoint": tmp_path / "net.pt"} if in_a_file else {}
    stopped = trained(net(dropout), here, stop_after=8, **keeping)
    assert stopped.step == 8
    torch.rand(7, device=here)  # what is drawn in between makes no difference
    gone_on = trained(net(dropout), there, **(keeping or {"resume": stopped}))
    assert {a.device.type for a in gone_on.net.state_dict().values()} == {there}
    for curve, values in whole.history.items():
        assert gone_on.history[curve] == pytest.approx(values, abs=2e-3), curve


@each_device
def test_the_random_numbers_of_others_stay_as_they_were(device):
    states = {"cpu": torch.get_rng_state, "cuda": lambda: torch.cuda.get_rng_state(torch.cuda.current_device())}
    network = net(dropout=0.3)
    before = states[device]()
    trained(network, device, steps=2)
    assert torch.equal(states[device](), before)


@pytest.mark.gpu
def test_a_gpu_learns_what_the_cpu_learns():
    on_cpu, on_gpu = trained(net(), "cpu"), trained(net(), "cuda")
    for curve, values in on_cpu.history.items():
        assert on_gpu.history[curve] == pytest.approx(values, abs=2e-3), curve


@each_device
def test_where_nan_began_is_told(device):
    images, masks = data(0)
    images[3, 0, 2, 2] = np.nan
    with pytest.raises(NotFiniteError, match=r"Step 1: the images of the batch are not finite") as caught:
        fit(net(), torch.nn.functional.mse_loss, images, masks, steps=4, batch=12, device=device, progress=False)
    assert caught.value.fitted.step == 0
    assert all(torch.isfinite(a).all() for a in caught.value.fitted.net.state_dict().values())
