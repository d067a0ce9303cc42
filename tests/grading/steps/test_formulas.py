"""Formulas of a student on the page of feedback: drawn where that can be done, and nothing runs."""

import time

import pytest
from bs4 import BeautifulSoup

from mlcourse.grading.steps.feedback.formulas import LONGEST, drawing, drawn

COMMON = [
    r"\frac{\partial L}{\partial w} = \sum_{i=1}^n x_i \text{ if } a < b",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \mathbf{W}^\top \hat{y} \sqrt[3]{x}",
    r"\left( \frac12 \right) \operatorname{ReLU}(x) \underbrace{x}_{a} x' \alpha \in \mathbb{R}",
]


@pytest.mark.parametrize("latex", COMMON)
def test_what_is_common_is_drawn(latex):
    made = BeautifulSoup(drawn(latex, "block"), "html.parser")
    assert made.math["display"] == "block"
    assert len(made.find_all(["mi", "mo", "mn"])) > 5
    assert "\\" not in made.text


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{a<script>note(1)</script>b}",
        r"\text{a<img src=x onerror=note(1)>b}",
        r"\text{<table><mglyph><style><!--</style><img title='--><img src=x onerror=note(1)>'>}",
        r"\text{</mtext></math><iframe srcdoc=a></iframe>}",
        r"\href{javascript:note(1)}{x}",
        r"\class{btn}{x}",
        r"\style{position: fixed; background: url(asked)}{x}",
        r"\color{url(asked)}{x}",
    ],
)
def test_nothing_is_left_to_run_or_to_ask_for(latex):
    made = BeautifulSoup(drawn(latex, "inline"), "html.parser")
    assert {tag.name for tag in made.find_all(True)} <= {"code", "math", "mi", "mrow", "mstyle", "mtext"}
    assert {name for tag in made.find_all(True) for name in tag.attrs} <= {"display"}
    assert "asked" not in str(made)


@pytest.mark.parametrize("latex", ["a & b", r"\nothing_of_the_kind", r"\frac", "{", "<b>" * LONGEST])
def test_what_cannot_be_drawn_is_shown_as_it_is(latex):
    made = BeautifulSoup(drawn(latex, "inline"), "html.parser")
    assert made.code.text == latex
    assert not made.find(["math", "b"])


@pytest.mark.parametrize(
    "piece", ["{", "}", r"\frac", "^", "_", r"\left(", r"\text{", "$", "\\", "x'", "&", r"\begin{matrix}"]
)
def test_no_formula_takes_long(piece):
    before = time.process_time()
    made = drawn(piece * (LONGEST // len(piece)), "block")
    assert made
    assert time.process_time() - before < 3


def test_markdown_around_formulas_is_left_to_its_filter():
    filtered = drawing(lambda context, text: f"{context}: <p title='{text}'>{text}</p>")
    made = filtered("it", "`$a$` $x$")
    assert made.startswith("it: <p title='`$a$` x'>`$a$` <math")
    assert filtered.jinja_pass_arg is not None
