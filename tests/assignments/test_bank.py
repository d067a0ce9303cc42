import os
from types import SimpleNamespace

import nbformat
import pytest
from bank import (
    COURSE,
    ENOUGH,
    SUBMISSIONS,
    Bank,
    cells,
    expectations,
    made,
    names,
    plain,
    through_nbgrader,
    through_the_judge,
)
from feedback_page import outputs

from mlcourse.publish.percent import notebook

BY_NBGRADER = [(name, key) for name in names() for key in through_nbgrader(expectations(SUBMISSIONS / name))]


# Each is judged once at most: by nbgrader, or without it; `make bank` has them all.
ENTRIES = [(name, key) for name in names() for key in through_the_judge(expectations(SUBMISSIONS / name))]
RIGHT = {"unet": 6}  # fewer than twenty where each trains a network, which takes seconds


def test_every_assignment_has_a_bank_and_every_bank_an_assignment():
    assert names() == sorted(path.stem for path in (COURSE / "src").glob("*.py"))


@pytest.mark.parametrize("name", names())
def test_every_submission_has_an_entry_and_every_entry_a_submission(name):
    bank = Bank(name)
    entries = expectations(bank.folder)
    assert sorted(entries) == sorted(bank.submissions())
    unknown = {wrong for entry in entries.values() for wrong in entry.named} - set(bank.sentences())
    assert not unknown, f"expected.toml names {unknown}, which no exercise of {name} knows"


@pytest.mark.parametrize("name", names())
def test_many_right_answers_in_different_styles(name):
    written = [path.read_text(encoding="utf-8") for path in (SUBMISSIONS / name).glob("right_*.py")]
    different = {tuple(sorted(cells(text).items())) for text in written}
    assert len(different) >= RIGHT.get(name, 20), (
        f"{name} has {len(different)} right answers; an answer refused wrongly may go unseen"
    )


@pytest.mark.parametrize("name", names())
def test_misconceptions_can_be_pasted(name):
    assert not Bank(name).loose(), "a misconception may use np, `right` and its arguments only"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), ENTRIES, ids=map("-".join, ENTRIES))
def test_through_the_judge(name, key):
    bank = Bank(name)
    entry = expectations(bank.folder)[key]
    points, text = bank.judged(key)
    assert _named(bank, text) == sorted(entry.named), text
    assert points == entry.points, text
    assert plain(entry.says) in text, text


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), BY_NBGRADER, ids=map("-".join, BY_NBGRADER))
def test_through_nbgrader(name, key, graded):
    bank, result = Bank(name), graded(name)
    entry = expectations(bank.folder)[key]
    page = result.feedback.get(key, "")
    assert page, result.story(key)
    assert result.points.get(key) == entry.points, result.story(key)
    assert _named(bank, outputs(page)) == sorted(entry.named), outputs(page)
    assert plain(entry.says) in outputs(page), outputs(page)


def _named(bank, text):
    return sorted(name for name, sentence in bank.sentences().items() if sentence in text)


def test_what_goes_through_nbgrader_is_of_every_kind():
    for name in names():
        entries, chosen = expectations(SUBMISSIONS / name), [key for bank, key in BY_NBGRADER if bank == name]
        assert len(chosen) == len(set(chosen))
        assert {key for key in entries if key.startswith("odd_")} | {"author", "untouched"} <= set(chosen)
        rights, wrongs = ENOUGH
        assert rights >= 3
        assert wrongs >= 8
        if not os.environ.get("MLCOURSE_WHOLE"):  # then it is all of them
            assert sum(key.startswith("right_") for key in chosen) == rights
            assert sum(key.startswith(("wrong_", "made_")) for key in chosen) == wrongs
        assert len({wrong for key in chosen for wrong in entries[key].named}) >= 5
        judged = {*chosen, *(key for bank, key in ENTRIES if bank == name)}
        on_disk = {key for key in entries if not key.startswith("made_")}
        assert len(judged & on_disk) >= min(len(on_disk), 20)


# The bank itself, on an assignment of three lines.

SOURCE = """
# %% role="solution" name="double"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %%
sentence = "You added" + " one."

# %% role="test" name="one" points=4
assert double(1) == 2, sentence
### BEGIN HIDDEN TESTS
assert double(5) == 10, "You added one."
### END HIDDEN TESTS

# %% role="test" name="two" points=6
assert double(2) == 4
"""

