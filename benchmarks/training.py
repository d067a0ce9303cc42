"""Images a second a UNet is trained on, ours against MONAI's, and what each finds then. Run: python benchmarks/training.py.

MONAI's side is a loop as its tutorials have it: CacheDataset, transforms of dictionaries, DataLoader, BasicUNet, DiceLoss,
Adam. All its transforms are cached, and on the CPU no worker is started: where the data are in memory, one saves nothing.
Ours is `mlcourse.nets.UNet` trained by `mlcourse.training.fit`. Between the two stands a chain in which each way differs
from the one before by one thing, so that the gain is told part by part. Part of it is another network. So BasicUNet goes
through our loops too (channels last, as fit has them, do not suit it), and after as many steps each is asked for the Dice of
the same held-out patients. Images, batches, threads and the loss are the same for all, and so is Adam's rate, which in fit
is the largest of its cycle.

The ways take turns. A clock in the loss times whole steps, whichever loop calls it; of all rounds the median counts. What is
done once a training (MONAI's cache, fit's look at the data) is left out.

On a GPU MONAI's loop runs without workers and with two, and the faster counts. torch counts the operations of the
convolutions, forward and backward; over the time and the card's peak they make the model FLOP utilisation.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

WARM_UP = 2  # steps of each turn
FASTER, FASTER_ON_GPU = 1.5, 3


class Setting(NamedTuple):
    """Patients of size x size pixels in batches; in each round so many steps of each way are timed."""

    device: str
    size: int
    batch: int
    steps: int
    rounds: int
    goal: float | None

    @property
    def name(self):  # noqa: D102
        return f"{self.size}x{self.size}" + ("_gpu" if self.device == "cuda" else "")


SETTINGS = (
    Setting("cpu", 64, 8, 10, 7, FASTER),
    Setting("cpu", 128, 8, 8, 5, FASTER),
    Setting("cuda", 64, 8, 50, 9, FASTER_ON_GPU),
    Setting("cuda", 128, 8, 50, 9, FASTER_ON_GPU),
    Setting("cuda", 256, 32, 20, 5, None),  # enough work to fill a card
)
CHAIN = {  # a way -> what differs from the one before
    "monai": "MONAI's loop, BasicUNet",
    "our_net": "our UNet",
    "no_loader": "tensors in memory, no loader",
    "channels_last": "channels last",
    "fit": "fit: one cycle, looks for NaN",
    "ours": "the course's own Dice loss",
}
BESIDE = {  # a way -> what it is, and the way it is compared with
    "same_net_no_loader": ("BasicUNet, tensors in memory", "monai"),
    "same_net_fit": ("BasicUNet by fit", "monai"),
    "fused_adam": ("our UNet, channels last, fused Adam", "channels_last"),
}
ON_GPU = {
    "monai_workers": ("MONAI's loop with two workers", "monai"),
    "ours_bfloat16": ("ours with mixed_precision=True", "ours"),
}
DICE_SIZE, DICE_STEPS, DICE_SEEDS, TRAINED, TESTED = 64, 150, 3, 200, 100
DICE_WAYS = {"monai": "BasicUNet by MONAI's loop", "same_net_fit": "BasicUNet by fit", "ours": "our UNet by fit"}
DICE_LOST = 0.02  # at most, in the mean


class Clock:
    """A loss that times whole steps: from one of its calls to another, whichever loop makes them."""

    def __init__(self, loss, steps, device):
        self.loss, self.steps, self.device = loss, steps, device
        self.calls, self.noted = 0, []

    def __call__(self, logits, masks):  # noqa: D102
        self.calls += 1
        if self.calls in (WARM_UP + 1, WARM_UP + 1 + self.steps):
            if self.device == "cuda":  # it is still at work on what it was given
                import torch

                torch.cuda.synchronize()
            self.noted.append(time.perf_counter())
        return self.loss(logits, masks)

    @property
    def seconds(self):  # noqa: D102
        begun, ended = self.noted
        return ended - begun


def measure(setting):
    """Images a second of each way, and the operations of a step of both networks."""
    import torch
    from unet_training import utilisation, ways

    images, masks = ways.patients(setting.steps * setting.batch, setting.size, 0)
    names = (*CHAIN, *BESIDE, *(ON_GPU if setting.device == "cuda" else ()))
    torch.manual_seed(0)
    made = {name: ways.prepared(name, images, masks, setting.batch, setting.device) for name in names}
    rates = {name: [] for name in names}
    for turn in range(setting.rounds):
        for name, (_, train, loss) in made.items():
            clock = Clock(loss, setting.steps, setting.device)
            train(WARM_UP + setting.steps + 1, clock)
            rates[name].append(setting.steps * setting.batch / clock.seconds)
        print(f"training: {setting.name}, round {turn + 1} of {setting.rounds}", file=sys.stderr, flush=True)
    batch = images[: setting.batch], masks[: setting.batch]
    told = {
        "rates": {name: statistics.median(found) for name, found in rates.items()},
        "flops": {name: utilisation.flops(ways.WAYS[name][0](), *batch) for name in ("monai", "ours")},
        "threads": torch.get_num_threads(),
    }
    if setting.device == "cuda":
        told |= {"card": torch.cuda.get_device_name(), "tf32": torch.backends.cudnn.allow_tf32}
        told["utilisation"] = list(utilisation.utilisation(told, setting.batch))
    return told


def measure_dice():
    """Mean Dice of held-out patients by each way, seed by seed."""
    import torch
    from unet_training import ways

    from mlcourse.training.fit import overlap

    scores = {name: [] for name in DICE_WAYS}
    for seed in range(DICE_SEEDS):
        trained_on = ways.patients(TRAINED, DICE_SIZE, seed, 0)
        held_out, truth = (torch.as_tensor(a) for a in ways.patients(TESTED, DICE_SIZE, seed, 1))
        for name in DICE_WAYS:
            torch.manual_seed(seed)
            net, train, loss = ways.prepared(name, *trained_on, SETTINGS[0].batch, "cpu")
            train(DICE_STEPS, loss)
            with torch.no_grad():
                scores[name].append(overlap(net.eval()(held_out), truth))
        print(f"training: Dice, seed {seed + 1} of {DICE_SEEDS}", file=sys.stderr, flush=True)
    return scores


def in_a_process(*words):
    """What a part of this script finds, run by itself with as many threads as there are cores."""
    from mlcourse.machine import cores

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(cores()))
    environment = os.environ | threads | {"PYTHONWARNINGS": "ignore"}
    command = [sys.executable, __file__, *map(str, words)]
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)


def speed_results(setting, told):
    """Print the chain as a table; return (name, value, unit, goal) of all that was found."""
    rates, results, before = told["rates"], [], None
    where = told.get("card") or f"CPU, {told['threads']} thread{'s' * (told['threads'] > 1)}"
    print(f"\n{setting.size} x {setting.size}, batches of {setting.batch}, {where}")
    print(f"{'':>40} {'images/s':>9} {'to the one before':>18} {'to MONAI':>9}")
    for name, changed in CHAIN.items():
        gain = rates[name] / rates[before or name]
        print(
            f"{'+ ' * bool(before) + changed:>40} {rates[name]:9.1f} {gain:18.2f} {rates[name] / rates['monai']:9.2f}"
        )
        results.append((f"{name}_{setting.name}", rates[name], "images/s", None))
        if before:
            results.append((f"gain_by_{name}_{setting.name}", gain, "times", None))
        before = name
    for name, (told_as, base) in (BESIDE | ON_GPU).items():
        if name in rates:
            gain = rates[name] / rates[base]
            print(f"{told_as:>40} {rates[name]:9.1f}   {gain:.2f} times `{base}`")
            results.append((f"{name}_to_{base}_{setting.name}", gain, "times", None))
    for name, count in told["flops"].items():
        results.append((f"{name}_operations_{setting.name}", count / setting.batch / 1e9, "GFLOP an image", None))
    results += [(f"{name}_{setting.name}", value, unit, None) for name, value, unit in told.get("utilisation", ())]
    by_monai = max(rates["monai"], rates.get("monai_workers", 0))
    return [*results, (f"ours_to_monai_{setting.name}", rates["ours"] / by_monai, "times", setting.goal)]


def dice_results(scores):
    """Print the Dice of each way; return (name, value, unit, goal)."""
    means, results = {name: statistics.mean(found) for name, found in scores.items()}, []
    print(
        f"\nDice of {TESTED} held-out patients, {DICE_SIZE} x {DICE_SIZE}, after {DICE_STEPS} steps, {DICE_SEEDS} seeds"
    )
    for name, found in scores.items():
        told = f"from {min(found):.3f} to {max(found):.3f}"
        print(f"{DICE_WAYS[name]:>40} {means[name]:9.3f}   {told}")
        results.append((f"dice_by_{name}", means[name], f"on held-out patients, {told}", None))
    return [*results, ("dice_by_ours_beyond_monai", means["ours"] - means["monai"], "in the mean", -DICE_LOST)]


def tell(name, value, unit, goal):
    judged = "(goal none) not judged"
    if goal is not None:
        judged = f"(goal at least {goal}) {'met' if value >= goal else 'not met'}"
    print(f"RESULT {name} {value:.3g} {unit} {judged}", flush=True)


def main():
    import torch

    results, not_run = [], []
    for place, setting in enumerate(SETTINGS):
        if setting.device == "cuda" and not torch.cuda.is_available():
            not_run.append(f"ours_to_monai_{setting.name}")
        else:
            results += speed_results(setting, in_a_process("speed", place))
    results += dice_results(in_a_process("dice"))
    for result in results:
        tell(*result)
    for name in not_run:
        print(f"RESULT {name} not run: no CUDA GPU here")


if __name__ == "__main__":
    if sys.argv[1:]:
        from mlcourse import device

        device()  # keeps torch's threads to the cores
        found = measure(SETTINGS[int(sys.argv[2])]) if sys.argv[1] == "speed" else measure_dice()
        print(json.dumps(found))
    else:
        main()
