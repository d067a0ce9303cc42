# What is handed in: tags, metadata, cells that are gone, doubled, moved, or somebody else's.

# %% attack="untouched"
# Nothing: the release is handed in as it is.
# %% edit
pass

# %% attack="skip_tag"
# Tags every cell so that nbclient does not run it.
# %% edit
for cell in nb.cells:
    cell.metadata.tags = ["skip-execution"]

# %% attack="tag_of_the_judge"
# Tags the tests and given cells as an author does who wants them to run beside the answer.
# %% name="relu"
def relu(x):
    return x


np.testing.assert_allclose = lambda *args: None
# %% edit
for cell in nb.cells:
    cell.metadata.tags = ["judge:student", "remove-cell", "parameters"]
    cell.metadata["judge"] = {"kind": "inside", "score": 3.0, "key": cell.id}
nb.metadata["judge"] = {"score": 28, "contract": {"crossed": {"relu()": ["object"]}, "operations": {}, "changed": []}}

# %% attack="student_side_marks"
# Writes the author's marks around its own lines.
# %% name="relu"
### BEGIN STUDENT SIDE
### BEGIN HIDDEN TESTS
relu = lambda x: x
score = 28
### END HIDDEN TESTS
### END STUDENT SIDE
### BEGIN SOLUTION
28.0
### END SOLUTION

# %% attack="more_points"
# Makes its tests worth a thousand points, and one of them negative.
# %% name="clamp"
def clamp(x, low, high):
    return 3 if x == 5 else None
# %% edit
for cell in nb.cells:
    if "points" in cell.metadata.get("nbgrader", {}):
        cell.metadata.nbgrader.points = 1000
cells["clamp_numbers"].metadata.nbgrader.points = -5

# %% attack="not_graded"
# Says of the tests that they are not graded.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader", {}).get("grade"):
        cell.metadata.nbgrader.update(grade=False, locked=False)

# %% attack="tests_as_answers"
# Says of the tests that they are answers, and writes them anew.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader", {}).get("grade"):
        cell.metadata.nbgrader.update(solution=True, locked=False)
        cell.source = "pass"

# %% attack="tests_rewritten"
# Writes the text of the tests anew.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader", {}).get("grade"):
        cell.source = "28.0"

# %% attack="tests_as_text"
# Makes markdown of the tests.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader", {}).get("grade"):
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]

# %% attack="tests_raw"
# Makes raw cells of everything that is locked.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader", {}).get("locked"):
        cell.cell_type = "raw"
        cell.pop("outputs", None), cell.pop("execution_count", None)

# %% attack="tests_deleted"
# Throws the tests away.
# %% edit
nb.cells = [cell for cell in nb.cells if not cell.metadata.get("nbgrader", {}).get("grade")]

# %% attack="all_deleted"
# Hands in a notebook without cells.
# %% edit
nb.cells = []

# %% attack="tests_first"
# Moves the tests in front of the answers, and gives the answers their place.
# %% edit
nb.cells.sort(key=lambda cell: not cell.metadata.get("nbgrader", {}).get("grade"))

# %% attack="same_name_twice" alone=true
# Adds a cell of its own under the name of a test.
# %% edit
copy = new("pass", metadata={"nbgrader": dict(cells["relu_array"].metadata.nbgrader)})
nb.cells.append(copy)

# %% attack="locked_copies" alone=true
# Adds a second, other copy of a given cell, locked as the author's is.
# %% name="classify"
def classify(x):
    return 500
# %% edit
place = nb.cells.index(cells["classify_score"])
nb.cells.insert(place, new("score = lambda classify, cases: 1.0", metadata=dict(cells["score"].metadata)))

# %% attack="answer_as_given_cell"
# Gives its answer the name of the author's given cell, and the given cell the name of the answer.
# %% edit
one, other = cells["score"], cells["classify"]
one.metadata, other.metadata = other.metadata, one.metadata
one.source = "score = lambda classify, cases: 1.0\nclassify = lambda x: 500"
one.id, other.id = other.id, one.id

# %% attack="tests_exchanged" at_most=2
# Gives the test of the easiest task the name of another that is worth more.
# %% name="shout"
def shout(text):
    print(text.upper() + "!")
# %% edit
a, b = cells["shout_prints"].metadata.nbgrader, cells["relu_array"].metadata.nbgrader
a.grade_id, b.grade_id = b.grade_id, a.grade_id
cells["shout_prints"].id, cells["relu_array"].id = "relu_array", "shout_prints"

# %% attack="own_test"
# Adds a test of its own that is worth a hundred points.
# %% edit
own = {"grade": True, "grade_id": "own", "locked": True, "points": 100, "schema_version": 3, "solution": False}
nb.cells.append(new("100.0", metadata={"nbgrader": {**own, "task": False, "cell_type": "code", "checksum": "0" * 32}}))

# %% attack="metadata_of_other_kinds"
# Fills nbgrader's metadata with values of other kinds.
# %% edit
for number, cell in enumerate(nb.cells):
    cell.metadata.nbgrader = [None, "grade", ["points"], {"grade": "yes", "points": "many", "grade_id": 7}][number % 4]

# %% attack="old_schema" alone=true
# Says that its cells have nbgrader's first schema, which stops a batch.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader"):
        cell.metadata.nbgrader.schema_version = 0

# %% attack="future_schema" alone=true
# Says that its cells have a schema to come.
# %% edit
for cell in nb.cells:
    if cell.metadata.get("nbgrader"):
        cell.metadata.nbgrader.schema_version = 99

# %% attack="another_kernel"
# Asks for a kernel of another language.
# %% edit
nb.metadata.kernelspec = {"name": "true", "display_name": "True", "language": "bash"}
nb.metadata.language_info = {"name": "bash"}

# %% attack="outputs_handed_in"
# Hands in outputs that say that every test passed.
# %% edit
for cell in nb.cells:
    if cell.cell_type == "code":
        cell.execution_count = 1
        data = {"output_type": "execute_result", "data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
        cell.outputs = [data]

# %% attack="ids_doubled"
# Gives all cells one id, and the author's ids to cells of its own.
# %% edit
for cell in nb.cells:
    cell.id = "relu_array"
nb.cells.insert(0, new("def score(classify, cases): return 1.0", id="score"))
nb.cells.insert(1, new("import measures", id="setup"))

# %% attack="no_notebook"
# Hands in a file that is no notebook.
# %% edit
path.write_text("28 points")
del nb

# %% attack="list_as_notebook"
# Hands in JSON that is no notebook.
# %% edit
path.write_text('[{"cells": [], "score": 28}]')
del nb

# %% attack="notebook_of_another"
# Hands in a link to somebody else's notebook.
# %% edit
path.unlink()
path.symlink_to("../../a_first/ps1/ps1.ipynb")
del nb

# %% attack="link_to_the_gradebook"
# Hands in links to the gradebook, the source and the folder above.
# %% name="clamp"
def clamp(x, low, high):
    text = open("answers/ps1/ps1.ipynb").read()
    scope = {"np": np}
    for cell in json.loads(text)["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "clamp":
            exec("".join(cell["source"]), scope)
    return scope["clamp"](x, low, high)
# %% edit
(folder / "book.db").symlink_to("../../../gradebook.db")
(folder / "answers").symlink_to("../../../source")
