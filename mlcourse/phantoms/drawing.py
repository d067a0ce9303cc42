"""Draw soft-edged shapes into many images at once: a pixel on an edge gets the share of it that is covered."""

import functools
import statistics

import numpy as np


class Canvas:
    """Many images of one size with a label for every pixel; what is drawn covers what was there.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (count, rows, columns)
        Contiguous, as are the labels; both are drawn into.
    labels : numpy.ndarray of uint8, shape (count, rows, columns)
        Of the shape that covers more than half of the pixel.

    Attributes
    ----------
    images, labels
    size : (int, int)
        (rows, columns).
    unit : float
        Half the smaller side, in pixels: lengths in this unit fit any size.
    middle : numpy.ndarray, shape (2,)
        (row, column) of the image's middle.
    """

    def __init__(self, images, labels):
        self.images, self.labels, self.size = images, labels, images.shape[1:]
        self.unit, self.middle = min(self.size) / 2, (np.array(self.size, np.float32) - 1) / 2

    def draw(self, coverage, value, label):
        """Lay a shape on top.

        Parameters
        ----------
        coverage : array, shape (count, rows, columns)
            0 outside, 1 inside, between on the edge.
        value : number or array, shape (count,) or (count, rows, columns)
            Its brightness.
        label : int
        """
        at = np.flatnonzero(coverage > 0)
        value = np.asarray(value, np.float32)
        if value.ndim == 1:
            value = value[self.image(at)]
        elif value.ndim:
            value = value.reshape(-1)[at]
        self.draw_at(at, coverage.reshape(-1)[at], value, label)

    def draw_at(self, at, coverage, value, label):
        """Lay a shape on top that covers few pixels.

        Parameters
        ----------
        at : array of int, shape (pixels,)
            Which pixels, as positions in ``images.reshape(-1)``.
        coverage : array, shape (pixels,)
        value : number or array, shape (pixels,)
        label : int
        """
        images = self.images.reshape(-1)
        before = images[at]
        images[at] = before + coverage * (value - before)
        self.labels.reshape(-1)[at[coverage > 0.5]] = label

    def image(self, at):
        """In which image each of some pixels lies that are given as positions in ``images.reshape(-1)``."""
        return at // (self.size[0] * self.size[1])


def each(numbers):
    """One number an image, to be used with all its pixels: shape (count,) becomes (count, 1, 1)."""
    return np.asarray(numbers, np.float32)[:, None, None]


def elliptic_radius(size, centre, radii, angle=0.0):
    """Distance of every pixel from a centre, in units of an ellipse's radius: 1 on the ellipse.

    Parameters
    ----------
    size : (int, int)
        (rows, columns).
    centre, radii : array, shape (count, 2)
        (vertical, horizontal) in pixels; the middle of pixel (0, 0) is (0, 0).
    angle : number or array, shape (count,)
        By which the ellipse is turned, in radians, from the horizontal axis to the vertical one.

    Returns
    -------
    numpy.ndarray of float32, shape (count, rows, columns)

    Notes
    -----
    The square of this distance is a polynomial of second degree in row and column. So it is one small matrix between the
    powers of the rows and those of the columns, and all pixels of an image are two matrix products.
    """
    (cy, cx), (ry, rx) = np.asarray(centre, float).T, np.asarray(radii, float).T
    sine, cosine = np.sin(angle), np.cos(angle)
    yy = (sine / rx) ** 2 + (cosine / ry) ** 2
    xx = (cosine / rx) ** 2 + (sine / ry) ** 2
    yx = 2 * sine * cosine * (1 / rx**2 - 1 / ry**2)
    powers = np.zeros((len(cy), 3, 3))  # [i, j]: the factor of row^i * column^j
    powers[:, 2, 0], powers[:, 0, 2], powers[:, 1, 1] = yy, xx, yx
    powers[:, 1, 0], powers[:, 0, 1] = -2 * yy * cy - yx * cx, -2 * xx * cx - yx * cy
    powers[:, 0, 0] = yy * cy**2 + xx * cx**2 + yx * cy * cx
    rows, columns = (np.vander(np.arange(n), 3, increasing=True) for n in size)
    squared = (rows @ powers @ columns.T).astype(np.float32)
    return np.sqrt(np.maximum(squared, 0))


def soft(distance):
    """Turn a signed distance from an edge, in pixels and positive inside, into coverage."""
    coverage = np.add(distance, np.float32(0.5), dtype=np.float32)
    return np.clip(coverage, 0, 1, out=coverage)


def ellipse(size, centre, radii, angle=0.0):
    """Coverage of filled ellipses; parameters as for `elliptic_radius`."""
    scale = np.sqrt(np.prod(radii, axis=-1)).astype(np.float32)[:, None, None]  # pixels a unit, on average
    return soft((1 - elliptic_radius(size, centre, radii, angle)) * scale)


def bumps(size, centre, radius, height):
    """Sums of round Gaussian bumps: what changes smoothly across an image, such as light, or the pigment of skin.

    Parameters
    ----------
    size : (int, int)
        (rows, columns).
    centre : array, shape (count, K, 2)
        (vertical, horizontal) in pixels.
    radius : array, shape (count, K)
        One standard deviation, in pixels. Infinite, the bump is a constant.
    height : array, shape (count, K)

    Returns
    -------
    numpy.ndarray of float32, shape (count, rows, columns)

    Notes
    -----
    A Gaussian is a function of the row times one of the column, so that any number of them is one matrix product.
    """
    centre, height = np.asarray(centre, np.float32), np.asarray(height, np.float32)
    narrow = np.float32(np.sqrt(0.5)) / np.asarray(radius, np.float32)[..., None]
    down, right = (
        np.exp(-(((np.arange(n, dtype=np.float32) - centre[..., axis, None]) * narrow) ** 2))
        for axis, n in enumerate(size)
    )
    return np.matrix_transpose(down * height[..., None]) @ right


