import dataclasses

import pytest

import mlcourse
from mlcourse import machine
from mlcourse.cli import COMMANDS, main
from mlcourse.publish import percent


def test_doctor_prints_the_report(capsys):
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.strip() == str(machine.report())


def test_doctor_fails_when_something_is_missing(monkeypatch, capsys):
    whole = machine.report()
    lacking = dataclasses.replace(whole, versions=whole.versions | {"torch": None})
    monkeypatch.setattr(machine, "report", lambda: lacking)
    assert main(["doctor"]) == 1
    assert "torch             MISSING" in capsys.readouterr().out


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"mlcourse {mlcourse.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "meant"), [("docter", "doctor"), ("notebook", "notebooks"), ("Notebooks", "notebooks")]
)
def test_an_unknown_command_is_answered_with_the_nearest(capsys, typed, meant):
    with pytest.raises(SystemExit) as stop:
        main([typed])
    assert stop.value.code == 2
    assert f"there is no command '{typed}'. The nearest is '{meant}'" in capsys.readouterr().err


def test_no_command_prints_the_help_with_every_command(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert [command.__name__ for command in COMMANDS if f"    {command.__name__}" not in out] == []


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "lectures" / "src").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "lectures")
    return tmp_path


def test_notebooks_builds_the_checkout_above(checkout, capsys):
    (checkout / "lectures" / "src" / "03_conv.py").write_text("# %%\n1 + 1\n")
    assert main(["notebooks"]) == 0
    out = capsys.readouterr().out
    assert "lectures/03_conv.ipynb" in out
    assert "up to date" not in out
    assert "1 + 1" in (checkout / "lectures" / "03_conv.ipynb").read_text()


def test_notebooks_says_when_nothing_changed(checkout, capsys):
    (checkout / "lectures" / "src" / "03_conv.py").write_text("# %%\n1 + 1\n")
    main(["notebooks"])
    capsys.readouterr()
    assert main(["notebooks"]) == 0
    assert capsys.readouterr().out.endswith("Every notebook is up to date.\n")


def test_notebooks_outside_a_checkout(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["notebooks"]) == 1
    assert "there is no lectures/src" in capsys.readouterr().err


def test_notebooks_without_jupytext(checkout, monkeypatch, capsys):
    def build(root):
        raise ModuleNotFoundError("No module named 'jupytext'", name="jupytext")

    monkeypatch.setattr(percent, "build", build)
    assert main(["notebooks"]) == 1
    assert "pip install 'mlcourse[instructor]'" in capsys.readouterr().err


def test_notebooks_says_which_text_cannot_be_read(checkout, monkeypatch, capsys):
    def build(root):
        raise ValueError("03_conv.py, cell 4: the name 'strided' is taken")

    monkeypatch.setattr(percent, "build", build)
    assert main(["notebooks"]) == 1
    assert capsys.readouterr().err == "mlcourse: 03_conv.py, cell 4: the name 'strided' is taken\n"


def test_notebooks_hides_no_other_missing_module(checkout, monkeypatch):
    def build(root):
        raise ModuleNotFoundError("No module named 'nbformat'", name="nbformat")

    monkeypatch.setattr(percent, "build", build)
    with pytest.raises(ModuleNotFoundError, match="nbformat"):
        main(["notebooks"])
