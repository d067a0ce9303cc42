import numpy as np
import pytest
import torch
from combine import KIND_OF, all_unknown, by_hand, combine, half_known, not_always, right, two_mistakes, without_power

from mlcourse.diagnosis import KINDS, Exercise


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")


@pytest.fixture
def exercise():
    return combine()


def test_right(exercise):
    verdict = exercise(by_hand)
    assert verdict
    assert (verdict.exercise, verdict.part, verdict.kind, verdict.example) == ("combine", "easy, powers", "right", None)
    assert exercise(by_hand, part="powers").part == "powers"
    assert verdict.require() is None


def test_the_first_part_that_goes_wrong_is_told(exercise):
    verdict = exercise(without_power)
    assert (verdict.part, verdict.kind) == ("powers", "misconception")
    assert exercise(without_power, part="easy")


def test_a_misconception_is_named_with_its_words(exercise):
    verdict = exercise(without_power)
    assert verdict.named == {"total": "power_forgotten"}
    assert verdict.says == "You forgot the power. product is right."
    assert verdict.hint == "Where does it stand?"
    with pytest.raises(AssertionError, match=r"combine \(powers\): not yet\. You forgot the power\."):
        verdict.require()


def test_each_answer_has_its_own_misconception(exercise):
    verdict = exercise(two_mistakes, part="powers")
    assert verdict.named == {"total": "power_forgotten", "product": "negative"}
    assert verdict.says == "total: You forgot the power. product: You subtract."
    assert verdict.hint == "total: Where does it stand? product: Add."


def test_one_known_and_one_unknown(exercise):
    verdict = exercise(half_known)
    assert (verdict.kind, verdict.named) == ("misconception", {"product": "negative"})
    assert verdict.says == "product: You subtract. total differs from what is right."
    assert verdict.hint == "product: Add."


def test_one_misconception_in_both_answers_is_told_once(exercise):
    verdict = exercise(lambda x, y, power=1: tuple(-a for a in by_hand(x, y, power=power)))
    assert (verdict.says, verdict.hint) == ("You subtract.", "Add.")


def test_unknown(exercise):
    verdict = exercise(all_unknown)
    assert (verdict.kind, verdict.named) == ("wrong", {})
    assert verdict.says == "total and product differ from what is right."
    assert "by hand" in verdict.hint


@pytest.mark.parametrize(("off", "slight"), [(2e-8, True), (9e-5, True), (2e-4, False)])
@pytest.mark.parametrize("hidden", [False, True], ids=["public", "hidden"])
def test_what_an_example_would_not_show_is_said(exercise, off, slight, hidden):
    verdict = exercise(lambda x, y, power=1: (by_hand(x, y)[0] + off, x * y), part="easy", hidden=hidden)
    less = ", if only by less than 0.0001" if slight else ""
    assert verdict.says == f"total differs from what is right{less}. product is right."
    assert ("a small number added" in verdict.hint) == slight


def test_a_difference_is_slight_where_it_is_on_every_input(exercise):
    verdict = exercise(lambda x, y, power=1: (by_hand(x, y)[0] + 1e-7 * 10 ** (5 * (len(x) == 3)), x * y), part="easy")
    assert verdict.says == "total differs from what is right. product is right."


def test_what_is_not_finite_is_named_where_a_misconception_is_not_either(exercise):
    @exercise.misconception
    def divided_by_nothing(x, y, *, power=1):
        """You divide by 0.

        By what?
        """
        return np.full_like(x, np.nan), y

    verdict = exercise(lambda x, y, power=1: (x * np.inf, y), part="easy")
    assert (verdict.kind, verdict.named) == (
        "misconception",
        {"total": "divided_by_nothing", "product": "divided_by_nothing"},
    )
    verdict = exercise(lambda x, y, power=1: (x * np.inf, x * y + 1), part="easy")
    assert (verdict.kind, verdict.says) == (
        "misconception",
        "total: You divide by 0. product differs from what is right.",
    )
    verdict = exercise(lambda x, y, power=1: (x * np.inf, x * y * np.nan), part="easy")
    assert (verdict.kind, verdict.says) == ("not_finite", "total contains NaN or infinite numbers.")


def test_a_name_must_fit_on_every_input(exercise):
    assert len({len(x) for (x, y), _ in exercise.draws("easy")}) > 1
    verdict = exercise(not_always, part="easy")
    assert (verdict.kind, verdict.named) == ("wrong", {})
    assert verdict.says == "total differs from what is right. product is right."


def test_of_two_that_fit_the_first_is_named(exercise):
    @exercise.misconception
    def forgotten_too(x, y, *, power=1):
        """The same in other words.

        The same.
        """
        return x + y, x * y

    assert exercise(without_power).named == {"total": "power_forgotten"}


def test_each_part_has_its_own_inputs(exercise):
    @exercise.part
    def easy_again(rng):
        """Drawn by the same lines."""
        return exercise.parts["easy"](rng)

    again = exercise.draws("easy_again")
    assert [x.tolist() for (x, y), _ in again] != [x.tolist() for (x, y), _ in exercise.draws("easy")]


