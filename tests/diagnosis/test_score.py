"""What was trained is judged by a score: what passes, what is told of what does not, and that nothing hidden shows."""

import re
import sys

import numpy as np
import pytest
import torch

from mlcourse.diagnosis import Scored

NUMBER = 7093.0  # in every hidden case, and not to be seen in any verdict


def doubling(least=0.9, **settings):
    """To be learnt is twice the input; the score is the share of the numbers that come out right."""
    made = Scored(
        lambda trained, inputs: trained(inputs),
        lambda outputs, truth: np.mean(outputs == truth),
        least=least,
        name="doubling",
        **settings,
    )

    @made.sign
    def too_small(trained, outputs, truth):
        """It is
        too small.

        By how much?
        """
        return (outputs < truth).all()

    @made.sign
    def all_the_same(trained, outputs, truth):
        """It is always the same.

        Does it look at its input?
        """
        return np.ptp(outputs) == 0

    return made


def cases(n, rng):
    inputs = rng.integers(1, 100, (n, 3)) * 1.0
    return inputs, 2 * inputs


def hidden_cases(n, rng):
    return np.full((n, 3), NUMBER), np.full((n, 3), 2 * NUMBER)


def half_right(inputs):
    return np.where(np.arange(len(inputs))[:, None] % 2, 2 * inputs, 5)


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")


def test_what_reaches_the_score_is_right():
    verdict = doubling()(lambda inputs: 2 * inputs, cases)
    assert verdict
    assert str(verdict) == "doubling (new cases): right. Your network reaches 1.00 on new cases; 0.90 is wanted."
    assert doubling(least=0.5)(half_right, cases), "as much as is wanted is enough"
    assert not doubling(least=0.51)(half_right, cases)


def test_what_does_not_is_told_what_it_reached_and_what_was_wanted():
    verdict = doubling(of="strangers")(half_right, cases)
    assert (verdict.kind, verdict.named) == ("wrong", {})
    assert verdict.says == "Your network reaches 0.50 on strangers; 0.90 is wanted."
    assert verdict.hint.endswith("?")
    with pytest.raises(AssertionError, match=r"reaches 0\.50"):
        verdict.require()


def test_the_first_sign_that_shows_is_told():
    verdict = doubling()(lambda inputs: 0 * inputs, cases)
    assert (verdict.kind, verdict.named) == ("misconception", {"score": "too_small"})
    assert verdict.says == "Your network reaches 0.00 on new cases; 0.90 is wanted. It is too small."
    assert verdict.hint == "By how much?"
    assert doubling()(lambda inputs: 0 * inputs + 500, cases).named == {"score": "all_the_same"}
    assert doubling(least=0)(lambda inputs: 0 * inputs, cases), "a sign is no mistake where the score is reached"


def test_a_sign_sees_the_network():
    exercise = doubling()

    @exercise.sign
    def known(trained, outputs, truth):
        """It is the one that is known.

        Yes?
        """
        return trained is half_right

    assert exercise(half_right, cases).named == {"score": "known"}


def raises(inputs):
    raise ValueError(f"not for {inputs}")


def leaves(inputs):
    sys.exit(f"{inputs}")


def loops(inputs):
    while True:
        inputs = inputs + 0


def spoils(inputs):
    inputs *= 2
    return inputs


def prints(inputs):
    print(inputs)
    return inputs


BROKEN = {
    "not_attempted": None,
    "raised": raises,
    "too_slow": loops,
    "changed_input": spoils,
    "dtype": lambda inputs: (inputs, inputs),
    "shape": lambda inputs: inputs[:, :2],
    "not_finite": lambda inputs: inputs * np.nan,
    "misconception": prints,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_told_by_its_kind_and_shows_nothing_hidden(kind, capfd):
    exercise = doubling(seconds=0.3)
    assert exercise(BROKEN[kind], cases).kind == kind
    capfd.readouterr()
    verdict = exercise(BROKEN[kind], hidden_cases, hidden=True)
    assert verdict.kind == kind
    assert "Your function" not in verdict.says or kind == "changed_input"
    assert not re.search("7093|14186", " ".join([str(verdict), repr(vars(verdict)), *capfd.readouterr()]))


def test_an_exit_is_an_error():
    assert doubling()(leaves, hidden_cases, hidden=True).kind == "raised"


def test_a_network_may_use_its_library():
    def convolves(inputs):
        torch.nn.functional.conv1d(torch.ones(1, 1, 3), torch.ones(1, 1, 3))
        return 2 * inputs

    assert doubling()(convolves, cases)


def test_an_answer_may_be_a_tensor_with_a_gradient():
    assert doubling()(lambda inputs: 2 * torch.tensor(inputs, requires_grad=True), cases)


def test_cases_are_the_same_each_time_and_hidden_ones_hang_on_the_secret(monkeypatch):
    exercise = doubling(count=5)
    first, hidden = exercise.draw(cases)[0], exercise.draw(cases, hidden=True)[0]
    assert first.shape == (5, 3)
    np.testing.assert_array_equal(first, exercise.draw(cases)[0])
    np.testing.assert_array_equal(hidden, exercise.draw(cases, hidden=True)[0])
    assert not np.array_equal(first, hidden)
    monkeypatch.setenv("MLCOURSE_SECRET", "another one")
    assert not np.array_equal(hidden, exercise.draw(cases, hidden=True)[0])
    np.testing.assert_array_equal(first, exercise.draw(cases)[0])
