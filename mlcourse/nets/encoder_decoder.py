"""Down to a small image of many features, and up again: what was lost on the way down has to be guessed."""

from torch import nn

from mlcourse.nets.block import Block, Upsampling, check_images, check_settings


class EncoderDecoder(nn.Module):
    """Encoder and decoder without connections between them.

    After V. Badrinarayanan, A. Kendall, R. Cipolla, "SegNet: a deep convolutional encoder-decoder architecture for image
    segmentation", IEEE TPAMI 39, 2017, but with plain upsampling. It is `UNet` without what its skips bring.

    Parameters
    ----------
    channels : int
        Of the images.
    classes : int
        Channels of the output: 1 for object against background.
    width : int
        Features at full size; they double each time the image is halved.
    depth : int
        How many times the image is halved.
    upsample : {"nearest", "bilinear", "transposed"}

    Raises
    ------
    ValueError
        If a setting makes no network; when called, if the images do not fit it.

    Examples
    --------
    >>> import torch
    >>> EncoderDecoder(width=4)(torch.zeros(2, 1, 33, 20)).shape
    torch.Size([2, 1, 33, 20])
    """

    def __init__(self, channels=1, classes=1, *, width=16, depth=3, upsample="nearest"):
        super().__init__()
        check_settings(upsample, channels=channels, classes=classes, width=width, depth=depth)
        self.channels, self.depth = channels, depth
        features = [width * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList(Block(*pair) for pair in zip([channels, *features], features[:-1], strict=False))
        self.bottom = Block(features[-2], features[-1])
        self.upsampling = nn.ModuleList(Upsampling(wide, upsample) for wide in features[:0:-1])
        self.up = nn.ModuleList(Block(2 * narrow, narrow) for narrow in features[-2::-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        """Images (N, channels, H, W) to logits (N, classes, H, W)."""
        check_images(x, self.channels, self.depth)
        sizes = []
        for block in self.down:
            x = block(x)
            sizes.append(x.shape[2:])
            x = nn.functional.max_pool2d(x, 2)
        x = self.bottom(x)
        for upsampling, block in zip(self.upsampling, self.up, strict=True):
            x = block(upsampling(x, sizes.pop()))
        return self.head(x)
