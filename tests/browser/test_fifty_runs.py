"""Widgets made, shown and dropped again and again: neither the kernel nor the page keeps them."""

from mlcourse import widgets

RUNS = 50
# For each example, and a run. Jupyter itself keeps some: with eight examples, measured 23 kB and 2 nodes for each.
# With widgets that outlive their cell, or whose values the page keeps, they were 123 kB and 173 nodes.
MOST_BYTES, MOST_NODES = 28_000, 2.5
KERNEL = (
    "[len(__import__('ipywidgets').widgets.widget._instances), __import__('gc').collect() * 0 + sum("
    "isinstance(o, __import__('mlcourse.widgets').widgets.course_widget.CourseWidget) "
    "for o in __import__('gc').get_objects())]"
)


def kept_by_the_page(page, session):
    page.tab.wait_for_timeout(3000)  # anywidget holds each model for two seconds, in case it does not come up
    session.send("HeapProfiler.collectGarbage")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    return metrics["JSHeapUsedSize"], metrics["Nodes"]


def test_fifty_runs_of_a_cell_leave_the_widgets_of_one(host):
    shown = [f"widgets.{name}.example()" for name in widgets.__all__]
    host.write("lectures/again.ipynb", f"from mlcourse import widgets\ndisplay({', '.join(shown)})")
    with host.notebook("lectures/again.ipynb") as page:
        session = page.tab.context.new_cdp_session(page.tab)
        session.send("Performance.enable")
        page.run_cell(0, times=8)
        page.locator(".mlc").nth(len(shown) - 1).wait_for()
        kernel = page.python(KERNEL)
        heap, nodes = kept_by_the_page(page, session)
        page.run_cell(0, times=RUNS)
        page.locator(".mlc").nth(len(shown) - 1).wait_for()
        assert page.locator(".mlc").count() == len(shown)
        assert page.python(KERNEL) == kernel
        heap_after, nodes_after = kept_by_the_page(page, session)
        print(
            f"{host.name}: {(heap_after - heap) / RUNS / 1000:.0f} kB, {(nodes_after - nodes) / RUNS:.1f} nodes a run"
        )
        assert (heap_after - heap) / RUNS < MOST_BYTES * len(shown)
        assert (nodes_after - nodes) / RUNS < MOST_NODES * len(shown)
