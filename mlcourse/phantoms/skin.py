"""Synthetic patients: a pigmented lesion of the skin, as a dermatoscope shows it, in grey.

Nothing of it was measured. A melanoma differs from a naevus here in what the ABCD rule of dermatoscopy looks at, of which
the first three are imitated: asymmetry, an abrupt and irregular border, several colours (here several greys). See
F. Nachbar et al., "The ABCD rule of dermatoscopy", Journal of the American Academy of Dermatology 30, 1994. A network that
tells the two apart has learnt this page, not medicine.
"""

import numpy as np

from mlcourse.phantoms.drawing import (
    add_gaussian_noise,
    bumps,
    curves,
    each,
    elliptic_radius,
    level,
    soft,
    uneven_light,
)
from mlcourse.phantoms.patients import (
    Measures,
    check_contrast,
    check_part,
    check_patients,
    check_share,
    draw_in_blocks,
    log_uniform,
)

FINDINGS = ("skin", "naevus", "melanoma")
"""Names of the labels, by number."""

NOISE = 0.02
LARGEST = 0.6  # share; the image cuts what does not fit into it
# What differs between a naevus and a melanoma: from, to.
SHARE = (0.02, 0.12), (0.04, 0.25)
CONTRAST = (-0.30, -0.14), (-0.40, -0.20)
IRREGULAR = (0.02, 0.10), (0.25, 0.45)  # how far the border leaves an ellipse, as a share of its radius
SOFT = (0.12, 0.25), (0.01, 0.08)  # width of the border, as a share of the radius
COLOURS = (0.00, 0.04), (0.15, 0.30)  # how far patches differ in brightness
LONGEST_HAIR = 1.5

_BORDER, _PATCHES, _MOTTLES, _HAIRS = 12, 12, 10, 6
MEASURES = Measures(
    is_malignant=((), 0, 1),
    has_hairs=((), 0, 1),
    share=((), 0, 1),
    contrast=((), 0, 1),
    irregular=((), 0, 1),
    soft=((), 0, 1),
    colours=((), 0, 1),
    place=((2,), -1, 1),
    longer=((), 1.0, 1.3),
    angle=((), -np.pi, np.pi),
    border_direction=((_BORDER,), -0.25, 0.25),
    border_height=((_BORDER,), -1, 1),
    patch_direction=((_PATCHES,), -np.pi, np.pi),
    patch_out=((_PATCHES,), 0, 1),
    patch_radius=((_PATCHES,), 0.08, 0.35),
    patch_height=((_PATCHES,), -1, 1),
    skin=((), 0.62, 0.82),
    mottle_place=((_MOTTLES, 2), -1.2, 1.2),
    mottle_radius=((_MOTTLES,), 0.05, 0.3),
    mottle=((_MOTTLES,), -0.03, 0.03),
    light_place=((2,), -0.5, 0.5),
    light_loss=((), 0.1, 0.3),
    hairs=((), 0, 1),  # how many
    hair_place=((_HAIRS, 2), -1, 1),
    hair_direction=((_HAIRS,), -np.pi, np.pi),
    hair_bend=((_HAIRS,), -0.4, 0.4),
    hair_length=((_HAIRS,), 0.5, LONGEST_HAIR),
    hair_width=((_HAIRS,), 0.012, 0.025),
    hair_darkness=((_HAIRS,), 0.4, 0.8),
)


def skin(n, *, size=128, rng, malignant=0.5, hairs=0.3, share=None, contrast=None, noise=None):
    """Draw ``n`` synthetic patches of skin, each with one pigmented lesion: a naevus or a melanoma.

    A naevus is about round and even and fades into the skin. A melanoma is asymmetric, has an irregular border that ends
    abruptly and several greys, and is larger and darker on average.

    Parameters
    ----------
    n : int
        How many patients.
    size : int or (int, int)
        (rows, columns) in pixels, at least 32 each.
    rng : numpy.random.Generator
        Each patient has a generator of its own, spawned from this one: patient 7 is the same whether 8 or 800 are drawn.
    malignant : float
        Share of the patients whose lesion is a melanoma, from 0 to 1.
    hairs : float
        Share of the patients with hairs across the image, from 0 to 1. Hairs leave the mask as it is.
    share : float or (float, float), optional
        The lesion's share of the image's pixels, within a pixel. Of a pair (low, high) each patient draws its own share,
        evenly on a logarithmic scale. Left out, from 0.02 to 0.12 for a naevus and from 0.04 to 0.25 for a melanoma; one
        that is given holds for both, so that size no longer tells them apart.
    contrast : float, optional
        The lesion's mean brightness within its soft border, minus the skin's, in the middle of the light. Left out, from
        -0.30 to -0.14 for a naevus and from -0.40 to -0.20 for a melanoma.
    noise : float, optional
        Standard deviation of the Gaussian noise, where the skin has a brightness of about 0.7. Left out, 0.02.

    Returns
    -------
    images : numpy.ndarray of float32, shape (n, 1, rows, columns)
        Mostly from 0 to 1. The light is uneven.
    masks : numpy.ndarray of uint8, shape (n, 1, rows, columns)
        What each pixel shows; `FINDINGS` names the labels. ``masks.max(axis=(1, 2, 3))`` is each patient's finding.

    Raises
    ------
    TypeError, ValueError
        If an argument is impossible.

    Examples
    --------
    >>> images, masks = skin(4, size=(64, 96), share=0.1, rng=np.random.default_rng(0))
    >>> images.shape, round(float((masks > 0).mean()), 3)
    ((4, 1, 64, 96), 0.1)
    """
    size = check_patients(n, size, rng, noise)
    check_part("malignant", malignant, "have a melanoma")
    check_part("hairs", hairs, "have hairs across their lesion")
    share = check_share(share, size, LARGEST * size[0] * size[1], "the skin")
    check_contrast(contrast)

    def draw(canvas, generators):
        people = MEASURES.draw(generators)
        people.finding = (people.is_malignant < malignant).astype(np.uint8)  # 0 naevus, 1 melanoma
        canvas.images += _skin(canvas, people)
        _draw_lesion(canvas, people, share, contrast)
        canvas.labels *= 1 + people.finding[:, None, None]
        _draw_hairs(canvas, people, people.has_hairs < hairs)
        canvas.images *= uneven_light(canvas, people.light_place, people.light_loss, radius=1)
        add_gaussian_noise(canvas.images, generators, NOISE if noise is None else noise)

    return draw_in_blocks(n, size, rng, draw)


