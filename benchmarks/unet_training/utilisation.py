"""How many operations a training step takes, and how many a card could have made in its time."""

import re

import torch
from torch.utils.flop_counter import FlopCounterMode

# Peaks in TFLOP/s without sparsity, from NVIDIA's data sheets: float32, TF32, bfloat16 (accumulated in float32). None: the
# card has no unit for it. V100 (2020), T4 (2019), A10, A40 and A100 (2021), L4 and L40S (2023), H100 (2023), H200 (2024).
PEAKS = {
    "V100-PCIE": (14, None, None),
    "V100-SXM2": (15.7, None, None),
    "T4": (8.1, None, None),
    "A10": (31.2, 62.5, 125),
    "A40": (37.4, 74.8, 149.7),
    "A100": (19.5, 156, 312),
    "L4": (30.3, 60, 121),
    "L40S": (91.6, 183, 362),
    "H100 PCIe": (51, 378, 756),
    "H100 80GB HBM3": (67, 495, 989),  # the one on SXM5
    "H200": (67, 495, 989),
}


def flops(net, images, masks):
    """Operations of the convolutions of a step, forward and backward: two for each product that is added up."""
    images, masks = torch.as_tensor(images), torch.as_tensor(masks)
    with FlopCounterMode(display=False) as counter:
        torch.nn.functional.mse_loss(net(images), masks).backward()
    return counter.get_total_flops()


def peak(card, precision):
    """FLOP/s that a card can make at best in "float32", "tf32" or "bfloat16"; None where no data sheet tells.

    A card without TF32 calculates in float32 where TF32 is allowed. None also for a slice of a card (MIG) and for
    NVL cards, which are slower than those of their name.
    """
    if re.search(r"\b(MIG|NVL)\b", card):
        return None
    for name, (float32, tf32, bfloat16) in PEAKS.items():
        if re.search(rf"\b{name}\b", card):
            best = {"float32": float32, "tf32": tf32 or float32, "bfloat16": bfloat16}[precision]
            return best and best * 1e12
    return None


def utilisation(told, batch):
    """Yield (name, value, unit): the FLOP/s our network reaches on a card and, where its peak is known, the share of it.

    Parameters
    ----------
    told : dict
        ``card``: its name; ``tf32``: whether convolutions may use it; ``rates``: images a second of each way; ``flops``:
        of a batch.
    batch : int
    """
    for name, precision in (("ours", "tf32" if told["tf32"] else "float32"), ("ours_bfloat16", "bfloat16")):
        achieved, most = told["rates"][name] / batch * told["flops"]["ours"], peak(told["card"], precision)
        yield f"{name}_achieved", achieved / 1e12, "TFLOP/s"
        if most:
            at_best = f"% of {told['card']}'s {most / 1e12:g} TFLOP/s in {precision}"
            yield f"{name}_model_flop_utilisation", 100 * achieved / most, at_best
