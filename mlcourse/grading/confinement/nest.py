"""The inner layer: each submission in namespaces of its own, with an empty disk, and an end that nothing survives."""

import contextlib
import ctypes
import os
import socket
import struct

from mlcourse.grading.confinement import memory_files, system_calls
from mlcourse.grading.confinement.bounds import stay_on
from mlcourse.grading.confinement.bubblewrap import DISK, INSIDE, SETTINGS_FOLDER
from mlcourse.grading.confinement.system_calls import libc

WORK, TMP, SHARED, HOME_FOLDER = (f"{DISK}/{name}" for name in ("work", "tmp", "shm", "home"))
NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 0x1000, 0x4000, 0x40000
DETACH, REMOUNT, NO_PROGRAMS = 2, 32, 8
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
TERMINALS = "newinstance,ptmxmode=0666,mode=0600,max=16"
LOOPBACK_UP = 0x8914, struct.pack("16sh14x", b"lo", 0x49)
SETTINGS = {
    "hosts": "127.0.0.1 localhost student\n::1 localhost\n",
    "passwd": f"student:x:{INSIDE}:{INSIDE}:student:{HOME_FOLDER}:/bin/sh\n",
    "group": f"student:x:{INSIDE}:\n",
}
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 4, 24, 36
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
LAST_CAPABILITY = 63
FILES, LARGEST_FILE = 256, 100e6  # open at a time; bytes
INODES = 20_000


def settle():
    """Prepare a process that bubblewrap has just started: a home to write in, and no root.

    bubblewrap left root two rights only, those to become an ordinary user, for the machine as well.
    """
    os.umask(0o077)
    if os.geteuid() == 0:
        os.chmod(DISK, 0o777)
        os.setgroups([])
        os.setresgid(INSIDE, INSIDE, INSIDE)
        os.setresuid(INSIDE, INSIDE, INSIDE)
        _prctl(PR_SET_DUMPABLE, 1)  # else the files of this process in /proc stay root's
    for folder in (HOME_FOLDER, TMP):
        os.mkdir(folder)


