"""How good is a mask? Overlap, and how far apart the two outlines lie; for each image by itself.

A mean over images hides the bad ones, so nothing is averaged here.
"""

import warnings

import numpy as np

from mlcourse.ops._arrays import to_numpy


def dice(prediction, target):
    """Dice score of two masks, 2 |A and B| / (|A| + |B|).

    Parameters
    ----------
    prediction, target : array, shape (N, C, ...)
        Masks of 0 and 1, or booleans; a probability becomes a mask by a comparison: ``p > 0.5``.

    Returns
    -------
    numpy.ndarray of float64, shape (N, C)
        1 where both masks are empty: nothing was to be found, and nothing was. 0 where only one is.

    Raises
    ------
    ValueError
        If the shapes differ, or one is no mask.

    Examples
    --------
    >>> dice(np.array([[[1, 1, 0, 0]]]), np.array([[[1, 0, 0, 0]]])).round(3).tolist()
    [[0.667]]
    """
    both, one, other = _areas(prediction, target)
    return _share(2 * both, one + other)


def iou(prediction, target):
    """Intersection over union, |A and B| / |A or B|; with the Dice score D it is D / (2 - D).

    Parameters
    ----------
    prediction, target
        As for `dice`.

    Returns
    -------
    numpy.ndarray of float64, shape (N, C)
        1 where both masks are empty, 0 where only one is.

    Raises
    ------
    ValueError
        As `dice`.

    Examples
    --------
    >>> iou(np.array([[[1, 1, 0, 0]]]), np.array([[[1, 0, 0, 0]]])).tolist()
    [[0.5]]
    """
    both, one, other = _areas(prediction, target)
    return _share(both, one + other - both)


def hausdorff95(prediction, target, *, spacing=1.0):
    """95 % Hausdorff distance: so far at most lie 95 % of one outline's pixels from the other outline.

    Of the two directions the larger one counts. The largest distance of all would be decided by a single stray pixel;
    5 % of them are forgiven. Calculated by MONAI.

    Parameters
    ----------
    prediction, target
        As for `dice`.
    spacing : float or sequence of float
        Distance of neighbouring pixels, in mm or whatever unit the result shall have; one number, or one for each axis.

    Returns
    -------
    numpy.ndarray of float64, shape (N, C)
        0 where both masks are empty, infinite where only one is: there is no outline to be near to. So take the
        median over images, or say how many are infinite; a mean that leaves them out praises who finds nothing.

    Raises
    ------
    ValueError
        As `dice`; also if the spacing is no positive number for each axis.
    ModuleNotFoundError
        If MONAI is missing.
    """
    prediction, target = _masks(prediction, target)
    axes = prediction.ndim - 2
    steps = np.broadcast_to(np.asarray(spacing, float), axes) if np.ndim(spacing) == 0 else np.asarray(spacing, float)
    if steps.shape != (axes,) or not (steps > 0).all():
        raise ValueError(
            f"spacing is {spacing!r}; expected one positive number, or {axes}, one for each axis of an image."
        )
    try:
        from monai.metrics import compute_hausdorff_distance
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "The Hausdorff distance comes with MONAI, which is not installed: pip install 'mlcourse[student]'."
        ) from error
    import torch

    found, there = (mask.any(axis=tuple(range(2, mask.ndim))) for mask in (prediction, target))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty masks, which are filled in below
        distances = compute_hausdorff_distance(
            torch.as_tensor(prediction),
            torch.as_tensor(target),
            include_background=True,
            percentile=95,
            spacing=steps.tolist(),
        ).numpy()
    return np.where(found & there, distances, np.where(found | there, np.inf, 0.0))


def _areas(prediction, target):
    prediction, target = _masks(prediction, target)
    axes = tuple(range(2, prediction.ndim))
    return tuple(mask.sum(axis=axes, dtype=float) for mask in (prediction & target, prediction, target))


def _share(part, whole):
    return np.where(whole == 0, 1.0, part / np.where(whole == 0, 1.0, whole))


def _masks(prediction, target):
    """Both as NumPy arrays of booleans."""
    masks = []
    for name, mask in (("prediction", to_numpy(prediction)), ("target", to_numpy(target))):
        if mask.ndim < 3:
            raise ValueError(
                f"{name} has shape {mask.shape}; expected (N, C, H, W). Of a single image: mask[None, None]."
            )
        if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
            wrong = mask[~np.isin(mask, (0, 1))].flat[0]
            raise ValueError(f"{name} contains {wrong:g}; expected a mask of 0 and 1. Compare first: {name} > 0.5.")
        masks.append(mask.astype(bool))
    if masks[0].shape != masks[1].shape:
        raise ValueError(f"prediction has shape {masks[0].shape}, target {masks[1].shape}; expected the same.")
    return masks
