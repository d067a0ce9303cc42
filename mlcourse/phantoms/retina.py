"""Synthetic patients: the back of the eye, as a fundus camera shows it in green light.

Nothing of it was measured. Distances follow textbooks roughly, but vessels are more than twice too wide beside the disc,
so that small images can show them.
"""

import numpy as np

from mlcourse.phantoms import vessels
from mlcourse.phantoms.drawing import add_gaussian_noise, bumps, curves, each, level, soft, uneven_light
from mlcourse.phantoms.patients import (
    Measures,
    check_contrast,
    check_part,
    check_patients,
    check_share,
    draw_in_blocks,
    log_uniform,
)

STRUCTURES = ("background", "fundus", "optic disc", "thin vessel", "thick vessel", "lesion")
"""Names of the labels, by number. Background is what lies outside the round field of view."""

NOISE = 0.03
THIN = 1 / 64  # of the image's smaller side: a vessel up to this width is thin, so up to 1 pixel of 64, or 2 of 128
# Places are (down, towards the nose) from the image's middle; they and all lengths are in units of half its smaller side.
DISC, FOVEA = np.float32((0, 0.46)), np.float32((0.06, -0.16))
FOVEA_WITHOUT_VESSELS = 0.13
FUNDUS, DISC_BRIGHTNESS, CUP_BRIGHTNESS = 0.46, 0.74, 0.84
EXUDATE, HAEMORRHAGE = 0.30, -0.22  # brightness minus that of the fundus
MOST_LESIONS = 0.2  # of the square of the image's smaller side
HALF_HEIGHT = np.sqrt(2 * np.log(2))  # where a Gaussian is half as high as in its middle, in standard deviations

MOTTLES, LESIONS = 12, 8  # how many
MEASURES = Measures(
    vessels.MEASURES,
    eye=((), 0, 1),  # right or left
    field=((), 0.90, 0.96),
    disc_place=((2,), -0.05, 0.05),
    disc_radius=((), 0.125, 0.155),
    disc_height=((), 1.0, 1.15),
    cup=((), 0.3, 0.6),
    fovea_place=((2,), -0.04, 0.04),
    brighter=((3,), -0.04, 0.04),  # fundus, disc, fovea
    mottle_place=((MOTTLES, 2), -0.9, 0.9),
    mottle_radius=((MOTTLES,), 0.06, 0.25),
    mottle=((MOTTLES,), -0.05, 0.05),
    light_place=((2,), -0.35, 0.35),
    light_loss=((), 0.15, 0.35),
    has_lesions=((), 0, 1),
    lesions_share=((), 0, 1),
    lesions_direction=((), np.pi / 3, 5 * np.pi / 3),  # of the group from the fovea: not towards the disc
    lesions_out=((), 0.20, 0.50),
    lesion_direction=((LESIONS,), -np.pi, np.pi),  # of each, from the middle of the group
    lesion_out=((LESIONS,), 0, 1),
    lesion_radius=((LESIONS,), 0.022, 0.06),
    lesion_bright=((LESIONS,), -1, 1),
)


