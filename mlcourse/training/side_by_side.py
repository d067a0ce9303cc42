"""Several networks, trained in turns on the same images: who is ahead shows while they learn."""

import inspect
import sys

from mlcourse.training import progress as shown
from mlcourse.training.fit import fit

TURN = 10  # steps of one network before the next has its turn
OURS = ("progress", "resume", "stop_after", "checkpoint", "patience")  # arguments of `fit` that would get in the way


def side_by_side(nets, loss, images, masks, *, steps=400, every=50, look=None, resume=None, progress=True, **how):
    """Train networks one beside the other, each by `fit`, with their curves in one plot.

    Each comes out as `fit` alone would have made it, bit for bit on the CPU: same images, same order, same rates. The
    notebook's stop button stops all of them after the step that is under way; with ``resume`` they go on.

    Parameters
    ----------
    nets : dict of str to torch.nn.Module
        By the name that their curves shall have. Trained in place.
    loss, images, masks, steps, every
        As for `fit`.
    look : callable, optional
        ``look(name, step, net)`` after every ``every`` steps and at the end, with the network in evaluation mode: to
        keep what it marks, for instance.
    resume : dict of str to Fitted, optional
        What an earlier call returned.
    progress : bool
        Show growing curves in a notebook, a bar in a terminal.
    **how
        Passed to `fit`: ``batch``, ``rate``, ``seed``, ``validation``, ``metric``, ``device``, ``mixed_precision``.

    Returns
    -------
    dict of str to Fitted

    Raises
    ------
    TypeError, ValueError
        If there is no network, ``resume`` is of others, or an argument is none of `fit`'s.
    NotFiniteError
        As `fit`.
    """
    _check(nets, steps, every, resume, how)
    fitted = dict(resume or {})
    made = dict.fromkeys(nets, 0) | {name: one.step for name, one in fitted.items()}
    with _Shown(nets, steps, fitted, progress) as curves:
        while min(made.values()) < steps:
            name = min(made, key=made.get)
            before = made[name]
            goal = min(before + TURN - before % TURN, before + every - before % every, steps)
            fitted[name] = fit(nets[name], loss, images, masks, steps=steps, every=every, stop_after=goal,
                               resume=fitted.get(name), progress=False, **how)  # fmt: skip
            made[name] = fitted[name].step
            curves.add(name, fitted[name].history, before)
            if made[name] < goal:
                curves.end(f"Stopped: {_so_far(fitted, steps)}. Call it again with resume= what it returned to go on.")
                return fitted
            if look is not None and (goal % every == 0 or goal == steps):
                look(name, goal, nets[name])
        curves.end(f"All {steps} steps are made, by each of {len(nets)} networks.")
    return fitted


def _so_far(fitted, steps):
    return ", ".join(f"{name} after step {one.step} of {steps}" for name, one in fitted.items())


def _check(nets, steps, every, resume, how):
    if not isinstance(nets, dict) or not nets:
        raise TypeError(
            f"nets is {'empty' if nets == {} else f'a {type(nets).__name__}'}; expected networks by name, such as "
            '{"UNet": UNet()}.'
        )
    for what, count in (("steps", steps), ("every", every)):
        if type(count) is not int or count < 1:
            raise ValueError(f"{what} is {count!r}; expected a whole number of at least 1.")
    if resume is not None and set(resume) - set(nets):
        raise ValueError(f"resume is of {', '.join(map(repr, resume))}; expected some of {', '.join(map(repr, nets))}.")
    known = set(inspect.signature(fit).parameters) - set(OURS)
    if unknown := set(how) - known:
        raise TypeError(f"{', '.join(sorted(unknown))}: no argument of side_by_side; expected some of {sorted(known)}.")


class _Shown(shown.Progress):
    """Curves of all networks in a notebook, a bar in a terminal."""

    def __init__(self, nets, steps, fitted, show):
        super().__init__(steps, None, show)
        self.nets, self.fitted = nets, fitted

    def __enter__(self):
        begun = {name: one.history for name, one in self.fitted.items()}
        if self.show and shown.in_notebook():
            from mlcourse.widgets import Curves

            self.curves = Curves.of(begun, steps=self.steps)
            self.curves._ipython_display_()
        elif self.show:
            from tqdm import tqdm

            made = sum(one.step for one in self.fitted.values())
            self.bar = tqdm(total=self.steps * len(self.nets), initial=made, unit="step", file=sys.stderr)
        return self

    def __exit__(self, kind, *_):
        if self.bar is not None:
            self.bar.close()
        if self.curves is not None and kind is not None:
            self.curves.end(f"Ended by {kind.__name__}: {_so_far(self.fitted, self.steps)}.")

    def add(self, name, history, before):
        """Show what a network's turn has brought."""
        if self.curves is not None:
            self.curves.follow(name, history, after=before)
        if self.bar is not None:
            self.bar.update(len(history["loss"]) - before)
