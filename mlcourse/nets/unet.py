"""UNet: on the way up, each size is shown again what was seen at that size on the way down."""

import torch
from torch import nn

from mlcourse.nets.block import Block, Upsampling, check_images, check_settings


class UNet(nn.Module):
    """Encoder and decoder with a skip connection at each size.

    O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015,
    with the changes that have become usual: padded convolutions, so that the mask is as large as the image, and batch
    normalisation.

    Parameters
    ----------
    channels : int
        Of the images.
    classes : int
        Channels of the output: 1 for object against background.
    width : int
        Features at full size; they double each time the image is halved.
    depth : int
        How many times the image is halved, and how many skips there are.
    skips : bool or sequence of bool
        Which skips carry anything, the one at full size first.
    upsample : {"nearest", "bilinear", "transposed"}

    Attributes
    ----------
    skips : list of bool
        May be changed at any time, also after training. A skip that is off carries zeros, so that no shape changes.

    Raises
    ------
    ValueError
        If a setting makes no network; when called, if the images do not fit it.

    Examples
    --------
    >>> net = UNet(width=4)
    >>> net.skips[0] = False
    >>> net(torch.zeros(2, 1, 33, 20)).shape
    torch.Size([2, 1, 33, 20])
    """

    def __init__(self, channels=1, classes=1, *, width=16, depth=3, skips=True, upsample="nearest"):
        super().__init__()
        check_settings(upsample, channels=channels, classes=classes, width=width, depth=depth)
        self.channels, self.depth = channels, depth
        self.skips = [skips] * depth if isinstance(skips, bool) else list(skips)
        self._check_skips()
        features = [width * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList(Block(*pair) for pair in zip([channels, *features], features[:-1], strict=False))
        self.bottom = Block(features[-2], features[-1])
        self.upsampling = nn.ModuleList(Upsampling(wide, upsample) for wide in features[:0:-1])
        self.up = nn.ModuleList(Block(2 * narrow + narrow, narrow) for narrow in features[-2::-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        """Images (N, channels, H, W) to logits (N, classes, H, W)."""
        check_images(x, self.channels, self.depth)
        self._check_skips()
        seen = []
        for block in self.down:
            x = block(x)
            seen.append(x)
            x = nn.functional.max_pool2d(x, 2)
        x = self.bottom(x)
        for upsampling, block, carries in zip(self.upsampling, self.up, self.skips[::-1], strict=True):
            skipped = seen.pop()
            x = upsampling(x, skipped.shape[2:])
            x = block(torch.cat([skipped if carries else torch.zeros_like(skipped), x], dim=1))
        return self.head(x)

    def _check_skips(self):
        if len(self.skips) != self.depth or not all(isinstance(carries, bool) for carries in self.skips):
            raise ValueError(
                f"skips is {self.skips}; expected True or False, or {self.depth} of them (depth={self.depth}), the skip "
                "at full size first."
            )
