"""Questions: the right answer and the known wrong ones come from the code, and what cannot be asked is refused."""

import numpy as np
import pytest

from mlcourse import check, ops
from mlcourse.diagnosis import Exercise
from mlcourse.widgets import Quiz
from mlcourse.widgets.quiz import agrees


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def the_slides(pick=lambda grad_x, grad_w, grad_b: grad_w[0, 0, 0, 0], **more):
    g, x = np.full((1, 1, 2, 1), -7.4), np.reshape([3.0, 1, 2, 1, 0, 7], (1, 1, 3, 2))
    return Quiz.about(check.conv2d_backward, (g, x, np.eye(2)[None, None] / 10), pick, "The gradient?", **more)


def test_the_question_of_the_slides():
    quiz = the_slides()
    assert quiz.right == -37
    known = {one["answer"]: one for one in quiz.known}
    last = check.conv2d_backward.misconceptions["last_placement_only"]
    assert (known[-14.8]["says"], known[-14.8]["hint"]) == (last.says, last.hint)
    assert known[37]["says"] == check.conv2d_backward.misconceptions["sign_reversed"].says
    assert len(known) == len(quiz.known)  # each number once
    assert not any(agrees(answer, quiz.right) for answer in known)


@pytest.mark.parametrize("seed", range(5))
def test_every_known_answer_is_what_its_misconception_gives(seed):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(1, 2, 4, 5)), rng.normal(size=(3, 2, 2, 3))
    options = {"stride": (1, 2), "padding": (1, 0)}
    g = rng.normal(size=ops.conv2d(x, w, **options).shape)

    def pick(grad_x, grad_w, grad_b):
        return grad_w[1, 0, 1, 2]

    quiz = Quiz.about(check.conv2d_backward, (g, x, w), pick, "?", options=options)
    assert quiz.right == pick(*ops.conv2d_backward(g, x, w, **options))
    sentences = {m.says: m for m in check.conv2d_backward.misconceptions.values()}
    assert len(quiz.known) >= 5
    for one in quiz.known:
        assert one["answer"] == pick(*sentences[one["says"]].function(g, x, w, **options))


def test_a_function_with_one_answer_and_a_misconception_that_cannot_be_asked():
    exercise = Exercise(lambda x: x.sum(), answers=("total",), name="total")

    @exercise.misconception
    def mean(x):
        """You took the mean.

        What is a sum?
        """
        return x.mean()

    @exercise.misconception
    def broken(x):
        """It fails."""
        return x[99]

    quiz = Quiz.about(exercise, (np.array([1.0, 3]),), lambda total: total, "How much?")
    assert (quiz.right, quiz.known) == (4, [{"answer": 2.0, "says": "You took the mean.", "hint": "What is a sum?"}])
    with pytest.raises(ValueError, match=r"Every misconception of total gives the right number here, 0\."):
        Quiz.about(exercise, (np.zeros(2),), lambda total: total, "How much?")


def test_what_was_tried_is_kept_and_brought_back():
    quiz = Quiz.ask("How much?", 4.0)
    quiz.tries = [3.0]
    quiz.tries = [3.0, 4.01]
    again = Quiz.ask("How much?", 4.0)
    assert (again.tries, again.solved) == ([3.0, 4.01], True)
    assert Quiz.ask("How much?", 5.0).tries == []  # the code asks for another number now
    assert Quiz.ask("How much?", 4.0, key="other").tries == []


@pytest.mark.parametrize(("answer", "right", "fits"), [
    (0.148, 0.148, True), (0.15, 0.148, False), (-37.1, -37, True), (-37.3, -37, False), (37, -37, False), (1e-3, 0, False),
    (0, 0, True),
])  # fmt: skip
def test_a_number_is_right_as_far_as_it_was_written(answer, right, fits):
    assert agrees(answer, right) is fits
    quiz = Quiz.ask("?", right)
    assert not quiz.solved
    quiz.tries = [answer]
    assert quiz.solved is fits


def test_cells_and_choices():
    quiz = Quiz.mark("Which?", np.zeros((3, 4)), np.s_[0:2, 1:3], wrong=[(np.s_[0, 0], "No.", "")], name="x")
    assert (quiz.right, quiz.known[0]["answer"]) == ([1, 2, 5, 6], [0])
    quiz.tries = [[1, 2, 5, 6]]
    assert quiz.solved
    quiz = Quiz.choose("Which?", ["a", "b"], "b", wrong=[("a", "No.", "Look.")])
    assert quiz.known == [{"answer": "a", "says": "No.", "hint": "Look."}]


@pytest.mark.parametrize(
    ("ask", "kind", "told"),
    [
        (lambda: Quiz.ask("?", "four"), TypeError, "right is 'four'; expected a finite number"),
        (lambda: Quiz.ask("?", np.nan), TypeError, "right is nan"),
        (lambda: Quiz.ask("?", 4, wrong=[(4.0001, "No.", "")]), ValueError, "is the right one"),
        (lambda: Quiz.ask("?", 1000, wrong=[(1004, "No.", "")]), ValueError, "1004 .* is the right one"),
        (lambda: Quiz.choose("?", ["a", "b"], "c"), ValueError, "'c' is not among the choices"),
        (lambda: Quiz.choose("?", ["a", "b"], "a", wrong=[("d", "", "")]), ValueError, "'d' is not among"),
        (lambda: Quiz.mark("?", np.zeros(3), 0), ValueError, r"array has shape \(3,\); expected two axes"),
        (lambda: Quiz.mark("?", np.zeros((2, 2)), np.s_[5:]), ValueError, "marks no cell"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, kind, told):
    with pytest.raises(kind, match=told):
        ask()


def test_the_first_state_can_be_read():
    assert "<li>a &lt; b</li>" in Quiz.choose("Which?", ["a < b", "c"], "c").as_html()
    assert "<table" in Quiz.mark("Which?", np.zeros((2, 2)), 0).as_html()
