"""What chapter 00 must show: it works here, and the machine is told as it is."""

import sys

import pytest

pytestmark = pytest.mark.slow


def test_the_first_player_can_be_stepped(run):
    trace = run("00").trace("conv2d")
    assert [step["title"] for step in trace["steps"]] == [f"Output ({i}, {j})" for i in (0, 1) for j in (0, 1)]


def test_one_changed_number_makes_an_output_zero(run):
    import numpy as np

    from mlcourse import ops

    x = np.array([[[[3.0, 0, 1], [1, 5, 8], [2, 7, 2]]]])
    w = np.array([[[[1.0, -1], [1, -1]]]])
    w[0, 0, 1, 1] = -4 / 5
    assert abs(ops.conv2d(x, w)[0, 0, 0, 0]) < 1e-12  # 3 - 0 + 1 - 4 = 0: what the text asks for can be done
    assert "(1, 1, 3, 3)" in run("00").printed()


def test_the_report_is_of_this_machine(run):
    text = run("00").output("report()")
    assert f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}" in text
