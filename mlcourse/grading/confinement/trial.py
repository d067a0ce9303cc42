"""Run inside bubblewrap: does the inner layer work as well? The last line printed is `ok`, or what is wrong."""

import importlib
import os
import socket
import sys

from mlcourse.grading.confinement import bounds, nest, system_calls

ELSEWHERE = "192.0.2.1", 9  # an address for documents (RFC 5737)
LIMITS = {"memory": 4e9, "disk": 1e7, "processes": 32}


def main(gpu):
    """Go in, and look around there."""
    nest.settle()
    nest.adopt_orphans()
    reader, writer = os.pipe()
    mine, theirs = socket.socketpair()
    between = os.fork()
    if between == 0:
        os.close(reader)
        mine.close()
        nest.enter(writer, [theirs], [], LIMITS | {"gpu": gpu})
        print(_looked(gpu), flush=True)
        theirs.send(b"looked")
        theirs.recv(1)
        os._exit(0)
    os.close(writer)
    theirs.close()
    first, _, why = os.read(reader, 4096).decode().partition(" ")
    os.waitpid(between, 0)
    if first == "0":
        print(why, flush=True)
        return
    if mine.recv(9) and not all(map(bounds.readable, bounds.children(int(first)))):
        print("what it uses cannot be counted", flush=True)
    mine.close()
    os.waitpid(int(first), 0)


def _looked(gpu):
    importlib.import_module("mlcourse.grading.judge.student")  # all that it needs can be read
    others = set(os.listdir("/proc")) - {"1", str(os.getpid())}
    if [name for name in others if name.isdigit()] if gpu else others:
        return "other processes can be seen"
    if gpu and not os.access("/proc/self/comm", os.W_OK):
        return "/proc is not its own, which CUDA needs"
    if gpu:
        os.close(os.memfd_create("a file"))  # it makes some
    with open("a file", "w") as file:
        file.write("written")
    for path in ("/a", "/usr/a", "/dev/a"):
        try:
            open(path, "w").close()
        except OSError:
            continue
        return f"{path} can be written"
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect(ELSEWHERE)  # nothing is sent: is there a way?
        return "there is a network"
    except OSError:
        pass
    libc = system_calls.libc()
    if libc.unshare(nest.NEWUSER) == 0 or libc.mount(b"tmpfs", b"/usr", b"tmpfs", 0, None) == 0:
        return "further namespaces can be opened"
    return _gpu() if gpu else "ok"


def _gpu():
    import torch

    if not torch.cuda.is_available():
        return "PyTorch finds no GPU there"
    return "ok " * int(float(torch.ones(3, device="cuda").sum()) == 3) + torch.cuda.get_device_name(0)


if __name__ == "__main__":
    try:
        if "gpu alone" in sys.argv:
            print(_gpu(), flush=True)
        else:
            system_calls.program(os.uname().machine)
            main("gpu" in sys.argv)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