def uneven_light(canvas, place, loss, radius):
    """Light that is 1 at a place and falls off around it.

    Parameters
    ----------
    canvas : Canvas
    place : array, shape (count, 2)
        (down, right) from the middle of the image, in units of the canvas.
    loss : array, shape (count,)
        By how much the light is weaker far away.
    radius : float
        Of the Gaussian by which it falls, in units of the canvas.

    Returns
    -------
    numpy.ndarray of float32, shape (count, rows, columns)
    """
    centre = canvas.middle + canvas.unit * place[:, None].repeat(2, axis=1)
    radii = np.tile((canvas.unit * radius, np.inf), (len(place), 1))
    return bumps(canvas.size, centre, radii, np.stack([loss, 1 - loss], axis=1))


def level(field, share):
    """The level of each image below which a share of its pixels lies.

    Parameters
    ----------
    field : array, shape (count, rows, columns)
    share : array, shape (count,)
        Above 0 and below 1.

    Returns
    -------
    numpy.ndarray, shape (count,)
        ``field < level`` holds for round(share * rows * columns) pixels, unless some of them are equal.
    """
    flat = field.reshape(len(field), -1)
    counts = np.rint(np.asarray(share, float) * flat.shape[1]).astype(int)
    return np.array([np.partition(one, count)[count] for one, count in zip(flat, counts, strict=True)], field.dtype)


def curves(onto, labels, label, image, place, direction, width, strength):
    """Draw lines that bend and taper, given as samples at most one pixel apart, in place.

    Parameters
    ----------
    onto : numpy.ndarray of float32, shape (count, rows, columns)
        Takes the share of each pixel that a line covers, times the line's strength; where lines cross, the larger.
    labels : numpy.ndarray of uint8, shape (count, rows, columns)
        Takes the label, unless a larger one is there, in pixels whose middle lies on a line, where a line counts as at
        least one pixel wide, and in those that hold a sample. So a line has no gaps.
    label : int
        0 leaves the labels as they are.
    image : array of int, shape (samples,)
        In which image each sample lies.
    place, direction : (array, array), each of shape (samples,)
        (vertical, horizontal) in pixels, inside the image; the direction has length 1.
    width, strength : array, shape (samples,)
        The width in pixels. A line narrower than a pixel covers no pixel whole, and is fainter for it.

    Notes
    -----
    A line that runs rather across than down is drawn column by column: each sample fills the few pixels above and below
    it, by their distance to its tangent. A steep one is drawn row by row.
    """
    if not len(image):
        return
    rows, columns = onto.shape[1:]
    (row, column), (down, right) = place, direction
    steep = abs(down) > abs(right)
    along, across = np.where(steep, row, column), np.where(steep, column, row)
    ahead, aside = np.where(steep, down, right), np.where(steep, right, down)
    line, nearest = np.floor(along + np.float32(0.5)), np.floor(across + np.float32(0.5))  # it fills a column, or a row
    middle, cosine = across + (line - along) * aside / ahead, abs(ahead)
    half = width / 2
    edge, most, owned = half + np.float32(0.5), np.minimum(width, 1), np.maximum(half, np.float32(0.5))
    reach = edge / cosine
    first, last = np.ceil(middle - reach), np.where(steep, np.float32(columns - 1), np.float32(rows - 1))
    filled = image * (rows * columns) + line.astype(np.intp) * np.where(steep, columns, 1)
    step = np.where(steep, 1, columns)
    if label:
        np.maximum.at(labels.reshape(-1), filled + nearest.astype(np.intp) * step, np.uint8(label))
    for k in range(int(np.floor(2 * reach).max()) + 1):
        pixel = np.minimum(np.maximum(first + k, 0), last)
        distance = abs(pixel - middle) * cosine
        position = filled + pixel.astype(np.intp) * step
        covered = np.minimum(np.maximum(edge - distance, 0), most) * strength
        np.maximum.at(onto.reshape(-1), position, covered)
        if label:
            np.maximum.at(labels.reshape(-1), position, (distance <= owned) * np.uint8(label))


def add_gaussian_noise(images, generators, deviation):
    """Add noise to each image, in place, from a generator of its own, four times as fast as NumPy draws it.

    Each pixel takes one of 65,536 values that are equally likely: the normal distribution's quantiles. The largest is 4.3
    standard deviations.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (count, rows, columns)
    generators : list of numpy.random.Generator
    deviation : float
        The standard deviation.
    """
    values, pixels = _quantiles() * np.float32(deviation), images[0].size
    for image, own in zip(images, generators, strict=True):
        drawn = own.integers(2**64, size=-(-pixels // 4), dtype=np.uint64).astype("<u8", copy=False)
        image += values.take(drawn.view("<u2")[:pixels]).reshape(image.shape)


@functools.cache
def _quantiles():
    half = [statistics.NormalDist().inv_cdf((k + 0.5) / 2**16) for k in range(2**15)]
    return np.array(half + [-value for value in half[::-1]], np.float32)