# Key: what is written, points, names.
TOY = {
    "author": (None, 10, []),
    "untouched": (None, 0, []),
    "made_added_one": (None, 0, ["added_one"]),
    "right_it": ('# %% name="double"\ndef double(x):\n    return x + x\n', 10, []),
    "right_noisy": (
        '# %% name="double"\nimport warnings\ndef double(x):\n    warnings.warn("no")\n    return x + x',
        10,
        [],
    ),
    "right_exit": ('# %% name="double"\ndouble = lambda x: 2 * x\nraise SystemExit', 10, []),
    "wrong_it": ('# %% name="double"\ndef double(x):\n    return x + 1\n', 0, ["added_one"]),
    "wrong_hidden": ('# %% name="double"\ndef double(x): return 2 if x == 1 else 4\n', 6, ["added_one"]),
    "odd_syntax": ('# %% name="double"\ndef double(x)\n    return x\n', 0, []),
    "odd_kill": ('# %% name="double"\nimport os\nos._exit(0)\n', 0, []),
    "odd_tampered": ('# %% name="one"\npass\n# %% name="two" delete=true\n', 0, []),
    "odd_lost": ('# %% name="double"\ndouble = lambda x: 2 * x\n# %% name="two" delete=true\n', 10, []),
    "odd_deleted": ('# %% name="double" delete=true\n', 0, []),
}


def added_one(x):
    """You added
    one.

    A hint.
    """
    return right(x) - x + 1  # noqa: F821, the bank gives it


@pytest.fixture
def toy(tmp_path):
    released = SOURCE.replace("return 2 * x", "raise NotImplementedError")
    for step, text in (("source", SOURCE), ("release", released)):
        path = tmp_path / step / "toy" / "toy.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook(text), path)
    (tmp_path / "bank").mkdir()
    for key, (text, _, _) in TOY.items():
        if text is not None:
            (tmp_path / "bank" / f"{key}.py").write_text(text)
    known = SimpleNamespace(misconceptions={"added_one": SimpleNamespace(says="You added\none.", function=added_one)})
    return Bank("toy", tmp_path / "bank", tmp_path, {"double": known})


@pytest.mark.parametrize("key", TOY)
def test_toy_through_the_judge(toy, key):
    points, text = toy.judged(key)
    assert (points, _named(toy, text)) == TOY[key][1:], text


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MLCOURSE_WHOLE"), reason="`make bank`: each assignment goes this way too")
def test_toy_through_nbgrader(toy, graded):
    result = graded(toy)
    came = {key: (result.points.get(key), _named(toy, outputs(result.feedback.get(key, "")))) for key in TOY}
    assert came == {key: entry[1:] for key, entry in TOY.items()}
    assert sorted(TOY) == sorted(result.feedback)


def test_toy_lists_what_is_written_and_what_is_made(toy):
    assert sorted(toy.submissions()) == sorted(TOY)
    assert toy.submissions()["author"] == {"double": "def double(x):\n    return 2 * x"}


def test_a_deleted_cell_is_gone(toy):
    assert "double" not in [cell.id for cell in toy.submit("odd_deleted").cells]
    assert "double" in [cell.id for cell in toy.submit("untouched").cells]


def test_toy_can_be_pasted(toy):
    assert toy.loose() == {}
    toy.exercises["double"].misconceptions["other"] = SimpleNamespace(says="", function=lambda x: plain(x))
    assert toy.loose() == {"other": ["plain"]}


def test_signs_are_sentences_and_make_no_submission(toy):
    toy.exercises["trained"] = SimpleNamespace(signs={"too_short": SimpleNamespace(says="It is too\nshort.")})
    assert toy.sentences() == {"added_one": "You added one.", "too_short": "It is too short."}
    assert sorted(toy.submissions()) == sorted(TOY)


def test_made_ones_of_the_unet_train_nothing():
    bank = Bank("unet")
    made_ones = {key: cells for key, cells in bank.submissions().items() if key.startswith("made_")}
    assert {cells["train"] for cells in made_ones.values()} == {"net = None"}
    assert "backward()" in bank.submissions()["author"]["train"]


def test_a_made_one_holds_no_sentence():
    text = made("double", added_one)
    assert "You added" not in text
    assert text.endswith("double = added_one")


def test_a_cell_that_is_not_there(toy):
    (toy.folder / "odd_it.py").write_text('# %% name="dubble"\n')
    with pytest.raises(ValueError, match=r"odd_it writes into \['dubble'\]"):
        toy.submit("odd_it")


def test_cells_of_a_broken_file():
    text = 'A story.\n# %% name="a"\n"""never closed\n# %% name="b" delete=true\n# %% [markdown] name="c"\n# Why'
    assert cells(text) == {"a": '"""never closed', "b": None, "c": "Why"}


def test_outputs_are_told_from_answers():
    page = '<p>an answer</p><div class="output_wrapper x"><div><b>said</b>\n it</div></div><div>more</div>'
    assert outputs(page) == "said it"
