"""The loop: draw a batch, compare, send the error back, move every weight a little."""

from dataclasses import dataclass, field

import numpy as np
import torch

from mlcourse import machine, ops
from mlcourse.training import checkpoint as checkpoints
from mlcourse.training.interrupt import Interrupt
from mlcourse.training.not_finite import NotFiniteError, check_finite, check_output
from mlcourse.training.progress import Progress


@dataclass(frozen=True)
class Fitted:
    """What came of a training.

    Attributes
    ----------
    net : torch.nn.Module
        The network that was given, trained in place; in evaluation mode.
    history : dict of str to list
        ``loss``: of each step. ``validated``: the steps after which it was validated; ``validation_loss`` and ``metric``:
        what was found then.
    step : int
        How many steps were made in all.
    stopped : str
        Why it ended, as a sentence.
    state : dict
        All that is needed to go on: ``fit(..., resume=fitted)``.
    """

    net: torch.nn.Module
    history: dict
    step: int
    stopped: str
    state: dict = field(repr=False)


def overlap(logits, masks):
    """Mean Dice score of the images, of masks where the logits are positive."""
    return float(ops.dice_score((logits > 0).to(torch.float32), masks, smooth=0.0))


def fit(
    net,
    loss,
    images,
    masks,
    *,
    steps=400,
    batch=8,
    rate=3e-3,
    seed=0,
    validation=None,
    metric=overlap,
    every=50,
    patience=None,
    checkpoint=None,
    resume=None,
    stop_after=None,
    device=None,
    mixed_precision=False,
    progress=True,
):
    """Train a network by Adam, with a rate that rises at first and then falls to nothing (one cycle).

    The notebook's stop button (or Ctrl-C) ends it after the step that is under way; net and history are returned, and a
    second call goes on from there. On the CPU, with as many threads, the weights are then the same bit for bit as without
    the stop. A second press stops at once.

    Parameters
    ----------
    net : torch.nn.Module
        Trained in place.
    loss : callable
        ``loss(logits, masks)`` returns a tensor of shape ().
    images : array, shape (N, C, H, W)
    masks : array, shape (N, ...)
        What the loss takes, an entry for each image. Whole numbers of 8 bits and booleans become float32, as
        torch's losses want them; numbers of classes for `torch.nn.functional.cross_entropy` come as int64.
    steps, batch : int
        Number of steps; images in each. All images are drawn before one comes again.
    rate : float
        The largest learning rate of the cycle.
    seed : int
        Of the order of the images, and of what is random in the net (dropout).
    validation : (array, array), optional
        Images and masks that are never trained on.
    metric : callable
        ``metric(logits, masks)`` of the validation images, larger is better. Left out, the mean Dice score.
    every : int
        Steps between validations.
    patience : int, optional
        Stop after so many validations without a better metric, and take the best weights back.
    checkpoint : path, optional
        File in which the state is kept at each validation and at the end. If it is there already, training goes on from
        it.
    resume : Fitted, optional
        Goes on from there, without a file.
    stop_after : int, optional
        Stop after this step, as the stop button would; the rates are those of all ``steps``.
    device : torch.device, optional
        By default `mlcourse.device()`.
    mixed_precision : bool
        Calculate the network in bfloat16: faster on some processors, with three digits instead of seven.
    progress : bool
        Show a bar and, in a notebook, curves that grow.

    Returns
    -------
    Fitted

    Raises
    ------
    TypeError, ValueError
        If the arguments do not fit together, or the checkpoint belongs to another training.
    NotFiniteError
        If the loss or a gradient is no longer a number, before the weights are changed; says where it began, and holds
        what there is as ``error.fitted``.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; L. N. Smith, N. Topin,
    "Super-convergence: very fast training of neural networks using large learning rates", 2019 (one cycle).
    """
    device = machine.device() if device is None else torch.device(device)
    settings = {"steps": steps, "batch": batch, "rate": rate, "seed": seed, "every": every, "mixed": mixed_precision}
    _check(settings, images, masks, validation, patience)
    images, masks = _on(device, images, masks)
    held_out = None if validation is None else _on(device, *validation)
    settings |= {"images": tuple(images.shape), "fingerprint": checkpoints.fingerprint(images, masks)}
    net.to(device, memory_format=torch.channels_last)
    # On a GPU all weights in one kernel: small networks spend most of a step on starting kernels.
    optimizer = torch.optim.Adam(net.parameters(), lr=rate, fused=device.type == "cuda")
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps)
    history = {"loss": [], "validated": [], "validation_loss": [], "metric": []}
    run = checkpoints.Run(net, optimizer, schedule, history, settings)

    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        step = run.go_on_from(resume, checkpoint)
        stopped = f"All {steps} steps are made."
        with Interrupt() as interrupt, Progress(steps, history, progress) as shown:
            while step < steps and not run.is_worn_out(patience):
                net.train()
                buffers = {name: buffer.clone() for name, buffer in net.named_buffers()}
                chosen = torch.as_tensor(_batch(len(images), batch, seed, step), device=device)
                x, target = images[chosen].contiguous(memory_format=torch.channels_last), masks[chosen]
                optimizer.zero_grad()
                try:
                    logits = _logits(net, x, mixed_precision)
                    check_output(net, logits, x, target, step)
                    value = loss(logits, target)
                    value.backward()
                    check_finite(net, value, x, target, step)
                except NotFiniteError as error:
                    net.load_state_dict(buffers, strict=False)  # what batch normalisation counted in this step
                    error.fitted = Fitted(net.eval(), history, step, str(error), run.state(step))
                    raise
                optimizer.step()
                schedule.step()
                step += 1
                history["loss"].append(value.item())
                if held_out and (step % every == 0 or step == steps):
                    _validate(net, loss, metric, *held_out, batch, mixed_precision, step, history)
                    run.note_best(step)
                shown.update(step)
                if checkpoint and step % every == 0:
                    run.save(checkpoint, step)
                if (interrupt.asked or step == stop_after) and step < steps:
                    stopped = (
                        f"Stopped after step {step} of {steps}. Call it again with {run.how_to_go_on(checkpoint)}."
                    )
                    break
            if run.is_worn_out(patience):
                run.take_best_back()
                stopped = f"Step {step}: no better {patience} times; the weights of step {run.best_step} are back."
            shown.end(stopped)
        if checkpoint:
            run.save(checkpoint, step)
        return Fitted(net.eval(), history, step, stopped, run.state(step))


