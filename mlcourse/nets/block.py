"""The parts both networks are made of."""

from torch import nn
from torch.nn import functional

MODES = ("nearest", "bilinear", "transposed")


class Block(nn.Sequential):
    """Convolution 3x3, batch normalisation, ReLU, and the same once more; the size stays.

    No bias in the convolutions: batch normalisation would take it off again.

    Parameters
    ----------
    channels_in, channels_out : int
    """

    def __init__(self, channels_in, channels_out):
        layers = []
        for channels in (channels_in, channels_out):
            layers += [
                nn.Conv2d(channels, channels_out, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels_out),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class Upsampling(nn.Module):
    """Twice the height and width, or one pixel more where the size before pooling was odd.

    Parameters
    ----------
    channels : int
    mode : {"nearest", "bilinear", "transposed"}
        Repeat pixels, interpolate between them, or learn a 2x2 kernel that each pixel is spread with.
    """

    def __init__(self, channels, mode):
        super().__init__()
        self.mode = mode
        if mode == "transposed":
            self.spread = nn.ConvTranspose2d(channels, channels, 2, stride=2)

    def forward(self, x, size):
        """Return ``x`` in the given (rows, columns)."""
        if self.mode == "transposed":
            return self.spread(x, output_size=size)
        straight = {"align_corners": False} if self.mode == "bilinear" else {}
        return functional.interpolate(x, size=size, mode=self.mode, **straight)


def check_settings(upsample, **counts):
    """Refuse settings that make no network."""
    for name, count in counts.items():
        if type(count) is not int or count < 1:
            raise ValueError(f"{name} is {count!r}; expected a whole number of at least 1.")
    if upsample not in MODES:
        raise ValueError(f"upsample is {upsample!r}; expected one of {', '.join(map(repr, MODES))}.")


def check_images(x, channels, depth):
    """Refuse images that the network cannot halve ``depth`` times."""
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(
            f"the images have shape {tuple(x.shape)}; expected (N, {channels}, H, W). "
            "A single image needs two more axes: image[None, None]; other channels: the argument `channels`."
        )
    least = 2**depth
    if min(x.shape[2:]) < least:
        raise ValueError(
            f"the images have {x.shape[2]} x {x.shape[3]} pixels; this network halves them {depth} times and takes any "
            f"size from {least} x {least}. Make it shallower (depth={depth - 1}), or the images larger."
        )
