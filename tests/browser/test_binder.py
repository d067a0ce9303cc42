"""Binder, imitated: installed from exactly its files by a user who is not root, then run on 2 GB and two cores.

The address of PyTorch's CPU wheels may be out of reach, as anywhere; pip has to go on without it.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from hosts import REPOSITORY, Lab

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder is Linux, and so are its limits")

LIMIT = 2 * 1024**3
USER = "nobody"
# Joins the group with the memory limit while still root, then gives up being root.
ENTER = """
import os, shutil, sys
group, uid, gid, folder, *command = sys.argv[1:]
os.chdir(folder)
file = shutil.which(command[0])
if group:
    open(os.path.join(group, "cgroup.procs"), "w").write(str(os.getpid()))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
os.execv(file, command)  # from here on this Python may not be able to read its own library
"""


class BinderLab(Lab):
    """JupyterLab as Binder starts it: through `binder/start`."""

    name = "binder"

    def __init__(self, course, browser, group):
        super().__init__(course.folder, browser)
        self.python, self.course, self.group = course.python, course, group

    @property
    def through(self):
        return self.course.as_user(self.group, "binder/start")

    def _environment(self):
        return super()._environment() | self.course.environment

    def _write_settings(self):
        super()._write_settings()
        self.course.give(self.home)


class Course:
    """The repository and an environment for it, both owned by a user who is not root."""

    def __init__(self, folder):
        self.home, self.folder, self.prefix = folder, folder / "course", folder / "environment"
        self.python = self.prefix / "bin" / "python"
        root = os.geteuid() == 0
        self.uid, self.gid = pwd.getpwnam(USER)[2:4] if root else (os.geteuid(), os.getegid())
        self.environment = {
            "HOME": str(folder),
            "PATH": f"{self.prefix}/bin:{os.environ['PATH']}",
            "PIP_RETRIES": "0",  # five tries at every package's page are minutes where the extra index is out of reach
            "PIP_DEFAULT_TIMEOUT": "15",
            "PIP_NO_COMPILE": "1",  # a minute of this test; what is imported is compiled then
        }

    def give(self, folder):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def as_user(self, group, *command):
        return [sys.executable, "-c", ENTER, str(group or ""), str(self.uid), str(self.gid), str(self.folder), *command]

    def any_python(self):
        """The Python that binder/runtime.txt names, where this user may run one; root's own often lies in its home."""
        version = (self.folder / "binder" / "runtime.txt").read_text().strip().replace("-", "")  # python3.11
        for folder in os.environ["PATH"].split(os.pathsep):
            candidate = os.path.join(folder, version)
            if os.path.exists(candidate) and self.tried(candidate, "-c", "import venv, ensurepip").returncode == 0:
                return candidate
        pytest.skip(f"no {version} with venv that a user who is not root may run")

    def tried(self, *command):
        return subprocess.run(
            self.as_user(None, *command),
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=900,
        )

    def run(self, *command):
        done = self.tried(*command)
        assert done.returncode == 0, (
            f"{command} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
        return done.stdout

    def build(self):
        """What repo2docker does with `binder/`, from the repository's root."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (REPOSITORY / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / name, self.folder / name)
        self.give(self.home)
        self.run(self.any_python(), "-m", "venv", str(self.prefix))
        self.run("pip", "install", "--quiet", "--upgrade", "pip")
        self.run("pip", "install", "--quiet", "-r", "binder/requirements.txt")
        return self.run("binder/postBuild")


@pytest.fixture(scope="module")
def course():
    folder = Path(tempfile.mkdtemp(prefix="mlcourse-binder-"))
    (folder / "course").mkdir()
    folder.chmod(0o755)
    try:
        yield Course(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def memory_group():
    """A control group that ends what takes more than 2 GB; None where we may not make one (the peak is still held)."""
    for parent, limit, swap in (
        ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
        ("/sys/fs/cgroup", "memory.max", "memory.swap.max"),
    ):
        group = Path(parent) / f"mlcourse-binder-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text(str(LIMIT))
        except OSError:  # there is such a folder, yet no control of memory in it
            group.rmdir()
            continue
        if (group / swap).exists():
            (group / swap).write_text(str(LIMIT if "memsw" in swap else 0))
        yield group
        group.rmdir()
        return
    yield None


class Peak(threading.Thread):
    """The most memory that a process and all below it took together."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.bytes, self.done = psutil.Process(pid), 0, threading.Event()

    def run(self):
        while not self.done.wait(0.1):
            now = 0
            with contextlib.suppress(psutil.Error):  # one of them has just ended
                for process in (self.process, *self.process.children(recursive=True)):
                    now += process.memory_full_info().pss  # what is shared is shared out
            self.bytes = max(self.bytes, now)


def test_lecture_03_runs_to_its_end_on_what_binder_gives(course, memory_group, chromium_browser):
    began = time.monotonic()
    told = course.build()
    built = time.monotonic()
    assert "ready" in told.lower() or "mlcourse" in told, told
    size = sum(path.lstat().st_size for path in course.prefix.rglob("*") if path.is_file() and not path.is_symlink())

    lab = BinderLab(course, chromium_browser, memory_group)
    with lab:
        started = time.monotonic()
        assert psutil.Process(lab.process.pid).uids().real == course.uid
        if memory_group:
            members = (memory_group / "cgroup.procs").read_text().split()
            assert str(lab.process.pid) in members
        page = chromium_browser.new_page()
        page.goto(f"{lab.url}/")
        page.locator("h1", has_text="Start here").first.wait_for(timeout=60_000)  # the first page is lecture 00
        page.close()
        peak = Peak(lab.process.pid)
        peak.start()
        with lab.notebook("lectures/03_backpropagation.ipynb") as notebook:
            opened = time.monotonic()
            notebook.run_all(seconds=300)
            notebook.player("training_step").first.wait_for()
            assert notebook.python("__import__('mlcourse').__file__").startswith(str(course.folder))
            ran = time.monotonic()
        peak.done.set()
        peak.join()
    print(
        f"Binder, imitated: environment of {size / 1e9:.2f} GB built in {built - began:.0f} s, "
        f"server up in {started - built:.0f} s, lecture 03 run in {ran - opened:.0f} s, "
        f"{peak.bytes / 1e9:.2f} GB of memory in all"
        + (f" under a limit of {LIMIT / 1e9:.2f} GB" if memory_group else ", without a limit of the system's")
    )
    assert 0 < peak.bytes < LIMIT
