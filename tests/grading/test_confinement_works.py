"""Whether a machine can confine is found out by trying, and said where it cannot."""

import os
import shutil
import subprocess

import pytest
from jobs import CONFINED, job, said

from mlcourse.grading.confinement import bubblewrap
from mlcourse.grading.confinement.bounds import Watch
from mlcourse.grading.judge import driver
from mlcourse.grading.judge.driver import compute


@CONFINED
def test_it_is_found_out_by_trying(tmp_path, monkeypatch):
    found = bubblewrap.found.__wrapped__
    assert found().works
    liar = tmp_path / "bwrap"
    liar.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace'\nexit 1\n")
    liar.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert not found().works
    assert "No permissions to create new namespace" in found().says
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "not installed" in found().says


@pytest.mark.skipif(not (shutil.which("bwrap") and shutil.which("unshare")), reason="there is nothing to try it with")
def test_where_namespaces_can_be_nested_it_works():
    """Else a mistake of ours would only be seen in tests that are left out."""
    inside = ["unshare", "--user", "--map-current-user", "--pid", "--net", "--mount", "--fork", "true"]
    user = ["--unshare-user", "--uid", "64000", "--gid", "64000"]
    if subprocess.run(
        ["bwrap", *user, "--ro-bind", "/", "/", "--proc", "/proc", *inside], capture_output=True
    ).returncode:
        pytest.skip("namespaces cannot be nested here")
    assert bubblewrap.found().works, bubblewrap.found().says


@CONFINED
def test_a_program_that_does_not_confine_is_found_out(tmp_path, monkeypatch):
    pretends = tmp_path / "bwrap"
    pretends.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n')
    pretends.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert not bubblewrap.found.__wrapped__().works


def test_required_where_it_does_not_work_is_an_error(monkeypatch):
    monkeypatch.setattr(bubblewrap, "found", lambda gpu=False: bubblewrap.Confinement(False, "the moon is full"))
    with pytest.raises(driver.NotConfined, match=r"the moon is full.*allow_unconfined=True"):
        compute(job("", "assert True") | {"confine": "required"})
    result = compute(job("", "assert True") | {"confine": "preferred"})
    assert (result["confined"], result["confinement"]) == (False, "the moon is full")


def test_without_confinement_too_much_memory_is_noticed():
    shared = "import mmap\nheld = []\nwhile True:\n    one = mmap.mmap(-1, 2**24)\n    one.write(bytes(2**24))\n    held.append(one)"
    result = compute(job(shared, "assert held", memory=300e6) | {"confine": "off"})
    assert "more than 300 MB of memory" in said(result, "s")


def test_the_watch_forgets():
    watch = Watch()
    watch.begin(os.getpid(), {"memory": 1e12, "processes": 1000})
    watch.look()
    assert watch.forget(os.getpid())[1] == ""
    assert not watch.limits
