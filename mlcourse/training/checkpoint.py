"""The state of a training, in memory and on disk: with it the rest comes out as if nothing had come between."""

import copy
import os
import zlib
from pathlib import Path

import torch

FORMAT = "mlcourse training, version 1"


class Run:
    """What changes while a network is trained.

    Parameters
    ----------
    net : torch.nn.Module
    optimizer : torch.optim.Optimizer
    schedule : torch.optim.lr_scheduler.LRScheduler
    history : dict of str to list
        Changed in place.
    settings : dict
        What must be the same for training to go on.
    """

    def __init__(self, net, optimizer, schedule, history, settings):
        self.net, self.optimizer, self.schedule = net, optimizer, schedule
        self.history, self.settings = history, settings
        self.best, self.best_step = None, 0

    def state(self, step):
        """Return a copy of everything, to go on from."""
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return copy.deepcopy(
            {
                "format": FORMAT,
                "settings": self.settings,
                "step": step,
                "net": self.net.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
                "history": self.history,
                "random": {"cpu": torch.get_rng_state(), "cuda": cuda},
                "best": self.best,
                "best_step": self.best_step,
            }
        )

    def save(self, path, step):
        """Write the state to a file; until it is whole, the file that was there stays."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            torch.save(self.state(step), fresh)
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)

    def go_on_from(self, fitted, path):
        """Take over an earlier state, if there is one, and return how many steps it had made."""
        if fitted is not None:
            state, name = fitted.state, "the training in resume="
        elif path is not None and Path(path).exists():
            state, name = _read(Path(path)), str(path)
        else:
            return 0
        mend = "Give the same settings to go on, or another file to begin anew." if fitted is None else "Leave it out."
        for key, now in self.settings.items():
            then = state["settings"].get(key)
            if then != now:
                told = "was made with other data" if key == "fingerprint" else f"was made with {key}={then}, not {now}"
                raise ValueError(f"{name} {told}. {mend}")
        state = copy.deepcopy(state)
        try:
            self.net.load_state_dict(state["net"])
        except RuntimeError as error:
            raise ValueError(f"{name} is of another network ({str(error).splitlines()[-1].strip()}). {mend}") from error
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        for key, values in state["history"].items():
            self.history[key][:] = values
        torch.set_rng_state(state["random"]["cpu"])
        if state["random"]["cuda"] and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["random"]["cuda"])
        self.best, self.best_step = state["best"], state["best_step"]
        return state["step"]

    def note_best(self, step):
        """Keep the weights if the last validation was the best so far."""
        metric = self.history["metric"]
        if self.best is None or metric[-1] > max(metric[:-1]):
            self.best, self.best_step = copy.deepcopy(self.net.state_dict()), step

    def is_worn_out(self, patience):
        """Whether so many validations came after the best one; never where ``patience`` is None."""
        return patience is not None and sum(at > self.best_step for at in self.history["validated"]) >= patience

    def take_best_back(self):
        """Put the weights back with which the metric was best."""
        self.net.load_state_dict(self.best)

    @staticmethod
    def how_to_go_on(path):
        """Say with which argument."""
        return f"checkpoint={str(path)!r}" if path else "resume= and what it returned"


def fingerprint(*tensors):
    """Return a number that is another one for other data."""
    sum_ = 0
    for tensor in tensors:
        sum_ = zlib.crc32(tensor.detach().cpu().contiguous().numpy().tobytes(), sum_)
    return sum_


def _read(path):
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["format"] != FORMAT:
            raise ValueError(state["format"])
    except Exception as error:
        raise ValueError(
            f"{path} is no checkpoint of a training ({type(error).__name__}). Delete it to begin anew, or name another file."
        ) from error
    return state