def retina(n, *, size=128, rng, lesions=0.0, share=None, contrast=None, noise=None):
    """Draw ``n`` synthetic retinas: optic disc, fovea, arteries and veins that branch and taper, and lesions.

    Parameters
    ----------
    n : int
        How many patients, one eye each.
    size : int or (int, int)
        (rows, columns) in pixels, at least 32 each.
    rng : numpy.random.Generator
        Each patient has a generator of its own, spawned from this one: patient 7 is the same whether 8 or 800 are drawn.
    lesions : float
        Share of the patients with lesions, from 0 to 1: bright ones as exudates are, and dark ones as haemorrhages are.
    share : float or (float, float), optional
        Of a patient with lesions, the share of the image's pixels that are lesion, within a pixel. Of a pair (low, high)
        each patient draws its own share, evenly on a logarithmic scale. Left out, about 0.01.
    contrast : float, optional
        The lesions' brightness minus that of the fundus, in the middle of the light. Left out, 0.30 for exudates and
        -0.22 for haemorrhages.
    noise : float, optional
        Standard deviation of the Gaussian noise, where the fundus has a brightness of about 0.4. Left out, 0.03.

    Returns
    -------
    images : numpy.ndarray of float32, shape (n, 1, rows, columns)
        Mostly from 0 to 1. The light is uneven.
    masks : numpy.ndarray of uint8, shape (n, 1, rows, columns)
        The structure of each pixel; `STRUCTURES` names them. A vessel is thin where it is at most 1/64 of the image's
        smaller side wide, and has no gaps even where it is narrower than a pixel.

    Raises
    ------
    TypeError, ValueError
        If an argument is impossible.

    Examples
    --------
    >>> images, masks = retina(2, size=(64, 96), rng=np.random.default_rng(0))
    >>> images.shape, [STRUCTURES[label] for label in np.unique(masks)][2:]
    ((2, 1, 64, 96), ['optic disc', 'thin vessel', 'thick vessel'])
    """
    size = check_patients(n, size, rng, noise)
    check_part("lesions", lesions, "have some")
    share = check_share(share, size, MOST_LESIONS * min(size) ** 2, "a retina")
    check_contrast(contrast)

    def draw(canvas, generators):
        eyes = MEASURES.draw(generators)
        eyes.nose = np.where(eyes.eye < 0.5, 1, -1).astype(np.float32)
        mirrored = np.stack([np.ones_like(eyes.nose), eyes.nose], axis=1)
        eyes.disc, eyes.fovea = DISC * mirrored + eyes.disc_place, FOVEA * mirrored + eyes.fovea_place
        field = _draw_fundus(canvas, eyes)
        beside_disc = _draw_disc(canvas, eyes)
        _draw_vessels(canvas, eyes)
        if (eyes.has_lesions < lesions).any():
            _draw_lesions(canvas, eyes, eyes.has_lesions < lesions, beside_disc & (field > 0.5), share, contrast)
        canvas.images *= uneven_light(canvas, eyes.light_place, eyes.light_loss, radius=0.8)
        canvas.images *= field
        add_gaussian_noise(canvas.images, generators, NOISE if noise is None else noise)

    return draw_in_blocks(n, size, rng, draw)


def _draw_fundus(canvas, eyes):
    """Mottled, darker at the fovea, brighter around the disc; return how far each pixel lies in the field of view."""
    count = len(canvas.images)
    fovea, around_disc = eyes.brighter[:, 2:] - 0.14, np.full((count, 1), 0.06)
    everywhere = FUNDUS + eyes.brighter[:, :1]
    canvas.images += bumps(
        canvas.size,
        canvas.middle
        + canvas.unit * np.concatenate([eyes.mottle_place, np.stack([eyes.fovea, eyes.disc, eyes.disc], 1)], axis=1),
        canvas.unit * np.concatenate([eyes.mottle_radius, np.tile((0.16, 0.30, np.inf), (count, 1))], axis=1),
        np.concatenate([eyes.mottle, fovea, around_disc, everywhere], axis=1),
    )
    down, right = (np.arange(n, dtype=np.float32) - at for n, at in zip(canvas.size, canvas.middle, strict=True))
    field = soft(each(canvas.unit * eyes.field) - np.sqrt(down[:, None] ** 2 + right**2))
    canvas.labels += (field > 0.5) * np.uint8(STRUCTURES.index("fundus"))
    return field


def _draw_disc(canvas, eyes):
    """The optic disc with its bright cup; return which pixels lie well beside it."""
    radius = canvas.unit * eyes.disc_radius
    down, right = (
        (np.arange(n, dtype=np.float32) - canvas.middle[axis] - canvas.unit * eyes.disc[:, axis, None])
        / across[:, None]
        for axis, (n, across) in enumerate(
            zip(canvas.size, (radius * eyes.disc_height, radius / eyes.disc_height), strict=True)
        )
    )
    squared = down[:, :, None] ** 2 + right[:, None, :] ** 2  # of the distance from its middle; 1 on its rim
    at = np.flatnonzero(squared < 2)
    squared_here, whose, label = squared.reshape(-1)[at], canvas.image(at), STRUCTURES.index("optic disc")
    brighter, radius, cup = eyes.brighter[whose, 1], radius[whose], eyes.cup[whose]
    # Near a rim at 1 the distance is half as far from 1 as its square; the cup's rim takes three pixels.
    canvas.draw_at(at, soft((1 - squared_here) * radius / 2), DISC_BRIGHTNESS + brighter, label)
    canvas.draw_at(at, soft((cup**2 - squared_here) * radius / (6 * cup)), CUP_BRIGHTNESS + brighter, label)
    return squared > 2


