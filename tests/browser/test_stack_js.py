"""The stack's arithmetic in the page, held to `mlcourse.ops` on random stacks: numbers, receptive fields, each word."""

import re
from dataclasses import fields

import numpy as np
import pytest
from stacks import STACKS

from mlcourse.ops import Stack
from mlcourse.widgets import front
from mlcourse.widgets.layer_entries import KINDS, entries_of, layer_of
from mlcourse.widgets.stack_limits import possible_part

NAMES = "KINDS, buildStack, layerText, placeOf, pythonText, readSetting, receptiveField, seenBelow, seenInWords, stackText, thousands, writeSetting"  # fmt: skip
SEEDS = range(12)
STACKS_A_SEED = 150
REASONS = (  # what may be wrong; random stacks must come upon all of it
    "The kernel does not fit", "or dilation, or pad more", "Take a smaller window", "Put Flatten() before it",
    "Put it before Flatten()", "expected at least 1", "expected at least 0", "expected a whole number or a pair",
    "expected a whole number or a pair (vertical, horizontal)", "expected one whole number", "Filters come first",
    "Divide with //", "which groups=", "channels come in", "filters are asked for", "at most half of it on each side",
    'expected "valid", "same" or numbers', "or ((top, bottom), (left, right))", "expected True or False",
    'expected "nearest" or "bilinear"', 'expected "relu", "sigmoid" or "tanh"', "a small number above 0",
    "output_padding is", "already makes the output size * stride", "Nothing would be left", "shrink the image too much",
    "unlike in Keras", "from the image", "from layer",
)  # fmt: skip
ODD = (0, -1, 2.5, 9, "abc", "it's", "SAME", None, True, (1, 2), (1, 2, 3), (), (2,), (0, 3), (2, 1.5), ((1, 2), (0, 1)),
       ((1, 2), 3), ((1, 2, 3), (1, 2)), ((1, -1), (0, 0)), ((1, "x"), (0, 0)))  # fmt: skip


@pytest.fixture(scope="module")
def js(chromium_browser):
    """Evaluate JavaScript among the modules of shared/stack/, joined as a widget gets them."""
    context = chromium_browser.new_context()
    page = context.new_page()
    module = f"{front.esm('shared/stack/stack.js')}\nexport {{ {NAMES} }};"
    page.evaluate(
        """async text => { window.shared = await import(URL.createObjectURL(new Blob([text], {type: "text/javascript"}))) }""",
        module,
    )
    yield lambda expression, given=None: page.evaluate(
        f"given => {{ const {{ {NAMES} }} = shared; return {expression}; }}", given
    )
    context.close()


