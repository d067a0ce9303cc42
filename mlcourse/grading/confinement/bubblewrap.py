"""The outer layer: a process that sees Python, its packages and nothing else of the disk."""

import functools
import json
import os
import shutil
import site
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

DISK = "/student"  # a disk of its own; `nest` puts an empty one over it for each submission
SETTINGS_FOLDER = f"{DISK}/.etc"  # what `nest` writes there stands in /etc
INSIDE = 64000  # user and group
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")  # links into /usr, or folders of their own
SETTINGS = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "localtime",
    "fonts",
    "mime.types",
    "nsswitch.conf",
)
OF_PYTHON = ("bin", "lib", "lib64", "share", "etc", "include", "pyvenv.cfg")  # a course may lie beside them
FOR_PACKAGES = ("site-packages", "dist-packages")
OWN_PACKAGES = {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}  # its home is another
GPU_DEVICES = "nvidia"
PATIENCE = 60.0  # seconds for a trial
WHERE = """
import importlib.util, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is not None:
        found[name] = list(spec.submodule_search_locations or ([spec.origin] if spec.has_location else []))
print(json.dumps([sys.prefix, sys.base_prefix, sys.exec_prefix, sys.path, found]))
"""


@dataclass(frozen=True)
class Confinement:
    """How student code is confined on this machine.

    Attributes
    ----------
    works : bool
        Whether it is at all.
    says : str
        For the log and the graded notebook: how; or why not.
    dropped : bool
        Whether root becomes an ordinary user inside, for the machine too.
    device : str
        Name of the GPU, if it was asked for and works inside.
    """

    works: bool
    says: str
    dropped: bool = False
    device: str = ""
    program: str = field(default="bwrap", repr=False)

    def command(self, where, gpu=False):
        """Return what is to stand before a command, so that it runs confined.

        Parameters
        ----------
        where : Places
            What it may see.
        gpu : bool
            Whether it may see NVIDIA's devices, and what CUDA looks for elsewhere.

        Returns
        -------
        list of str
        """
        if self.dropped:
            # The zygote gives these two rights away with its user, before anything of a student's is there.
            user = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            user = ["--unshare-user", "--uid", str(INSIDE), "--gid", str(INSIDE), "--cap-drop", "ALL"]
        above = sorted({str(folder) for path in where.shown for folder in Path(path).parents} - {"/", "/tmp"}, key=len)
        # By itself bubblewrap makes them its user's only.
        folders = [word for path in above for word in ("--dir", path)]
        shown = [word for path in where.shown for word in ("--ro-bind", path, path)]
        links = [word for path in SYSTEM if os.path.islink(path) for word in ("--symlink", os.readlink(path), path)]
        names = ("hosts", "passwd", "group")
        own = [word for name in names for word in ("--symlink", f"{SETTINGS_FOLDER}/{name}", f"/etc/{name}")]
        devices = _gpus() if gpu else []
        # CUDA looks for its devices in /sys, and names its threads in /proc. A submission may mount its own only where there is one
        # already of which nothing is covered: bubblewrap covers parts of that which it makes for root. The machine's will do;
        # the submission's disk comes to lie upon it.
        uncovered = ["--bind", "/proc", f"{DISK}/.proc"] if gpu and os.geteuid() == 0 else []
        return [
            self.program,
            *user,
            *(
                "--unshare-pid",
                "--unshare-net",
                "--unshare-ipc",
                "--unshare-uts",
                "--hostname",
                "student",
                "--unshare-cgroup-try",
                "--new-session",
            ),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", DISK, *uncovered),
            *(word for path in devices for word in ("--dev-bind", path, path)),
            *(("--ro-bind", "/sys", "/sys") if gpu else ()),
            *links,
            *folders,
            *own,
            *shown,
            *("--chdir", "/", "--remount-ro", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/", "--"),
        ]


@dataclass(frozen=True)
class Places:
    """What a confined process may see of the disk.

    Attributes
    ----------
    shown : tuple of str
        Files and folders.
    packages : dict of str to list of str
        Where top-level modules lie.
    """

    shown: tuple
    packages: dict = field(hash=False)


@functools.cache
def places(modules, environment):
    """Find out what a Python needs of the disk: itself, its packages, and those that lie elsewhere.

    Parameters
    ----------
    modules : tuple of str
        Top-level modules it must be able to import. Of a package installed in editable mode only its own folder is
        shown: the course may lie beside it.
    environment : tuple of tuple of str
        Names and values of the process's.

    Returns
    -------
    Places
    """
    command = [sys.executable, "-P", "-c", WHERE, *modules]
    said = subprocess.run(command, env=dict(environment), cwd="/", capture_output=True, check=True, text=True).stdout
    *prefixes, path, packages = json.loads(said)
    own = [os.path.join(prefix, part) for prefix in prefixes for part in OF_PYTHON]
    own += [one for one in path if any(_below(one, prefix) for prefix in prefixes) or Path(one).name in FOR_PACKAGES]
    elsewhere = [found for locations in packages.values() for found in locations]
    system = ["/usr", *(one for one in SYSTEM if not os.path.islink(one)), *(f"/etc/{one}" for one in SETTINGS)]
    wanted = [one for one in dict.fromkeys([*system, *own, *elsewhere]) if os.path.exists(one)]
    shown = []
    for one in sorted(wanted, key=len):
        if not any(_below(one, outer) for outer in shown):
            shown.append(one)
    return Places(tuple(shown), packages)


@functools.cache
def found(gpu=False):
    """Try confinement once, whole.

    Parameters
    ----------
    gpu : bool
        With the GPU passed in, and used.

    Returns
    -------
    Confinement
    """
    if gpu and not _gpus():
        return Confinement(False, "this machine has no GPU of NVIDIA's")
    program = shutil.which("bwrap")
    if sys.platform != "linux":
        return Confinement(False, "it needs Linux")
    if program is None:
        return Confinement(False, "bubblewrap is not installed (`apt install bubblewrap`, `dnf install bubblewrap`)")
    said = []
    for dropped in (True, False) if os.geteuid() == 0 else (False,):
        one = Confinement(True, "", dropped, "", program)
        answer = _tried(one, gpu)
        if answer.startswith("ok"):
            version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[-1]
            whom = "root inside a user namespace" if os.geteuid() == 0 and not dropped else "an ordinary user"
            return Confinement(True, f"bubblewrap {version} as {whom}", dropped, answer[2:].strip(), program)
        said.append(answer)
    return Confinement(False, f"bubblewrap is there and does not work here: {said[-1]}")


def _tried(confinement, gpu):
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": DISK} | OWN_PACKAGES
    seen = places(("mlcourse", *(["torch"] if gpu else [])), tuple(environment.items()))
    trial = [sys.executable, "-P", "-m", "mlcourse.grading.confinement.trial", *(["gpu"] if gpu else [])]
    return _ran([*confinement.command(seen, gpu), *trial], environment)


def _ran(command, environment):
    """The last line that a command prints; or why it could not be run."""
    try:
        ran = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return (ran.stdout.strip().splitlines() or [f"it ended with {ran.returncode}"])[-1]


def paths_of(modules, packages):
    """Find the files of modules, without importing anything: what is to be hidden must not be in memory either.

    Parameters
    ----------
    modules : sequence of str
        ``package.module``, or a top-level one.
    packages : dict of str to list of str
        As `places` found them.

    Returns
    -------
    list of str
        Folders of packages; files of modules, compiled ones too.
    """
    found = []
    for name in modules:
        top, *rest = name.split(".")
        for base in map(Path, packages.get(top, ())):
            if not rest:
                found += [base, *base.parent.glob(f"__pycache__/{base.stem}.*")] if base.is_file() else [base]
                continue
            inside = base.joinpath(*rest)
            stem = inside.name
            beside = [*inside.parent.glob(f"{stem}.*"), *inside.parent.glob(f"__pycache__/{stem}.*")]
            found += [one for one in (inside, *beside) if one.exists()]
    return sorted(map(str, found))


def gpu_outside():
    """Look for a GPU where nothing is confined.

    Returns
    -------
    Confinement
        Its ``device``, or in ``says`` why there is none.
    """
    if not _gpus():
        return found(gpu=True)
    answer = _ran([sys.executable, "-P", "-m", "mlcourse.grading.confinement.trial", "gpu alone"], dict(os.environ))
    return Confinement(False, answer, device=answer[2:].strip() if answer.startswith("ok") else "")


def _gpus():
    """The devices by which a GPU is used."""
    return sorted(str(path) for path in Path("/dev").glob(f"{GPU_DEVICES}*"))


def _below(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")
