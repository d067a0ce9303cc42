"""Does a UNet find thin structures that an encoder-decoder loses? Ten seeds, everything fixed before the first run.

Run: python benchmarks/unet_gap.py        (about 10 minutes on one quiet core)

The claim: on retinas of 64 x 64 pixels, after 400 steps of the same training, the UNet's mean Dice score of the vessels
is at least 0.2 above that of the encoder-decoder, and the 95 % interval of the difference lies above 0. Beside it: the
optic disc, which is large; the vessels' boundary distance; what share of the thinnest vessels is found; a UNet whose
skips carry zeros, which has as many weights as the UNet; and the same after 100 steps, where an encoder-decoder may not
have learnt vessels at all, so that a comparison there overstates the point.

Seed, phantom, network and budget are those of no earlier run. Each seed draws its own patients for training and for the
test, and its own first weights; both networks see the same images in the same order.
"""

import sys
from math import sqrt

import numpy as np
import torch
from tqdm import tqdm

from mlcourse import metrics, ops
from mlcourse.nets import EncoderDecoder, UNet
from mlcourse.phantoms import STRUCTURES, retina
from mlcourse.training import fit

SEEDS = range(10)
STEPS = (400, 100)
BATCH, RATE = 8, 3e-3
SIZE, TRAINED, TESTED = 64, 200, 100  # pixels; patients
SHAPE = {"classes": 2, "width": 8, "depth": 3}
NETS = {
    "UNet": lambda: UNet(**SHAPE),
    "encoder-decoder": lambda: EncoderDecoder(**SHAPE),
    "UNet without skips": lambda: UNet(**SHAPE, skips=False),
}
CLASSES = ("vessels", "optic disc")  # the channels of the masks
VESSELS, DISC = ("thin vessel", "thick vessel"), ("optic disc",)
THIN = STRUCTURES.index("thin vessel")  # at most a pixel wide here
STUDENT = 2.262  # 97.5 % of Student's t with 9 degrees of freedom
GOAL = 0.2


def patients(seed, test=False):
    """Images (n, 1, 64, 64), masks (n, 2, 64, 64) of vessels and optic disc, and the labels they come from."""
    images, labels = retina(TESTED if test else TRAINED, size=SIZE, rng=np.random.default_rng([9, seed, test]))
    masks = [np.isin(labels, [STRUCTURES.index(name) for name in names]) for names in (VESSELS, DISC)]
    return images, np.concatenate(masks, axis=1).astype("uint8"), labels


def loss(logits, masks):
    """Cross-entropy, which gives every pixel a direction, and Dice, which weighs both structures alike."""
    return ops.binary_cross_entropy_with_logits(logits, masks) + ops.dice_loss(ops.sigmoid(logits), masks)


def train(make, seed, steps=STEPS[0], **how):
    """Train the network that ``make()`` gives; ``how`` goes to `mlcourse.training.fit`."""
    torch.manual_seed(seed)
    net, (images, masks, _) = make(), patients(seed)
    how = {"progress": False, "device": torch.device("cpu")} | how  # the CPU, so that a GPU gives the same numbers
    return fit(net, loss, images, masks, steps=steps, batch=BATCH, rate=RATE, seed=seed, **how)


def masks_of(net, images):
    """What the network marks: booleans (n, 2, 64, 64)."""
    with torch.no_grad():
        return (net(torch.as_tensor(images)) > 0).numpy()


def scores(net, seed):
    """Of each patient of the test, by name."""
    images, masks, labels = patients(seed, test=True)
    found = masks_of(net, images)
    thin = labels == THIN
    dice = metrics.dice(found, masks)
    return {
        "vessels": dice[:, 0],
        "optic disc": dice[:, 1],
        "distance": metrics.hausdorff95(found[:, :1], masks[:, :1])[:, 0],  # pixels; infinite where nothing is found
        "thin found": (found[:, :1] & thin).sum((1, 2, 3)) / thin.sum((1, 2, 3)),
    }


def summary(score):
    """One number for a network: the mean over patients, of the distance the median, which bears infinities."""
    return {what: float(np.median(v) if what == "distance" else v.mean()) for what, v in score.items()}


def interval(values):
    """Mean over the seeds, and half of its 95 % interval (Student's t)."""
    values = np.asarray(values)
    return values.mean(), STUDENT * values.std(ddof=1) / sqrt(len(values))


def compare(steps, bar):
    """Train every network with every seed: name -> summary of each seed."""
    found = {name: [] for name in NETS}
    for seed in SEEDS:
        for name, make in NETS.items():
            found[name].append(summary(scores(train(make, seed, steps).net, seed)))
            bar.update()
    return found


def main():
    torch.set_num_threads(1)  # faster than two for images this small, and the same digits everywhere
    for name, make in NETS.items():
        print(f"{name}: {sum(p.numel() for p in make().parameters()):,} parameters")
    results = []
    with tqdm(total=len(STEPS) * len(SEEDS) * len(NETS), unit="net", file=sys.stderr) as bar:
        for steps in STEPS:
            found = compare(steps, bar)
            bar.clear()
            for what in ("vessels", "optic disc", "distance", "thin found"):
                print(f"\n{what}, {steps} steps" + (", pixels, median patient" if what == "distance" else ""))
                for name, seeds in found.items():
                    mean, half = interval([s[what] for s in seeds])
                    each = " ".join(f"{s[what]:.3f}" for s in seeds)
                    print(f"  {name:20} {mean:6.3f} +- {half:.3f}   seeds: {each}")
            for what in CLASSES:
                gaps = [u[what] - e[what] for u, e in zip(found["UNet"], found["encoder-decoder"], strict=True)]
                results.append((what, steps, gaps))
    for what, steps, gaps in results:
        mean, half = interval(gaps)
        judged = what == "vessels" and steps == STEPS[0]
        goal = f"(goal at least {GOAL}, interval above 0) " if judged else "(goal none) "
        verdict = ("met" if mean >= GOAL and mean > half else "not met") if judged else "not judged"
        name = f"gap_{what.replace(' ', '_')}_{steps}_steps"
        print(f"RESULT {name} {mean:.3f} +- {half:.3f} Dice, least {min(gaps):.3f} {goal}{verdict}")


if __name__ == "__main__":
    main()
