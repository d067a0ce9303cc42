"""Networks that turn an image into a mask of the same size: one that forgets where things were, and one that is told.

Both take and give (N, C, H, W) and end with logits. torch is imported with this room, not with mlcourse.
"""

from mlcourse.nets.diagram import diagram
from mlcourse.nets.encoder_decoder import EncoderDecoder
from mlcourse.nets.unet import UNet

__all__ = ["EncoderDecoder", "UNet", "diagram"]