def _draw_vessels(canvas, eyes):
    edge = (eyes.field - np.float32(0.03))[:, None, None]
    down_to_fovea, right_to_fovea = eyes.fovea[:, 0, None, None], eyes.fovea[:, 1, None, None]

    def outside(down, right):
        to_fovea = (down - down_to_fovea) ** 2 + (right - right_to_fovea) ** 2
        return (down**2 + right**2 > edge**2) | (to_fovea < FOVEA_WITHOUT_VESSELS**2)

    tree = vessels.grow(eyes, canvas.unit, outside)
    row, column = canvas.middle[0] + canvas.unit * tree.down, canvas.middle[1] + canvas.unit * tree.right
    taken = np.zeros_like(canvas.images)  # share of the light
    thin = tree.width <= 2 * THIN
    for name, these in (("thin vessel", np.flatnonzero(thin)), ("thick vessel", np.flatnonzero(~thin))):
        curves(
            taken,
            canvas.labels,
            STRUCTURES.index(name),
            tree.patient[these],
            (row[these], column[these]),
            (tree.turned_down[these], tree.turned_right[these]),
            canvas.unit * tree.width[these],
            tree.darkness[these],
        )
    taken *= canvas.images
    canvas.images -= taken


def _draw_lesions(canvas, eyes, has, possible, share, contrast):
    """A group of blobs: where a sum of Gaussian bumps is higher than a level."""
    out, direction = 0.27 * np.sqrt(eyes.lesion_out), eyes.lesion_direction
    group_down = eyes.fovea[:, 0] + eyes.lesions_out * np.sin(eyes.lesions_direction)
    group_right = eyes.fovea[:, 1] + eyes.lesions_out * np.cos(eyes.lesions_direction) * eyes.nose
    down, right = group_down[:, None] + out * np.sin(direction), group_right[:, None] + out * np.cos(direction)
    radius, height = canvas.unit * eyes.lesion_radius / HALF_HEIGHT, np.float32(0.5)
    if share:
        shares = log_uniform(*share, eyes.lesions_share)
        area = np.pi * (HALF_HEIGHT * radius) ** 2  # above half of a bump
        radius = radius * np.sqrt(shares * np.prod(canvas.size) / area.sum(axis=1))[:, None]
    places, bright = canvas.middle + canvas.unit * np.stack([down, right], axis=-1), np.sign(eyes.lesion_bright)
    heights = bumps(canvas.size, places, radius, abs(bright))
    heights *= possible
    if share:
        height = -level(-heights, shares)
    at = np.flatnonzero(heights > 0.3 * np.reshape(height, (-1, 1, 1)))  # the rest is far outside
    whose = canvas.image(at)
    # From height to pixels within the edge: at half its height a bump falls by HALF_HEIGHT / radius of it in a pixel.
    steep = radius.mean(axis=1) / HALF_HEIGHT / height
    within = (heights.reshape(-1)[at] - np.broadcast_to(height, steep.shape)[whose]) * steep[whose]
    if contrast is None:  # where lesions touch, as the nearer one
        signed = bumps(canvas.size, places, radius, bright).reshape(-1)[at]
        contrast = np.where(signed > 0, np.float32(EXUDATE), np.float32(HAEMORRHAGE))
    value = FUNDUS + eyes.brighter[whose, 0] + contrast
    canvas.draw_at(at, soft(within) * has[whose], value, STRUCTURES.index("lesion"))
