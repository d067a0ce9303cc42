"""Calls of the kernel that student code has no use for, refused by a filter (seccomp) that its children inherit.

They would open further namespaces, mount, watch other processes or files that all read, or take memory that no count sees
(`memfd_create`, `vmsplice`, System V).
"""

import ctypes
import errno
import platform
import struct

# name -> number on x86_64, on aarch64 (the kernel's tables)
REFUSED = {
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "bpf": (321, 280), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "swapon": (167, 224), "reboot": (169, 142), "shmget": (29, 194), "msgget": (68, 186),
    "sched_setaffinity": (203, 122), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "memfd_secret": (447, 447),
}  # fmt: skip
NOT_THERE = {  # libraries go on without
    "clone3": (435, 435), "io_uring_setup": (425, 425), "memfd_create": (319, 279), "semget": (64, 190),
    "vmsplice": (278, 75), "io_setup": (206, 0), "inotify_init": (253, None), "inotify_init1": (294, 26),
}  # fmt: skip
CLONE = (56, 220)
NEW_NAMESPACES = 0x7E020080  # CLONE_NEWUSER, NEWPID, NEWNET, NEWIPC, NEWUTS, NEWCGROUP, NEWNS, NEWTIME
ONLY = (  # numbers of a call, which argument, what it may be, the error for all else
    # socket: UNIX, INET, INET6; a virtual machine's own (VSOCK) would pass by the network's namespace
    ((41, 198), 0, (1, 2, 10), errno.EAFNOSUPPORT),
    ((41, 198), 2, (0, 1, 6, 17), errno.EPROTONOSUPPORT),  # TCP and UDP, whose queues are counted
    ((53, 199), 0, (1,), errno.EAFNOSUPPORT),  # socketpair
    # fcntl: copies, flags, locks that are a process's own, owners, pipes, seals; no leases and no notices
    ((72, 25), 1, (*range(12), 15, 16, *range(1030, 1035)), errno.EINVAL),
)
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
LOAD, EQUALS, HAS_BITS, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, ASK, ERRNO, KILL = 0x7FFF0000, 0x7FC00000, 0x00050000, 0x80000000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 38, 22, 2
SECCOMP, SET_FILTER, WITH_A_LISTENER = {"x86_64": 317, "aarch64": 277}, 1, 8


def libc():
    """Return the C library, which keeps the number of its last error."""
    return ctypes.CDLL(None, use_errno=True)


def program(machine, but=()):
    """Put the filter together.

    Parameters
    ----------
    machine : {"x86_64", "aarch64"}
    but : sequence of str
        Names of calls that are not refused.

    Returns
    -------
    list of tuple of int
        Instructions: code, jump if true, jump if false, number.

    Raises
    ------
    OSError
        If there is no table for this machine.
    """
    if machine not in ARCHITECTURES:
        raise OSError(
            errno.ENOSYS, f"no table of system calls for {machine}; there is one for {', '.join(ARCHITECTURES)}"
        )
    column, architecture = ARCHITECTURES[machine]
    number, first_argument = (LOAD, 0, 0, 0), (LOAD, 0, 0, 16)
    made = [(LOAD, 0, 0, 4), (EQUALS, 1, 0, architecture), (RETURN, 0, 0, KILL), number]
    if machine == "x86_64":  # the same calls have second numbers there
        made += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, ERRNO | errno.ENOSYS)]
    for table, code in ((REFUSED, errno.EPERM), (NOT_THERE, errno.ENOSYS)):
        kept_out = (numbers[column] for name, numbers in table.items() if name not in but)
        for number_here in (number for number in kept_out if number is not None):
            made += [(EQUALS, 0, 1, number_here), (RETURN, 0, 0, ERRNO | code)]
    made += [(EQUALS, 0, 4, CLONE[column]), first_argument, (HAS_BITS, 0, 1, NEW_NAMESPACES)]
    made += [(RETURN, 0, 0, ERRNO | errno.EPERM), number]
    for numbers, argument, good, otherwise in ONLY:
        values = [(EQUALS, len(good) - place, 0, value) for place, value in enumerate(good)]
        body = [(LOAD, 0, 0, 16 + 8 * argument), *values, (RETURN, 0, 0, ERRNO | otherwise), (LOAD, 0, 0, 0)]
        made += [(EQUALS, 0, len(body), numbers[column]), *body]
    return [*made, (RETURN, 0, 0, ALLOW)]


def refuse(but=()):
    """Set the filter for this process and all that it will start. There is no way back.

    Parameters
    ----------
    but : sequence of str
        Names of calls that are not refused.

    Raises
    ------
    OSError
        If the kernel takes no filter, or there is no table for this machine.
    """
    whole = _packed(program(platform.machine(), but))
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(whole), 0, 0)):
        if libc().prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


def hand_over(name):
    """Let somebody else answer a call of this process and of all that it will start.

    Parameters
    ----------
    name : str
        Of a call that `refuse` was told to leave.

    Returns
    -------
    int
        The file on which the kernel asks.

    Raises
    ------
    OSError
        If the kernel has no such thing.
    """
    machine = platform.machine()
    number = (REFUSED | NOT_THERE)[name][ARCHITECTURES[machine][0]]
    whole = _packed([(LOAD, 0, 0, 0), (EQUALS, 0, 1, number), (RETURN, 0, 0, ASK), (RETURN, 0, 0, ALLOW)])
    asked = libc().syscall(SECCOMP[machine], SET_FILTER, WITH_A_LISTENER, ctypes.byref(whole))
    if asked < 0:
        raise OSError(ctypes.get_errno(), f"the kernel lets nobody else answer {name}")
    return asked


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _packed(instructions):
    packed = b"".join(struct.pack("=HBBI", *one) for one in instructions)
    return _Program(len(packed) // 8, packed)
