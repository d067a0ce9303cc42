"""The MNI152 average brain: 152 healthy adults' MR images, registered and averaged; nilearn brings it along."""

from functools import lru_cache

import numpy as np

from mlcourse.datasets.missing import package

AXES = {"sagittal": 0, "coronal": 1, "axial": 2}
LOADERS = {
    "t1": "load_mni152_template",
    "brain": "load_mni152_brain_mask",
    "grey_matter": "load_mni152_gm_template",
    "white_matter": "load_mni152_wm_template",
}


def mni152_slice(kind="t1", *, plane="axial", at=0.0, resolution=2):
    """Return one slice of the MNI152 ICBM 2009 average brain.

    Parameters
    ----------
    kind : {"t1", "brain", "grey_matter", "white_matter"}
        T1-weighted MR intensity (scaled to 0..1), brain mask (0 or 1), or tissue probability (0..1).
    plane : {"axial", "coronal", "sagittal"}
    at : float
        Where to cut, in mm of MNI space (0 passes through the anterior commissure).
    resolution : int
        Voxel size in mm, at least 1; 2 is enough for a picture.

    Returns
    -------
    numpy.ndarray, shape (H, W)
        float64; the first row is anterior (axial) or superior (coronal, sagittal), the first column the subject's
        left (axial, coronal) or posterior (sagittal). Radiologists look from the other side; see `Volume.slice`.

    Raises
    ------
    ValueError
        If a name is unknown, or the cut lies outside the image.
    ModuleNotFoundError
        If nilearn is missing.

    Notes
    -----
    ``credit("mni152_slice")`` is the line that belongs under a figure, with licence and citation.

    This is the symmetric version: left and right are each other's mirror image, and no asymmetry of a brain can be seen.

    References
    ----------
    V. Fonov et al., "Unbiased average age-appropriate atlases for pediatric studies", NeuroImage 54, 2011.
    """
    for name, value, known in (("kind", kind, LOADERS), ("plane", plane, AXES)):
        if value not in known:
            raise ValueError(f"{name} is {value!r}; expected one of {', '.join(known)}.")
    volume, affine = _volume(kind, resolution)
    axis = AXES[plane]
    k = round((at - affine[axis, 3]) / affine[axis, axis])
    if not 0 <= k < volume.shape[axis]:
        ends = sorted((affine[axis, 3], affine[axis, 3] + affine[axis, axis] * (volume.shape[axis] - 1)))
        raise ValueError(f"at={at:g} mm lies outside the image, which reaches from {ends[0]:g} to {ends[1]:g} mm.")
    return np.ascontiguousarray(np.flipud(np.take(volume, k, axis=axis).T))


@lru_cache(maxsize=8)
def _volume(kind, resolution):
    image = getattr(package("nilearn.datasets"), LOADERS[kind])(resolution=resolution)
    volume = np.asarray(image.dataobj, dtype=float)
    return volume / volume.max(), image.affine
