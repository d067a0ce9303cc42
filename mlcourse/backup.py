"""All of a student's work in one file, to carry to another machine or out of Binder, and back."""

import json
import os
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mlcourse.answers import FOLDER

MANIFEST = "mlcourse-work.json"
PLACES = ("lectures/*.ipynb", f"lectures/{FOLDER}/*.json", "assignments/release/**/*")


class Restored(NamedTuple):
    """What became of each file of a restored archive (paths below the course)."""

    written: list
    same: list
    kept: list


def work(root):
    """Return the files of a course that hold a student's work.

    Parameters
    ----------
    root : pathlib.Path
        The course's folder.

    Returns
    -------
    list of pathlib.Path
    """
    found = {path for place in PLACES for path in root.glob(place) if path.is_file() and not path.is_symlink()}
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def save(root, file):
    """Pack a student's work into one file.

    Parameters
    ----------
    root : pathlib.Path
        The course's folder.
    file : path
        A zip file to write; one that is there is replaced only when the new one is whole.

    Returns
    -------
    list of str
        What was packed, below the course.
    """
    file = Path(file)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    names = [path.relative_to(root).as_posix() for path in work(root)]
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.write(root / name, name)
            times = {name: (root / name).stat().st_mtime for name in names}
            archive.writestr(MANIFEST, json.dumps({"format": 1, "saved": datetime.now().isoformat(), "times": times}))
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)
    return names


def restore(root, file, *, ask):
    """Bring a student's work back; what is newer here is never overwritten without asking, nor lost after it.

    Parameters
    ----------
    root : pathlib.Path
        The course's folder.
    file : path
        What `save` wrote.
    ask : callable
        ``ask(names) -> bool``: may these files, which were changed here after they were saved there, be replaced?
        What they hold now is then put aside beside them.

    Returns
    -------
    Restored

    Raises
    ------
    ValueError
        If the file is no archive of this course's work, or is damaged, or wants to write elsewhere.
    FileNotFoundError
        If it is not there.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            times = json.loads(archive.read(MANIFEST))["times"]
            contents = {name: archive.read(name) for name in times}  # all of it, before anything is written
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} is not a file that `mlcourse save` wrote, or it is damaged ({error}).") from error
    for name in contents:
        if not _fits(name):
            raise ValueError(
                f"{file} wants to write {name}, which is no place of a student's work. Nothing was written."
            )
    differ = {
        name for name, content in contents.items() if (root / name).exists() and (root / name).read_bytes() != content
    }
    same = sorted(name for name in contents if (root / name).exists() and name not in differ)
    newer = sorted(n for n in differ if (root / n).stat().st_mtime > times[n] and not _as_delivered(root, n))
    replace_newer = bool(newer) and ask(newer)
    kept = [] if replace_newer else newer
    written = sorted(set(contents) - set(same) - set(kept))
    for name in written:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in differ and not _as_delivered(root, name):
            target.rename(
                target.with_name(f"{target.stem}.before-restore-{datetime.now():%Y%m%d-%H%M%S-%f}{target.suffix}")
            )
        target.write_bytes(contents[name])
        os.utime(target, (times[name], times[name]))
    return Restored(written, same, kept)


def _fits(name):
    """Say whether a path in an archive is a place of a student's work; an archive may have come from anywhere."""
    parts = name.split("/")
    if ".." in parts or "\\" in name or name.startswith("/"):
        return False
    return (
        (len(parts) == 2 and parts[0] == "lectures" and name.endswith(".ipynb"))
        or (len(parts) == 3 and parts[:2] == ["lectures", FOLDER] and name.endswith(".json"))
        or (len(parts) > 2 and parts[:2] == ["assignments", "release"])
    )


def _as_delivered(root, name):
    """Return whether a file is just as the course came, which git knows where there is a checkout."""
    try:
        done = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", name], cwd=root, capture_output=True, timeout=30)
        known = subprocess.run(["git", "ls-files", "--error-unmatch", name], cwd=root, capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and known.returncode == 0
