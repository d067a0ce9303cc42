"""A submitted notebook, read however it was written: only its cells matter, and of those only what a student may change."""

import json
import re
import stat

import nbformat

from mlcourse.grading.steps.submitted.not_graded import NotGraded

CURRENT, OLD = nbformat.current_nbformat, 3
MOST_CELLS = 2_000
VALID_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")
KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read(path, megabytes):
    """Read a submitted notebook.

    Parameters
    ----------
    path : Path
        Where it lies.
    megabytes : float
        How large it may be.

    Returns
    -------
    tuple of NotebookNode and list of str
        Cells with their texts, ids, attachments and nbgrader's names, and nothing else; and what was mended, in words.

    Raises
    ------
    NotGraded
        If it is no plain file, is too large or is no notebook.
    """
    content = _content(path, megabytes)
    if not content:
        raise NotGraded(f"{path} is empty, so something went wrong when it was handed in; ask for it again")
    try:
        nb = json.loads(content, parse_int=_whole)
    except UnicodeDecodeError:
        raise NotGraded(f"{path} is not a notebook: it is not written in UTF-8; save it again in Jupyter") from None
    except RecursionError:
        raise NotGraded(f"{path} is not a notebook: its entries lie in each other too deeply") from None
    except ValueError as error:
        raise NotGraded(
            f"{path} is not a notebook: {error}. It may have been cut off on the way: ask for it again"
        ) from None
    if not (isinstance(nb, dict) and isinstance(nb.get("nbformat"), int)):
        raise NotGraded(f"{path} is not a notebook: it has no 'nbformat'; ask for the notebook itself")
    if nb["nbformat"] not in (OLD, CURRENT):
        raise NotGraded(f"{path} has nbformat {nb['nbformat']}; save it again in a current Jupyter")
    entries = _entries(path, nb)
    cells = [_cell(entry, number) for number, entry in enumerate(entries) if isinstance(entry, dict)]
    lost = len(entries) - len(cells)
    repairs = [f"{lost} {'entries' if lost > 1 else 'entry'} of the notebook, not cells, were left out"] if lost else []
    return nbformat.from_dict({"nbformat": CURRENT, "nbformat_minor": 5, "metadata": {}, "cells": cells}), repairs


def kind_of(mode):
    """Say in words what lies somewhere, where it is no plain file.

    Parameters
    ----------
    mode : int
        As `os.lstat` gives it.

    Returns
    -------
    str or None
        None for a plain file.
    """
    return None if stat.S_ISREG(mode) else KINDS.get(stat.S_IFMT(mode), "something else")


def _content(path, megabytes):
    try:
        about = path.lstat()
        kind = kind_of(about.st_mode)
        if kind:
            raise NotGraded(f"{path} is {kind}, not a file, so it is not read; ask for the notebook itself")
        if about.st_size > megabytes * 1e6:
            raise NotGraded(
                f"{path} has {about.st_size / 1e6:.0f} MB, more than {megabytes:g}; clear its outputs, "
                "or raise c.JudgeStep.input_megabytes"
            )
        return path.read_bytes()
    except OSError as error:
        raise NotGraded(f"{path} cannot be read: {error.strerror}; see to its permissions") from error


def _whole(digits):
    return int(digits) if len(digits) < 20 else 0  # Python refuses very long ones, and we need none


def _entries(path, nb):
    sheets = nb.get("worksheets") if nb["nbformat"] == OLD else [nb]
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    if not lists or not all(isinstance(cells, list) for cells in lists):
        raise NotGraded(f"{path} is not a notebook: it has no list of 'cells'; ask for it again")
    entries = [entry for cells in lists for entry in cells]
    if len(entries) > MOST_CELLS:
        raise NotGraded(
            f"{path} has {len(entries):,} cells, more than {MOST_CELLS:,}; throw away those that do not belong to it"
        )
    return entries


def _cell(entry, number):
    kind = entry.get("cell_type")
    source = _text(entry.get("source", entry.get("input")))
    if kind == "heading":  # of nbformat 3
        level = entry.get("level")
        kind, source = "markdown", f"{'#' * (level if isinstance(level, int) and 0 < level < 7 else 1)} {source}"
    known = isinstance(kind, str) and kind in ("code", "markdown")
    cell = {"cell_type": kind if known else "raw", "source": source, "metadata": {}}
    named = isinstance(entry.get("id"), str) and VALID_ID.fullmatch(entry["id"])
    cell["id"] = entry["id"] if named else f"unnamed-{number}"
    meta = entry.get("metadata")
    meta = meta.get("nbgrader") if isinstance(meta, dict) else None
    name = meta.get("grade_id") if isinstance(meta, dict) else None
    if isinstance(name, str):
        cell["metadata"]["nbgrader"] = {"grade_id": _text(name)}
    attachments = _attachments(entry.get("attachments"))
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif attachments:
        cell["attachments"] = attachments
    return cell


def _attachments(found):
    """{file: {type: base64}}, as they must be."""
    kept = {}
    for name, bundle in found.items() if isinstance(found, dict) else ():
        if isinstance(bundle, dict):
            kept[_text(name)] = {_text(kind): _text(data) for kind, data in bundle.items() if isinstance(data, str)}
    return kept


def _text(source):
    """A string that can be written in UTF-8: half of a pair of surrogates is no character."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""