def adopt_orphans():
    """Become the parent of grandchildren whose parents end."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def enter(told, ends, hidden, limits):
    """Go into namespaces of one's own. Returns in a grandchild; this process ends, and its child stays as the first there.

    The end of that first process is the end of all that was started there, whatever it did to detach itself.

    Parameters
    ----------
    told : int
        A pipe, on which the first process's id is told.
    ends : sequence of socket.socket
        Open in the grandchild only.
    hidden : sequence of str
        Files and folders that are to be empty.
    limits : dict
        ``memory`` and ``disk`` in bytes, ``processes``; ``core``, to stay on; ``gpu``, whether to find itself in /proc.
    """
    import fcntl  # Windows has none

    try:
        _check(libc().unshare(NEWUSER | NEWNS | NEWPID | NEWIPC | NEWNET), "namespaces")
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{INSIDE} {INSIDE} 1"),
            ("gid_map", f"{INSIDE} {INSIDE} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
        first = os.fork()
    except BaseException as error:
        os.write(told, f"0 {error}".encode())
        os._exit(1)
    if first:
        os.write(told, f"{first} ".encode())
        os._exit(0)
    os.close(told)
    os.setsid()
    _disk(hidden, limits["disk"])
    _processes(seen=limits.get("gpu", False))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, *LOOPBACK_UP)  # it may talk to itself
    bound(limits)
    stay_on(limits.get("core"))  # not before: making ready must not wait for whoever is on that core
    _drop_capabilities()
    gpu = limits.get("gpu", False)
    system_calls.refuse(but=[memory_files.CALL] if gpu else [])
    here, there = socket.socketpair()
    student = os.fork()
    if student:
        there.close()
        _outlive(student, ends, here if gpu else None)
    here.close()
    if gpu:
        memory_files.ask(there)
    there.close()
    os.setsid()
    os.chdir(WORK)
    os.umask(0o077)


def bound(limits):
    """Bound what one process may take; all of them together `bounds.Watch` counts.

    Parameters
    ----------
    limits : dict
        ``memory`` in bytes; ``processes``, None for no limit: it counts all that the user has where this is no user's own.
    """
    import resource  # Windows has none

    bounds = {
        "CORE": 0,
        "NOFILE": FILES,
        "FSIZE": int(LARGEST_FILE),
        "DATA": int(limits["memory"]),
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    if limits.get("processes"):
        bounds["NPROC"] = limits["processes"]
    for name, most in bounds.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            with contextlib.suppress(ValueError, OSError):  # lower than asked for already
                resource.setrlimit(kind, (most, most))


def _disk(hidden, most):
    """One empty disk, of which the working folder, the home and /tmp are parts; nothing else can be written."""
    _mount(None, "/", None, RECURSIVE | PRIVATE)
    _mount("tmpfs", DISK, "tmpfs", NO_SETUID | NO_DEVICES, f"size={int(most)},nr_inodes={INODES},mode=0700")
    for folder in (WORK, TMP, SHARED, HOME_FOLDER):
        os.mkdir(folder)
    os.mkdir(SETTINGS_FOLDER)
    for name, text in SETTINGS.items():
        with open(f"{SETTINGS_FOLDER}/{name}", "w") as file:
            file.write(text)
    _mount(SHARED, "/dev/shm", None, BIND)
    for name in DEVICES:  # their times of access are the machine's, and would tell a later submission something
        _mount(None, f"/dev/{name}", None, REMOUNT | BIND | READ_ONLY | NO_SETUID)
    _mount("devpts", "/dev/pts", "devpts", NO_SETUID | NO_PROGRAMS, TERMINALS)
    kept = os.listdir("/tmp")  # Python itself may lie there
    for name in kept:
        os.makedirs(f"{DISK}/.kept/{name}")
        _mount(f"/tmp/{name}", f"{DISK}/.kept/{name}", None, BIND | RECURSIVE)
    _mount(TMP, "/tmp", None, BIND)
    for name in kept:
        os.mkdir(f"/tmp/{name}")
        _mount(f"{DISK}/.kept/{name}", f"/tmp/{name}", None, BIND | RECURSIVE)
        # Else what is hidden below could still be read here.
        _check(libc().umount2(f"{DISK}/.kept/{name}".encode(), DETACH), f"leaving {name}")
    empty = f"{DISK}/.empty"
    os.close(os.open(empty, os.O_CREAT, 0o400))
    for path in hidden:
        if os.path.isdir(path):
            _mount("tmpfs", path, "tmpfs", READ_ONLY, "size=0,nr_inodes=1,mode=0555")
        elif os.path.exists(path):
            _mount(empty, path, None, BIND)


def _processes(seen):
    """An empty /proc; or one in which it finds its own processes and no others, since CUDA writes there."""
    if seen:
        _mount("proc", "/proc", "proc", NO_SETUID | NO_DEVICES | NO_PROGRAMS)
    else:
        _mount("tmpfs", "/proc", "tmpfs", READ_ONLY, "size=0,nr_inodes=1,mode=0555")


def _drop_capabilities():
    for number in range(LAST_CAPABILITY + 1):
        libc().prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # the last ones do not exist everywhere
    header, nothing = struct.pack("=Ii", 0x20080522, 0), bytes(24)
    _check(libc().syscall(SYS_CAPSET[os.uname().machine], header, nothing), "rights")


def _outlive(student, ends, asking):
    """Wait for the student's process, bury the others; then all that is left ends with this one."""
    _prctl(PR_SET_DUMPABLE, 0)  # where there is a /proc, nobody reads or writes this process's memory by it
    for end in ends:
        end.close()
    if asking is not None:
        memory_files.answer(asking, DISK)
    while True:
        pid, status = os.wait()
        if pid == student:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _mount(what, where, kind, flags, options=None):
    words = [word.encode() if word is not None else None for word in (what, where, kind)]
    _check(libc().mount(*words, ctypes.c_ulong(flags), options.encode() if options else None), f"{what} on {where}")


def _prctl(*arguments):
    _check(libc().prctl(*arguments, *[0] * (5 - len(arguments))), "this process")


def _check(code, what):
    if code:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} ({what})")
