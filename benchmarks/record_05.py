"""Train the same network on tiny lesions with each loss, over ten seeds, into lectures/runs/05.npz.

Run: python benchmarks/record_05.py            (about 20 minutes on two cores; goes on where it was stopped)

The phantom, the network and the losses with their usual settings were chosen before any run; steps and rate by four runs
with seed 100, which is not among the ten: 400 steps at 0.01 bring the cross-entropy below what it costs to know no more
than how rare lesions are. Each seed draws its own patients for training and for the test, and its own first weights.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch

from mlcourse import metrics, ops
from mlcourse.nets import UNet
from mlcourse.phantoms import TISSUES, brain
from mlcourse.training import fit

SEEDS = range(10)
STEPS, BATCH, RATE = 400, 8, 1e-2
SIZE, TRAINED, TESTED = 64, 60, 100  # pixels; patients
LESIONS = {"lesions": 1.0, "share": (0.001, 0.004), "contrast": -0.22}  # 4 to 16 pixels, as bright as grey matter
FILE = Path(__file__).parents[1] / "lectures" / "runs" / "05.npz"
STORED = {"losses": np.float32, "marked": np.uint16, "masks": np.uint8}  # the rest with three digits
LARGEST = 500_000  # bytes
THRESHOLDS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
KEPT = 4  # patients of seed 0 whose predicted masks are kept


def patients(seed, test=False):
    """Images (n, 1, 64, 64) and masks of their lesions; a seed has its own for training and for the test."""
    images, tissues = brain(
        TESTED if test else TRAINED, size=SIZE, rng=np.random.default_rng([5, seed, test]), **LESIONS
    )
    return images, (tissues == TISSUES.index("lesion")).astype("uint8")


def generalized(logits, masks):
    """Generalised Dice has a channel for the background too."""
    p = ops.sigmoid(logits)
    return ops.generalized_dice_loss(torch.cat([p, 1 - p], dim=1), torch.cat([masks, 1 - masks], dim=1))


LOSSES = {
    "cross-entropy": ops.binary_cross_entropy_with_logits,
    "focal": ops.focal_loss,
    "Dice": lambda logits, masks: ops.dice_loss(ops.sigmoid(logits), masks),
    "batch Dice": lambda logits, masks: ops.dice_loss(ops.sigmoid(logits), masks, batch=True),
    "generalised Dice": generalized,
    "Tversky, beta 0.7": lambda logits, masks: ops.tversky_loss(ops.sigmoid(logits), masks, alpha=0.3, beta=0.7),
    "cross-entropy + Dice": lambda logits, masks: (
        LOSSES["cross-entropy"](logits, masks) + LOSSES["Dice"](logits, masks)
    ),
}


def train(name, seed, steps=STEPS, progress=False, stop_after=None):
    """Train with one loss; ``stop_after`` ends it early, with the rates of the whole training."""
    torch.manual_seed(seed)
    net = UNet(width=8, depth=2)
    device = torch.device("cpu")  # so that a GPU gives the same numbers
    return fit(net, LOSSES[name], *patients(seed), steps=steps, batch=BATCH, rate=RATE, seed=seed, device=device,
               progress=progress, stop_after=stop_after)  # fmt: skip


def probabilities(net, images):
    """Of lesion, (n, 1, 64, 64)."""
    with torch.no_grad():
        return ops.sigmoid(net(torch.as_tensor(images))).numpy()


def own_threshold(net, images, masks):
    """The probability above which the masks of the training images come out best."""
    p = probabilities(net, images)
    return max(THRESHOLDS, key=lambda threshold: metrics.dice(p > threshold, masks).mean())


def by_brightness(seed):
    """The control that has learnt no shape: the range of brightness that gives the best Dice on the training images."""
    (images, masks), (test_images, test_masks) = patients(seed), patients(seed, test=True)
    edges = np.quantile(images[masks > 0], np.linspace(0, 1, 9))
    ranges = [(low, high) for low in edges[:-1] for high in edges[1:] if low < high]
    scores = [metrics.dice((images >= low) & (images <= high), masks).mean() for low, high in ranges]
    low, high = ranges[int(np.argmax(scores))]
    return metrics.dice((test_images >= low) & (test_images <= high), test_masks)[:, 0]


def record(name, seed):
    """One training: its losses, and of each patient of the test the Dice score and how many pixels were marked."""
    fitted = train(name, seed)
    (images, masks), threshold = patients(seed, test=True), own_threshold(fitted.net, *patients(seed))
    p = probabilities(fitted.net, images)
    found = p > 0.5
    kept = {"masks": np.packbits(found[:KEPT, 0])} if seed == 0 else {}
    return {
        "losses": np.array(fitted.history["loss"]),
        "dice": metrics.dice(found, masks)[:, 0],
        "marked": found.sum((1, 2, 3)),
        "threshold": np.array(threshold),
        "own_threshold_dice": metrics.dice(p > threshold, masks)[:, 0],
        **kept,
    }


def main():
    torch.set_num_threads(1)  # two give other last digits
    made = dict(np.load(FILE)) if FILE.exists() else {}
    about = {
        "seeds": list(SEEDS), "steps": STEPS, "batch": BATCH, "rate": RATE, "size": SIZE, "trained": TRAINED,
        "tested": TESTED, "lesions": LESIONS, "threads": torch.get_num_threads(), "torch": torch.__version__,
        "numpy": np.__version__, "python": platform.python_version(), "machine": platform.machine(),
    }  # fmt: skip
    about = json.loads(json.dumps(about))
    if made and json.loads(str(made["about"])) != about:
        sys.exit(f"{FILE} was made with other settings or versions; delete it to begin anew.")
    made["about"] = np.array(json.dumps(about))
    runs = [(name, seed) for seed in SEEDS for name in LOSSES]
    for number, (name, seed) in enumerate(runs, 1):
        if f"{name}/{seed}/dice" in made:
            continue
        for what, values in record(name, seed).items():
            made[f"{name}/{seed}/{what}"] = values.astype(STORED.get(what, np.float16))
        made[f"brightness/{seed}/dice"] = by_brightness(seed).astype(np.float16)
        np.savez_compressed(FILE, **made)
        print(
            f"{number} of {len(runs)}: {name}, seed {seed}, Dice {made[f'{name}/{seed}/dice'].mean():.3f}", flush=True
        )
    results = [(name, "dice") for name in (*LOSSES, "brightness")] + [(name, "own_threshold_dice") for name in LOSSES]
    for name, what in results:
        means = np.array([made[f"{name}/{seed}/{what}"].astype(float).mean() for seed in SEEDS])
        half = 2.262 * means.std(ddof=1) / len(means) ** 0.5  # Student's t for 9 degrees of freedom
        told = f"{what}_{name}".replace(" ", "_").replace(",", "")
        print(f"RESULT {told} {means.mean():.3f} +- {half:.3f} Dice (goal none) not judged")
    size = FILE.stat().st_size
    print(
        f"RESULT recorded {size / 1000:.0f} kB (goal at most {LARGEST // 1000}) {'met' if size <= LARGEST else 'not met'}"
    )


if __name__ == "__main__":
    main()
