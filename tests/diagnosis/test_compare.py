from fractions import Fraction

import numpy as np
import pytest
import torch

from mlcourse.diagnosis import compare

RIGHT = {"y": np.ones((2, 3)), "z": np.zeros(2)}


def told(y=RIGHT["y"], z=RIGHT["z"], right=RIGHT):
    return compare.differences((y, z), right)


def test_equal_is_right():
    assert told() == ("", "", "", {})
    assert compare.differences([RIGHT["y"], RIGHT["z"]], RIGHT) == ("", "", "", {})


def test_a_single_answer_may_come_bare():
    assert compare.differences(np.ones(2), {"y": np.ones(2)}) == ("", "", "", {})
    assert compare.differences(np.zeros(2), {"y": np.ones(2)})[0] == "wrong"


@pytest.mark.parametrize("images", [1, 2])
def test_a_list_of_lists_is_one_answer_where_one_is_asked_for(images):
    kind, says, hint, _ = compare.differences(np.ones((images, 2, 3)).tolist(), {"y": np.ones((images, 2, 3))})
    assert (kind, says) == ("dtype", "y is a list; expected a numpy.ndarray.")
    assert "before you return it" in hint
    assert compare.differences([np.ones(2), np.ones(2)], {"y": np.ones(2)})[1].startswith(
        "Your function returns 2 things"
    )


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        ((RIGHT["y"],), "Your function returns 1 thing; expected 2: y, z."),
        (RIGHT["y"], "Your function returns 1 thing; expected 2: y, z."),
        ({"y": 1, "z": 2}, "Your function returns 1 thing; expected 2: y, z."),
        ((RIGHT["y"], RIGHT["z"], 0), "Your function returns 3 things; expected 2: y, z."),
        ((), "Your function returns 0 things; expected 2: y, z."),
    ],
)
def test_number_of_answers(returned, says):
    assert compare.differences(returned, RIGHT) == ("shape", says, "End with `return y, z`.", {})


# What z may come as, the kind, what is said, what is hinted.
FORMS = [
    (None, "dtype", "z is None; expected an array.", "every input"),
    (3.5, "shape", "z has the wrong shape: it is a single number; expected (2,).", "by hand"),
    (np.float64(3.5), "shape", "z has the wrong shape: it is a single number; expected (2,).", "by hand"),
    (np.zeros(()), "shape", "z has the wrong shape: (); expected (2,).", "by hand"),
    (np.zeros((2, 1)), "shape", "z has the wrong shape: (2, 1); expected (2,).", "by hand"),
    (np.zeros((2, 0)), "shape", "z has the wrong shape: (2, 0); expected (2,).", "-0 is 0"),
    ([0.0, 0.0], "dtype", "z is a list; expected a numpy.ndarray.", "before you return it"),
    ((0.0, 0.0), "dtype", "z is a tuple; expected a numpy.ndarray.", "before you return it"),
    (torch.zeros(2), "dtype", "z is a torch.Tensor; expected a numpy.ndarray, as the input is.", "library"),
    ("zeros", "dtype", "z is a builtins.str; expected a numpy.ndarray, as the input is.", "library"),
    (np.zeros(2, dtype=int), "dtype", "z has dtype int64; expected float64.", "where you make zeros"),
    (np.zeros(2, dtype=np.float32), "dtype", "z has dtype float32; expected float64.", "where you make zeros"),
    (np.zeros(2, dtype=object), "dtype", "z has dtype object; expected float64.", "where you make zeros"),
    (np.array([0, np.nan]), "not_finite", "z contains NaN or infinite numbers.", "division by 0"),
    (np.array([0, -np.inf]), "not_finite", "z contains NaN or infinite numbers.", "division by 0"),
]


@pytest.mark.parametrize(("z", "kind", "says", "hint"), FORMS, ids=[f"{form[1]}-{n}" for n, form in enumerate(FORMS)])
def test_form(z, kind, says, hint):
    came = told(z=z)
    assert came[:2] == (kind, says)
    assert hint in came[2]
    assert came[3] == ({"z": np.inf} if kind in ("shape", "not_finite") else {})


@pytest.mark.parametrize("got", [3.5, np.zeros((2, 1))], ids=["number", "shape"])
def test_a_gradient_has_a_shape_to_look_at(got):
    hint = compare.differences((RIGHT["y"], got), {"y": RIGHT["y"], "grad_z": RIGHT["z"]})[2]
    assert hint == "A gradient has the shape of what it is the gradient of."


@pytest.mark.parametrize("right", [np.float64(2), np.array(2.0)], ids=["scalar", "array"])
@pytest.mark.parametrize(
    "loss",
    [2, 2.0, np.float64(2), np.float32(2), np.longdouble(2), np.int64(2), np.array(2.0), np.array(2), Fraction(2)],
    ids=repr,
)
def test_a_number_is_right_where_one_is_wanted(loss, right):
    assert compare.differences(loss, {"loss": right}) == ("", "", "", {})
    kind, _, _, wrong = compare.differences(loss + 1, {"loss": right})
    assert (kind, wrong) == ("wrong", {"loss": 1.0})


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (np.array([2.0]), "loss has the wrong shape: (1,); expected a single number."),
        ("2", "loss is a builtins.str; expected a number."),
        (2 + 0j, "loss is a builtins.complex; expected a number."),
        (np.array(2 + 0j), "loss has dtype complex128; expected float64."),
        (np.array(None), "loss has dtype object; expected float64."),
        (torch.tensor(2.0), "loss is a torch.Tensor; expected a number."),
        (float("nan"), "loss contains NaN or infinite numbers."),
        (-np.inf, "loss contains NaN or infinite numbers."),
    ],
)
def test_what_is_no_number(loss, says):
    assert compare.differences(loss, {"loss": np.float64(2)})[1] == says


