"""The shared JavaScript modules, held to what Python says of the same numbers."""

import json

import pytest

from mlcourse import walkthroughs
from mlcourse.trace import number, record, to_wire
from mlcourse.widgets import Player, front

NUMBERS = [0, 1, -1, 0.1, -37, -14.8, 12.096484, 0.30000000000000004, 1 / 3, 1e-5, -2.5e-9, 123456, 1234567, 1e20,
           999999.5, 0.0001, 0.00012345678, 99999.95, -0.0]  # fmt: skip


@pytest.fixture(scope="module")
def js(chromium_browser):
    """Call a function of the shared modules, all joined as a widget gets them."""
    context = chromium_browser.new_context()
    page = context.new_page()
    module = front.esm("player.js").replace(
        "export default { render };", "export { formatNumber, readNumber, blocksOf, Story };"
    )
    page.evaluate(
        """async text => { window.shared = await import(URL.createObjectURL(new Blob([text], {type: "text/javascript"}))) }""",
        module,
    )
    yield lambda expression, given=None: page.evaluate(
        f"given => {{ const {{ formatNumber, readNumber, blocksOf, Story }} = shared; return {expression}; }}", given
    )
    context.close()


def test_numbers_are_written_as_in_python(js):
    assert js("given.map(v => formatNumber(v))", NUMBERS) == [number(v) for v in NUMBERS]
    assert js("[null, 'inf', '-inf'].map(v => formatNumber(v))") == ["nan", "inf", "-inf"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-2.5", -2.5), ("−2.5", -2.5), ("0,5", 0.5), (" 1e-3 ", 0.001), ("1/97", 1 / 97), (".5", 0.5), ("5.", 5),
     ("", None), ("three", None), ("1/0", None), ("1,000,000", None), ("--1", None), ("1 2", None), ("0x10", None),
     ("Infinity", None), ("NaN", None), ("1e", None)],
)  # fmt: skip
def test_what_a_student_types_is_read_or_refused(js, text, value):
    assert js("readNumber(given)", text) == value


@pytest.mark.parametrize("shape", [[], [3], [2, 3], [1, 1, 3, 2], [2, 3, 4, 5]])
def test_blocks_cover_every_cell_once(js, shape):
    found = js("blocksOf('a', given)", shape)
    size = 1
    for n in shape:
        size *= n
    each = found["rows"] * found["columns"]
    assert [block["start"] for block in found["blocks"]] == list(range(0, size, each))
    assert len({block["label"] for block in found["blocks"]}) == len(found["blocks"])


def test_a_story_winds_forward_and_back_as_the_trace_does(js):
    trace = Player.example().story
    wire = json.loads(json.dumps(to_wire(trace)))
    order = [0, 3, 25, 24, 8, 9, 0, 17, 25, 1]
    shown = js(
        """(() => {
            const story = new Story(given.wire), seen = [];
            for (const i of given.order) {
                story.seek(i);
                seen.push(Object.fromEntries([...story.grids].filter(([, g]) => g.values).map(([n, g]) => [n, [...g.values]])));
            }
            return seen;
        })()""",
        {"wire": wire, "order": order},
    )
    for index, grids in zip(order, shown, strict=True):
        expected = {name: array.ravel().tolist() for name, array in trace.at(index).items()}
        assert grids == expected


def test_a_cell_is_made_when_it_is_written_or_was_there_to_be_read(js):
    import numpy as np

    x, w = np.ones((1, 1, 3, 2)), np.ones((1, 1, 2, 2))
    wire = to_wire(record(walkthroughs.training_step(x, w, target=5.0, rate=0.01)))
    made = js(
        """(() => { const s = new Story(given); s.seek(0); const a = [s.grids.get("w").made, s.grids.get("y").made].map(m => [...m]);
                    s.seek(1); return [...a, [...s.grids.get("y").made]]; })()""",
        wire,
    )
    assert made == [[True] * 4, [True, False], [True, True]]
