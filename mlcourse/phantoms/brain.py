"""Synthetic patients: a slice through the head at the height of the lateral ventricles, as MR or CT would show it.

Nothing of it was measured. Sizes and brightness follow textbooks roughly; what matters is that anatomy varies, edges share
pixels between tissues, noise is there, and every pixel's tissue is known.
"""

from types import SimpleNamespace

import numpy as np

from mlcourse.phantoms.drawing import each, ellipse, elliptic_radius, level, soft
from mlcourse.phantoms.patients import (
    check_contrast,
    check_part,
    check_patients,
    check_share,
    draw_in_blocks,
    log_uniform,
)

TISSUES = ("background", "scalp", "skull", "fluid", "grey matter", "white matter", "lesion")
"""Names of the labels, by number. Fluid is that around the brain and in its ventricles."""

# Brightness by label. MR is T1-weighted: fat bright, bone and fluid dark, white matter brighter than grey. CT is shown in
# a window of 0 to 80 Hounsfield units, as a radiologist looks at a brain: bone is beyond it, grey a little above white.
BRIGHTNESS = {
    "mr": (0.0, 0.85, 0.08, 0.15, 0.50, 0.72, 0.36),
    "ct": (0.0, 0.45, 1.0, 0.08, 0.48, 0.37, 0.66),
}
NOISE = {"mr": 0.03, "ct": 0.06}
DIRECTIONS = 720  # in which the edge of the brain is known
MOST_LESION = 0.1  # of the square of the image's smaller side


def brain(n, *, size=128, rng, modality="mr", lesions=0.0, share=None, contrast=None, noise=None):
    """Draw ``n`` slices through synthetic heads.

    Parameters
    ----------
    n : int
        How many patients.
    size : int or (int, int)
        (rows, columns) in pixels, at least 32 each.
    rng : numpy.random.Generator
        Each patient has a generator of its own, spawned from this one: patient 7 is the same whether 8 or 800 are drawn.
    modality : {"mr", "ct"}
        The same patients, seen by T1-weighted MR or by CT in a brain window.
    lesions : float
        Share of the patients with a lesion in the white matter, from 0 to 1.
    share : float or (float, float), optional
        Of a patient with a lesion, the share of the image's pixels that are lesion, within a pixel. Of a pair (low, high)
        each patient draws its own share, evenly on a logarithmic scale. Left out, from 0.001 to 0.01. A large lesion ends
        where the brain does.
    contrast : float, optional
        The lesion's brightness minus that of the patient's white matter; the brightness is 0 at least. Left out, -0.36 in
        MR and 0.29 in CT, give or take 0.02 for each tissue.
    noise : float, optional
        Standard deviation of the noise, where white matter has a brightness of about 0.7 (MR) or 0.4 (CT). Left out,
        0.03 and 0.06. In MR it is Rician, since the picture is the magnitude of two noisy numbers: H. Gudbjartsson,
        S. Patz, "The Rician distribution of noisy MRI data", Magnetic Resonance in Medicine 34, 1995.

    Returns
    -------
    images : numpy.ndarray of float32, shape (n, 1, rows, columns)
        Mostly from 0 to 1.
    masks : numpy.ndarray of uint8, shape (n, 1, rows, columns)
        The tissue of each pixel; `TISSUES` names them.

    Raises
    ------
    TypeError, ValueError
        If an argument is impossible.

    Examples
    --------
    >>> images, masks = brain(3, size=(64, 48), rng=np.random.default_rng(0))
    >>> images.shape, [TISSUES[label] for label in np.unique(masks)][3:]
    ((3, 1, 64, 48), ['fluid', 'grey matter', 'white matter'])
    """
    size = check_patients(n, size, rng, noise)
    if modality not in BRIGHTNESS:
        raise ValueError(f'modality is {modality!r}; expected "mr" or "ct".')
    check_part("lesions", lesions, "have one")
    share = check_share(share, size, MOST_LESION * min(size) ** 2, "a brain")
    check_contrast(contrast)
    level_of_noise = NOISE[modality] if noise is None else noise

    def draw(canvas, generators):
        anatomies = [_anatomy(own) for own in generators]
        heads = SimpleNamespace(**{name: np.stack([one[name] for one in anatomies]) for name in anatomies[0]})
        heads.values = np.clip(BRIGHTNESS[modality] + heads.brighter * (np.array(BRIGHTNESS[modality]) > 0), 0, None)
        if contrast is not None:
            white, lesion = TISSUES.index("white matter"), TISSUES.index("lesion")
            heads.values[:, lesion] = np.clip(heads.values[:, white] + contrast, 0, None)
        _draw(canvas, heads, lesions, share)
        for image, own, slope in zip(canvas.images, generators, heads.slope, strict=True):
            if modality == "mr":
                image *= _sensitivity(size, slope)
            _add_noise(image, own, level_of_noise, modality)

    return draw_in_blocks(n, size, rng, draw)


def _anatomy(rng):
    """Everything that differs between heads. Lengths in units of half the smaller side of the image, angles in radians."""
    length = rng.uniform(0.80, 0.90)
    return {
        "centre": rng.uniform(-0.05, 0.05, 2),  # (vertical, horizontal), as are all pairs
        "angle": rng.uniform(-0.15, 0.15),  # anticlockwise
        "radii": np.array([length, length * rng.uniform(0.76, 0.86)]),
        # From here on in units of these radii.
        "scalp": rng.uniform(0.03, 0.06),
        "skull": rng.uniform(0.05, 0.08),
        "cortex": rng.uniform(0.09, 0.13),
        "furrows": _furrows(rng),
        "ventricles": rng.uniform(0.75, 1.35),  # they grow with age
        "apart": rng.uniform(0.10, 0.14),
        "tilt": rng.uniform(0.22, 0.38),
        "ganglia": rng.uniform(0.85, 1.15),
        "lesion": rng.uniform(0, 1, 4),  # whether, in which direction, how far out, how large
        "brighter": rng.normal(0, 0.02, len(TISSUES)),
        "slope": rng.uniform(-0.12, 0.12, 2),  # of the coil's sensitivity
    }


