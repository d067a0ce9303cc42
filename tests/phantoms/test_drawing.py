"""Soft-edged shapes: areas, places and angles come out as they were asked for."""

import numpy as np
import pytest

from mlcourse.phantoms.drawing import Canvas, ellipse, elliptic_radius, soft

SIZE = (60, 90)


@pytest.mark.parametrize("seed", range(6))
def test_an_ellipse_covers_its_area_about_its_centre_along_its_axis(seed):
    rng = np.random.default_rng(seed)
    centre, radii = rng.uniform((22, 35), (38, 55), (3, 2)), rng.uniform((5, 9), (8, 18), (3, 2))
    angle = rng.uniform(-1, 1, 3)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    for coverage, (cy, cx), (ry, rx), turned in zip(
        ellipse(SIZE, centre, radii, angle), centre, radii, angle, strict=True
    ):
        area = coverage.sum()
        assert area == pytest.approx(np.pi * ry * rx, rel=0.03)
        down, right = rows - cy, columns - cx
        assert abs((coverage * down).sum() / area) < 0.1
        assert abs((coverage * right).sum() / area) < 0.1
        # The longer axis lies at the angle, from the columns' direction to the rows'.
        spread = np.cov(np.stack([right.ravel(), down.ravel()]), aweights=coverage.ravel())
        lengths, axes = np.linalg.eigh(spread)
        assert 2 * np.sqrt(lengths) == pytest.approx([ry, rx], rel=0.05)
        assert abs(axes[:, 1] @ [np.cos(turned), np.sin(turned)]) > 0.99


def test_the_radius_is_1_on_the_ellipse_and_0_in_its_middle():
    radius = elliptic_radius(SIZE, [(20, 30)], [(10, 20)])[0]
    assert radius[20, 30] == pytest.approx(0, abs=1e-2)
    for place in ((30, 30), (10, 30), (20, 50), (20, 10)):
        assert radius[place] == pytest.approx(1, abs=1e-3)
    assert radius[20, 70] == pytest.approx(2, abs=1e-3)


def test_a_half_covered_pixel_is_half():
    assert soft(np.array([-3, -0.5, -0.25, 0, 0.25, 0.5, 3])).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]


def test_what_is_drawn_later_covers_what_was_there():
    canvas = Canvas(2, (1, 4))
    canvas.draw(np.float32([[[1, 1, 0.5, 0]]] * 2), np.array([1.0, 0.5]), 1)
    canvas.draw(np.float32([[[0, 0.6, 0, 0]]] * 2), 0.0, 2)
    np.testing.assert_allclose(canvas.images, [[[1, 0.4, 0.5, 0]], [[0.5, 0.2, 0.25, 0]]], rtol=1e-6)
    assert canvas.labels.tolist() == [[[1, 2, 0, 0]]] * 2
