"""The `mlcourse` command: one function a command, its docstring is its help."""

import argparse
import difflib
import sys
from pathlib import Path

from mlcourse import __version__


def doctor(options):
    """Say what this machine has, what the course misses and what to do about it."""
    from mlcourse.machine import report

    found = report()
    print(found)
    return 1 if found.missing else 0


def notebooks(options):
    """Build the notebooks of lectures/ and assignments/ from their text in src/."""
    root = _course("lectures/src")
    if root is None:
        return _fail(f"there is no lectures/src in {Path.cwd()} or above it. Run this inside a checkout of the course.")
    try:
        from mlcourse.publish.percent import build

        changed = build(root)
    except ModuleNotFoundError as error:
        if error.name != "jupytext":
            raise
        return _fail("building notebooks needs jupytext: pip install 'mlcourse[instructor]'")
    except (ValueError, RuntimeError) as error:  # they say which file and cell
        return _fail(error)
    if not changed:  # `build` has named every file as it went
        print("Every notebook is up to date.")
    return 0


def export(options):
    """Run notebooks and write each as a page that lives without Python and without a network."""
    try:
        from mlcourse.publish.page import export as write

        for path in write(options.notebooks, options.output):
            print(f"{path.stat().st_size / 1e6:6.1f} MB  {path}", flush=True)
    except (FileNotFoundError, ValueError) as error:  # they say which notebook
        return _fail(error)
    return 0


def save(options):
    """Pack all of your work (answers, notes, exercises) into one file."""
    from mlcourse.backup import save as pack

    root = _course("lectures")
    if root is None:
        return _fail(f"there is no folder lectures in {Path.cwd()} or above it. Run this inside the course.")
    names = pack(root, options.file)
    print("\n".join(names))
    print(
        f"{len(names)} files are in {options.file}. Keep it somewhere safe; `mlcourse restore {options.file}` unpacks it."
    )
    return 0


def restore(options):
    """Unpack a file that `mlcourse save` wrote; newer work here is not overwritten without asking."""
    from mlcourse.backup import restore as unpack

    root = _course("lectures")
    if root is None:
        return _fail(f"there is no folder lectures in {Path.cwd()} or above it. Run this inside the course.")
    try:
        done = unpack(root, options.file, ask=_may_replace)
    except FileNotFoundError:
        return _fail(f"{options.file} is not there.")
    except ValueError as error:
        return _fail(error)
    for what, names in zip(("brought back", "the same already", "left as it is here"), done, strict=True):
        print("\n".join(f"{what}: {name}" for name in names), end="\n" if names else "")
    return 0


def _may_replace(names):
    print("These were changed here after they were saved:", *names, sep="\n  ")
    try:
        answer = input("Replace them? What they hold now is put aside beside them. [y/N] ")
    except EOFError:
        answer = ""
    return answer.strip().lower() in ("y", "yes")


def _course(marker):
    """Find the course's folder: here, or above."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / marker).is_dir()), None)


COMMANDS = (doctor, notebooks, export, save, restore)
ARGUMENTS = {
    export: {
        "notebooks": {"nargs": "+", "metavar": "NOTEBOOK", "help": "notebooks to run"},
        "--output": {"required": True, "metavar": "DIR", "help": "a folder for the pages"},
    },
    save: {"file": {"help": "a zip file to write"}},
    restore: {"file": {"help": "what `mlcourse save` wrote"}},
}


def main(words=None):
    """Run one command.

    Parameters
    ----------
    words : list of str, optional
        The command line without the program's name; by default the real one.

    Returns
    -------
    int
        The exit code: 0, or 1 when the command found something wrong. A command line that cannot be read ends the
        program with 2.
    """
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(prog="mlcourse", description="Neural networks for medical image analysis.")
    parser.add_argument("--version", action="version", version=f"mlcourse {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        about = command.__doc__.splitlines()[0]
        added = commands.add_parser(command.__name__, help=about, description=about)
        added.set_defaults(command=command)
        for argument, how in ARGUMENTS.get(command, {}).items():
            added.add_argument(argument, **how)
    if words and not words[0].startswith("-") and words[0] not in commands.choices:
        near = difflib.get_close_matches(words[0], commands.choices, n=1, cutoff=0)[0]
        parser.error(f"there is no command {words[0]!r}. The nearest is {near!r}; mlcourse --help lists all.")
    options = parser.parse_args(words)
    if not hasattr(options, "command"):
        parser.print_help()
        return 0
    return options.command(options)


def _fail(why):
    print(f"mlcourse: {why}", file=sys.stderr)
    return 1