def test_the_example_is_the_smallest_input_that_goes_wrong(exercise):
    sizes = [len(x) for (x, y), _ in exercise.draws("easy")]
    assert sizes == sorted(sizes)
    shown = exercise(all_unknown, part="easy").example
    assert list(shown.arguments) == ["x", "y"]
    assert len(shown.arguments["x"]) == sizes[0]
    assert shown.answer == "total"
    np.testing.assert_array_equal(shown.expected, right(*shown.arguments.values())[0])
    np.testing.assert_array_equal(shown.got, 0)
    assert len(exercise(not_always, part="easy").example.arguments["x"]) == 3


def test_the_example_shows_an_answer_that_is_wrong(exercise):
    shown = exercise(lambda x, y, power=1: (by_hand(x, y, power=power)[0], x)).example
    assert shown.answer == "product"
    assert exercise(by_hand, part="powers").example is None
    assert exercise(without_power, part="powers").example.options == {"power": 2}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_verdict(exercise, kind):
    verdict = exercise(KIND_OF[kind], part="powers")
    assert verdict.kind == kind, str(verdict)
    assert verdict.says
    assert bool(verdict.hint) == (kind != "right")
    assert (verdict.example is None) == (kind in ("right", "not_attempted", "library"))
    hidden = exercise(KIND_OF[kind], part="powers", hidden=True)
    assert (hidden.kind, hidden.example) == (kind, None)
    assert str(verdict).startswith(f"combine (powers): {'right' if kind == 'right' else 'not yet'}. {verdict.says}")


def test_the_right_function_is_asked_only_where_there_is_an_answer():
    asked = []
    made = Exercise(lambda x: asked.append(1) or x, answers=("y",), name="echo")
    made.part(lambda rng: ((np.ones(2),), {}))
    assert made(lambda x: x + 0).kind == "right"
    assert asked


def test_a_single_answer():
    made = Exercise(np.cumsum, answers=("y",))
    made.part(lambda rng: ((rng.integers(1, 9, 4) * 1.0,), {}))
    assert made.name == "cumsum"
    assert made(lambda x: np.array([x[: n + 1].sum() for n in range(4)]))
    assert made(lambda x: x).says == "y differs from what is right."


@pytest.mark.parametrize(("off", "named"), [(1e-12, {"loss": "doubled"}), (1e-6, {})])
@pytest.mark.parametrize("form", [float, np.float32, np.array], ids=["float", "float32", "array"])
def test_a_loss_is_named_with_the_digits_of_what_is_right(off, named, form):
    made = Exercise(np.mean, answers=("loss",))
    made.part(lambda rng: ((rng.integers(1, 9, 4) * 1.0,), {}))

    @made.misconception
    def doubled(x):
        """You doubled it.

        Halve it.
        """
        return 2 * x.mean()

    assert made(lambda x: form(2 * x.mean() + off)).named == named


def test_no_such_part(exercise):
    with pytest.raises(ValueError, match=r"combine has no part 'hard'; its parts are easy, powers\."):
        exercise(by_hand, part="hard")


def test_source_can_be_pasted(exercise):
    text = exercise.source("power_forgotten")
    assert text.startswith("def power_forgotten(x, y, *, power=1):")
    space = {}
    exec(text, space)
    assert space["power_forgotten"](2, 3, power=2) == (5, 6)


# Tensors.


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_tensors(exercise, device):
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")

    @exercise.part
    def tensors(rng):
        """In torch."""
        return tuple(torch.tensor(rng.normal(size=4), dtype=torch.float32, device=device) for _ in range(2)), {
            "power": 2
        }

    assert exercise(lambda x, y, power: (x * x + y, x * y), part="tensors")
    verdict = exercise(lambda x, y, power: (x + y, x * y), part="tensors")
    assert verdict.named == {"total": "power_forgotten"}
    assert isinstance(verdict.example.got, np.ndarray)
    assert "x = [" in str(verdict)
    verdict = exercise(lambda x, y, power: (x.cpu().numpy(), y.cpu().numpy()), part="tensors")
    assert verdict.says == "total is a numpy.ndarray; expected a torch.Tensor, as the input is."
    elsewhere = "meta" if device == "cpu" else "cpu"
    verdict = exercise(lambda x, y, power: (x.to(elsewhere), y), part="tensors")
    assert verdict.kind == "dtype"
    assert f"total lies on {elsewhere}" in verdict.says
    assert exercise(lambda x, y, power: (x.mul_(0), y), part="tensors").kind == "changed_input"


def test_a_misconception_that_spoils_its_input_leaves_it_to_the_next():
    made = Exercise(lambda numbers: np.array([float(sum(numbers))]), answers=("total",), name="add_up")

    @made.part
    def some(rng):
        """A few numbers."""
        return ([int(n) for n in rng.integers(2, 9, 4)],), {}

    @made.misconception
    def taken_out(numbers):
        """You take them out.

        Leave them in.
        """
        numbers.clear()
        return np.array([-1.0])

    @made.misconception
    def multiplied(numbers):
        """You multiply.

        Add.
        """
        return np.array([float(np.prod(numbers))])

    assert made(lambda numbers: np.array([float(np.prod(numbers))])).named == {"total": "multiplied"}
