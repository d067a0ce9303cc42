"""What a confined submission cannot see, reach or use up; each test would fail in a process that is not confined."""

import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jobs import CONFINED, answer, job, printed, said, scores

from mlcourse.grading.confinement import system_calls
from mlcourse.grading.judge import driver
from mlcourse.grading.judge.driver import compute


@CONFINED
def test_nothing_of_the_course_is_on_its_disk(tmp_path):
    (tmp_path / "gradebook.db").write_text("grades")
    outside = [tmp_path / "gradebook.db", Path(__file__), Path.home(), Path("/home"), Path("/var"), Path("/etc/shadow")]
    code = f"import os\nprint([p for p in {list(map(str, outside))} if os.path.isfile(p) or os.path.isdir(p) and os.listdir(p)])"
    seen = answer(code + "\nprint(os.listdir('/proc'))")
    where_python_lies = [str(path) for path in outside if path in Path(sys.base_prefix).parents]
    assert seen.splitlines() == [str(where_python_lies), "[]"]


@CONFINED
def test_what_is_withheld_is_not_on_its_disk_either():
    code = """
import mlcourse, pathlib
package = pathlib.Path(mlcourse.__path__[0])
for file in sorted(package.rglob('*')):
    if file.is_file(): print(file.relative_to(package), len(file.read_bytes()))
"""
    withheld = ["mlcourse.ops", "mlcourse.check", "mlcourse.phantoms.skin"]
    result = compute(job(code, "assert True") | {"withheld": withheld, "confine": "required"})
    sizes = dict(line.rsplit(" ", 1) for line in printed(result, "s").splitlines())
    assert any("walkthroughs" in path for path in sizes)
    assert not {path.split(os.sep)[0] for path in sizes} & {"ops", "check"}
    assert {size for path, size in sizes.items() if "phantoms" in path and "skin." in path} == {"0"}


@CONFINED
def test_nothing_lies_on_its_own_disk_to_begin_with():
    """Python may lie in /tmp, which is made anew: it must not be found a second time, with what is withheld."""
    code = "import os\nprint(sorted(os.path.join(d, f) for d, _, files in os.walk('/student') for f in files))"
    there = ["/student/.empty", *(f"/student/.etc/{name}" for name in ("group", "hosts", "passwd"))]
    assert answer(code) == f"{there}\n"


@CONFINED
def test_it_may_talk_to_itself_and_has_a_name_and_a_terminal():
    code = """
import getpass, os, pwd, socket
with socket.create_server(('localhost', 0)) as server, socket.create_connection(server.getsockname()): print('heard')
print(getpass.getuser(), pwd.getpwuid(os.getuid()).pw_dir, socket.gethostname(), len(os.listdir('/dev/pts')))
"""
    assert answer(code) == "heard\nstudent /student/home student 1\n"


@CONFINED
def test_devices_tell_nothing_to_those_who_come_later():
    before = os.stat("/dev/full").st_mtime_ns
    code = "import os\nfor name in ('null', 'zero', 'full', 'urandom'):\n    try:\n        os.utime(f'/dev/{name}')\n    except OSError as error:\n        print(error.errno)"
    assert answer(code).split() == ["30"] * 4
    assert os.stat("/dev/full").st_mtime_ns == before
    assert answer("print(open('/dev/null', 'w').write('a'), open('/dev/zero', 'rb').read(1))") == "1 b'\\x00'\n"


@CONFINED
def test_it_has_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as named:
        named.bind(f"\0mlcourse-{os.getpid()}")
        named.listen()
        code = f"""
import errno, socket
for family, where in (socket.AF_INET, {server.getsockname()}), (socket.AF_UNIX, {named.getsockname()!r}), (40, (2, 1024)):
    try:
        socket.socket(family).connect(where)
        print('reached', where)
    except OSError as error:
        print(errno.errorcode[error.errno])
"""
        assert answer(code).split()[0] in ("ENETUNREACH", "ECONNREFUSED")
        assert answer(code).split()[1:] == ["ECONNREFUSED", "EAFNOSUPPORT"]


@CONFINED
def test_its_environment_names_nothing_of_the_instructor_s(monkeypatch):
    driver.close()
    monkeypatch.setenv("MLCOURSE_SECRET", "winter")
    try:
        seen = answer("import os\nprint(os.environ, os.getcwd(), os.path.expanduser('~'))")
    finally:
        driver.close()
    assert "winter" not in seen
    assert str(Path.home()) not in seen.replace(os.path.dirname(sys.executable), "").replace(sys.prefix, "")