def _logits(net, x, mixed_precision):
    with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed_precision):
        return net(x).float()


@torch.no_grad()
def _validate(net, loss, metric, images, masks, batch, mixed_precision, step, history):
    net.eval()
    logits = torch.cat([_logits(net, x, mixed_precision) for x in images.split(4 * batch)])
    history["validated"].append(step)
    history["validation_loss"].append(float(loss(logits, masks)))
    history["metric"].append(float(metric(logits, masks)))


def _batch(count, batch, seed, step):
    """Which images a step sees: the next ones of an endless row in which each round is shuffled anew.

    It depends on nothing but these numbers, so training that goes on sees what it would have seen.
    """
    places = np.arange(step * batch, (step + 1) * batch)
    rounds = {turn: np.random.default_rng([seed, turn]).permutation(count) for turn in np.unique(places // count)}
    return np.array([rounds[place // count][place % count] for place in places])


def _on(device, images, masks):
    images, masks = (torch.as_tensor(np.asarray(a) if not torch.is_tensor(a) else a) for a in (images, masks))
    if masks.dtype in (torch.bool, torch.uint8, torch.int8):
        masks = masks.float()
    return images.float().to(device), masks.to(device)


def _check(settings, images, masks, validation, patience):
    for name in ("steps", "batch", "every"):
        if type(settings[name]) is not int or settings[name] < 1:
            raise ValueError(f"{name} is {settings[name]!r}; expected a whole number of at least 1.")
    if not 0 < settings["rate"] < float("inf"):
        raise ValueError(f"rate is {settings['rate']!r}; expected a positive number such as 3e-3.")
    for name, pair in (("", (images, masks)), ("validation ", validation)):
        if pair is None:
            continue
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"validation is a {type(pair).__name__}; expected a pair (images, masks).")
        if len(pair[0]) != len(pair[1]) or not len(pair[0]):
            raise ValueError(
                f"there are {len(pair[0])} {name}images and {len(pair[1])} masks; expected as many of each, at least one."
            )
        if len(pair[0].shape) != 4:
            raise ValueError(f"the {name}images have shape {tuple(pair[0].shape)}; expected (N, C, H, W).")
    if patience is not None and (type(patience) is not int or patience < 1):
        raise ValueError(
            f"patience is {patience!r}; expected a whole number of at least 1, or None to go on to the end."
        )
    if patience is not None and validation is None:
        raise ValueError("patience needs validation=(images, masks): without it nothing tells when to stop.")