class Draw:
    """Draws layers of every kind, some of them with a setting that is out of place."""

    def __init__(self, rng):
        self.rng = rng

    def of(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def one_or_two(self, low, high):
        one, two = map(int, self.rng.integers(low, high, 2))
        return self.of(one, (one, two))

    def settings(self):
        return {
            "filters": self.of(1, 2, 3, 4, 6),
            "kernel_size": self.one_or_two(1, 5),
            "stride": self.one_or_two(1, 4),
            "padding": self.of(0, 0, "same", "valid", self.one_or_two(0, 3), ((1, 0), (2, 1))),
            "output_padding": self.of(0, self.one_or_two(0, 3)),
            "dilation": self.of(1, 1, self.one_or_two(1, 4)),
            "groups": self.of(1, 1, 1, 2, 3),
            "bias": self.of(True, False),
            "count_include_pad": self.of(True, False),
            "scale": self.one_or_two(1, 4),
            "mode": self.of("nearest", "bilinear"),
            "function": self.of("relu", "sigmoid", "tanh"),
            "eps": self.of(1e-5, 1e-3, 0.25),
            "units": self.of(1, 5, 12),
        }

    def layer(self):
        kind = KINDS[self.of(*KINDS)]
        drawn = self.settings()
        if kind in (KINDS["MaxPool"], KINDS["AvgPool"]):
            drawn["stride"] = self.of(None, drawn["stride"])
        settings = {field.name: drawn[field.name] for field in fields(kind)}
        if settings and self.rng.random() < 0.3:
            settings[self.of(*settings)] = self.of(*ODD)
        if "padding" in settings and self.rng.random() < 0.1:
            settings["padding"] = self.of(*ODD)
        return kind(**settings)

    def image(self):
        if self.rng.random() < 0.1:
            return (32, 28, self.of(1, 3))  # in Keras's order
        return (self.of(1, 2, 3, 6), *map(int, self.rng.integers(1, 20, 2)))


def drawn(seed):
    """Images and layers; impossible ones are cut off at random, so that many stacks are possible to the end."""
    draw = Draw(np.random.default_rng(seed))
    for _ in range(STACKS_A_SEED):
        image, layers = draw.image(), []
        while len(layers) < draw.rng.integers(1, 9):
            layer = draw.layer()
            if possible_part([*layers, layer], image)[1] is None or draw.rng.random() < 0.5:
                layers.append(layer)
        yield image, layers


def as_python_says(image, layers):
    try:
        stack, error = Stack(layers, image=image), None
    except (TypeError, ValueError) as wrong:
        number = int(re.match(r"Layer (\d+), ", str(wrong))[1])
        stack, error = Stack(layers[: number - 1], image=image), {"number": number, "says": str(wrong)}
    rows = [
        [list(row.shape), list(row.size), row.parameter_count, row.multiply_adds, list(row.receptive_field)]
        for row in stack.rows
    ]
    return stack, {"rows": rows, "broken": error}


ASKED = """given.map(({ layers, image }) => {
    const { rows, broken } = buildStack(layers, image);
    return { rows: rows.map((row) => [row.shape, row.size, row.learnt, row.multiplyAdds, receptiveField(row)]), broken };
})"""


def asked(image, layers):
    return {"layers": entries_of(layers), "image": list(image)}


@pytest.fixture(scope="module")
def random_stacks():
    return [one for seed in SEEDS for one in drawn(seed)]


def test_random_stacks_are_told_as_in_python_to_the_word(js, random_stacks):
    found = js(ASKED, [asked(*one) for one in random_stacks])
    whole, reasons = 0, set()
    for (image, layers), told in zip(random_stacks, found, strict=True):
        _, expected = as_python_says(image, layers)
        assert told == expected, f"{layers} on {image}"
        whole += expected["broken"] is None
        reasons |= {reason for reason in REASONS if expected["broken"] and reason in expected["broken"]["says"]}
    assert len(found) / 5 < whole < len(found) * 4 / 5
    assert set(REASONS) <= reasons, "random stacks came upon too little"


def test_stacks_of_the_other_tests_and_what_torch_refused_there(js):
    stacks = [(one.image, list(one.layers)) for one in STACKS]
    stacks += [(one.image, [*one.layers[:before], layer]) for one in STACKS for before, layer in one.refused]
    found = js(ASKED, [asked(*one) for one in stacks])
    for (image, layers), told in zip(stacks, found, strict=True):
        assert told == as_python_says(image, layers)[1], f"{layers} on {image}"
    assert [told["rows"][-1][0] for told in found[: len(STACKS)]] == [list(one.shapes[-1]) for one in STACKS]


def units_of(row, rng):
    if len(row.shape) == 1:
        return [(k,) for k in {0, row.shape[0] - 1, int(rng.integers(row.shape[0]))}]
    height, width = row.size
    inside = (int(rng.integers(height)), int(rng.integers(width)))
    return list({(0, 0), (height - 1, width - 1), (0, width - 1), inside})


def test_units_see_what_they_see_in_python(js, random_stacks):
    rng = np.random.default_rng(0)
    stacks = [(one.image, list(one.layers)) for one in STACKS] + random_stacks[::3]
    questions, answers = [], []
    for image, layers in stacks:
        stack, _ = as_python_says(image, layers)
        units = [(row.number, unit) for row in stack.rows for unit in units_of(row, rng)]
        questions.append({**asked(image, stack.layers), "units": units})
        answers.append([[part.tolist() for part in stack.sees(number, *unit)] for number, unit in units])
    found = js(
        """given.map(({ layers, image, units }) => {
            const { rows } = buildStack(layers, image);
            return units.map(([number, unit]) => seenBelow(rows, number, unit.length === 1 ? placeOf(rows[number], unit[0]) : unit)[0]);
        })""",
        questions,
    )
    assert sum(map(len, answers)) > 1000
    assert [] in [rows for units in answers for rows, _ in units]  # some see padding alone
    for question, told, expected in zip(questions, found, answers, strict=True):
        assert told == expected, question


LECTURE = [KINDS["Conv"](3, 3, padding="same"), KINDS["MaxPool"](2), KINDS["Conv"](5, 3, padding="same")]


@pytest.mark.parametrize(
    ("layers", "number", "unit", "words"),
    [
        (LECTURE, 2, (3, 4), "sees rows 5 to 8 and columns 7 to 10 of the image"),
        (LECTURE, 3, (7, 8), "sees rows 11 to 18 and columns 13 to 20 of the image"),
        (LECTURE, 3, (0, 5), "sees rows 0 to 4 and columns 7 to 14 of the image; the rest of its field of 8 x 8 pixels lies beyond the edge"),
        (LECTURE, 1, (31, 5), "sees rows 30 to 31 and columns 4 to 6 of the image; the rest of its field of 3 x 3 pixels lies beyond the edge"),
        ([KINDS["Conv"](1, (1, 3), dilation=4)], 1, (2, 3), "sees row 2 and columns 3, 7 and 11 of the image"),
        ([KINDS["Conv"](1, (6, 1), dilation=2)], 1, (2, 3), "sees 6 of the rows 2 to 12 and column 3 of the image"),
        ([KINDS["ConvTranspose"](1, 1, stride=2)], 1, (1, 0), "sees no pixel of the image"),
    ],
)  # fmt: skip
def test_a_receptive_field_in_words(js, layers, number, unit, words):
    given = {**asked((1, 32, 32), layers), "number": number, "unit": unit}
    said = js("seenInWords(buildStack(given.layers, given.image).rows, given.number, given.unit)", given)
    assert said == words


def test_layers_have_the_settings_of_python_and_are_written_alike(js, random_stacks):
    kinds = js(
        "Object.entries(KINDS).map(([kind, { needs, options }]) => [kind, Object.keys(needs), Object.entries(options)])"
    )
    assert [kind for kind, _, _ in kinds] == list(KINDS)
    for kind, needs, options in kinds:
        assert needs == [field.name for field in fields(KINDS[kind]) if not field.kw_only]
        assert options == [[field.name, field.default] for field in fields(KINDS[kind]) if field.kw_only]
    new = js(
        "Object.entries(KINDS).map(([kind, { needs, options }]) => ({ kind, settings: { ...needs, ...options } }))"
    )
    assert possible_part([layer_of(one) for one in new if one["kind"] != "Dense"], (1, 8, 8))[1] is None
    written = js("given.map(({ layers, image }) => stackText(layers, image))", [asked(*one) for one in random_stacks])
    assert written == [f"Stack({layers}, image={image})" for image, layers in random_stacks]


def test_what_is_larger_than_a_widget_builds_is_refused_alike(js):
    conv, dense, flatten, upsample = (KINDS[name] for name in ("Conv", "Dense", "Flatten", "Upsample"))
    large = [
        ((1, 32, 32), [conv(10_001, 3)]),
        ((1, 32, 32), [conv(8, 3), conv(8, (3, 1025), padding=1025)]),
        ((1, 32, 32), [conv(8, 3, padding=((0, 0), (0, 2000.5)))]),
        ((1, 32, 32), [upsample(16), upsample(3)]),
        ((1, 32, 32), [upsample(17)]),
        ((3, 500, 500), [conv(401, 3, padding="same")]),
        ((3, 500, 500), [flatten(), dense(2000)]),
        ((3, 500, 500), [flatten(), dense(10**6)]),
    ]
    found = js(ASKED, [asked(*one) for one in large])
    for (image, layers), told in zip(large, found, strict=True):
        stack, error = possible_part(layers, image)
        assert told["broken"] == {"number": len(stack.layers) + 1, "says": str(error)}
        assert "is larger than this widget builds" in str(error)
        assert len(stack.layers) == len(layers) - 1
    just = [
        ((1, 32, 32), [conv(10_000, 3)]),
        ((1, 64, 64), [upsample(16)]),
        ((3, 500, 500), [conv(400, 3, padding="same")]),
    ]
    for (image, layers), told in zip(just, js(ASKED, [asked(*one) for one in just]), strict=True):
        assert told == as_python_says(image, layers)[1]
        assert told["broken"] is None
        assert possible_part(layers, image)[1] is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), (" 3 ", 3), ("3, 5", [3, 5]), ("(3,5)", [3, 5]), ("[3, 5]", [3, 5]), ("3x5", [3, 5]), ("3 × 5", [3, 5]),
     ("((1, 2), (0, 1))", [[1, 2], [0, 1]]), ("(1, 2), (0, 1)", [[1, 2], [0, 1]]), ("same", "same"), ("'same'", "same"),
     ('"valid"', "valid"), ("2.5", 2.5), ("1e-5", 1e-5), ("-1", -1), ("−1", -1), ("", ""), ("three", "three"), ("3,", "3,"),
     ("08", "08"), ("3 5", "3 5"), ("(3", "(3"), ("1e30", "1e30"), ("99999999999999999999", "99999999999999999999"), ("e", "e")],
)  # fmt: skip
def test_what_is_typed_as_a_setting(js, text, value):
    assert js("readSetting(given)", text) == value


def test_settings_are_written_so_that_they_are_read_again(js):
    values = [1, 0, -1, 2.5, 1e-5, 0.001, [3, 5], [[1, 2], [0, 1]], [[1, 2], 3], [1, 2, 3], "same", "it's"]
    assert js("given.map((value) => readSetting(writeSetting(value)))", values) == values
    assert js("writeSetting(null)") == ""
    assert js("given.map(writeSetting)", [[3, 5], 1e-5, "same"]) == ["3, 5", "1e-05", "same"]


def test_values_are_written_as_python_writes_them(js):
    values = [0, -3, 12345678, 0.1, 1e-5, 1e-4, 1.5e-7, 123456.75, 1e15 + 0.5, None, True, False, "same", "it's", 'say "x"',
              "it's \"x\"", "a\\b", (), (1,), (1, 2), ((1, 2), (0.5, "x"))]  # fmt: skip
    assert js("given.map(pythonText)", values) == [repr(value) for value in values]
    counts = [0, 7, 999, 1000, 27648, 1234567, 10**12]
    assert js("given.map(thousands)", counts) == [f"{count:,}" for count in counts]