def test_torchs_number_is_wanted_where_torch_came():
    right = {"loss": torch.tensor(2.0)}
    assert compare.differences(torch.tensor(2.0), right) == ("", "", "", {})
    assert compare.differences(2.0, right)[0] == "dtype"


def test_torch_has_its_own_dtypes_and_devices():
    right = {"y": torch.ones(2)}
    assert compare.differences(torch.ones(2), right) == ("", "", "", {})
    assert compare.differences(torch.ones(2).double(), right)[1] == "y has dtype torch.float64; expected torch.float32."
    assert (
        compare.differences(np.ones(2), right)[1] == "y is a numpy.ndarray; expected a torch.Tensor, as the input is."
    )
    kind, says, hint, _ = compare.differences(torch.ones(2, device="meta"), right)
    assert (kind, says) == ("dtype", "y lies on meta; expected cpu, as the input.")
    assert "device=x.device" in hint
    assert compare.differences(torch.ones(2, requires_grad=True), right) == ("", "", "", {})


def test_a_sparse_tensor_is_told_to_be_one():
    came = compare.differences(torch.eye(2).to_sparse(), {"y": torch.eye(2)})
    assert came == (
        "dtype",
        "y is a sparse tensor; expected a dense one, as the input is.",
        "Turn it into one at the end: y.to_dense().",
        {},
    )


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int32", "uint64"])
@pytest.mark.parametrize("library", [np, torch], ids=["numpy", "torch"])
def test_any_integers_do_where_whole_numbers_are_wanted(library, dtype):
    right = {"indices": library.asarray([3, 100])}
    assert compare.differences(library.asarray([3, 100], dtype=getattr(library, dtype)), right) == ("", "", "", {})
    off = library.asarray([3, 101], dtype=getattr(library, dtype))
    assert compare.differences(off, right) == ("wrong", "", "", {"indices": 1.0})


@pytest.mark.parametrize("dtype", ["float64", "bool"])
def test_no_other_numbers_do_where_whole_numbers_are_wanted(dtype):
    kind, says, hint, _ = compare.differences(np.ones(2, dtype=dtype), {"indices": np.ones(2, dtype=int)})
    assert (kind, says) == ("dtype", f"indices has dtype {dtype}; expected int64.")
    assert "dtype=int" in hint


def test_what_shows_first():
    assert told(y=np.zeros((3, 3), dtype=int))[0] == "shape", "before dtype"
    assert told(y=np.full((2, 3), np.nan, dtype=np.float32))[0] == "dtype", "before NaN"
    assert told(y=np.full((2, 3), np.nan), z=np.ones(2))[0] == "not_finite", "before values"
    assert told(y=RIGHT["y"] + 1, z=np.zeros(3))[0] == "shape", "of any answer, before values of any other"


def test_where_a_shape_is_wrong_the_values_of_the_others_are_compared():
    assert told(y=RIGHT["y"] + 1, z=np.zeros(3))[3] == {"y": 1.0, "z": np.inf}
    assert told(y=np.ones(2), z=np.zeros(2))[3] == {"y": np.inf}
    kind, says, _, wrong = told(y=np.ones(2), z=np.zeros(2, dtype=int))
    assert (kind, wrong) == ("shape", {}), "what comes first is told, and another dtype is not compared"
    assert says.startswith("y ")


def test_values_are_told_for_each_answer():
    assert told(y=RIGHT["y"] - 2) == ("wrong", "", "", {"y": 2.0})
    assert told(z=np.array([0, 0.5])) == ("wrong", "", "", {"z": 0.5})
    assert told(y=RIGHT["y"] * 2, z=np.array([-3.0, 0]))[3] == {"y": 1.0, "z": 3.0}


@pytest.mark.parametrize(("dtype", "fine", "off"), [("float64", 1e-10, 1e-8), ("float32", 1e-5, 1e-3)])
def test_rounding_is_no_mistake(dtype, fine, off):
    for largest in (0.0, 0.5, 1.0, 1000.0):
        right = {"y": np.array([largest, 0], dtype=dtype)}
        scale = max(largest, 1)  # zeros that came out as nearly zero are right
        assert compare.differences(np.array([largest, fine * scale], dtype=dtype), right)[0] == ""
        assert compare.differences(np.array([largest, off * scale], dtype=dtype), right)[0] == "wrong"


def test_what_is_not_finite_agrees_with_what_is_not_and_with_nothing_else():
    nan, inf = np.nan, np.inf
    for a, b in [([nan, 1], [inf, 1]), ([nan, 1], [-inf, 1 + 1e-12]), ([nan, nan], [1, nan]), ([nan], [inf])]:
        assert compare.close(np.array(a), np.array(b), 1e-9)
    for a, b in [([nan, 1], [0, 1]), ([0, 1], [inf, 1]), ([nan, 1], [nan, 2]), ([nan, 1e9, 1], [nan, 1e9, 3])]:
        assert not compare.close(np.array(a), np.array(b), 1e-9)


def test_close_without_entries():
    assert compare.close(np.zeros((0, 2)), np.zeros((0, 2)), 1e-9)
