"""Numbers as a student would write them, and rules that a browser draws as they were meant."""

import html
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import torch
from stories import STORIES, trace_of

from mlcourse.trace import factor, mathml, number, plus, terms

MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (-14.8, "-14.8"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333"),
        (-2 / 3, "-0.666667"),
        (12.096484, "12.0965"),
        (123456, "123456"),
        (1234567, "1.23457e+06"),
        (0.0001, "0.0001"),
        (1e-9, "1e-09"),
        (0.0, "0"),
        (-0.0, "0"),
        (-1e-300, "-1e-300"),
        (np.nan, "nan"),
        (np.inf, "inf"),
        (-np.inf, "-inf"),
        (True, "1"),
    ],
)
def test_a_number_has_at_most_six_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    "kind",
    [
        np.float64,
        np.float32,
        np.array,
        lambda v: np.array([[v]]),
        lambda v: np.array([v], dtype="float32"),
        torch.tensor,
        lambda v: torch.tensor([v]),
    ],
    ids=["float64", "float32", "0d", "1x1", "1", "torch_0d", "torch_1"],
)
def test_a_number_may_be_any_array_of_one_element(kind):
    assert number(kind(-14.8)) == "-14.8"
    assert factor(kind(-14.8)) == "(-14.8)"


@pytest.mark.parametrize("many", [np.zeros(2), np.zeros(0), np.zeros((1, 2))])
def test_several_numbers_are_no_number(many):
    with pytest.raises(ValueError, match="size 1"):
        number(many)


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (-3, "(-3)"), (0.5, "0.5"), (-0.0, "0"), (-np.inf, "(-inf)"), (np.nan, "nan")]
)
def test_a_negative_factor_stands_in_brackets(value, text):
    assert factor(value) == text


def test_terms_are_a_sum_of_products():
    assert terms([3, 1], [0.1, 0]) == "3 × 0.1 + 1 × 0"
    assert terms([3, -1], [-0.1, 2]) == "3 × (-0.1) + (-1) × 2"
    assert terms([], []) == ""
    assert terms(3.0, 2.0) == "3 × 2"


def test_terms_go_row_by_row():
    a = np.array([[1, 2], [3, 4]])
    assert terms(a, a) == "1 × 1 + 2 × 2 + 3 × 3 + 4 × 4"
    assert terms(a.T, a.T) == "1 × 1 + 3 × 3 + 2 × 2 + 4 × 4"
    assert terms(a, np.array([5, 6, 7, 8])) == "1 × 5 + 2 × 6 + 3 × 7 + 4 × 8"


@pytest.mark.parametrize("count", [1, 8, 9, 10, 11, 676])
def test_a_long_sum_is_cut_off_and_says_how_much_is_missing(count):
    values = np.arange(count)
    written = terms(values, values)
    parts = written.split(" + ")
    if count <= 9:
        assert parts == [f"{v} × {v}" for v in values]
    else:
        assert parts == [*(f"{v} × {v}" for v in range(8)), f"... ({count - 8} more)"]
    assert plus(values) == re.sub(r" × \d+", "", written)


def test_where_a_sum_is_cut_can_be_chosen():
    assert terms([1, 2, 3], [4, 5, 6], most=2) == "1 × 4 + ... (2 more)"
    assert terms([1, 2], [4, 5], most=2) == "1 × 4 + 2 × 5"
    assert plus([1, -2, 3], most=1) == "... (3 more)"


def test_plus_writes_anything():
    assert plus([1, -2]) == "1 + (-2)"
    assert plus([1, -2], lambda e: f"{factor(e)}²") == "1² + (-2)²"
    assert plus([1, -2], number, sign=", ") == "1, -2"
    assert plus([]) == ""


@pytest.mark.parametrize(("a", "b"), [([1, 2], [3]), ([], [3]), (np.zeros((2, 2)), np.zeros(3))])
def test_terms_of_different_length_are_refused(a, b):
    with pytest.raises(ValueError, match=f"as many left as right factors; {np.size(a)} and {np.size(b)} came"):
        terms(a, b)


def drawn(latex):
    """The MathML of a rule, parsed; nothing may be left that a browser would show as code."""
    text = mathml(latex)
    root = ElementTree.fromstring(text)
    assert root.tag == f"{MATHML}math"
    assert root.get("display") == "block"
    shown = "".join(root.itertext())
    assert not set("\\&$_{}") & set(shown), shown
    assert "\\" not in html.unescape(text)
    children = dict.fromkeys(["mfrac", "msub", "msup", "munder", "mover"], 2) | dict.fromkeys(
        ["msubsup", "munderover"], 3
    )
    for element in root.iter():
        name = element.tag.removeprefix(MATHML)
        assert len(element) == children.get(name, len(element)), f"{name} of {len(element)} parts in {latex}"
    return shown


RULES = sorted({step.symbols for story in STORIES for step in trace_of(story).steps})


def test_the_course_has_rules_to_draw():
    assert len(RULES) > 50
    assert "" not in RULES


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_a_walkthrough_is_drawn(rule):
    assert "=" in drawn(rule) or "←" in drawn(rule)


def test_a_rule_is_drawn_as_it_was_meant():
    assert drawn(r"y_{ij} = \sum_{p,q} x_{i+p,\,j+q}\, w_{pq} + b") == "yij=∑p,qxi+p,j+qwpq+b"
    shown = drawn(r"\frac{\partial L}{\partial \hat{y}_n} = \frac{2\,(\hat{y}_n - t_n)}{4}")
    assert shown.replace("−", "-") == "∂L∂y^n=2(y^n-tn)4"
    assert drawn(r"a \leftarrow b \quad \text{where} \quad x < y") == "a←bwherex<y"


def test_no_rule_is_no_drawing():
    assert mathml("") == ""


@pytest.mark.parametrize(
    ("latex", "says"),
    [
        ("a & b", "'&' in the rule"),
        (r"\begin{aligned} a &= b \end{aligned}", "'&' in the rule"),
        (r"50 \& more", "'&' in the rule"),
        (r"a \mathrel{=} b", r"mathrel' in the rule"),
        (r"\foo{x}", r"\\foo in the rule"),
        (r"\parital L", r"\\parital in the rule"),
        (r"x^{2", "close every brace"),
        (r"x}", "close every brace"),
        (r"\frac{1}{2", "close every brace"),
        (r"\{ x_{1", "close every brace"),
        ("x_", "could not be read"),
        (r"\left( x", "could not be read"),
    ],
)
def test_what_would_be_drawn_wrongly_is_refused(latex, says):
    with pytest.raises(ValueError, match=says):
        mathml(latex)
    with pytest.raises(ValueError, match=says):  # also the second time, from the cache or not
        mathml(latex)


def test_a_brace_that_is_shown_need_not_be_closed():
    assert "".join(ElementTree.fromstring(mathml(r"\{ x")).itertext()) == "{x"