def _of_finding(limits, people, drawn):
    """Numbers between the limits that belong to each patient's finding."""
    low, high = np.array(limits, np.float32)[people.finding].T
    return low + drawn * (high - low)


def _skin(canvas, people):
    places = np.concatenate([people.mottle_place, people.mottle_place[:, :1]], axis=1)
    radii = np.concatenate([people.mottle_radius, np.full_like(people.mottle_radius[:, :1], np.inf)], axis=1)
    heights = np.concatenate([people.mottle, people.skin[:, None]], axis=1)
    return bumps(canvas.size, canvas.middle + canvas.unit * places, canvas.unit * radii, heights)


def _draw_lesion(canvas, people, share, contrast):
    limits = np.array(share or SHARE, np.float64)
    low, high = limits[people.finding].T if share is None else limits
    shares = log_uniform(low, high, people.share)
    radius = np.sqrt(shares * np.prod(canvas.size) / np.pi).astype(np.float32)  # of a disc of this size
    room = np.maximum(np.array(canvas.size, np.float32) / 2 - 1.3 * radius[:, None], 0)
    centre = canvas.middle + people.place * np.minimum(room, 0.3 * canvas.unit)

    def around(out, direction):
        return centre[:, None] + (radius[:, None] * out)[..., None] * np.stack(
            [np.sin(direction), np.cos(direction)], -1
        )

    # An ellipse whose radius bumps raise and lower; the level on it that holds as many pixels as asked for.
    longer = np.sqrt(people.longer)
    field = elliptic_radius(canvas.size, centre, radius[:, None] * np.stack([1 / longer, longer], axis=1), people.angle)
    directions = people.angle[:, None] + np.arange(_BORDER) * np.float32(2 * np.pi / _BORDER) + people.border_direction
    irregular = _of_finding(IRREGULAR, people, people.irregular)
    field -= bumps(
        canvas.size,
        around(np.float32(0.95), directions),
        np.broadcast_to(0.22 * radius[:, None], directions.shape),
        people.border_height * irregular[:, None],
    )
    edge = level(field, shares)
    inside = (field < each(edge)).reshape(len(field), -1)
    patches = bumps(
        canvas.size,
        around(np.sqrt(people.patch_out), people.patch_direction),
        radius[:, None] * people.patch_radius,
        people.patch_height * _of_finding(COLOURS, people, people.colours)[:, None],
    )
    patches -= each((patches.reshape(inside.shape) * inside).sum(axis=1) / inside.sum(axis=1))
    darker = _of_finding(CONTRAST, people, people.contrast) if contrast is None else np.float32(contrast)
    brightness = np.maximum(canvas.images + patches + np.reshape(darker, (-1, 1, 1)), np.float32(0.03))
    width = 1 + radius * _of_finding(SOFT, people, people.soft)  # of the border, in pixels
    canvas.draw(soft((each(edge) - field) * each(radius / width)), brightness, 1)


def _draw_hairs(canvas, people, has):
    """Parabolas, from a place somewhere in the image."""
    length = people.hair_length * canvas.unit
    steps = int(np.ceil(1.1 * LONGEST_HAIR * canvas.unit)) + 1  # whoever is drawn, so that all are drawn alike
    part = np.linspace(-0.5, 0.5, steps, dtype=np.float32)[:, None, None]
    down, right = np.sin(people.hair_direction), np.cos(people.hair_direction)
    aside, turning = people.hair_bend * length * part**2, 2 * people.hair_bend * part
    middle = canvas.middle + people.hair_place * (np.array(canvas.size, np.float32) / 2)
    row = middle[..., 0] + length * part * down + aside * right
    column = middle[..., 1] + length * part * right - aside * down
    turned = (down + turning * right), (right - turning * down)
    across = np.hypot(*turned)
    there = has[:, None] & (np.arange(_HAIRS) < 1 + people.hairs[:, None] * (_HAIRS - 1))
    seen = np.flatnonzero(
        there
        & (abs(row - canvas.middle[0]) < canvas.size[0] / 2)
        & (abs(column - canvas.middle[1]) < canvas.size[1] / 2)
    )

    def sampled(values):
        return np.broadcast_to(values, row.shape).reshape(-1)[seen]

    dark = np.zeros_like(canvas.images)
    curves(
        dark,
        canvas.labels,
        0,
        sampled(np.arange(len(has))[:, None]),
        (sampled(row), sampled(column)),
        (sampled(turned[0] / across), sampled(turned[1] / across)),
        sampled(people.hair_width * canvas.unit),
        sampled(people.hair_darkness),
    )
    canvas.images *= 1 - dark