BY_A_CALL = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
print([errno.errorcode[ctypes.get_errno()] for code in [libc.%s] if code < 0])
"""


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("unshare(0x10000000)", "EPERM"),
        ("mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)", "EPERM"),
        ("umount2(b'/proc', 2)", "EPERM"),
        ("sched_setaffinity(0, 8, ctypes.byref(ctypes.c_long(3)))", "EPERM"),
        ("memfd_create(b'a', 0)", "ENOSYS"),
        ("shmget(1, 4096, 0o1600)", "EPERM"),
        ("semget(0, 100, 0o1600)", "ENOSYS"),
        ("inotify_init()", "ENOSYS"),
        ("ptrace(16, 1, 0, 0)", "EPERM"),
        ("socket(16, 3, 0)", "EAFNOSUPPORT"),
        ("socket(2, 1, 262)", "EPROTONOSUPPORT"),
        ("socketpair(30, 1, 0, None)", "EAFNOSUPPORT"),
        ("fcntl(0, 37, None)", "EINVAL"),
    ],
)
@CONFINED
def test_calls_that_open_a_way_out_are_refused(call, says):
    assert answer(BY_A_CALL % call) == f"['{says}']\n"


@CONFINED
def test_it_has_no_rights_of_its_own():
    capget = {"x86_64": 125, "aarch64": 90}[os.uname().machine]
    code = f"""
import ctypes, struct
told = ctypes.create_string_buffer(24)
print(ctypes.CDLL(None).syscall({capget}, struct.pack("=Ii", 0x20080522, 0), told), sum(told.raw))
"""
    assert answer(code) == "0 0\n"


def test_each_table_of_calls_has_one_number_for_each_call():
    for machine, (column, _) in system_calls.ARCHITECTURES.items():
        tables = system_calls.REFUSED | system_calls.NOT_THERE
        numbers = [pair[column] for pair in tables.values() if pair[column] is not None]
        assert len(set(numbers)) == len(numbers)
        assert len(system_calls.program(machine)) < 4096
    with pytest.raises(OSError, match="riscv64"):
        system_calls.program("riscv64")


@CONFINED
def test_processes_are_counted():
    bomb = "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(1)"
    result = compute(job(bomb, "assert True", processes=20, cell=3) | {"confine": "required"})
    assert scores(result) == [1.0]
    assert result["ended"] or "longer than 3 seconds" in said(result, "s")
    few = "import os\nn = 0\ntry:\n    while True:\n        if os.fork() == 0: os.pause() if hasattr(os, 'pause') else __import__('time').sleep(60)\n        n += 1\nexcept OSError as error:\n    print(n)"
    assert 15 <= int(answer(few, processes=20)) <= 22


@CONFINED
def test_its_disk_ends():
    code = "for n in range(50):\n    open(f'{n}', 'wb').write(bytes(10**6))"
    assert "No space left" in answer(code, disk=10e6)
    assert "No space left" in answer("for n in range(30_000):\n    open(f'{n}', 'w').close()")
    for folder in ("/", "/usr", "/dev", "/proc", sys.prefix):
        assert "Errno" in answer(f"open('{folder}/a', 'w')")


@CONFINED
def test_a_temporary_file_and_shared_memory_have_their_places():
    code = """
import multiprocessing, os, tempfile
from multiprocessing.shared_memory import SharedMemory
with tempfile.TemporaryFile() as file: file.write(b'a')
one = SharedMemory(create=True, size=100); one.unlink()
with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, 2]))
os.makedirs(os.path.expanduser('~/.cache/a'))
"""
    assert answer(code) == "[1, 2]\n"


@CONFINED
def test_signals_reach_its_own_processes_only():
    result = compute(job("import os\nos.kill(-1, 9)", "assert True") | {"confine": "required"})
    assert scores(result) == [1.0]
    assert answer("print(1)") == "1\n"


@CONFINED
def test_two_at_a_time_do_not_find_each_other():
    """Nor does one that calculates in many threads slow the other."""
    leaves = """
import multiprocessing.shared_memory, socket, tempfile, threading, time
held = multiprocessing.shared_memory.SharedMemory('left', create=True, size=100)
open(tempfile.gettempdir() + '/left', 'w').close()
named = socket.socket(socket.AF_UNIX); named.bind('\\0left'); named.listen()
for _ in range(40): threading.Thread(target=lambda: all(iter(int, 1)), daemon=True).start()
time.sleep(4)
"""
    looks = """
import os, socket, tempfile, time
time.sleep(1)
began = time.monotonic(); sum(range(10**6))
print(os.path.exists(tempfile.gettempdir() + '/left'), os.listdir('/dev/shm'), len(os.sched_getaffinity(0)), time.monotonic() - began < 1)
try:
    socket.socket(socket.AF_UNIX).connect('\\0left')
    print('found')
except OSError as error:
    print(type(error).__name__)
"""
    with ThreadPoolExecutor(2) as at_once:
        one = at_once.submit(answer, leaves)
        seen = at_once.submit(answer, looks).result()
        assert not one.done(), one.result()
        assert one.result() == ""
    assert seen == "False [] 1 True\nConnectionRefusedError\n"


@CONFINED
def test_files_handed_in_lie_beside_it():
    import base64

    files = {"data/a.txt": base64.b64encode(b"seven").decode()}
    one = job("print(open('data/a.txt').read())", "assert True") | {"confine": "required", "student_files": files}
    assert printed(compute(one), "s") == "seven\n"
