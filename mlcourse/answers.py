"""What a student typed and where a student was, kept in ``.mlcourse/NOTEBOOK.json`` beside the notebook."""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

FOLDER = ".mlcourse"
FORMAT = "mlcourse answers, version 1"
ONE_AT_A_TIME = threading.Lock()  # a kernel serves widgets in a thread of their own, beside the cells


def here():
    """Return the answers of the notebook that is running.

    Jupyter tells a kernel its notebook's name in ``JPY_SESSION_NAME``; where it does not, the file is ``notebook.json``.

    Returns
    -------
    Answers
    """
    name = Path(os.environ.get("JPY_SESSION_NAME") or "notebook.ipynb")
    return Answers(Path.cwd() / FOLDER / f"{name.stem}.json")


class Answers:
    """Values by key, written to a file at every change.

    Parameters
    ----------
    path : path
        A JSON file; it and its folder come into being with the first value.

    Attributes
    ----------
    message : str
        What a student should know about the file, or empty.
    """

    def __init__(self, path):
        self.path, self.message = Path(path), ""

    def get(self, key, default=None):
        """Return the value kept under ``key``, or ``default``."""
        return self._read().get(key, default)

    def put(self, key, value):
        """Keep a value (anything that JSON can hold) under ``key``.

        What other notebooks and kernels wrote since stays. Where the disk refuses, `message` says so and nothing breaks.
        """
        try:
            with ONE_AT_A_TIME:
                answers = self._read()
                if answers.get(key) == value:
                    return
                answers[key] = value
                self.path.parent.mkdir(exist_ok=True)
                fresh = self.path.with_suffix(f".{os.getpid()}.new")
                fresh.write_text(json.dumps({"format": FORMAT, "answers": answers}), encoding="utf-8")
                os.replace(fresh, self.path)
        except OSError as error:
            self.message = (
                f"Your answers cannot be kept on this disk ({error.strerror}). Download the notebook before you leave."
            )

    def _read(self):
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["format"] != FORMAT or not isinstance(kept["answers"], dict):
                raise ValueError
            return kept["answers"]
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.message = f"Your earlier answers cannot be read ({error.strerror})."
            return {}
        except (ValueError, KeyError, TypeError):
            self._set_aside()
            return {}

    def _set_aside(self):
        """Rename a file that is damaged or not ours, so that nothing is written over it."""
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = self.path.with_name(f"{self.path.stem}.set-aside-{now}.json")
        self.path.rename(aside)
        self.message = (
            f"{self.path.name} could not be read as answers of this course. It was set aside as {aside.name}."
        )
