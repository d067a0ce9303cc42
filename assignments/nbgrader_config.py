"""How nbgrader runs this course. Its folders have nbgrader's own names, so that nbgrader's documentation applies."""

from pathlib import Path

c = get_config()

# The course is where this file lies, wherever the command is run; gradebook.db (sqlite) is put here too.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "mlcourse"

# release/ is in the repository, so it is always there already: write it anew instead of skipping, which would leave
# the gradebook without the assignment. It comes out byte for byte as `mlcourse notebooks` wrote it.
c.GenerateAssignment.force = True

# Seconds a cell. A check stops an endless answer itself much earlier; this is for loops outside any function. A cell of the
# exercise `unet` trains a network: 3 to 5 seconds on a quiet core, a minute on a slow or busy one. One number holds for all
# assignments, so there is room for the slowest.
c.Execute.timeout = 300

# nbgrader gives no points to a test that wrote to stderr. A warning or a progress bar is not a wrong answer; an
# exception still is, since it is an output of its own.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s)."

# A test that a student deleted comes back and is graded; otherwise it waits for a human being.
c.OverwriteCells.add_missing_cells = True
