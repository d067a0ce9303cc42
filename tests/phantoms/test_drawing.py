"""Soft-edged shapes: areas, places and angles come out as they were asked for."""

import numpy as np
import pytest
import scipy.ndimage
import scipy.stats

from mlcourse.phantoms.drawing import (
    Canvas,
    add_gaussian_noise,
    bumps,
    curves,
    ellipse,
    elliptic_radius,
    level,
    soft,
    uneven_light,
)

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
    canvas = Canvas(np.zeros((2, 1, 4), np.float32), np.zeros((2, 1, 4), np.uint8))
    canvas.draw(np.float32([[[1, 1, 0.5, 0]]] * 2), np.array([1.0, 0.5]), 1)
    canvas.draw(np.float32([[[0, 0.6, 0, 0]]] * 2), 0.0, 2)
    np.testing.assert_allclose(canvas.images, [[[1, 0.4, 0.5, 0]], [[0.5, 0.2, 0.25, 0]]], rtol=1e-6)
    assert canvas.labels.tolist() == [[[1, 2, 0, 0]]] * 2


def blank(*shape):
    return Canvas(np.zeros(shape, np.float32), np.zeros(shape, np.uint8))


def test_a_shape_has_one_value_or_one_an_image_or_one_a_pixel():
    coverage = np.float32([[[1, 0, 0.25]], [[0, 0.8, 1]]])
    for value in (0.4, np.array([0.4, 0.6]), np.arange(6.0).reshape(2, 1, 3)):
        canvas = blank(2, 1, 3)
        canvas.images[:] = 0.2
        canvas.draw(coverage, value, 3)
        pixels = np.broadcast_to(value[:, None, None] if np.ndim(value) == 1 else value, coverage.shape)
        np.testing.assert_allclose(canvas.images, 0.2 + coverage * (pixels - 0.2), rtol=1e-6)
        assert canvas.labels.tolist() == [[[3, 0, 0]], [[0, 3, 3]]]


def test_lengths_fit_any_size():
    canvas = blank(1, 40, 90)
    assert (canvas.unit, canvas.middle.tolist(), canvas.size) == (20, [19.5, 44.5], (40, 90))
    assert canvas.image(np.array([0, 3599])).tolist() == [0, 0]
    assert blank(3, 4, 5).image(np.array([0, 19, 20, 59])).tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_bumps_are_sums_of_gaussians(seed):
    rng = np.random.default_rng(seed)
    centre, radius, height = rng.uniform(5, 55, (2, 4, 2)), rng.uniform(3, 20, (2, 4)), rng.normal(size=(2, 4))
    radius[:, 3] = np.inf
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    for found, places, widths, heights in zip(bumps(SIZE, centre, radius, height), centre, radius, height, strict=True):
        expected = sum(
            h * np.exp(-0.5 * ((rows - y) ** 2 + (columns - x) ** 2) / r**2)
            for (y, x), r, h in zip(places, widths, heights, strict=True)
        )
        np.testing.assert_allclose(found, expected, atol=2e-5)


def test_light_is_1_at_its_place_and_falls_to_what_is_left():
    light = uneven_light(blank(2, 61, 81), np.float32([[0, 0], [0.5, -0.5]]), np.float32([0.3, 0.2]), radius=0.4)
    assert light[0, 30, 40] == pytest.approx(1)
    assert light[1, 45, 25] == pytest.approx(1, abs=1e-3)
    assert light[0, 0, 0] == pytest.approx(0.7, abs=0.02)
    assert light[1, 0, 80] == pytest.approx(0.8, abs=1e-3)
    assert light[0, 30, 40 + 12] == pytest.approx(0.7 + 0.3 * np.exp(-0.5), abs=0.01)  # a radius of 0.4 is 12 pixels


@pytest.mark.parametrize("share", [0.001, 0.013, 0.5, 0.9])
def test_a_level_holds_its_share_of_the_pixels(share):
    field = np.random.default_rng(0).normal(size=(3, 40, 50)).astype(np.float32)
    levels = level(field, [share, 0.25, share])
    below = (field < levels[:, None, None]).sum(axis=(1, 2))
    assert below.tolist() == [share * 2000, 500, share * 2000]


def line(length, angle, width, size=(64, 80), start=(30.3, 38.6), strength=1.0, label=1):
    """A straight line about the middle of an image; its coverage and labels."""
    onto, labels = np.zeros((2, *size), np.float32), np.zeros((2, *size), np.uint8)
    along = np.arange(-length / 2, length / 2, 0.95, dtype=np.float32)
    direction = np.full_like(along, np.sin(angle)), np.full_like(along, np.cos(angle))
    place = [middle + along * turned for middle, turned in zip(start, direction, strict=True)]
    widths, strengths = np.full_like(along, width), np.full_like(along, strength)
    curves(onto, labels, label, np.ones(len(along), np.intp), place, direction, widths, strengths)
    return onto, labels


