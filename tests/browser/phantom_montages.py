"""Draw eight patients of each phantom beside their masks into `shots/phantoms-*.png`; needs no browser.

python tests/browser/phantom_montages.py [folder]
"""

import sys
from pathlib import Path

import matplotlib
import numpy as np

from mlcourse.phantoms import FINDINGS, STRUCTURES, TISSUES, brain, retina, skin

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

SHOTS = Path(__file__).parents[2] / "shots"
PATIENTS = 8
OKABE_ITO = ("#000000", "#0072B2", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#D55E00")
MONTAGES = {  # name -> function, names of its labels, options
    "retina": (retina, STRUCTURES, {"lesions": 0.7}),
    "retina-64": (retina, STRUCTURES, {"lesions": 0.7, "size": 64}),
    "retina-large-dim-lesions": (retina, STRUCTURES, {"lesions": 1.0, "share": (0.005, 0.2), "contrast": 0.1}),
    "skin": (skin, FINDINGS, {}),
    "skin-64": (skin, FINDINGS, {"size": 64}),
    "skin-from-0.001-to-0.5": (skin, FINDINGS, {"share": (0.001, 0.5)}),
    "brain-mr": (brain, TISSUES, {"lesions": 0.7}),
    "brain-ct-faint-lesions": (
        brain,
        TISSUES,
        {"lesions": 1.0, "modality": "ct", "share": (0.002, 0.1), "contrast": 0.15},
    ),
}


def montage(draw, labels, options):
    """A figure of images over masks."""
    images, masks = draw(PATIENTS, rng=np.random.default_rng(0), **options)
    colours = ListedColormap(OKABE_ITO[: len(labels)])
    figure, axes = plt.subplots(2, PATIENTS, figsize=(2.2 * PATIENTS, 4.9), layout="constrained")
    for (above, below), image, mask in zip(axes.T, images[:, 0], masks[:, 0], strict=True):
        above.imshow(image, cmap="gray", vmin=0, vmax=1)
        below.imshow(mask, cmap=colours, vmin=-0.5, vmax=len(labels) - 0.5, interpolation="nearest")
        above.set_axis_off()
        below.set_axis_off()
    patches = [Patch(facecolor=colours(k), label=name) for k, name in enumerate(labels)]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(labels), frameon=False)
    asked = [str(PATIENTS), *(f"{name}={value!r}" for name, value in options.items())]
    figure.suptitle(f"{draw.__name__}({', '.join(asked)})")
    return figure


def save_montages(folder=SHOTS):
    """Save all of them as phantoms-*.png."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, what in MONTAGES.items():
        figure = montage(*what)
        figure.savefig(Path(folder) / f"phantoms-{name}.png", dpi=90)
        plt.close(figure)
    print(f"phantoms   {', '.join(MONTAGES)}")


if __name__ == "__main__":
    save_montages(*sys.argv[1:])
