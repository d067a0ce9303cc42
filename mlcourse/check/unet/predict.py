"""Of the exercise `unet`: from a network that has learnt to a mask."""

import functools

import numpy as np

from mlcourse.diagnosis import Exercise


def right(net, images):
    """True where the logit is positive, in evaluation mode; the mode the network was in comes back."""
    was_training = net.training
    net.eval()
    mask = net(images) > 0
    net.train(was_training)
    return mask


predict = Exercise(right, answers=("mask",), name="predict")


@functools.cache
def _probe():
    """The class of a tiny network with something like batch normalisation; made late, since it needs torch."""
    import torch

    class Probe(torch.nn.Module):
        """Subtracts a mean: in training mode that of the images it is given, in evaluation mode the one it remembers."""

        def __init__(self, remembered):
            super().__init__()
            self.remembered = torch.nn.Parameter(torch.tensor(float(remembered)))

        def forward(self, images):
            return images - (images.mean() if self.training else self.remembered.item())

        def __eq__(self, other):
            return self.training == other.training and self.remembered.item() == other.remembered.item()

        __hash__ = torch.nn.Module.__hash__

        def __repr__(self):
            mode = "training" if self.training else "evaluation"
            return (
                f"a network in {mode} mode whose logits are images - mean: in training mode the mean of these images, "
                f"in evaluation mode {self.remembered.item():g}"
            )

    return Probe


@predict.part
def evaluation(rng):
    """Two or three images, through a network that is still in training mode."""
    import torch

    from mlcourse.machine import device

    shape = (rng.integers(2, 4), 1, *[(2, 3), (3, 2)][rng.integers(2)])
    count = np.prod(shape)
    mean = float(rng.integers(-3, 4))
    # Logits of both signs, some positive and below one half; none is 0, and none is the mean of all.
    logits = rng.permutation(np.concatenate([[-0.8, 0.25, 0.75], (rng.permutation(count - 3) - count // 4) / 2 + 0.25]))
    images = torch.asarray((logits + mean).reshape(shape), dtype=torch.float32, device=device())
    return (_probe()(mean).to(device()), images), {}


@predict.misconception
def in_training_mode(net, images):
    """Your network predicts in training mode.

    There batch normalisation takes mean and spread from the batch at hand, so that a patient's mask depends on who else
    is in the batch. Which mode uses what was learnt from all patients, and who is to switch it on?
    """
    net.train()
    return net(images) > 0


@predict.misconception
def half_of_a_logit(net, images):
    """Your mask is cut where the logit is one half.

    One half is the probability at which a pixel is as likely vessel as not. Which logit has that probability?
    """
    net.eval()
    return net(images) > 0.5


@predict.misconception
def every_pixel(net, images):
    """Your mask marks every pixel: what you compare is never below your threshold.

    A probability is never below 0, and the sigmoid of a probability never below one half. How many sigmoids are there on
    the way, and what is your threshold?
    """
    net.eval()
    return net(images) > -np.inf


@predict.misconception
def no_pixel(net, images):
    """Your mask marks no pixel at all.

    If you ask which channel is the largest: there is a single channel, and so it is always channel 0. What does its logit
    say by itself?
    """
    net.eval()
    return net(images) > np.inf


@predict.misconception
def background_marked(net, images):
    """Your mask is True where there is no vessel.

    A large logit means: very likely a vessel. On which side of the threshold does it lie?
    """
    net.eval()
    return net(images) < 0
