"""What does the reference of the exercise `unet` reach? Run: python benchmarks/unet_exercise.py [FIRST LAST].

The author's cells of the assignment, taken from its text, train a network with each of the seeds 0 to 9: the seed of its
weights and batches. Its 128 patients are those of the notebook. Printed is the mean Dice score on the 32 patients that
`check.trained` draws from a secret of that seed; the pass mark in `mlcourse.check.unet` is to be the worst of them, less
0.1, rounded down to two digits. Phantom, steps and rate were chosen on seeds from 100 on.

With --wrong, what common mistakes reach instead, on the first seeds: they should fall below the mark.
"""

import contextlib
import io
import math
import os
import re
import sys
import time
from pathlib import Path

import numpy as np

TEXT = (Path(__file__).parents[1] / "assignments" / "src" / "unet.py").read_text(encoding="utf-8")
BELOW = 0.1

# A line of the author's solution, or of a cell that is given, and what becomes of it by mistake.
WRONG = {
    "skips carry zeros": ("torch.cat([skipped, larger]", "torch.cat([0 * skipped, larger]"),
    "masks 0 and 255": ("stored.to(torch.float32) / 255", "stored.to(torch.float32)"),
    "no sigmoid": ("p = torch.sigmoid(logits)", "p = logits"),
    "two sigmoids in the loss": ("p = torch.sigmoid(logits)", "p = torch.sigmoid(torch.sigmoid(logits))"),
    "a sigmoid at the net's end too": (
        "return unet_forward(x, self.down, self.pool, self.bottom, [level(block) for block in self.up], self.head)",
        "return unet_forward(x, self.down, self.pool, self.bottom, [level(block) for block in self.up], lambda x: torch.sigmoid(self.head(x)))",
    ),
    "score as loss": ("(1 - score).mean()", "score.mean()"),
    "evaluation mode throughout": ("net.train()\n", "net.eval()\n"),
    "gradients add up": ("    optimizer.zero_grad()\n", ""),
    "rate 1": ("lr=0.02", "lr=1.0"),
    "rate 0.0001": ("lr=0.02", "lr=0.0001"),
    "rate that does not fall": ("    falling.step()\n", ""),
    "20 steps": ("range(100)", "range(20)"),
    "no step": ("range(100)", "range(0)"),
}


def cells():
    """The author's code of each named cell that is not a test, by its name."""
    found = {}
    for cell in re.split(r"^# %%", TEXT, flags=re.MULTILINE)[1:]:
        options, _, source = cell.partition("\n")
        name = re.search(r'name="(\w+)"', options)
        if name and 'role="test"' not in options:
            found[name[1]] = source
    return found


def reached(seed, was="", becomes=""):
    """The Dice score of the network that the author's cells train, with one line changed; and the seconds it took."""
    from mlcourse import check

    os.environ["MLCOURSE_SECRET"] = f"unet_exercise {seed}"
    os.environ["MPLBACKEND"] = "Agg"
    space = {"__name__": "unet"}
    for name, source in cells().items():
        began = time.perf_counter()
        source = source.replace("torch.manual_seed(0)", f"torch.manual_seed({seed})").replace(
            "plt.show()", "plt.close()"
        )
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source.replace(was, becomes) if was else source, name, "exec"), space)
    seconds = time.perf_counter() - began  # of the last cell, the training
    inputs, stored = check.trained.draw(space["patients"], hidden=True)
    return float(check.trained.score(np.asarray(check.trained.use(space["net"], inputs).cpu()), stored)), seconds


def main(first=0, last=9):
    from mlcourse import machine
    from mlcourse.check.unet.trained import PASS_MARK

    print(f"on {machine.device()}, pass mark {PASS_MARK}")
    scores = {}
    for seed in range(first, last + 1):
        scores[seed], seconds = reached(seed)
        print(f"seed {seed:4}: Dice {scores[seed]:.3f}, {seconds:.1f} s", flush=True)
    values = list(scores.values())
    print(f"mean {np.mean(values):.3f}, worst {min(values):.3f}, best {max(values):.3f}")
    mark = math.floor(100 * (min(values) - BELOW) + 1e-9) / 100
    met = "met" if mark == PASS_MARK else "not met"
    print(
        f"RESULT unet_exercise_pass_mark {PASS_MARK:.2f} Dice (goal {mark:.2f}, the worst of the seeds less {BELOW}) {met}"
    )


def wrong_ones():
    """Print what each common mistake reaches, on two seeds."""
    for name, (was, becomes) in WRONG.items():
        assert TEXT.count(was) == 1, f"{was!r} stands {TEXT.count(was)} times in the assignment"
        print(f"{name:32}", *(f"{reached(seed, was, becomes)[0]:.3f}" for seed in (100, 101)), flush=True)


if __name__ == "__main__":
    wrong_ones() if "--wrong" in sys.argv else main(*map(int, sys.argv[1:]))
