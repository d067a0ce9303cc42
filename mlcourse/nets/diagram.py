"""A picture of a network that goes down and comes up again: how large its maps are, how many, and what leads across."""

from mlcourse.nets.encoder_decoder import EncoderDecoder
from mlcourse.nets.unet import UNet

MAPS, ACROSS, OFF = "#0072b2", "#d55e00", "#999999"


def diagram(net, *, size=64):
    """Draw an `EncoderDecoder` or a `UNet`: each level a row, going down on the left, coming up on the right.

    A bar is as long as its maps are high and as thick as they are many, on a scale of roots; the numbers beside it are
    the features, and rows x columns.

    Parameters
    ----------
    net : EncoderDecoder or UNet
        Its skips are arrows across; one that is off is dashed.
    size : int
        Rows of the image.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError
        If the network is of another kind.

    Examples
    --------
    >>> figure = diagram(UNet(width=8, depth=2), size=64)
    >>> [text.get_text() for text in figure.axes[0].texts if text.get_text()][:2]
    ['1, 64 x 64', '8, 64 x 64']
    """
    from matplotlib import pyplot  # which shows the figure at the end of a notebook's cell

    if not isinstance(net, EncoderDecoder | UNet):
        raise TypeError(f"net is a {type(net).__name__}; expected an EncoderDecoder or a UNet.")
    depth, features = net.depth, [block[0].out_channels for block in (*net.down, net.bottom)]
    sizes = [size]
    for _ in range(depth):
        sizes.append(sizes[-1] // 2)
    figure, axis = pyplot.subplots(figsize=(7.5, 0.75 * (depth + 1) + 0.6), layout="constrained")
    axis.set(title=type(net).__name__, xlim=(-1.6, 2 * depth + 1.6), ylim=(depth + 0.6, -0.6))
    axis.set_axis_off()

    def maps(x, level, count, side):
        axis.plot([x, x], [level - 0.3 * (sizes[level] / size) ** 0.5, level + 0.3 * (sizes[level] / size) ** 0.5],
                  color=MAPS, linewidth=2 + 1.2 * count**0.5, solid_capstyle="butt")  # fmt: skip
        label = f"{count}, {sizes[level]} x {sizes[level]}"
        axis.annotate(label, (x, level), (-10 * side, 0), textcoords="offset points", va="center",
                      ha="right" if side > 0 else "left", fontsize=8)  # fmt: skip

    def arrow(start, end, **style):
        axis.annotate("", end, start, arrowprops={"arrowstyle": "->", "shrinkA": 8, "shrinkB": 8} | style)

    up = 2 * depth
    maps(-0.8, 0, net.channels, 1)
    arrow((-0.8, 0), (0, 0))
    for level in range(depth):
        inside = -1 if level == 0 else 1  # at full size image and logits stand outside
        maps(level, level, features[level], inside)
        arrow((level, level), (level + 1, level + 1))
        arrow((up - level - 1, level + 1), (up - level, level))
        maps(up - level, level, features[level], -inside)
        if isinstance(net, UNet):
            on = net.skips[level]
            axis.annotate("", (up - level, level - 0.22), (level, level - 0.22), arrowprops={
                "arrowstyle": "->", "shrinkA": 6, "shrinkB": 6, "color": ACROSS if on else OFF,
                "linestyle": "-" if on else ":", "linewidth": 1.5,
            })  # fmt: skip
    maps(depth, depth, features[depth], -1)
    arrow((up, 0), (up + 0.8, 0))
    maps(up + 0.8, 0, net.head.out_channels, -1)
    return figure
