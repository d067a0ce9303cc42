"""What is drawn from the instructor's secret, and that no verdict shows it."""

import re
import sys
import warnings

import numpy as np
import pytest
from combine import KIND_OF, by_hand, combine, half_known

NUMBER = 7093.0  # in every input of `hidden_things`, and not to be seen in any verdict on a hidden one


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")


@pytest.fixture
def exercise():
    return combine()


def prints(x, y, *, power=1):
    print("my input is", x, y)
    print(x, file=sys.stderr)
    warnings.warn(f"careful with {x}", stacklevel=2)
    return x, y


def complains(x, y, *, power=1):
    raise ValueError(f"I was not made for {x}: {y}")


def too_many(x, y, *, power=1):
    return x, y, x


def leaves(x, y, *, power=1):
    sys.exit(f"my input was {x}")


def names_an_error(x, y, *, power=1):
    raise type(f"Input{x[0]:.0f}", (Exception,), {})


INDISCREET = {kind: function for kind, function in KIND_OF.items() if kind != "right"} | {
    "prints": prints,
    "complains": complains,
    "too_many": too_many,
    "leaves": leaves,
    "bare_assert": lambda x, y, power=1: (_ for _ in ()).throw(AssertionError(x)),
    "one_unknown": half_known,
    "a_list": lambda x, y, power=1: (x.tolist(), y.tolist()),
    "an_error_of_that_name": names_an_error,
    "so_many_things": lambda x, y, power=1: (x,) * len(x),
    "a_class_of_that_name": lambda x, y, power=1: (type(f"Input{x[0]:.0f}", (), {})(), y),
    "one_row_more": lambda x, y, power=1: (np.stack([x, y]), y),
}


@pytest.mark.parametrize("who", INDISCREET)
@pytest.mark.filterwarnings("ignore:careful with:UserWarning")
def test_nothing_of_a_hidden_input_shows(exercise, who, capfd):
    @exercise.part
    def hidden_things(rng):
        """Numbers and a length that are seen at once."""
        return (np.full(6197, NUMBER), np.full(6197, NUMBER)), {"power": 1 if who == "misconception" else 2}

    function = INDISCREET[who]
    public = exercise(function, part="hidden_things")
    assert not public or who == "misconception"
    capfd.readouterr()
    verdict = exercise(function, part="hidden_things", hidden=True)
    told = " ".join([str(verdict), verdict._repr_html_(), repr(vars(verdict)), *capfd.readouterr()])
    assert not re.search(r"7093|6197", told)
    assert verdict.kind == public.kind
    assert verdict.hidden


def test_what_a_hidden_verdict_says_is_made_to_be_handed_on(exercise):
    for hidden in (True, False):
        with pytest.raises(AssertionError) as raised:
            exercise(complains, part="easy", hidden=hidden).require()
        assert getattr(raised.value, "feedback", None) == (str(raised.value) if hidden else None)


def test_an_error_on_a_hidden_input_is_told_by_its_kind_alone(exercise):
    verdict = exercise(complains, part="easy", hidden=True)
    assert (verdict.says, verdict.hint) == ("Your function stopped with ValueError, on a hidden input.", "")
    assert "I was not made for" in exercise(complains, part="easy").says


def test_what_a_function_prints_shows_on_public_inputs(exercise, capfd):
    with pytest.warns(UserWarning, match="careful"):
        exercise(prints, part="easy")
    printed = capfd.readouterr()
    assert "my input is" in printed.out
    assert printed.err


def test_the_log_says_when_there_is_no_secret(exercise, capsys, monkeypatch):
    assert exercise(by_hand, hidden=True)
    assert capsys.readouterr().out == ""
    monkeypatch.delenv("MLCOURSE_SECRET")
    assert exercise(by_hand, part="easy", hidden=True)
    assert "Hidden inputs come from a public seed" in capsys.readouterr().out
    assert exercise(by_hand, part="easy")
    assert capsys.readouterr().out == ""