def _furrows(rng):
    """How deep the surface of the brain lies under the skull, by direction: narrow furrows of random depth."""
    angles = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    count = rng.integers(22, 30)
    at = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 2 * np.pi / count
    depth, width = rng.uniform(0.04, 0.16, count), rng.uniform(0.025, 0.05, count)
    away = (angles[:, None] - at + np.pi) % (2 * np.pi) - np.pi
    return 0.03 + (depth * np.exp(-((away / width) ** 2))).max(axis=1)


def _draw(canvas, heads, lesions, share):
    """From the outside inwards; what is drawn later covers what was there."""
    unit, middle = canvas.unit, canvas.middle
    sine, cosine = np.sin(heads.angle), np.cos(heads.angle)

    def draw(coverage, tissue):
        label = TISSUES.index(tissue)
        canvas.draw(coverage, heads.values[:, label], label)

    def at(down, right):
        """A place in the head, in units of its radii and turned with it, as a place in the image."""
        down, right = down * heads.radii[:, 0], right * heads.radii[:, 1]
        place = heads.centre + np.stack([cosine * down - sine * right, cosine * right + sine * down], axis=1)
        return middle + unit * place

    def long(radii):
        return unit * (np.stack(np.broadcast_arrays(*radii, heads.angle)[:2], axis=1) * heads.radii)

    def draw_ellipse(tissue, down, right, radii, angle=0.0, where=1.0):
        coverage = ellipse(canvas.size, at(down, right), long(radii), angle - heads.angle)
        draw(coverage * np.reshape(where, (-1, 1, 1)), tissue)

    centre = middle + unit * heads.centre
    radius = elliptic_radius(canvas.size, centre, unit * heads.radii, -heads.angle)
    pixels = unit * np.sqrt(heads.radii.prod(axis=1))  # so many make a unit of `radius`

    def draw_within(edge, tissue):
        draw(soft((edge - radius) * each(pixels)), tissue)

    inside = each(1 - heads.scalp - heads.skull)
    surface = inside - _by_direction(heads.furrows, canvas.size, centre, heads.angle)
    draw_within(np.float32(1), "scalp")
    draw_within(each(1 - heads.scalp), "skull")
    draw_within(inside, "fluid")
    draw_within(surface, "grey matter")
    draw_within(surface - each(heads.cortex), "white matter")
    for down in (-0.78, 0.78):  # the fissure between the halves
        draw_ellipse("fluid", down, 0, (0.17, 0.018))
    for side in (-1, 1):  # lentiform nucleus, thalamus, and the two horns of the lateral ventricle
        draw_ellipse("grey matter", -0.02, side * 0.30, (0.20 * heads.ganglia, 0.09 * heads.ganglia), side * 0.35)
        draw_ellipse("grey matter", 0.14, side * 0.13, (0.13 * heads.ganglia, 0.10 * heads.ganglia), -side * 0.30)
        for down, turn, length in ((-0.22, 1, 0.17), (0.32, -1, 0.20)):
            radii = length * heads.ventricles**0.5, 0.052 * heads.ventricles
            draw_ellipse("fluid", down, side * heads.apart, radii, side * turn * heads.tilt)
    whether, direction, out, large = heads.lesion.T
    down, right = (
        (0.38 + 0.18 * out) * np.sin(2 * np.pi * direction),
        (0.30 + 0.22 * out) * np.cos(2 * np.pi * direction),
    )
    radii = 0.04 + 0.09 * large, 0.05 + 0.07 * large
    if share is None:
        draw_ellipse("lesion", down, right, radii, 0.4, where=whether < lesions)
        return
    # The same ellipse, larger or smaller, as far as there is brain: the level that holds as many pixels as asked for.
    from_it = elliptic_radius(canvas.size, at(down, right), long(radii), 0.4 - heads.angle)
    brain = (surface - radius) * each(pixels)
    edge = level(np.where(brain > 0, from_it, np.float32(np.inf)), log_uniform(*share, large))
    coverage = soft((each(edge) - from_it) * each(np.sqrt(long(radii).prod(axis=1))))
    draw(np.minimum(coverage, soft(brain)) * each(whether < lesions), "lesion")


def _by_direction(furrows, size, centre, angle):
    """The depth of the furrow in the direction in which each pixel lies from the centre."""
    rows, columns = (np.arange(n, dtype=np.float32) for n in size)
    down, right = rows[:, None] - each(centre[:, 0]), columns - each(centre[:, 1])
    turn = (np.arctan2(down, right) + each(angle)) * np.float32(DIRECTIONS / (2 * np.pi))
    return np.stack(
        [depth[at] for depth, at in zip(furrows.astype(np.float32), turn.astype(int) % DIRECTIONS, strict=True)]
    )


def _sensitivity(size, slope):
    """A slow change of brightness across the image, as the coils of an MR scanner cause it."""
    rows, columns = (np.linspace(-1, 1, n, dtype=np.float32) for n in size)
    return 1 + np.float32(slope[0]) * rows[:, None] + np.float32(slope[1]) * columns


def _add_noise(image, rng, level, modality):
    image += rng.standard_normal(image.shape, dtype=np.float32) * np.float32(level)
    if modality == "mr":
        other = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(level)
        np.hypot(image, other, out=image)
