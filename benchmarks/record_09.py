"""Train UNets with and without their skips, and encoder-decoders, over ten seeds, into lectures/runs/09.npz.

Run: python benchmarks/record_09.py            (about 30 minutes on one quiet core; goes on where it was stopped)

Patients, networks, loss and budget are those of benchmarks/unet_gap.py, fixed there before its first run. Added are UNets
trained with one skip switched off, the trained UNets with one skip switched off afterwards, and of seed 0 what
the first patients' masks looked like on the way.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch
import unet_gap
from tqdm import tqdm
from unet_gap import SEEDS, SHAPE, STEPS, patients, scores, train

from mlcourse import metrics
from mlcourse.nets import UNet

FILE = Path(__file__).parents[1] / "lectures" / "runs" / "09.npz"
LARGEST = 500_000  # bytes
EVERY, KEPT = 50, 6  # steps between two looks; patients of seed 0 whose masks are kept then
SKIPS = ("full", "half", "quarter")  # the size at which a skip lies
PLAIN = str.maketrans(" /", "__", ",")
REPLAYED = ("UNet", "encoder-decoder")


def without(size):
    """Which skips carry anything where one is off."""
    return [size != other for other in SKIPS]


RUNS = {name: (make, STEPS[0]) for name, make in unet_gap.NETS.items()}
RUNS |= {f"without {size}": (lambda size=size: UNet(**SHAPE, skips=without(size)), STEPS[0]) for size in SKIPS}
RUNS |= {f"{name}, {STEPS[1]} steps": (unet_gap.NETS[name], STEPS[1]) for name in REPLAYED}


def record(name, seed):
    """One training: its losses, the scores of each patient of the test, and for seed 0 what was marked on the way."""
    how, marked = {}, []
    if seed == 0 and name in REPLAYED:
        images, masks, _ = patients(seed, test=True)

        def look(logits, masks):
            marked.append((logits[:KEPT] > 0).numpy())
            return metrics.dice((logits[:, :1] > 0).numpy(), masks[:, :1].numpy()).mean()

        how = {"validation": (images, masks), "metric": look, "every": EVERY}
    make, steps = RUNS[name]
    fitted = train(make, seed, steps, **how)
    found = {"losses": np.array(fitted.history["loss"], np.float32)}
    found |= {what: np.asarray(v, np.float16) for what, v in scores(fitted.net, seed).items()}
    if how:
        found |= {"marked": np.packbits(marked), "metric": np.array(fitted.history["metric"], np.float32)}
    if name == "UNet":
        for size in SKIPS:  # switched off after training
            fitted.net.skips = without(size)
            found |= {f"off {size}/{what}": np.asarray(v, np.float16) for what, v in scores(fitted.net, seed).items()}
    return found


def main():
    torch.set_num_threads(1)  # two give other last digits
    made = dict(np.load(FILE)) if FILE.exists() else {}
    about = {
        "seeds": list(SEEDS), "steps": STEPS, "batch": unet_gap.BATCH, "rate": unet_gap.RATE, "size": unet_gap.SIZE,
        "trained": unet_gap.TRAINED, "tested": unet_gap.TESTED, "shape": SHAPE, "every": EVERY, "kept": KEPT,
        "threads": torch.get_num_threads(), "torch": torch.__version__, "numpy": np.__version__,
        "python": platform.python_version(), "machine": platform.machine(),
    }  # fmt: skip
    about = json.loads(json.dumps(about))
    if made and json.loads(str(made["about"])) != about:
        sys.exit(f"{FILE} was made with other settings or versions; delete it to begin anew.")
    made["about"] = np.array(json.dumps(about))
    for name, seed in tqdm([(name, seed) for seed in SEEDS for name in RUNS], unit="net"):
        if f"{name}/{seed}/losses" not in made:
            made |= {f"{name}/{seed}/{what}": values for what, values in record(name, seed).items()}
            np.savez_compressed(FILE, **made)
    kinds = [*RUNS, *(f"UNet/off {size}" for size in SKIPS)]
    for name in kinds:
        net, _, off = name.partition("/")
        means = [made[f"{net}/{seed}/{off + '/' if off else ''}vessels"].astype(float).mean() for seed in SEEDS]
        mean, half = unet_gap.interval(means)
        print(f"RESULT vessels_{name.translate(PLAIN)} {mean:.3f} +- {half:.3f} Dice (goal none) not judged")
    size = FILE.stat().st_size
    verdict = "met" if size <= LARGEST else "not met"
    print(f"RESULT recorded {size / 1000:.0f} kB (goal at most {LARGEST // 1000}) {verdict}")


if __name__ == "__main__":
    main()
