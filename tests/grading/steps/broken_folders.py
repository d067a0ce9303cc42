"""Broken submissions, third part: the notebook's name, what lies beside it, and the folder itself."""

import os
import shutil
import socket

from broken_submissions import FULL_POINTS, comes_to, dump, text_in

UNREADABLE = {"reason": "cannot be read: Permission denied"} if os.geteuid() else {"points": FULL_POINTS}


def rename(folder, to):
    (folder / to).parent.mkdir(parents=True, exist_ok=True)
    (folder / "p1.ipynb").rename(folder / to)


@comes_to(FULL_POINTS, repair="the notebook is called 'p1 (1).ipynb', not 'p1.ipynb'")
def renamed(nb, folder):
    """Called as a browser calls a second download."""
    rename(folder, "p1 (1).ipynb")


@comes_to(FULL_POINTS, repair="the notebook is called 'ps1/P1.IPYNB.ipynb'")
def folder_in_folder(nb, folder):
    """In a folder of its own, beside a notebook that is no part of the course."""
    rename(folder, "ps1/P1.IPYNB.ipynb")
    dump({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}, folder)
    rename(folder, "scratch.ipynb")


@comes_to(reason="not certain which it is of 'first.ipynb', 'second.ipynb'; rename the right one")
def two_candidates(nb, folder):
    """Two notebooks that may be meant."""
    rename(folder, "second.ipynb")
    nb.cells.reverse()
    dump(nb, folder)
    rename(folder, "first.ipynb")


@comes_to(reason="there is no p1.ipynb in submitted/another_notebook/ps1; none of 'holidays.ipynb' has its cells")
def another_notebook(nb, folder):
    """One notebook, and not ours."""
    dump(nb, folder, cells=nb.cells[:1])
    rename(folder, "holidays.ipynb")


@comes_to(reason="there is no p1.ipynb in submitted/only_a_checkpoint/ps1; ask for it")
def only_a_checkpoint(nb, folder):
    """Jupyter's older copy is there, the notebook is not."""
    rename(folder, ".ipynb_checkpoints/p1-checkpoint.ipynb")


@comes_to(reason="there is no p1.ipynb in submitted/nothing/ps1; ask for it")
def nothing(nb, folder):
    """An empty folder."""
    (folder / "p1.ipynb").unlink()


@comes_to(reason="there is no p1.ipynb in submitted/only_a_text/ps1; ask for it")
def only_a_text(nb, folder):
    """No notebook, but an apology."""
    rename(folder, "sorry.txt")


@comes_to(reason="submitted/a_file_as_folder/ps1 is not a folder")
def a_file_as_folder(nb, folder):
    """The submission is a file."""
    shutil.rmtree(folder)
    folder.write_text("ps1")


@comes_to(reason="submitted/a_link_as_folder/ps1 is a link")
def a_link_as_folder(nb, folder):
    """The submission is a link to that of another."""
    shutil.rmtree(folder)
    folder.symlink_to("../!right/ps1")


@comes_to(reason="p1.ipynb is a folder, not a file")
def notebook_is_a_folder(nb, folder):
    """Somebody unpacked it."""
    rename(folder, "p1")
    (folder / "p1.ipynb").mkdir()
    (folder / "p1").rename(folder / "p1.ipynb" / "p1.ipynb")


@comes_to(reason="p1.ipynb is a named pipe, not a file")
def notebook_is_a_pipe(nb, folder):
    """Who reads it waits for ever."""
    (folder / "p1.ipynb").unlink()
    os.mkfifo(folder / "p1.ipynb")


@comes_to(reason="p1.ipynb is a link, not a file")
def notebook_is_a_link(nb, folder):
    """It is that of another."""
    (folder / "p1.ipynb").unlink()
    (folder / "p1.ipynb").symlink_to("../../!right/ps1/p1.ipynb")


@comes_to(reason="p1.ipynb is a link, not a file")
def notebook_is_a_circle(nb, folder):
    """A link to itself."""
    (folder / "p1.ipynb").unlink()
    (folder / "p1.ipynb").symlink_to("p1.ipynb")


@comes_to(**UNREADABLE)
def unreadable(nb, folder):
    """Nobody may read it, except root."""
    (folder / "p1.ipynb").chmod(0)


@comes_to(FULL_POINTS, repair="'pipe' is a named pipe, not a file, and was left out")
def pipe_beside_it(nb, folder):
    """A pipe and a socket beside the notebook."""
    os.mkfifo(folder / "pipe")
    here = os.getcwd()
    os.chdir(folder)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
    os.chdir(here)


@comes_to(FULL_POINTS, repair="'book' is a link, not a file, and was left out")
def links_beside_it(nb, folder):
    """Links to the gradebook, the solutions, nowhere, themselves, and zeros without end."""
    for name, to in {
        "book": "../../../gradebook.db", "solutions": "../../../source", "nowhere": "gone", "self": "self",
        "up": ".", "zeros": "/dev/zero", "data.txt": "../../../gradebook.db",
    }.items():  # fmt: skip
        (folder / name).symlink_to(to)


