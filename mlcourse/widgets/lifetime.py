"""Widgets end with the cell that made or showed them: where it is run again, those of its earlier run close.

Without this each run of a cell leaves one more widget behind, in the kernel and in the page, and each of them goes on
recording at every edit of an editor it was given.
"""

from weakref import WeakKeyDictionary

from IPython import get_ipython

_cells = WeakKeyDictionary()  # widget -> ids of the cells that made it, showed it, or made it part of another
_leaving = []  # widgets of an earlier run of the cell that ran last; they close unless it showed them again


def belong_to_this_cell(widgets):
    """Note that the cell that runs now needs these widgets; outside a notebook's cell nothing is noted."""
    shell = get_ipython()
    cell = getattr(shell, "get_parent", dict)().get("metadata", {}).get("cellId")
    if cell is None:
        return
    if _turn not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _turn)
    for widget in widgets:
        _cells.setdefault(widget, set()).add(cell)


def _turn(info):
    """Before a cell runs: close what an earlier cell left behind, and note what this one may leave.

    Not at once: until the cell has run, the page shows the old output, and nobody knows what the new one will be.
    """
    while _leaving:
        widget = _leaving.pop()
        if not _cells.get(widget):
            _cells.pop(widget, None)
            widget.close()
            _forget(widget)
    for widget, cells in list(_cells.items()):
        if info.cell_id in cells:
            cells.discard(info.cell_id)
            _leaving.append(widget)


def _forget(widget):
    """Take the widget out of what IPython keeps of each cell's result: `Out`, `_`, `_12`."""
    shell = get_ipython()
    for kept in (shell.user_ns["_oh"], shell.user_ns, shell.user_ns_hidden):
        for name in [name for name, result in kept.items() if result is widget and str(name).lstrip("_").isdigit()]:
            del kept[name]
    for kept in (shell.user_ns, shell.user_ns_hidden, vars(shell.displayhook)):
        for name in ("_", "__", "___"):
            if kept.get(name) is widget:
                kept[name] = None
