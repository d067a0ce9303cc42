"""Submissions that are broken, each in its own way, and what must come of each: its points, or the reason for none.

Each is a function that gets the released notebook with right answers, and the submission's folder, in which it lies already.
The first line says in words what is wrong. Here the notebook's file is broken; in `broken_cells` what stands in it, in
`broken_folders` what lies around it.
"""

import json
from dataclasses import dataclass

from foreign_course import cell_of, code
from nbformat import v4

FULL_POINTS = 8.0
MEGABYTES = 2  # what the course allows
KINDS = {}


@dataclass
class Kind:
    """What is handed in, and what must come of it.

    Attributes
    ----------
    write : callable
        Of the notebook and the folder.
    points : float or None
        None where it cannot be graded.
    reason : str
        Words of the reason, where it cannot.
    repair : str
        Words of what is mended, where something is.
    student : str
        In whose name.
    """

    write: callable
    points: float | None
    reason: str
    repair: str
    student: str


def comes_to(points=None, *, reason="", repair="", student=None):
    def entered(write):
        KINDS[write.__name__.strip("_")] = Kind(write, points, reason, repair, student or write.__name__.strip("_"))
        return write

    return entered


def dump(nb, folder, **changed):
    (folder / "p1.ipynb").write_text(json.dumps(nb | changed))


def text_in(folder, content):
    (folder / "p1.ipynb").write_bytes(content if isinstance(content, bytes) else content.encode())


@comes_to(reason="p1.ipynb is empty, so something went wrong when it was handed in; ask for it again")
def empty(nb, folder):
    """No byte in it."""
    text_in(folder, "")


@comes_to(reason="is not a notebook: ")
def truncated(nb, folder):
    """Cut off in the middle."""
    text_in(folder, json.dumps(nb)[:900])


@comes_to(reason="is not a notebook: Expecting value")
def a_script(nb, folder):
    """A Python script with the name of a notebook."""
    text_in(folder, "def double(x):\n    return 2 * x\n")


@comes_to(reason="it has no 'nbformat'; ask for the notebook itself")
def other_json(nb, folder):
    """Some other JSON."""
    text_in(folder, "[1, 2]")


@comes_to(reason="it is not written in UTF-8")
def a_pdf(nb, folder):
    """A PDF with the name of a notebook."""
    text_in(folder, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")


@comes_to(reason="it is not written in UTF-8")
def latin_1(nb, folder):
    """Written in Latin-1, with an umlaut."""
    text_in(folder, json.dumps(nb | {"author": "Zoë"}, ensure_ascii=False).encode("latin-1"))


@comes_to(FULL_POINTS)
def byte_order_mark(nb, folder):
    """With a byte order mark, as some editors of Windows put it."""
    text_in(folder, b"\xef\xbb\xbf" + json.dumps(nb).encode())


@comes_to(FULL_POINTS)
def utf_16(nb, folder):
    """Written in UTF-16."""
    text_in(folder, json.dumps(nb).encode("utf-16"))


@comes_to(FULL_POINTS)
def nbformat_3(nb, folder):
    """Saved by a very old program."""
    cells = [dict(cell) | {"input": cell.source, "language": "python"} for cell in nb.cells]
    for cell in cells:
        del cell["id"], cell["source"]
    heading = {"cell_type": "heading", "level": 2, "source": ["Old ", "times"], "metadata": {}}
    sheets = [{"cells": [heading, *cells[:4]], "metadata": {}}, {"cells": cells[4:]}]
    text_in(folder, json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}))


@comes_to(reason="has nbformat 5; save it again in a current Jupyter")
def nbformat_5(nb, folder):
    """Of the next format, which nobody knows yet."""
    dump(nb, folder, nbformat=5)


@comes_to(reason="has nbformat 99")
def nbformat_99(nb, folder):
    """Of a format that there will not be."""
    dump(nb, folder, nbformat=99)


@comes_to(reason="it has no 'nbformat'")
def nbformat_in_words(nb, folder):
    """The format is a text."""
    dump(nb, folder, nbformat="four")


@comes_to(FULL_POINTS)
def newer_minor_format(nb, folder):
    """Of a later small step of the format."""
    dump(nb, folder, nbformat_minor=99)


@comes_to(FULL_POINTS)
def minor_format_in_words(nb, folder):
    """The small step of the format is a list."""
    dump(nb, folder, nbformat_minor=["five"])


@comes_to(FULL_POINTS)
def old_schema(nb, folder):
    """nbgrader's notes are of its first version, on which stock nbgrader ends the batch."""
    for cell in nb.cells:
        cell.metadata.get("nbgrader", {}).update(schema_version=1)
    dump(nb, folder)


@comes_to(FULL_POINTS)
def new_schema(nb, folder):
    """nbgrader's notes are of a version to come, on which stock nbgrader ends the batch."""
    for cell in nb.cells:
        cell.metadata.get("nbgrader", {}).update(schema_version=99)
    dump(nb, folder)


