"""What is kept between commands: JSON in the folder ``judge/`` beside the gradebook, written whole or not at all."""

import json
import os
from pathlib import Path

from sqlalchemy.engine import make_url

FOLDER = "judge"


def folder(root, db_url):
    """Return where it lies.

    Parameters
    ----------
    root : str
        Of the course; used where the gradebook is no file.
    db_url : str
        nbgrader's.

    Returns
    -------
    Path
        Need not exist.
    """
    url = make_url(db_url)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return ((Path(root) / url.database).parent if is_file else Path(root)) / FOLDER


def read(path):
    """Read a file; what is missing or damaged is empty.

    Parameters
    ----------
    path : Path
        Where it lies.

    Returns
    -------
    dict
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write(path, data):
    """Write a file.

    Parameters
    ----------
    path : Path
        Where to.
    data : dict
        What JSON can hold.

    Raises
    ------
    OSError
        If it cannot be written; the file that was there stays.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(data, indent=1), encoding="utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
