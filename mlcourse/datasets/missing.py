"""What is not there: a package or a file. Each is told with the way out."""

import difflib
import importlib
from pathlib import Path

# What a loader reads, by the end of the name; DICOM files often have no end at all.
READ_BY = {
    ".nii": "nifti",
    ".nii.gz": "nifti",
    ".dcm": "dicom",
    ".png": "png_folder",
    ".jpg": "png_folder",
    ".jpeg": "png_folder",
}


def package(name):
    """Import a package that this room needs, late: importing the room stays light.

    Parameters
    ----------
    name : str

    Returns
    -------
    module

    Raises
    ------
    ModuleNotFoundError
        If it is missing, or something that it needs itself.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"These images need {error.name}, which is not installed: pip install 'mlcourse[student]'.", name=error.name
        ) from error


def existing(path, *, kind):
    """Return a path that is there.

    Parameters
    ----------
    path : str or path
        ``~`` is the home folder.
    kind : str
        What is looked for, in words: "a NIfTI file".

    Returns
    -------
    pathlib.Path

    Raises
    ------
    TypeError
        If ``path`` is no path.
    FileNotFoundError
        If nothing has this name; says what is there instead, and which name is nearest.
    """
    try:
        path = Path(path).expanduser()
    except TypeError:
        raise TypeError(
            f"The path is of type {type(path).__name__}; expected the path of {kind}, as text in quotes."
        ) from None
    if path.exists():
        return path
    folder = path.absolute()
    while not folder.is_dir():
        missing, folder = folder.name, folder.parent
    names = [entry.name for entry in folder.iterdir()]
    near = difflib.get_close_matches(missing, names, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise FileNotFoundError(f"No {missing!r} in {folder}; looked for {kind}, {path}. {holds(folder)}{meant}")


def holds(folder, most=8):
    """Say in one sentence what a folder holds.

    Parameters
    ----------
    folder : pathlib.Path
    most : int
        So many names are given.

    Returns
    -------
    str
    """
    names = sorted(entry.name + "/" * entry.is_dir() for entry in visible(folder.iterdir()))
    if not names:
        return "This folder is empty."
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"This folder holds {', '.join(names[:most])}{more}."


def visible(paths):
    """Leave out hidden files, which a Mac adds to folders and archives (``._scan.png``).

    Parameters
    ----------
    paths : iterable of pathlib.Path

    Returns
    -------
    list of pathlib.Path
    """
    return [path for path in paths if not path.name.startswith(".")]


def reader_of(paths, *, here):
    """Say which loader reads these files, if another one than ``here`` does.

    Parameters
    ----------
    paths : iterable of pathlib.Path
    here : str
        The loader that was called.

    Returns
    -------
    str
        A sentence with a space before it, or nothing.
    """
    names = [path.name.lower() for path in paths]
    readers = sorted({reader for end, reader in READ_BY.items() if any(name.endswith(end) for name in names)} - {here})
    return f" Files of this kind are read by datasets.{' and datasets.'.join(readers)}." if readers else ""
