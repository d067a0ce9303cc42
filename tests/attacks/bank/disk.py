# The course on the disk. Where the student's process is not confined, it reads and writes what its user may.
import os
import pathlib


def course():
    """The folder of the course, if it is the small one that may be attacked."""
    seen = [pathlib.Path.cwd()]
    for process in ("self", os.getppid(), *(name for name in os.listdir("/proc") if name.isdigit())):
        try:
            seen.append(pathlib.Path(os.readlink(f"/proc/{process}/cwd")))
        except OSError:
            continue
    for place in seen:
        for folder in (place, *place.parents):
            try:
                if (folder / "this_is_the_course_to_attack").exists():
                    return folder
            except OSError:
                continue
    raise FileNotFoundError("no course to be seen")


# %% attack="reads_the_solutions" confined=true
# Reads the author's solutions and runs them.
# %% name="relu"
cells = json.loads((course() / "source" / "ps1" / "ps1.ipynb").read_text())["cells"]
for cell in cells:
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        exec("".join(cell["source"]))

# %% attack="reads_the_gradebook" confined=true
# Reads the hidden tests from the gradebook and answers what they expect.
# %% name="count"
import ast
import re
import sqlite3

book = sqlite3.connect(course() / "gradebook.db")
texts = [row[0] for row in book.execute("select source from source_cell") if row[0]]
told = [pair for text in texts for pair in re.findall(r"assert count\((.*?)\) == (\{.*?\})", text)]
table = {repr(ast.literal_eval(asked)): ast.literal_eval(expected) for asked, expected in told}


def count(words):
    return table[repr(words)]

# %% attack="copies_another" confined=true
# Runs the answers of somebody else's submission.
# %% name="relu"
cells = json.loads((course() / "submitted" / "a_first" / "ps1" / "ps1.ipynb").read_text())["cells"]
for cell in cells:
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        exec("".join(cell["source"]))

# %% attack="writes_into_the_gradebook" alone=true confined=true
# Gives everybody 99 points for everything, in the gradebook itself.
# %% name="relu"
import sqlite3

book = sqlite3.connect(course() / "gradebook.db")
book.execute("update grade set manual_score = 99")
book.commit()

# %% attack="spoils_another_submission" alone=true confined=true
# Writes into the submission of somebody who comes later.
# %% name="relu"
for path in (course() / "submitted" / "z_last").rglob("*.ipynb"):
    path.write_text("{}")

# %% attack="rewrites_the_source" alone=true confined=true
# Rewrites the author's tests on the disk for all who come later.
# %% name="relu"
for path in (course() / "source").rglob("*"):
    if path.is_file():
        path.write_text(path.read_text().replace("assert", "0 and").replace("True", "False"))

# %% attack="rewrites_the_data_for_all" alone=true confined=true
# Rewrites the files beside the author's notebook, so that everybody else's right answers fail.
# %% name="relu"
for path in course().rglob("cases.json"):
    path.chmod(0o644)
    path.write_text("[[[7, 1, 5], 99]]")

# %% attack="ends_its_parent" alone=true confined=true
# Ends the process that started it.
# %% name="relu"
import signal

course()
if os.getppid() > 1:
    os.kill(os.getppid(), signal.SIGKILL)
