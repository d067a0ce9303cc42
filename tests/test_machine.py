import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mlcourse
from mlcourse import machine

ROOT = Path(__file__).parent.parent


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A machine with eight cores whose control groups are the files a test writes."""
    monkeypatch.setattr(machine, "visible_cores", lambda: 8)

    def files(membership, groups):
        written = {"proc/self/cgroup": membership} | {f"sys/fs/cgroup/{path}": text for path, text in groups.items()}
        for path, text in written.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return files


QUOTAS = {
    "no control groups": ("", {}, 8),
    "v2 container": ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
    "v2 without limit": ("0::/\n", {"cpu.max": "max 100000\n"}, 8),
    "v2 one and a half": ("0::/\n", {"cpu.max": "150000 100000\n"}, 1),
    "v2 half a core": ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
    "v2 more than is there": ("0::/\n", {"cpu.max": "6400000 100000\n"}, 8),
    "v2 the parent limits": ("0::/a/b\n", {"a/cpu.max": "300000 100000", "a/b/cpu.max": "max 100000"}, 3),
    "v2 own group limits": ("0::/a/b\n", {"a/cpu.max": "max 100000", "a/b/cpu.max": "500000 100000"}, 5),
    "v2 a stranger limits": ("0::/a\n", {"a/cpu.max": "max 100000", "b/cpu.max": "100000 100000"}, 8),
    "v2 beside v1": ("1:name=systemd:/\n0::/a\n", {"unified/a/cpu.max": "400000 100000"}, 4),
    "v1": ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000"}, 2),
    "v1 without limit": ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
    "v1 joint mount": (
        "4:cpu,cpuacct:/\n",
        {"cpu,cpuacct/cpu.cfs_quota_us": "300000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
        3,
    ),
    "v1 a stranger limits": (
        "5:memory:/b\n4:cpu:/a\n",
        {"cpu/b/cpu.cfs_quota_us": "100000", "cpu/b/cpu.cfs_period_us": "100000"},
        8,
    ),
    "v1 the host's path": (
        "4:cpu:/docker/1f3a\n",
        {"cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000"},
        2,
    ),
}


@pytest.mark.parametrize(("membership", "groups", "expected"), QUOTAS.values(), ids=QUOTAS.keys())
def test_cores_follow_the_quota(system, membership, groups, expected):
    assert machine.cores(system(membership, groups)) == expected


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system places no process on chosen cores")
def test_cores_follow_the_affinity():
    one = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); from mlcourse import machine as m; "
    told = subprocess.check_output([sys.executable, "-c", one + "print(m.visible_cores(), m.cores())"], text=True)
    assert told.split() == ["1", "1"]


MEMORY = {
    "v2": ("0::/\n", {"memory.max": "1000000\n"}),
    "v2 the parent limits": ("0::/a/b\n", {"a/memory.max": "1000000", "a/b/memory.max": "max"}),
    "v1": ("5:memory:/\n", {"memory/memory.limit_in_bytes": "1000000"}),
    "v1 own group": (
        "5:memory:/a\n",
        {"memory/memory.limit_in_bytes": "9223372036854771712", "memory/a/memory.limit_in_bytes": "1000000"},
    ),
}


@pytest.mark.parametrize(("membership", "groups"), MEMORY.values(), ids=MEMORY.keys())
def test_memory_follows_the_limit(system, membership, groups):
    assert machine.memory_limit(system(membership, groups)) == 1000000


def test_memory_without_limit_is_the_machines(system):
    whole = machine.memory_limit(system("", {}))
    assert machine.memory_limit(system("0::/\n", {"memory.max": "max"})) == whole
    if sys.platform == "linux":
        total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
        assert whole == pytest.approx(int(total.split()[1]) * 1024, rel=0.01)


def test_device_keeps_torch_within_the_granted_cores():
    """In its own process: the number of threads belongs to the whole of it."""
    code = """if True:
        import mlcourse
        from mlcourse import machine

        machine.cores = lambda: 1
        print(mlcourse.device().type)

        import torch
        apples = "mps" if torch.backends.mps.is_available() else "cpu"
        print("cuda" if torch.cuda.is_available() else apples, torch.get_num_threads())
    """
    chosen, expected, threads = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert (chosen, threads) == (expected, "1")


@pytest.mark.parametrize(("cuda", "mps", "chosen"), [(1, 1, "cuda"), (1, 0, "cuda"), (0, 1, "mps"), (0, 0, "cpu")])
def test_the_best_device_is_chosen(monkeypatch, cuda, mps, chosen):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(cuda))
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: bool(mps))
    assert machine.device.__wrapped__().type == chosen


def test_report_tells_this_machine():
    import numpy as np
    import torch

    found = machine.report()
    assert found.versions["python"] == sys.version.split()[0]
    assert found.versions["mlcourse"] == mlcourse.__version__
    assert found.versions["numpy"] == np.__version__
    assert found.versions["torch"] == torch.__version__
    assert (found.cores, found.visible_cores) == (machine.cores(), machine.visible_cores())
    assert found.memory == machine.memory_limit()
    assert bool(found.gpu) == (torch.cuda.is_available() or torch.backends.mps.is_available())
    assert found.missing == ()
    assert f"memory            {found.memory / 1e9:.1f} GB" in str(found)


def test_report_names_what_is_missing(monkeypatch):
    here = machine._version
    monkeypatch.setattr(machine, "_version", lambda name: None if name in ("anywidget", "nbgrader") else here(name))
    found = machine.report()
    assert found.missing == ("anywidget",)
    assert "anywidget         MISSING" in str(found)
    assert "nbgrader          not installed (only instructors need it)" in str(found)
    assert any("make lab" in sentence for sentence in found.advice)
    assert str(found).endswith("Something the course needs is missing.")


SHORT = {
    "no GPU": ({"gpu": None}, "runs on the CPU"),
    "little memory": ({"memory": int(1.9e9)}, "1.9 GB of memory is little"),
    "one core": ({"granted": 1, "visible": 1}, "up to twice the time"),
    "a quota": ({"granted": 2, "visible": 64}, "OMP_NUM_THREADS=2"),
    "a package": ({"missing": ["notebook"]}, "Missing: notebook"),
}


@pytest.mark.parametrize(("short", "expected"), SHORT.values(), ids=SHORT.keys())
def test_advice_where_something_is_short(monkeypatch, short, expected):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    plenty = {"gpu": "a card", "memory": int(2e9), "granted": 2, "visible": 2, "missing": []}
    assert list(machine._advice(**plenty)) == []
    (sentence,) = machine._advice(**plenty | short)
    assert expected in sentence


BUILDS = {
    "CUDA build, no GPU": ("13.0", False, "no NVIDIA GPU was found"),
    "CUDA build, GPU out of reach": ("13.0", True, "driver is too old"),
    "CPU build, GPU there": (None, True, "this torch is the CPU build"),
    "CPU build, no GPU": (None, False, None),
}


@pytest.mark.parametrize(("cuda", "card", "expected"), BUILDS.values(), ids=BUILDS.keys())
def test_advice_about_the_build_of_torch(monkeypatch, tmp_path, cuda, card, expected):
    import torch

    monkeypatch.setattr(machine, "device", lambda: torch.device("cpu"))
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(machine, "GPU_FOLDER", tmp_path if card else tmp_path / "none")
    gpu, advice = machine._torch()
    assert gpu is None
    assert [expected in sentence for sentence in advice] == ([True] if expected else [])


def test_a_torch_that_does_not_start_is_told(monkeypatch):
    def device():
        raise OSError("libcudart.so.13: cannot open shared object file")

    monkeypatch.setattr(machine, "device", device)
    _, (sentence,) = machine._torch()
    assert "libcudart" in sentence
    assert "pip install --force-reinstall torch" in sentence


def test_needed_packages_are_those_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["student"]
    assert sorted(machine.NEEDED) == sorted(line.split(">")[0] for line in wanted)
