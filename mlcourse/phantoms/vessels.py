"""The tree of vessels of a retina: trunks leave the optic disc, arch around the fovea, branch, and taper."""

import functools
from types import SimpleNamespace

import numpy as np

from mlcourse.phantoms.patients import Measures

BRANCHES, TWIGS = 3, 2  # of each trunk, of each branch

# Angles in degrees, from the direction of the nose towards the upper rim of the image; lengths and widths in units of half
# the smaller side of the image; darkness as the share of the light that blood takes. Veins are wider and darker.
TRUNKS = np.array(
    [  # leaves the disc at, bends by, length, width, darkness
        (104, 96, 1.40, 0.058, 0.42),  # upper temporal vein
        (80, 124, 1.50, 0.042, 0.30),  # and artery
        (-104, -96, 1.40, 0.058, 0.42),  # lower temporal vein
        (-80, -124, 1.50, 0.042, 0.30),  # and artery
        (52, -30, 0.80, 0.044, 0.42),  # upper nasal vein
        (-50, 30, 0.80, 0.036, 0.30),  # lower nasal artery
    ],
    np.float32,
)
TAPER = np.float32(0.6)  # share of its width that a vessel loses from its beginning to its end
THINNEST = np.float32(0.011)  # no vessel is narrower
TURNS_BACK = np.float32(0.6)  # of the angle at which a branch leaves, the share that its own bend takes back

_FIRST, _SECOND = len(TRUNKS) * BRANCHES, len(TRUNKS) * BRANCHES * TWIGS
MEASURES = Measures(
    trunk_turn=((len(TRUNKS),), -10, 10),
    trunk_bend=((len(TRUNKS),), 0.85, 1.15),
    trunk_sway=((2, len(TRUNKS)), -1, 1),
    trunk_width=((len(TRUNKS),), 0.9, 1.15),
    branch_at=((_FIRST,), -0.08, 0.08),
    branch_turn=((_FIRST,), 30, 60),
    branch_sway=((2, _FIRST), -1, 1),
    branch_length=((_FIRST,), 0.40, 0.70),
    branch_width=((_FIRST,), 0.5, 0.75),
    twig_at=((_SECOND,), -0.15, 0.15),
    twig_turn=((_SECOND,), 25, 55),
    twig_sway=((2, _SECOND), -1, 1),
    twig_length=((_SECOND,), 0.20, 0.40),
    twig_width=((_SECOND,), 0.6, 0.8),
)


def grow(eyes, unit, outside):
    """Let the vessels of many eyes grow.

    Parameters
    ----------
    eyes : SimpleNamespace
        What `MEASURES` drew; ``disc`` of shape (patients, 2), where vessels start: (down, right) from the middle of the
        image; and ``nose`` of shape (patients,): 1 where the nose is to the right, -1 where it is to the left.
    unit : float
        Pixels a unit of length.
    outside : function
        Of arrays (down, right), shape (patients, steps, vessels): where a vessel ends, with all that it would have fed.

    Returns
    -------
    SimpleNamespace of arrays of shape (samples,)
        ``patient``; ``down``, ``right`` and ``width`` in units; ``turned_down`` and ``turned_right``, the direction;
        ``darkness``. Samples along a vessel are a pixel apart.
    """
    turn, bend, length, width, darkness = (np.tile(column, (len(eyes.disc), 1)) for column in TRUNKS.T)
    trunks = _follow(
        SimpleNamespace(
            down=eyes.disc[:, :1],
            right=eyes.disc[:, 1:],
            angle=np.radians(turn + eyes.trunk_turn),
            bend=np.radians(bend * eyes.trunk_bend),
            sway=eyes.trunk_sway,
            length=length,
            width=width * eyes.trunk_width,
            darkness=darkness,
            alive=True,
        ),
        length.max(),
        eyes.nose,
        unit,
        outside,
    )
    branches = _follow(
        _divided(trunks, eyes, "branch", BRANCHES, unit), MEASURES.highest("branch_length"), eyes.nose, unit, outside
    )
    twigs = _follow(
        _divided(branches, eyes, "twig", TWIGS, unit), MEASURES.highest("twig_length"), eyes.nose, unit, outside
    )
    return _joined(trunks, branches, twigs)


def _follow(start, longest, nose, unit, outside):
    """Samples along vessels, shape (patients, steps, vessels), from what they start with, shape (patients, vessels)."""
    step = np.float32(1 / unit)
    steps = int(np.ceil(longest * unit))
    part = np.arange(steps, dtype=np.float32)[:, None] * (step / start.length)[:, None]
    # Bent as a whole, and swaying a little about that bend.
    often, phase = start.sway[:, :1], start.sway[:, 1:]
    angle = start.bend[:, None] * part + np.float32(0.22) * np.sin((6 + 5 * often) * part + 3 * phase)
    angle += start.angle[:, None]
    turned_down, turned_right = -np.sin(angle), np.cos(angle)
    turned_right *= nose[:, None, None]
    # Sums of all steps before, as a product: six times as fast as cumsum. One product a patient, of a size that is always
    # the same, so that rounding does not depend on who else is drawn.
    before, so_far = _sums(steps)
    down = start.down[:, None] + before @ turned_down * step
    right = start.right[:, None] + before @ turned_right * step
    ended = ((part > 1) | outside(down, right)).astype(np.float32)
    return SimpleNamespace(
        down=down,
        right=right,
        turned_down=turned_down,
        turned_right=turned_right,
        angle=angle,
        width=np.maximum(start.width[:, None] * (1 - TAPER * part), THINNEST),
        alive=(so_far @ ended == 0) & start.alive,
        curvature=start.bend / start.length,
        length=start.length,
        darkness=start.darkness,
    )


@functools.cache
def _sums(steps):
    """Matrices that sum up what is before each step, without it and with it."""
    return np.tri(steps, k=-1, dtype=np.float32), np.tri(steps, dtype=np.float32)


def _divided(parents, eyes, kind, children, unit):
    """What the vessels start with that branch off others, to either side in turn."""
    at, turn, length, width = (getattr(eyes, f"{kind}_{what}") for what in ("at", "turn", "length", "width"))
    vessels = np.arange(at.shape[1])
    patient, parent = np.arange(len(at))[:, None], vessels // children
    at = at + np.linspace(0.25, 0.85, children, dtype=np.float32)[vessels % children]
    there = patient, (at * parents.length[:, parent] * np.float32(unit)).astype(np.intp), parent
    turn = np.radians(turn) * np.where(vessels % 2, 1, -1).astype(np.float32)
    return SimpleNamespace(
        down=parents.down[there],
        right=parents.right[there],
        angle=parents.angle[there] + turn,
        bend=parents.curvature[:, parent] * length - TURNS_BACK * turn,
        sway=getattr(eyes, f"{kind}_sway"),
        length=length,
        width=parents.width[there] * width,
        darkness=parents.darkness[:, parent],
        alive=parents.alive[there][:, None],
    )


def _joined(*generations):
    """All samples of living vessels, one after the other."""
    kept = [np.flatnonzero(one.alive) for one in generations]
    patients = [at // one.alive[0].size for one, at in zip(generations, kept, strict=True)]

    def joined(name):
        return np.concatenate([getattr(one, name).take(at) for one, at in zip(generations, kept, strict=True)])

    return SimpleNamespace(
        patient=np.concatenate(patients),
        darkness=np.concatenate(
            [
                one.darkness[patient, at % one.darkness.shape[1]]
                for one, at, patient in zip(generations, kept, patients, strict=True)
            ]
        ),
        **{name: joined(name) for name in ("down", "right", "turned_down", "turned_right", "width")},
    )
