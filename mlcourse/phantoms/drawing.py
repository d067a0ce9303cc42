"""Draw soft-edged shapes into many images at once: a pixel on an edge gets the share of it that is covered."""

import numpy as np


class Canvas:
    """Many images of one size with a label for every pixel; what is drawn covers what was there.

    Parameters
    ----------
    count : int
    size : (int, int)
        (rows, columns).

    Attributes
    ----------
    images : numpy.ndarray of float32, shape (count, rows, columns)
    labels : numpy.ndarray of uint8, shape (count, rows, columns)
        Of the shape that covers more than half of the pixel.
    """

    def __init__(self, count, size):
        self.size = size
        self.images = np.zeros((count, *size), np.float32)
        self.labels = np.zeros((count, *size), np.uint8)

    def draw(self, coverage, value, label):
        """Lay a shape on top.

        Parameters
        ----------
        coverage : array, shape (count, rows, columns)
            0 outside, 1 inside, between on the edge.
        value : number or array, shape (count,)
            Its brightness.
        label : int
        """
        value = np.broadcast_to(np.asarray(value, np.float32), len(self.images))[:, None, None]
        self.images += coverage * (value - self.images)
        self.labels[coverage > 0.5] = label


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
    return np.clip(distance + np.float32(0.5), 0, 1, dtype=np.float32)


def ellipse(size, centre, radii, angle=0.0):
    """Coverage of filled ellipses; parameters as for `elliptic_radius`."""
    scale = np.sqrt(np.prod(radii, axis=-1)).astype(np.float32)[:, None, None]  # pixels a unit, on average
    return soft((1 - elliptic_radius(size, centre, radii, angle)) * scale)
