"""Losses with their gradients on NumPy against torch, on 8 images of 128 x 128. Run: python benchmarks/losses.py.

Ratios are to torch on one CPU thread, since NumPy's element-wise work has one as well; below 1 is faster than torch. Where
torch has a loss of its own it is that one, else it is written in torch as one would for training, and autograd gives the
gradient. Ours also looks whether every number lies from 0 to 1, which torch does in its binary cross-entropy only. In
turns and in blocks, as in benchmarks/conv.py, which says why.
"""

import json
import os
import statistics
import subprocess
import sys

from conv import KEEP_MEMORY, in_turn

SHAPE = (8, 1, 128, 128)


def by_torch():
    """Name of each loss -> the same in torch."""
    import torch

    functional = torch.nn.functional

    def focal(x, t):
        p = torch.sigmoid(x)
        missing = p * (1 - t) + (1 - p) * t
        return (missing**2 * functional.binary_cross_entropy_with_logits(x, t, reduction="none")).mean()

    def dice(p, t):
        both = (p * t).sum((2, 3))
        return (1 - (2 * both + 1) / (p.sum((2, 3)) + t.sum((2, 3)) + 1)).mean()

    def tversky(p, t):
        both = (p * t).sum((2, 3))
        wrong, missed = (p * (1 - t)).sum((2, 3)), ((1 - p) * t).sum((2, 3))
        return (1 - (both + 1) / (both + 0.5 * wrong + 0.5 * missed + 1)).mean()

    return {
        "l1_loss": functional.l1_loss,
        "binary_cross_entropy": functional.binary_cross_entropy,
        "binary_cross_entropy_with_logits": functional.binary_cross_entropy_with_logits,
        "cross_entropy_with_logits": functional.cross_entropy,
        "focal_loss": focal,
        "dice_loss": dice,
        "tversky_loss": tversky,
    }


def measure():
    """Print seconds of each loss, ours and torch's, as JSON."""
    import numpy as np
    import torch

    from mlcourse import ops

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    measured = {}
    for name, torchs in by_torch().items():
        shape = (SHAPE[0], 4, *SHAPE[2:]) if name == "cross_entropy_with_logits" else SHAPE
        x = rng.normal(0, 3, shape) if "logits" in name or name == "focal_loss" else rng.uniform(0.01, 0.99, shape)
        x, target = x.astype("float32"), rng.integers(0, 2, SHAPE).astype("float32")
        if name == "cross_entropy_with_logits":
            target = rng.integers(0, 4, (SHAPE[0], *SHAPE[2:]))
        leaf, target_torch = torch.tensor(x, requires_grad=True), torch.tensor(target)
        function, backward = getattr(ops, name), getattr(ops, f"{name}_backward")

        def torch_call(torchs=torchs, leaf=leaf, target=target_torch):
            loss = torchs(leaf, target)
            return loss.detach().numpy(), torch.autograd.grad(loss, leaf)[0].numpy()

        def our_call(function=function, backward=backward, x=x, target=target):
            return function(x, target), backward(1.0, x, target)

        for ours, theirs in zip(our_call(), torch_call(), strict=True):
            assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max(), f"{name}: ours and torch's disagree"
        measured[name] = in_turn({"ours": our_call, "torch": torch_call})
    print(json.dumps(measured))


def main():
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = os.environ | counts | KEEP_MEMORY | {"PYTHONWARNINGS": "ignore"}
    command = [sys.executable, __file__, "measure"]
    measured = json.loads(
        subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    )
    print(f"{'loss and gradient, float32':>34} {'torch':>9} {'ours':>9}")
    for name, seconds in measured.items():
        print(f"{name:>34} {1e3 * seconds['torch']:6.2f} ms {1e3 * seconds['ours']:6.2f} ms")
    ratios = {name: seconds["ours"] / seconds["torch"] for name, seconds in measured.items()}
    for name, ratio in ratios.items():
        print(f"RESULT {name} {ratio:.3g} x torch (goal none) not judged")
    mean, goal = statistics.geometric_mean(ratios.values()), 3
    print(f"RESULT losses {mean:.3g} x torch (goal at most {goal}) {'met' if mean <= goal else 'not met'}")


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
