"""Upsampling and unpooling: small examples worked out by hand, and what is said of them; the rules of skips and stamps."""

import re

import numpy as np
import pytest
from stories import stories, trace_of
from story import told, worked_out

from mlcourse import ops, walkthroughs
from mlcourse.trace import record

SQUARE = np.array([[0.0, 4], [8, 12]])[None, None]
IMAGE = np.array([[[[1.0, 5, 2, 2], [3, 4, 0, 7]]]])


def test_nearest_copies_the_pixel_under_it():
    steps, says, y = told(walkthroughs.upsample2d(SQUARE, (2, 3)))
    assert steps[8] == ("Output (1, 2)", "0   (row 1 // 2 = 0; column 2 // 3 = 0)")
    assert steps[9] == ("Output (1, 3)", "4   (row 1 // 2 = 0; column 3 // 3 = 1)")
    assert all("a block of 2 × 3 copies" in said for said in says)
    assert y[0, 0].tolist() == [[0, 0, 0, 4, 4, 4]] * 2 + [[8, 8, 8, 12, 12, 12]] * 2


def test_bilinear_mixes_four_pixels_two_or_one():
    steps, says, y = told(walkthroughs.upsample2d(SQUARE, 2, mode="bilinear"))
    assert [text.partition("   (")[0] for _, text in steps[:7]] == [
        "1 × 0 = 0",
        "0.75 × 0 + 0.25 × 4 = 1",
        "0.25 × 0 + 0.75 × 4 = 3",
        "1 × 4 = 4",
        "0.75 × 0 + 0.25 × 8 = 2",
        "0.5625 × 0 + 0.1875 × 4 + 0.1875 × 8 + 0.0625 × 12 = 3",
        "0.1875 × 0 + 0.5625 × 4 + 0.0625 × 8 + 0.1875 × 12 = 5",
    ]
    assert steps[6][1].endswith(
        "   (u = (1 + 0.5) / 2 - 0.5 = 0.25: 0.75 of row 0 and 0.25 of row 1; "
        "v = (2 + 0.5) / 2 - 0.5 = 0.75: 0.25 of column 0 and 0.75 of column 1)"
    )
    edges = ["Past the outermost centres" in said for said in says]
    assert np.reshape(edges, (4, 4)).tolist() == [
        [True] * 4,
        [True, False, False, True],
        [True, False, False, True],
        [True] * 4,
    ]
    assert y[0, 0].tolist() == [[0, 1, 3, 4], [2, 3, 5, 6], [6, 7, 9, 10], [8, 9, 11, 12]]


def test_a_centre_that_falls_on_a_pixel_takes_it_alone_and_is_no_edge():
    steps, says, _ = told(walkthroughs.upsample2d(SQUARE[:, :, :1], (1, 3), mode="bilinear"))
    assert (
        steps[0][1]
        == "1 × 0 = 0   (u = 0: all of row 0; v = (0 + 0.5) / 3 - 0.5 = -0.333333, taken as 0: all of column 0)"
    )
    assert steps[1][1] == "1 × 0 = 0   (u = 0: all of row 0; v = (1 + 0.5) / 3 - 0.5 = 0: all of column 0)"
    assert steps[2][1].startswith("0.666667 × 0 + 0.333333 × 4 = 1.33333   (u = 0: all of row 0; v = (2 + 0.5) / 3")
    assert ["Past the outermost" in said for said in says] == [True, False, False, False, False, True]
    assert ["a copy" in said for said in says] == [True, True, False, False, True, True]


def test_rows_and_columns_are_called_by_their_number():
    x = np.array([[1.0, 5, 9, 3]])[None, None]
    steps, _, _ = told(walkthroughs.upsample2d(x, (1, 2), mode="bilinear"))
    assert steps[5][1] == (
        "0.75 × 9 + 0.25 × 3 = 7.5   (u = 0: all of row 0; "
        "v = (5 + 0.5) / 2 - 0.5 = 2.25: 0.75 of column 2 and 0.25 of column 3)"
    )
    assert (
        steps[7][1] == "1 × 3 = 3   (u = 0: all of row 0; v = (7 + 0.5) / 2 - 0.5 = 3.25, taken as 3: all of column 3)"
    )