@comes_to(reason="submitted/links_without_end/ps1 holds 30 links and the like; delete those that are not needed")
def links_without_end(nb, folder):
    """More links than anybody needs."""
    for number in range(30):
        (folder / f"link-{number}").symlink_to("p1.ipynb")


@comes_to(FULL_POINTS)
def shadowing_modules(nb, folder):
    """Files with the names of modules that everybody imports, in which nothing works."""
    for name in (
        "numpy",
        "random",
        "json",
        "mlcourse",
        "nbgrader_config",
        "conftest",
        "sitecustomize",
        "usercustomize",
    ):
        (folder / f"{name}.py").write_text("raise SystemExit('not me')\n")
    for name in ("torch", "nbformat", "IPython"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("1 / 0\n")
    nb.cells.insert(1, {"cell_type": "code", "metadata": {}, "source": "import random, json", "outputs": []})
    dump(nb, folder)


@comes_to(FULL_POINTS, repair="'\\udcff\\udcfe.txt' has a name that is not UTF-8, and was left out")
def odd_file_names(nb, folder):
    """Names with new lines, brackets, other alphabets, no alphabet, and as long as they can be."""
    for name in ("a\nb.txt", "[abc]*?.txt", "Übung ß 你好.txt", "{student_id}", "%s", "-rf", "n" * 255, "<b>.txt"):
        (folder / name).write_text(name)
    with open(os.fsencode(folder) + b"/\xff\xfe.txt", "w") as file:
        file.write("not UTF-8")


@comes_to(FULL_POINTS, repair="'data.txt' has the name of something the author gave, and was left out")
def names_of_the_authors(nb, folder):
    """A folder where the author has a file, and a file where the author has a folder."""
    (folder / "data.txt").mkdir()
    for number in range(30):  # they are left out with it, and do not count
        (folder / "data.txt" / f"link-{number}").symlink_to("nowhere")
    (folder / "pictures").write_text("mine")


@comes_to(reason="holds more than 1,000 files; delete what does not belong to the submission")
def files_without_end(nb, folder):
    """More files than anybody needs."""
    for number in range(1_001):
        (folder / f"{number}.txt").touch()


@comes_to(reason="holds folders more than 20 deep")
def folders_without_end(nb, folder):
    """A folder in a folder in a folder."""
    (folder / "/".join("d" * 200)).mkdir(parents=True)


@comes_to(reason="the files in submitted/files_too_large/ps1 are larger than 2 MB together; raise c.JudgeStep")
def files_too_large(nb, folder):
    """Files that are larger together than the course allows."""
    for name in "ab":
        (folder / name).write_bytes(bytes(1_100_000))


@comes_to(reason="timestamp.txt does not say when this was handed in; correct it, or delete it")
def no_time(nb, folder):
    """Its time is a word."""
    (folder / "timestamp.txt").write_text("yesterday or so")


@comes_to(reason="timestamp.txt does not say when this was handed in")
def time_in_another_world(nb, folder):
    """Its time is none that there is."""
    (folder / "timestamp.txt").write_bytes(b"9999-12-31 23:59:59 -9900\xff")


@comes_to(reason="timestamp.txt does not say when this was handed in")
def time_is_a_pipe(nb, folder):
    """Who asks for its time waits for ever."""
    os.mkfifo(folder / "timestamp.txt")


@comes_to(FULL_POINTS)
def time_is_empty(nb, folder):
    """Nobody wrote down when it was handed in."""
    (folder / "timestamp.txt").touch()


@comes_to(FULL_POINTS, student="[1-9] O'Brien; {x} %s *?")
def odd_student(nb, folder):
    """A name that is a pattern, a format and a quotation."""


@comes_to(FULL_POINTS, student="n" * 200)
def long_student(nb, folder):
    """A name of two hundred letters."""


@comes_to(reason="has more than one line; rename it", student="two\nlines")
def student_of_two_lines(nb, folder):
    """A name at which nbgrader ends the batch."""


@comes_to(reason="is not UTF-8; rename it", student="\udcff")
def student_without_letters(nb, folder):
    """A name that is no UTF-8."""


@comes_to(FULL_POINTS, repair="the notebook is called 'Copy of p1.ipynb', not 'p1.ipynb'")
def many_at_once(nb, folder):
    """Several of these together, each of which can be mended."""
    cells = [*nb.cells[::-1], {"cell_type": "code", "source": "1 / 0"}, None]
    dump(nb, folder, cells=cells, nbformat_minor=-1, metadata=None)
    content = (folder / "p1.ipynb").read_bytes()
    text_in(folder, b"\xef\xbb\xbf" + content)
    (folder / "nowhere").symlink_to("gone")
    rename(folder, "Copy of p1.ipynb")
