"""The JavaScript behind a Painter that knows nothing of the page: lines, moves, what is taken back, what is sent."""

import numpy as np
import pytest

from mlcourse.widgets import front


@pytest.fixture(scope="module")
def js(chromium_browser):
    """Call the modules of painting without any page around them."""
    context = chromium_browser.new_context()
    page = context.new_page()
    module = front.esm("painter.js").replace(
        "export default", "export { cellsBetween, Painting, Throttle };\nexport default"
    )
    page.evaluate(
        """async text => { window.shared = await import(URL.createObjectURL(new Blob([text], {type: "text/javascript"}))) }""",
        module,
    )
    yield lambda expression, given=None: page.evaluate(
        f"given => {{ const {{ cellsBetween, Painting, Throttle }} = shared; return {expression}; }}", given
    )
    context.close()


@pytest.mark.parametrize("to", [(3, 4), (0, 0), (9, 4), (3, -5), (7, 31), (-20, 6), (12, 13)])
def test_a_line_has_no_gap_and_both_its_ends(js, to):
    line = np.array(js("cellsBetween(given[0], given[1])", [[3, 4], list(to)]))
    assert line[0].tolist() == [3, 4]
    assert line[-1].tolist() == list(to)
    assert np.abs(np.diff(line, axis=0)).max() <= 1
    down, right = np.subtract(to, line[0])
    away = np.abs((line[:, 0] - 3) * right - (line[:, 1] - 4) * down) / max(1, np.hypot(down, right))
    assert away.max() < 0.75  # it is straight


def test_what_went_over_the_edge_comes_back_until_something_else_is_done(js):
    soft = [
        0.1,
        0.1,
        0.3,
        0.1,
        0.2,
        1.0,
        0.4,
        0.1,
        0.1,
        0.2,
        0.1,
        0.1,
    ]  # 3 rows, 4 columns; the brighter half is one cell
    moved = """(() => {
        const p = new Painting(given, 3, 4), seen = [];
        const note = (whole) => seen.push([whole, p.moved.down, p.moved.right, p.cells]);
        note(p.moveTo(1, -1)); note(p.moveTo(5, 9)); note(p.moveTo(0, 0));
        p.moveTo(1, 2); p.line([0, 0], [0, 0], 0.9); note(p.moveTo(-1, -2));
        return seen;
    })()"""
    first, edge, back, later = js(moved, soft)
    assert first[:3] == [True, 1, -1]
    assert np.reshape(first[3], (3, 4)).tolist() == [[0.1] * 4, [0.1, 0.3, 0.1, 0.1], [1.0, 0.4, 0.1, 0.1]]
    assert edge[:3] == [False, 1, 2]
    assert back == [True, 0, 0, soft]
    assert later[:3] == [False, 0, -0.0]  # 0.9 stands in the corner, where it must stay on the grid
    assert 0.4 not in later[3]


def test_there_is_nothing_to_move_where_all_is_the_same(js):
    assert js("(() => { const p = new Painting(given, 2, 2); return [p.moveTo(1, 0), p.cells]; })()", [0.3] * 4) == [
        False,
        [0.3] * 4,
    ]


def test_after_something_new_nothing_is_left_to_redo(js):
    told = """(() => {
        const p = new Painting(given, 2, 2), seen = [];
        const paint = (cell) => { p.begin(); p.line(cell, cell, 1); return p.end(); };
        paint([0, 0]); paint([0, 1]);
        seen.push(p.undo(), p.redo(), p.undo(), paint([0, 0]), [...p.cells]); // painting the same again is nothing new
        seen.push(paint([1, 1]), p.redo(), [...p.cells], p.undo(), p.undo(), p.undo(), [...p.cells]);
        return seen;
    })()"""
    assert js(told, [0] * 4) == [True, True, True, False, [1, 0, 0, 0],
                                 True, False, [1, 0, 0, 1], True, True, False, [0] * 4]  # fmt: skip


def test_much_asked_for_little_is_sent_and_the_last_always(js):
    sent = """(async () => {
        const wait = (ms) => new Promise((over) => setTimeout(over, ms)), sent = [];
        let now = 0;
        const throttle = new Throttle(100, () => sent.push(now));
        const upTo = (last) => { while (now < last) { now++; throttle.call(); } };
        upTo(20); upTo(40);
        const atOnce = [...sent];
        await wait(150); upTo(41);
        await wait(250);
        const later = [...sent];
        upTo(50); throttle.flush(); throttle.flush();
        await wait(150);
        return [atOnce, later, sent];
    })()"""
    at_once, later, flushed = js(sent)
    assert at_once == [1]
    assert later == [1, 40, 41]
    assert flushed == [1, 40, 41, 42, 50]
