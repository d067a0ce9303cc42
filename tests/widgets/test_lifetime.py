"""Which widgets close when a cell is run again, in a real kernel that is told each cell's id as Jupyter tells it."""

import pytest
from jupyter_client.manager import start_new_kernel


class Cells:
    """Runs code as the cell with a given id."""

    def __init__(self, client):
        self.client = client

    def __call__(self, cell, code):
        request = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        message = self.client.session.msg("execute_request", request, metadata={"cellId": cell})
        self.client.shell_channel.send(message)
        said, raised = "", None
        while True:
            answer = self.client.get_iopub_msg(timeout=60)
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if answer["msg_type"] == "stream":
                said += answer["content"]["text"]
            if answer["msg_type"] == "error":
                raised = AssertionError("\n".join(answer["content"]["traceback"]))
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                if raised:
                    raise raised
                return said.strip()

    def open(self, *names):
        return self("asking", f"print(*[widget.comm is not None for widget in [{', '.join(names)}]])").split()


@pytest.fixture
def run():
    manager, client = start_new_kernel()
    run = Cells(client)
    run("imports", "import gc\nimport numpy as np\nfrom mlcourse import walkthroughs\nfrom mlcourse.widgets import *")
    run("numbers", "x, w = np.ones((1, 1, 3, 4)), np.ones((1, 1, 2, 2))")
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_widgets_end_with_the_cell_that_made_or_showed_them(run):
    run("a", "first = MatrixEditor(w, label='w')\nfirst")
    run("b", "other = MatrixEditor(w, label='w')\nother")
    run("a", "second = MatrixEditor(w, label='w')\nsecond")
    assert run.open("first", "second", "other") == ["False", "True", "True"]

    # One that another cell shows as well stays, until that cell is run again too.
    run("b", "second")
    run("a", "third = MatrixEditor(w, label='w')")
    assert run.open("second", "third", "other") == ["True", "True", "False"]
    run("b", "third")
    assert run.open("second", "third") == ["False", "True"]

    # What is closed can be shown again.
    run("c", "first")
    assert run.open("first", "third") == ["True", "True"]
    assert run("asking", "print(first.layout.comm is not None, first.value.shape)") == "True (1, 1, 2, 2)"

    # A cell that fails, and one that shows the same widget again.
    run("c", "first")
    assert run.open("first") == ["True"]
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run("c", "1 / 0")
    assert run.open("first", "third") == ["False", "True"]


def test_the_editors_of_a_player_live_with_it(run):
    run("a", "editor = MatrixEditor(w, label='w')")
    run("b", "player = Player(walkthroughs.conv2d, x, editor)\nplayer")
    run("a", "old, editor = editor, MatrixEditor(w, label='w')")
    assert run.open("old", "player", "editor") == ["True", "True", "True"]
    run("b", "old_player, player = player, Player(walkthroughs.conv2d, x, editor)\nplayer")
    assert run.open("old", "old_player", "editor", "player") == ["False", "False", "True", "True"]

    # A closed Player no longer records; shown again, it shows the numbers as they are now.
    run("d", "shown, editor.value = old_player.story, 2 * w")
    run("d", "old.value = 3 * w")
    assert run("asking", "print(old_player.story is shown, player.story.result.max())") == "True 8.0"
    run("e", "old_player")
    assert run.open("old", "old_player") == ["True", "True"]
    assert run("asking", "print(old_player.story.result.max())") == "12.0"
    run("d", "old.value = 4 * w")
    assert run("asking", "print(old_player.story.result.max())") == "16.0"


def test_nothing_keeps_what_was_closed(run):
    count = "gc.collect()\nprint(sum(isinstance(o, MatrixEditor) for o in gc.get_objects()))"
    for _ in range(4):
        run("a", "MatrixEditor(w, label='w')")
        run("b", "Player(walkthroughs.conv2d, x, MatrixEditor(w, label='w'))")
    assert run("asking", count) == "2"
    run("mine", "mine = MatrixEditor(w, label='w')\nmine")
    run("mine", "kept = mine\n7")
    assert run("asking", "print(_, [n for n in Out if Out[n] is kept], kept.value.max())") == "7 [] 1.0"


def test_outside_a_notebook_nothing_is_noted():
    from mlcourse.widgets import MatrixEditor, lifetime

    editor = MatrixEditor(1.0, label="rate")
    assert editor not in lifetime._cells
