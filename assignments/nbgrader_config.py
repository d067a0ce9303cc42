"""How nbgrader runs this course. Its folders have nbgrader's own names, so that nbgrader's documentation applies."""

from pathlib import Path

from mlcourse.grading import configure

c = get_config()

# The course is where this file lies, wherever the command is run; gradebook.db (sqlite) is put here too.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "mlcourse"

# release/ is in the repository, so it is always there already: write it anew instead of skipping, which would leave
# the gradebook without the assignment. It comes out byte for byte as `mlcourse notebooks` wrote it.
c.GenerateAssignment.force = True

# The tests run outside the student's process, which does not have what the exercises ask for. The layers of `shapes` are
# things to be asked about, so there only what adds them up is withheld. A cell of the exercise `unet` trains a network: 3 to
# 5 seconds on a quiet core, a minute on a slow or busy one.
JUDGES = ["mlcourse.check", "mlcourse.diagnosis", "mlcourse.walkthroughs"]
configure(
    c,
    withheld={"*": ["mlcourse.ops", *JUDGES], "shapes": ["mlcourse.ops.stack.stack", *JUDGES]},
    cell_seconds=300,
    test_seconds=120,
    gpu=["unet"],
)
