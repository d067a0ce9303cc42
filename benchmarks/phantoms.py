"""Synthetic patients a CPU second on one core, beside MONAI's synthetic images. Run: python benchmarks/phantoms.py.

The claim is about `phantoms.retina` with vessels, lesions in every eye and noise. MONAI's `create_test_image_2d` draws hard
circles of one grey each, and uniform noise. It takes turns with ours in blocks, in a process with one thread, with noise
and either as many circles as a retina has shapes (vessels, lesions, field of view, disc and cup), which we call comparable
work, or its default of 12. CPU seconds hardly depend on what else the machine does, but somewhat: caches are shared.
"""

import json
import os
import statistics
import subprocess
import sys
import time

ROUNDS = 7
IMAGES = {128: 128, 64: 512}  # a call, as for a small training set
GOALS = {128: 2000, 64: 6000}  # retinas a CPU second
FASTER_THAN_MONAI = 3
DEFAULT_CIRCLES = 12


def measure(size):
    """Print images a CPU second of each way, and the number of a retina's shapes, as JSON; runs with one thread."""
    import numpy as np
    from monai.data import create_test_image_2d

    from mlcourse import phantoms

    shapes = round(shapes_of_a_retina(size))
    rng, random_state = np.random.default_rng(0), np.random.RandomState(0)

    def by_monai(circles):
        return lambda n: [
            create_test_image_2d(size, size, num_objs=circles, noise_max=0.1, random_state=random_state)
            for _ in range(n)
        ]

    ways = {
        "retina": lambda n: phantoms.retina(n, size=size, rng=rng, lesions=1.0),
        "skin": lambda n: phantoms.skin(n, size=size, rng=rng),
        "brain_mr": lambda n: phantoms.brain(n, size=size, rng=rng, lesions=1.0),
        "brain_ct": lambda n: phantoms.brain(n, size=size, rng=rng, lesions=1.0, modality="ct"),
        "monai": by_monai(shapes),
        "monai_default": by_monai(DEFAULT_CIRCLES),
    }
    print(json.dumps({"shapes": shapes, "rates": in_turn(ways, IMAGES[size])}))


def shapes_of_a_retina(size):
    """How many shapes a retina with lesions has on average: vessels that grew, lesions, field of view, disc, and cup."""
    import numpy as np

    from mlcourse.phantoms import retina, vessels
    from mlcourse.phantoms.retina import LESIONS

    patients, grown, joined = 64, [], vessels._joined

    def counting(*generations):
        grown.extend(int(one.alive.any(axis=1).sum()) for one in generations)
        return joined(*generations)

    vessels._joined = counting
    retina(patients, size=size, rng=np.random.default_rng(0))
    vessels._joined = joined
    return sum(grown) / patients + LESIONS + 3


def in_turn(ways, images):
    """Images a CPU second of each way: of a block of three calls, after one that warms up, the best; of blocks the median."""
    rates = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, draw in ways.items():
            draw(images)
            block = []
            for _ in range(3):
                start = time.process_time()
                draw(images)
                block.append(time.process_time() - start)
            rates[name].append(images / min(block))
    return {name: statistics.median(found) for name, found in rates.items()}


def main():
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = os.environ | one_thread | {"PYTHONWARNINGS": "ignore"}
    results = []
    for size, goal in GOALS.items():
        print(f"phantoms: {size} x {size} ...", flush=True)
        command = [sys.executable, __file__, str(size)]
        found = json.loads(
            subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        )
        rates, shapes = found["rates"], found["shapes"]
        results.append((f"retina_{size}", rates["retina"], "images per CPU second", goal))
        for name in ("skin", "brain_mr", "brain_ct"):
            results.append((f"{name}_{size}", rates[name], "images per CPU second", None))
        for name, circles in (("monai", shapes), ("monai_default", DEFAULT_CIRCLES)):
            results.append((f"{name}_{size}_with_{circles}_circles", rates[name], "images per CPU second", None))
        against = f"retina_{size}_to_monai_with"
        results.append((f"{against}_{shapes}_circles", rates["retina"] / rates["monai"], "times", FASTER_THAN_MONAI))
        over = rates["retina"] / rates["monai_default"]
        results.append((f"{against}_{DEFAULT_CIRCLES}_circles", over, "times", None))
    for name, value, unit, goal in results:
        judged = f"(goal at least {goal}) {'met' if value >= goal else 'not met'}" if goal else "(no goal)"
        print(f"RESULT {name} {value:.3g} {unit} {judged}")


if __name__ == "__main__":
    if sys.argv[1:]:
        measure(int(sys.argv[1]))
    else:
        main()
