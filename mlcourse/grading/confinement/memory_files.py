"""Files in memory (`memfd_create`), without which CUDA does not start: they lie on the submission's disk, which ends.

The kernel's own belong to no process and no disk, so nobody would count them. Here the kernel asks the first process of the
submission instead (seccomp's notifications, Linux 5.14), which answers with a file that has no name.
"""

import contextlib
import errno
import os
import socket
import struct
import threading

from mlcourse.grading.confinement import system_calls

with contextlib.suppress(ImportError):  # Windows has none
    import fcntl

CALL = "memfd_create"
RECEIVE, ANSWER, GIVE = 0xC0502100, 0xC0182101, 0x40182103  # ioctls of linux/seccomp.h
ASKED, FLAGS_AT = 80, 40  # bytes of a question, and where the second argument stands
CLOSE_ON_EXEC, AND_ANSWER = 1, 2


def ask(end):
    """Have the calls of this process, and of all that it will start, answered at the other end of a socket.

    Parameters
    ----------
    end : socket.socket

    Raises
    ------
    OSError
        If the kernel has no such thing.
    """
    asked = system_calls.hand_over(CALL)
    socket.send_fds(end, [b"asked"], [asked])
    os.close(asked)


def answer(end, disk):
    """Answer them beside what this process does, for as long as anybody asks.

    Parameters
    ----------
    end : socket.socket
    disk : str
        A folder on the disk where the files are to lie.
    """
    with end:
        _, asked, _, _ = socket.recv_fds(end, 9, 1)
    if asked:
        threading.Thread(target=_answered, args=(asked[0], disk), daemon=True).start()


def _answered(asked, disk):
    try:
        while True:
            question = bytearray(ASKED)
            try:
                fcntl.ioctl(asked, RECEIVE, question)
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.EINTR):
                    return  # nobody asks any more
                continue  # who asked has ended meanwhile
            _answer(asked, question, disk)
    finally:
        os.close(asked)  # else who asks would wait for ever


def _answer(asked, question, disk):
    (number,), (flags,) = struct.unpack_from("=Q", question), struct.unpack_from("=Q", question, FLAGS_AT)
    kept = os.O_CLOEXEC if flags & CLOSE_ON_EXEC else 0
    made = None
    try:
        made = os.open(disk, os.O_TMPFILE | os.O_RDWR, 0o600)
        fcntl.ioctl(asked, GIVE, struct.pack("=QIIII", number, AND_ANSWER, made, 0, kept))
    except OSError as error:
        with contextlib.suppress(OSError):  # who asked has ended
            fcntl.ioctl(asked, ANSWER, struct.pack("=QqiI", number, 0, -error.errno, 0))
    finally:
        if made is not None:
            os.close(made)
