"""Of the exercise `unet`: a network that students have trained, on patients it has not seen."""

from mlcourse import ops
from mlcourse.diagnosis import Scored

PASS_MARK = 0.63
"""Mean Dice score: what the reference reaches with the worst of ten seeds, less 0.1 (benchmarks/unet_exercise.py)."""


def logits(net, images):
    """Logits of a network in evaluation mode, whatever mode it was left in."""
    import torch

    from mlcourse.machine import device

    where = next((p.device for p in net.parameters()), device()) if hasattr(net, "parameters") else device()
    was_training = getattr(net, "training", None)
    if was_training:
        net.eval()
    try:
        with torch.no_grad():
            return net(torch.tensor(images, device=where))  # a copy: a layer may work in place
    finally:
        if was_training:
            net.train()


def mean_dice(logits, stored):
    """Mean Dice score of the patients, of masks where the logits are positive."""
    return ops.dice_score((logits > 0) * 1.0, stored > 0, smooth=0.0)


trained = Scored(logits, mean_dice, least=PASS_MARK, name="trained", of="patients it has not seen")


def _steps(net):
    """How many batches batch normalisation has counted; None where there is no such layer."""
    named = net.named_buffers() if hasattr(net, "named_buffers") else ()
    return max((int(buffer) for name, buffer in named if name.endswith("num_batches_tracked")), default=None)


@trained.sign
def not_a_step(net, logits, stored):
    """It has not seen a single batch in training mode.

    Was this very network trained, to the end of the cell and without an error? In which mode was it meanwhile?
    """
    return _steps(net) == 0


@trained.sign
def probabilities_at_the_end(net, logits, stored):
    """It ends with probabilities, where logits are wanted: all its numbers lie between 0 and 1.

    Your loss has a sigmoid already, and so have those who predict with your network. Who put another one at its end?
    """
    return logits.min() >= 0 and logits.max() <= 1


@trained.sign
def few_steps(net, logits, stored):
    """It has learnt for fewer than 60 steps.

    Does the loss still fall when you stop? How long does a step take you, and how many can you afford?
    """
    steps = _steps(net)
    return steps is not None and steps < 60


@trained.sign
def nothing_marked(net, logits, stored):
    """It calls nearly everything background.

    Most pixels are background, so that this is often where a network begins, and with some losses where it stays. Which
    numbers do your masks hold when they reach the loss?
    """
    return (logits > 0).mean() < 0.01


@trained.sign
def vessels_left_out(net, logits, stored):
    """It marks what is no vessel, and leaves the vessels out.

    It has learnt the opposite of what you want. Is your loss one that becomes smaller when a vessel is found, and are the
    masks 1 where the vessels are?
    """
    return ((logits > 0) & (stored > 0)).sum() < 0.05 * (stored > 0).sum()


@trained.sign
def everything_marked(net, logits, stored):
    """It calls most of the image a vessel.

    What did it have to gain by that? Look at the numbers in the masks, and at what the loss makes of a network that marks
    everything.
    """
    return (logits > 0).mean() > 0.5
