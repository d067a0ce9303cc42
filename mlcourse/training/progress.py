"""How far is it, and how well does it go: a bar in a terminal, growing curves in a notebook."""

import sys


class Progress:
    """Show a training while it lasts.

    Parameters
    ----------
    steps : int
        How many there will be.
    history : dict of str to list
        Filled by the training; read here.
    show : bool
        False shows nothing.
    """

    def __init__(self, steps, history, show):
        self.steps, self.history, self.show = steps, history, show
        self.curves = self.bar = None

    def __enter__(self):
        begun = len(self.history["loss"])
        if self.show and in_notebook():
            from mlcourse.widgets import Curves

            self.curves = Curves.of(self.history, steps=self.steps)
            self.curves._ipython_display_()
        elif self.show:
            from tqdm import tqdm

            self.bar = tqdm(total=self.steps, initial=begun, unit="step", file=sys.stderr)
        return self

    def __exit__(self, kind, *_):
        if self.bar is not None:
            self.bar.close()
        if self.curves is not None and kind is not None:
            self.curves.end(f"Ended by {kind.__name__} after step {len(self.history['loss'])} of {self.steps}.")

    def update(self, step):
        """Show one step more."""
        if self.curves is not None:
            self.curves.add(step, self._latest(step))
        if self.bar is not None:
            told = {"loss": f"{self.history['loss'][-1]:.4f}"}
            if self.history["metric"]:
                told["metric"] = f"{self.history['metric'][-1]:.3f}"
            self.bar.set_postfix(told, refresh=False)
            self.bar.update()

    def end(self, sentence):
        """Say why it ended."""
        if self.curves is not None:
            self.curves.end(sentence)
        elif self.bar is not None:
            self.bar.write(sentence, file=sys.stderr)

    def _latest(self, step):
        """What the history has of a step, by panel and curve."""
        history = self.history
        if not history["validated"] or history["validated"][-1] != step:
            return {"loss": {"training": history["loss"][-1]}}
        return {
            "loss": {"training": history["loss"][-1], "validation": history["validation_loss"][-1]},
            "metric": {"validation": history["metric"][-1]},
        }


def in_notebook():
    """Whether a kernel runs this, which can show a widget.

    Returns
    -------
    bool
    """
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