@pytest.mark.parametrize("story", [s for s in stories("upsample2d") if s.arguments[0].size], ids=str)
def test_the_pixels_and_shares_shown_are_those_of_the_operation(story):
    """Each small pixel alone, upsampled by the operation, says which new pixels it has a share in."""
    x, scale = story.arguments
    alone = np.eye(x[0, 0].size).reshape(-1, 1, *x.shape[2:])
    shares = ops.upsample2d(alone, scale, **story.options).reshape(len(alone), -1)
    trace = trace_of(story)
    for at, step in enumerate(trace.steps):
        expected = shares[:, step.wrote["y"][0] % shares.shape[1]]
        assert (step.read["x"] % x[0, 0].size).tolist() == np.flatnonzero(expected).tolist()
        if story.options["mode"] == "bilinear":
            share = trace.at(at)["share"].ravel()
            np.testing.assert_allclose(share, expected[expected > 0], rtol=0, atol=1e-15)
            assert ("the line through the two" in step.says) == (share.size == 2)
            assert ("The shares add up to 1" in step.says) == (share.size == 4)


@pytest.mark.parametrize("story", [s for s in stories("upsample2d_backward") if s.arguments[1].size], ids=str)
def test_a_pixel_collects_from_every_new_pixel_it_has_a_share_in(story):
    grad_output, x, scale = story.arguments
    trace = trace_of(story)
    for at, (step, cell) in enumerate(zip(trace.steps, np.ndindex(x.shape), strict=True)):
        alone = np.zeros(x.shape)
        alone[cell] = 1
        expected = ops.upsample2d(alone, scale, **story.options).ravel()
        assert step.read["grad_output"].tolist() == np.flatnonzero(expected).tolist()
        if story.options["mode"] == "bilinear":
            np.testing.assert_allclose(trace.at(at)["share"].ravel(), expected[expected > 0], rtol=0, atol=1e-15)
        else:
            (i, j), (height, width) = cell[2:], grad_output.shape[2:]
            row, column = re.search(r"g_\{([^}]*)\}", step.symbols)[1].replace(r"\,", "").split(",")[-2:]
            block = np.ndindex(height // x.shape[2], width // x.shape[3])
            places = [worked_out(row, i=i, p=p) * width + worked_out(column, j=j, q=q) for p, q in block]
            assert (step.read["grad_output"] % (height * width)).tolist() == places


def test_the_gradients_of_upsampling():
    g = np.array([[1.0, 2, 3, 4, 5, 6]])[None, None]
    steps, _, _ = told(walkthroughs.upsample2d_backward(g, SQUARE[:, :, :1], (1, 3)))
    assert steps == [("Gradient of pixel (0, 0)", "1 + 2 + 3 = 6"), ("Gradient of pixel (0, 1)", "4 + 5 + 6 = 15")]
    steps, _, _ = told(walkthroughs.upsample2d_backward(g[..., :4], SQUARE[:, :, :1], (1, 2), mode="bilinear"))
    assert steps == [
        ("Gradient of pixel (0, 0)", "1 × 1 + 2 × 0.75 + 3 × 0.25 = 3.25"),
        ("Gradient of pixel (0, 1)", "2 × 0.25 + 3 × 0.75 + 4 × 1 = 6.75"),
    ]


def test_pooled_and_unpooled():
    values, indices = ops.max_pool2d(IMAGE, 2)
    steps, says, y = told(walkthroughs.max_unpool2d(values, indices, (2, 4)))
    assert steps == [
        ("Before the first number", ""),
        ("Number (0, 0): to pixel (0, 1)", "5   (index 1 = 0 × 4 + 1)"),
        ("Number (0, 1): to pixel (1, 3)", "7   (index 7 = 1 × 4 + 3)"),
    ]
    assert y.tolist() == [[[[0, 5, 0, 0], [0, 0, 0, 7]]]]
    assert not any("replaces" in said for said in says)
    steps, _, grad_x = told(walkthroughs.max_unpool2d_backward(IMAGE, values, indices, (2, 4)))
    assert steps == [
        ("Gradient of number (0, 0): from pixel (0, 1)", "5   (index 1 = 0 × 4 + 1)"),
        ("Gradient of number (0, 1): from pixel (1, 3)", "7   (index 7 = 1 × 4 + 3)"),
    ]
    assert grad_x.tolist() == [[[[5, 7]]]]


def test_two_numbers_that_meet_on_a_pixel():
    x, indices = np.array([[[[5.0, 9, 2]]]]), np.array([[[[1, 1, 0]]]])
    _, says, y = told(walkthroughs.max_unpool2d(x, indices, (1, 2)))
    assert ["It replaces the number of another window" in said for said in says] == [False, False, True, False]
    assert y.tolist() == [[[[2, 9]]]]
    trace = record(walkthroughs.max_unpool2d_backward(np.array([[[[10.0, 20]]]]), x, indices, (1, 2)))
    assert ["did not matter" in step.says for step in trace.steps] == [True, False, False]
    assert [step.symbols.endswith("= 0") for step in trace.steps] == [True, False, False]
    assert ["grad_output" in step.read for step in trace.steps] == [False, True, True]
    assert trace.result.tolist() == [[[[0, 20, 10]]]]


@pytest.mark.parametrize("story", stories("max_unpool2d", "max_unpool2d_backward"), ids=str)
def test_a_number_goes_to_the_pixel_its_index_names(story):
    *_, x, indices, size = story.arguments
    back = story.name.endswith("_backward")
    steps = trace_of(story).steps if back else trace_of(story).steps[1:]
    for step, cell in zip(steps, np.ndindex(x.shape), strict=True):
        i, j, m, k = map(int, re.search(r"\((\d+), (\d+)\).* pixel \((\d+), (\d+)\)", step.title).groups())
        assert (i, j) == cell[2:]
        assert m * size[1] + k == indices[cell]
        assert step.numbers.endswith(f"   (index {indices[cell]} = {m} × {size[1]} + {k})")
        large, small = (
            (step.read.get("grad_output"), step.wrote["grad_x"]) if back else (step.wrote["y"], step.read["x"])
        )
        assert small.tolist() == step.read["indices"].tolist() == [np.ravel_multi_index(cell, x.shape)]
        assert large is None or large.tolist() == [np.ravel_multi_index((*cell[:2], m, k), (*x.shape[:2], *size))]


SLOPE = r"\frac{\partial L}{\partial x_{"
SHARE = r"(1 - |u_m - i|)\,(1 - |v_k - j|)\, "
RULES = {
    "upsample2d-many-nearest": r"y_{n,c,m,k} = x_{n,c,i,j}\quad \text{where} \quad "
    r"i = \lfloor m / 3 \rfloor,\; j = \lfloor k / 2 \rfloor",
    "upsample2d-across_only-bilinear": r"y_{mk} = \sum_{i,j} " + SHARE + "x_{ij}",
    "upsample2d_backward-many-bilinear": SLOPE + r"n,c,i,j}} = \sum_{m,k} " + SHARE + "g_{n,c,m,k}",
    "upsample2d_backward-many-nearest": SLOPE + r"n,c,i,j}} = \sum_{p,q} g_{n,c,3i+p,\,2j+q}",
    "max_unpool2d-many": r"y_{n,c,m,k} = x_{n,c,i,j}\quad \text{where} \quad (m,\,k) \text{ won window } (i,\,j)",
    "conv_transpose2d_backward-many": SLOPE + r"n,c,i,j}} = \sum_{o,p,q} g_{n,o,2i+p,\,j+q}\, w_{c,o,p,q}",
    "skip_connection-many-concatenate": r"y_{n,c+2,i,j} = \text{below}_{n,c,i,j}",
    "skip_connection-many-add": r"y_{n,c,i,j} = \text{skipped}_{n,c,i,j} + \text{below}_{n,c,i,j}",
}


@pytest.mark.parametrize("story", RULES)
def test_the_last_rule_of_a_story(story):
    (found,) = (s for s in stories(story.partition("-")[0]) if str(s) == story)
    assert trace_of(found).steps[-1].symbols == RULES[story]


WRONG = {
    "upsample2d": (SQUARE, 0),
    "upsample2d_backward": (SQUARE, SQUARE, 3),
    "max_unpool2d": (SQUARE, np.full(SQUARE.shape, 9), 3),
    "max_unpool2d_backward": (SQUARE, SQUARE, np.zeros(SQUARE.shape, int), 3),
    "conv_transpose2d": (SQUARE, SQUARE, np.ones(2)),
    "conv_transpose2d_backward": (SQUARE, SQUARE, SQUARE),
    "skip_connection": (SQUARE, SQUARE[:, :, 1:]),
    "skip_connection_backward": (SQUARE, SQUARE, SQUARE),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_in_the_words_of_the_operation(name):
    with pytest.raises(ValueError, match="expected") as by_operation:
        getattr(ops, name)(*WRONG[name])
    with pytest.raises(ValueError, match=re.escape(str(by_operation.value))):
        record(getattr(walkthroughs, name)(*WRONG[name]))
