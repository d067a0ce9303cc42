"""What chapter 03 must show, in its outputs and in its Players."""

import pytest

pytestmark = pytest.mark.slow


def numbers(trace, title, nth=0):
    """The numbers of the nth step with that title."""
    return [step["numbers"] for step in trace["steps"] if step["title"] == title][nth]


def test_forward_and_loss(run):
    lecture = run("03")
    forward = lecture.trace("conv2d")
    assert numbers(forward, "Output (0, 0)").endswith("= 0.4")
    assert numbers(forward, "Output (1, 0)").endswith("= 0.9")
    assert lecture.output("prediction = ops.conv2d") == "prediction 1.3, loss 13.69\n"


def test_only_one_weight_updated_as_on_the_slide(run):
    trace = run("03").trace("training_step", 0)
    assert numbers(trace, "Gradient of weight (0, 0)") == "(-7.4) × 3 + (-7.4) × 2 = -37   (measured: -37)"
    assert [step["title"] for step in trace["steps"] if step["title"].startswith("Update")] == ["Update weight (0, 0)"]
    assert numbers(trace, "Update weight (0, 0)").endswith("= 0.47")
    assert numbers(trace, "Prediction", 1).endswith("= 3.15")
    assert numbers(trace, "Loss", 1).endswith("= 3.4225")


def test_all_weights_updated(run):
    trace = run("03").trace("training_step", 1)
    updates = [step["numbers"].split("= ")[1] for step in trace["steps"] if step["title"].startswith("Update")]
    assert updates == ["0.47", "0.148", "0.148", "0.692"]
    assert numbers(trace, "Prediction", 1) == "2.546 + 5.932 = 8.478"
    assert numbers(trace, "Loss", 1).endswith("= 12.0965")


def test_the_rate_decides(run):
    lecture = run("03")
    assert lecture.output("|S|^2") == "|S|^2 = 97, factor at rate 0.01: -0.94\n"
    trace = lecture.trace("descent")
    factors = [step["numbers"] for step in trace["steps"] if "factor" in step["numbers"]]
    assert len(factors) == 8
    assert all("factor -0.94," in text for text in factors)
    assert lecture.output("norm = ") == "factor 0 at rate 1/194 = 0.00515, factor -1 at rate 1/97 = 0.01031\n"


def test_the_gradient_of_the_image(run):
    trace = run("03").trace("conv2d_backward", 0)
    pixels = [step["numbers"].split("= ")[1].split(" ")[0] for step in trace["steps"] if "pixel" in step["title"]]
    assert pixels == ["-0.74", "0", "-0.74", "-0.74", "0", "-0.74"]


def test_both_rules_are_convolutions(run):
    assert run("03").output("turned = ") == "weights agree: True\npixels agree:  True\n"


def test_measured_computed_and_torch_agree(run):
    lecture = run("03")
    weights = "[[[[-37.0, -14.8], [-14.8, -59.2]]]]"
    assert lecture.output("def loss_of") == f"measured: {weights}\ncomputed: {weights}\n"
    assert lecture.output("import torch") == f"torch: {weights}\n"


def test_the_check_names_the_wrong_gradient(run):
    wrong, right = run("03").output("def forgetful").splitlines()
    assert wrong.startswith("The gradients do not agree. Worst entry: x[")
    assert right.startswith("All gradients agree.")


def test_the_kernel_is_learnt_from_the_brain(run):
    from ast import literal_eval

    import numpy as np

    text = run("03").output("losses = []")
    kernel = np.array(literal_eval(",".join(text.split("kernel:\n")[1].replace(".  ", ". ").split())
                                   .replace("[,", "[").replace(",]", "]")))  # fmt: skip
    assert np.abs(kernel - [[1, 0, -1]] * 3).max() < 0.05
    assert "so rates must stay below 0.328" in run("03").output("patches = ")
