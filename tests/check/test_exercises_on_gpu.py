"""Exercises whose input is torch's: it lies on the device at hand, and the answer is judged there.

The same lines run on the CPU, so that a mistake in them shows where there is no GPU.
"""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from mlcourse import check, machine
from mlcourse.diagnosis import Exercise

ASSIGNMENTS = Path(__file__).parents[2] / "assignments" / "src"


def tensors(arguments):
    return [a for a in arguments if torch.is_tensor(a)]


IN_TORCH = [
    pytest.param(name, part, id=f"{name}-{part}")
    for name in check.__all__
    if isinstance(getattr(check, name), Exercise)
    for part, draw in getattr(check, name).parts.items()
    if tensors(draw(np.random.default_rng(0))[0])
]
each_in_torch = pytest.mark.parametrize(("name", "part"), IN_TORCH)


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request, monkeypatch):
    """The device at hand, as the exercises see it."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    monkeypatch.setattr(machine, "device", lambda: torch.device(request.param))
    return request.param


def solution(name):
    """The author's function, made from its cell."""
    for path in ASSIGNMENTS.glob("*.py"):
        for cell in re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            options, _, source = cell.partition("\n")
            if 'role="solution"' in options and f'name="{name}"' in options:
                space = {"np": np, "torch": torch, "nn": torch.nn}
                exec(source, space)
                return space[name]
    raise LookupError(f"no assignment has a solution cell named {name}")


def test_there_are_some():
    assert "conv2d_backward_torch" in {name for name, _ in (one.values for one in IN_TORCH)}


@each_in_torch
def test_the_input_lies_on_the_device_at_hand(name, part, device):
    for arguments, _ in getattr(check, name).draws(part):
        assert {a.device.type for a in tensors(arguments)} == {device}


@each_in_torch
def test_the_solution_is_right_there_and_an_answer_from_elsewhere_is_told(name, part, device):
    exercise, answer, seen = getattr(check, name), solution(name), []

    def watched(*arguments, **options):
        seen.extend(a.device.type for a in tensors(arguments))
        return answer(*arguments, **options)

    verdict = exercise(watched, part=part)
    assert verdict.kind == "right", str(verdict)
    assert set(seen) == {device}
    elsewhere = "meta" if device == "cpu" else "cpu"

    def moved(*arguments, **options):
        returned = answer(*arguments, **options)
        return tuple(a.to(elsewhere) for a in returned) if isinstance(returned, tuple) else returned.to(elsewhere)

    verdict = exercise(moved, part=part)
    assert verdict.kind == "dtype"
    assert f"lies on {elsewhere}" in verdict.says
