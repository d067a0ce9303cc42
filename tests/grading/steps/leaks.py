"""A course whose hidden tests hold one number, and what students do to get it onto their page."""

import re

from foreign_course import code, notebook

HIDDEN = 7093  # in every hidden line; each secret contains it, or what is right for it
SECRET = re.compile(r"7093|14186|3546|1773|AREA")
HELPER = """import numpy as np

def require(right, number):
    if not right:
        error = AssertionError(f"not for {number}")
        error.feedback = "Halves of odd numbers are no whole numbers."
        raise error
"""


def hidden(line):
    return f"### BEGIN HIDDEN TESTS\nAREA = {HIDDEN}\n{line}\n### END HIDDEN TESTS"


def solution(name, factor):
    body = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return x * {factor}\n    ### END SOLUTION"
    return code(body, name, solution=True)


def numbers():
    """The author's notebook."""
    large = hidden("assert double(AREA) == AREA * 2, 'Mind large numbers.'")
    named = hidden("assert double(AREA) == AREA * 2, f'double({AREA}) is {double(AREA)}'")
    meant = hidden("require(half(AREA) == AREA / 2, AREA)")
    beside = hidden("assert quarter(AREA) == AREA / 4, AREA")
    return notebook(
        code(HELPER, "given"),
        solution("double", 2),
        code(f"print('now')\nassert double(1) == 2, 'one'\n{large}", "words", 1),
        code(f"assert double(2) == 4\n{named}", "number", 1),
        solution("half", 0.5),
        code(f"{meant}\nnp.testing.assert_allclose(half(4), 2)", "meant", 1),
        code("double(3)"),
        code("np.testing.assert_allclose(half(8), 4)", "visible", 1),
        solution("quarter", 0.25),
        code(f"assert quarter(4) == 1\n{beside}", "beside", 1, tags=["judge:student"]),
        code("assert quarter(8) == 2, quarter(8)", "last", 1),
    )


KEEPS = "seen = []\ndef keep(x):\n    seen.append(x)\n    return x\n"
# A name: what is answered, and the cell that is added at the end.
TRICKS = {
    "raises_it": ({"double": "def double(x):\n    if x > 99:\n        raise ValueError(repr(x))\n    return 2 * x"}, ""),
    "key_error": ({"double": "double = lambda x: {1: 2, 2: 4, 3: 6}[x]"}, ""),
    "names_a_class": (
        {"double": "def double(x):\n    if x > 99:\n        raise type(f'E{x}', (Exception,), {})\n    return 2 * x"},
        "",
    ),
    "fails_an_assert": ({"double": "def double(x):\n    assert x < 99, f'{x}'\n    return 2 * x"}, ""),
    "says_it_is_feedback": (
        {
            "double": "def double(x):\n    if x > 99:\n        e = AssertionError(x)\n        e.feedback = str(x)\n"
            "        raise e\n    return 2 * x"
        },
        "",
    ),
    "class_of_an_answer": ({"double": "def double(x):\n    return type(f'E{x}', (), {})() if x > 99 else 2 * x"}, ""),
    "wrong_number": ({"double": "double = lambda x: 2 * x if x < 99 else x"}, ""),
    "prints": ({"double": "def double(x):\n    print('given', x)\n    return 2 * x"}, ""),
    "warns": ({"double": "import warnings\ndef double(x):\n    warnings.warn(f'given {x}')\n    return 2 * x"}, ""),
    "displays": ({"double": "def double(x):\n    display(x)\n    return 2 * x"}, ""),
    "prints_later": ({"double": KEEPS + "double = lambda x: 2 * keep(x)"}, "print('kept', seen)"),
    "shows_later": ({"double": KEEPS + "double = lambda x: 2 * keep(x)"}, "seen"),
    "raises_later": ({"double": KEEPS + "double = lambda x: 2 * keep(x)"}, "raise ValueError(seen)"),
    "in_our_words_later": (
        {"double": KEEPS + "double = lambda x: 2 * keep(x)"},
        "if max(seen) > 99:\n    raise ValueError(f'The test took longer than it may. {max(seen)}')",
    ),
    "in_our_words": (
        {
            "double": KEEPS + "double = lambda x: 2 * keep(x)",
            "half": "def half(x):\n    if max(seen) > 99 and x == 8:\n"
            "        raise ValueError(f'The test took longer than it may. {max(seen)}')\n    return x / 2",
        },
        "",
    ),
    "pictures_later": (
        {"double": KEEPS + "double = lambda x: 2 * keep(x)"},
        "from IPython.display import HTML, display\ndisplay(HTML(f'<b>{seen}</b>'))",
    ),
    "files_it": (
        {"double": "def double(x):\n    open('seen', 'a').write(f'{x} ')\n    return 2 * x"},
        "print(open('seen').read())",
    ),
    "in_the_next_answer": ({"double": KEEPS + "double = lambda x: 2 * keep(x)", "half": "half = lambda x: max(seen)"}, ""),
    "in_the_next_error": (
        {"double": KEEPS + "double = lambda x: 2 * keep(x)", "half": "def half(x):\n    raise ValueError(f'{seen}')"},
        "",
    ),
    "in_the_next_print": (
        {"double": KEEPS + "double = lambda x: 2 * keep(x)", "half": "def half(x):\n    print(seen)\n    return x / 2"},
        "",
    ),
    "beside_the_test": ({"quarter": "def quarter(x):\n    print('given', x)\n    return x / 4"}, ""),
    "beside_it_raises": (
        {"quarter": "def quarter(x):\n    if x > 99:\n        raise ValueError(f'given {x}')\n    return x / 4"},
        "",
    ),
    "beside_its_source": (
        {
            "quarter": "import linecache, sys\ndef quarter(x):\n    f = sys._getframe(1).f_code.co_filename\n"
            "    print(''.join(linecache.getlines(f)))\n    raise ValueError(x)"
        },
        "",
    ),
    "beside_and_then": ({"quarter": KEEPS + "quarter = lambda x: keep(x) / 4 if x != 8 else seen"}, ""),
}  # fmt: skip
HONEST = {
    "right": ({}, "print('mine')"),
    "loud": (  # nothing of this costs a point
        {
            name: f"import sys, warnings\ndef {name}(x):\n    warnings.warn('careful')\n    sys.stderr.write('loud')\n"
            f"    return x * {factor}"
            for name, factor in (("double", 2), ("half", 0.5), ("quarter", 0.25))
        },
        "import warnings\nwarnings.warn('again')",
    ),
    "small": ({"double": "double = lambda x: 2 * x if x < 99 else 0"}, ""),
    "whole": ({"half": "half = lambda x: x // 2"}, ""),
    "third": ({"half": "half = lambda x: x / 3"}, ""),
    "third_of_eight": ({"half": "half = lambda x: x / 3 if x == 8 else x / 2"}, "print('mine')"),
    "own_error": ({"quarter": "def quarter(x):\n    raise ValueError('not yet')"}, ""),
}
RIGHT = {"double": "double = lambda x: 2 * x", "half": "half = lambda x: x / 2", "quarter": "quarter = lambda x: x / 4"}
