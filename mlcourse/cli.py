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
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / "lectures" / "src").is_dir()), None)
    if root is None:
        return _fail(f"there is no lectures/src in {here} or above it. Run this inside a checkout of the course.")
    try:
        from mlcourse.publish.percent import build

        changed = build(root)
    except ModuleNotFoundError as error:
        if error.name != "jupytext":
            raise
        return _fail("building notebooks needs jupytext: pip install 'mlcourse[instructor]'")
    except (ValueError, RuntimeError) as error:  # they say which file and cell
        return _fail(error)
    for file in changed:
        print(file.relative_to(root) if file.is_relative_to(root) else file)
    if not changed:
        print("Every notebook is up to date.")
    return 0


COMMANDS = (doctor, notebooks)


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
        commands.add_parser(command.__name__, help=about, description=about).set_defaults(command=command)
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