@pytest.mark.parametrize("width", [0.4, 1.0, 2.3, 4.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, 1.2, np.pi / 2, 2.5, -2.0])
def test_a_line_covers_its_area_whatever_its_direction(angle, width):
    areas = [line(40, angle, width, start=(30.3 + k / 7, 38.6))[0].sum() for k in range(7)]
    whole = 40 + 1 / max(abs(np.sin(angle)), abs(np.cos(angle)))  # it begins and ends with a whole column, or row
    assert np.mean(areas) == pytest.approx(whole * width, rel=0.03)
    onto, labels = line(40, angle, width)
    assert onto.max() <= min(width, 1) + 1e-6
    assert not onto[0].any()
    rows, columns = np.mgrid[:64, :80]
    off = abs((rows - 30.3) * np.cos(angle) - (columns - 38.6) * np.sin(angle))
    np.testing.assert_array_equal(onto[1] * (off > width / 2 + 0.51), 0)
    along = (rows - 30.3) * np.sin(angle) + (columns - 38.6) * np.cos(angle)
    well_within = abs(along) < 18
    expected = np.clip(width / 2 + 0.5 - off, 0, min(width, 1))
    np.testing.assert_allclose(onto[1][well_within], expected[well_within], atol=1e-4)
    owned = labels[1] > 0
    assert (off[owned] <= max(width, 1.42) / 2).all()
    assert owned[well_within & (off < max(width, 1) / 2 - 1e-4)].all()
    assert scipy.ndimage.label(owned, np.ones((3, 3)))[1] == 1


def test_lines_that_cross_keep_the_stronger_and_the_larger_label():
    onto, labels = np.zeros((1, 21, 21), np.float32), np.zeros((1, 21, 21), np.uint8)
    along, ten = np.arange(0, 20.5, dtype=np.float32), np.full(21, 10, np.float32)
    one, nothing, patient = np.ones_like(along), np.zeros_like(along), np.zeros(21, np.intp)
    curves(onto, labels, 4, patient, (ten, along), (nothing, one), 3 * one, 0.7 * one)
    curves(onto, labels, 3, patient, (along, ten), (one, nothing), one, 0.4 * one)
    assert onto[0, 10, 10] == pytest.approx(0.7)
    assert onto[0, 2, 10] == pytest.approx(0.4)
    assert (labels[0, 10, 10], labels[0, 2, 10], labels[0, 2, 2]) == (4, 3, 0)
    before = labels.copy()
    curves(onto, labels, 0, patient, (along, along), (one * 0.5**0.5, one * 0.5**0.5), one, one)
    assert onto[0, 3, 3] == pytest.approx(1)
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("angle", [0.0, 0.6, np.pi / 2, 2.2])
def test_a_line_may_run_along_the_rim_of_the_image(angle):
    """Nothing appears on the other side, where a row begins or ends, or in the neighbouring image."""
    size = (30, 40)
    for row, column in ((0, 20), (29, 20), (15, 0), (15, 39)):
        onto, labels = np.zeros((3, *size), np.float32), np.zeros((3, *size), np.uint8)
        along = np.arange(-60, 60, 0.9, dtype=np.float32)
        rows, columns = row + along * np.float32(np.sin(angle)), column + along * np.float32(np.cos(angle))
        inside = (abs(rows - 14.5) < 15) & (abs(columns - 19.5) < 20)
        rows, columns, one = rows[inside], columns[inside], np.ones(inside.sum(), np.float32)
        turned = one * np.float32(np.sin(angle)), one * np.float32(np.cos(angle))
        curves(onto, labels, 1, np.ones(len(one), np.intp), (rows, columns), turned, 5 * one, one)
        y, x = np.mgrid[:30, :40]
        off = (y - row) * np.cos(angle) - (x - column) * np.sin(angle)
        foot_row, foot_column = y - off * np.cos(angle), x + off * np.sin(angle)  # the nearest point of the line
        inside = (abs(foot_row - 14.5) < 12) & (abs(foot_column - 19.5) < 17)
        assert not onto[1][abs(off) > 3.1].any()
        assert onto[1][(abs(off) < 2) & inside].all()
        assert onto[1].any()
        assert not onto[[0, 2]].any()


@pytest.mark.parametrize("size", [(64, 64), (33, 35)])
def test_the_noise_is_normal_and_each_generators_own(size):
    def noise(seed, count=40):
        images = np.full((count, *size), 2, np.float32)
        add_gaussian_noise(images, np.random.default_rng(seed).spawn(count), 0.5)
        return images - 2

    for seed in range(3):
        values = noise(seed) / 0.5
        assert abs(values.mean()) < 5 / np.sqrt(values.size)
        assert values.std() == pytest.approx(1, rel=0.01)
        assert scipy.stats.kstest(values.ravel(), "norm").statistic < 2.2 / np.sqrt(values.size)
        assert scipy.stats.kurtosis(values.ravel()) == pytest.approx(0, abs=0.1)
        neighbours = np.corrcoef(values[:, :, 1:].ravel(), values[:, :, :-1].ravel())[0, 1]
        assert abs(neighbours) < 5 / np.sqrt(values.size)
        np.testing.assert_array_equal(noise(seed, 3), noise(seed)[:3])
    assert abs(np.corrcoef(noise(0)[0].ravel(), noise(0)[1].ravel())[0, 1]) < 0.15