@comes_to(FULL_POINTS)
def schema_in_words(nb, folder):
    """nbgrader's notes say everything in the wrong type."""
    for cell in nb.cells:
        cell.metadata.get("nbgrader", {}).update(schema_version=[], points="many", grade=3, locked={}, checksum=None)
    dump(nb, folder)


@comes_to(reason="it has no list of 'cells'")
def cells_are_no_list(nb, folder):
    """The cells are an object."""
    dump(nb, folder, cells={"0": nb.cells[0]})


@comes_to(reason="it has no list of 'cells'")
def cells_missing(nb, folder):
    """There are no cells, and nowhere they could be."""
    text_in(folder, '{"nbformat": 4}')


@comes_to(FULL_POINTS, repair="3 entries of the notebook, not cells, were left out")
def entries_that_are_no_cells(nb, folder):
    """Among the cells lie a number, a text and a null."""
    dump(nb, folder, cells=[7, *nb.cells, "cell", None])


@comes_to(FULL_POINTS)
def cells_of_wrong_types(nb, folder):
    """Cells whose every entry has another type than it should."""
    odd = [
        {"cell_type": "code", "source": 5, "metadata": [], "id": 7, "outputs": "none", "execution_count": "first"},
        {"cell_type": ["code"], "source": {"a": 1}, "metadata": None},
        {"cell_type": "heading", "level": "two", "source": None, "metadata": {"nbgrader": [1]}},
        {"cell_type": "markdown", "source": ["a", 1, None], "metadata": {"nbgrader": {"grade_id": 3}}, "id": "§"},
        {},
    ]
    dump(nb, folder, cells=[*odd, *nb.cells])


@comes_to(FULL_POINTS)
def metadata_is_a_list(nb, folder):
    """The notebook's metadata, and each cell's tags, have wrong types."""
    for cell in nb.cells:
        cell.metadata["tags"] = {"skip-execution": True}
    dump(nb, folder, metadata=[1])


@comes_to(reason="its entries lie in each other too deeply")
def nested_too_deeply(nb, folder):
    """A hundred thousand lists in each other."""
    text_in(folder, '{"nbformat": 4, "metadata": ' + "[" * 100_000)


@comes_to(FULL_POINTS)
def nested_deeply(nb, folder):
    """Metadata and attachments that are read, but would be too deep to copy."""
    deep = []
    for _ in range(400):
        deep = [deep]
    nb.cells[0]["attachments"] = {"a.png": deep}
    nb.cells[1].metadata["deep"] = deep
    dump(nb, folder)


@comes_to(FULL_POINTS)
def numbers_that_are_none(nb, folder):
    """NaN, infinity and a number of 5,000 digits."""
    nb.cells[1].metadata["odd"] = [float("nan"), float("inf"), 1e308]
    text_in(folder, json.dumps(nb).replace("1e+308", "9" * 5_000))


@comes_to(FULL_POINTS)
def characters_that_are_none(nb, folder):
    """Half a character, and a NUL, in cells of the student's."""
    nb.cells[2:2] = [
        code("mark = '\ud83d'", id="half-a-smile"),
        code("x = 1\0", id="nul"),
        v4.new_markdown_cell("\udc00"),
    ]
    dump(nb, folder)


@comes_to(FULL_POINTS)
def outputs_of_other_types(nb, folder):
    """Outputs that no Jupyter knows."""
    cell_of(nb, "ones")["outputs"] = [{"output_type": "hologram"}, 3, {"output_type": "stream", "text": {"a": 1}}]
    dump(nb, folder)


@comes_to(FULL_POINTS)
def attachments_of_wrong_types(nb, folder):
    """Attachments that are no pictures, on a cell that can have none, too."""
    nb.cells[0]["attachments"] = {"a.png": {"image/png": ["AAAA"]}, "b.png": 3, "c.png": {"image/png": "AAAA"}}
    cell_of(nb, "double")["attachments"] = {"a.png": {"image/png": "AAAA"}}
    dump(nb, folder)


@comes_to(FULL_POINTS)
def another_language(nb, folder):
    """Saved with a kernel of R."""
    dump(
        nb, folder, metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}, "language_info": None}
    )


@comes_to(reason="has 3,000 cells, more than 2,000")
def three_thousand_cells(nb, folder):
    """Cells without end."""
    dump(
        nb, folder, cells=[*nb.cells, *[{"cell_type": "code", "source": "1", "metadata": {}}] * (3_000 - len(nb.cells))]
    )


@comes_to(reason="has 3 MB, more than 2; clear its outputs")
def too_large(nb, folder):
    """Its outputs are larger than the course allows."""
    nb.cells[1]["outputs"] = [v4.new_output("stream", text="x" * 3_000_000)]
    dump(nb, folder)
