"""conv2d with both gradients on NumPy against torch on the CPU and against scipy.signal. Run: python benchmarks/conv.py.

Two implementations: `mlcourse.ops.conv`, which is the one to read, and `mlcourse.ops.conv_fast`. Ratios to torch are of
medians in one process; below 1 is faster than torch. The three take turns in blocks with a pause before each, since idle
threads of one library slow the other down for some milliseconds. Both libraries get the same number of threads, and glibc
is told to keep the memory that is given back: to get megabytes afresh at each call takes torch up to four times as long.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc

ROUNDS = 15
PAUSE = 0.06  # seconds until the other library's threads have gone to sleep
LAYERS = (  # N, C -> K, image, kernel, options
    (8, 1, 16, (64, 64), (3, 3), {"padding": 1}),
    (8, 16, 32, (32, 32), (3, 3), {"padding": 1}),
    (4, 32, 64, (16, 16), (3, 3), {"padding": 1}),
    (8, 16, 16, (64, 64), (3, 3), {"padding": 1, "stride": 2}),
    (2, 3, 24, (64, 64), (10, 10), {"padding": "same"}),
    (4, 32, 32, (28, 33), (3, 5), {"padding": (1, 2)}),
)
# Threads and dtype -> for each implementation the most its geometric mean, and its slowest layer, may take of torch's.
GOALS = {
    (2, "float32"): {"conv": (2.0, 3.5), "conv_fast": (1.5, 3.0)},
    (1, "float32"): {"conv": (1.6, None), "conv_fast": (1.2, None)},
    (2, "float64"): {"conv": (1.4, None), "conv_fast": (1.25, None)},
}
FASTER_THAN_SCIPY = 3
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**28), "MALLOC_TOP_PAD_": str(2**26)}


def measure(threads, dtype):
    """Print seconds and bytes of one setting as JSON; runs in a process that was started with so many threads."""
    import numpy as np
    import torch

    from mlcourse.ops import conv, conv_fast

    torch.set_num_threads(threads)
    measured = []
    for images, channels, filters, size, kernel, options in LAYERS:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(images, channels, *size)).astype(dtype)
        w = rng.normal(size=(filters, channels, *kernel)).astype(dtype)
        grad_output = rng.normal(size=conv.conv2d(x, w, **options).shape).astype(dtype)
        x_torch, w_torch = (torch.tensor(a, requires_grad=True) for a in (x, w))
        g_torch = torch.tensor(grad_output)

        def by_torch(x=x_torch, w=w_torch, g=g_torch, options=options):
            y = torch.nn.functional.conv2d(x, w, **options)
            return y.detach(), *torch.autograd.grad(y, (x, w), g)

        def by_numpy(module, x=x, w=w, g=grad_output, options=options):
            return module.conv2d(x, w, **options), *module.conv2d_backward(g, x, w, **options)[:2]

        ways = {"torch": by_torch, "conv": lambda: by_numpy(conv), "conv_fast": lambda: by_numpy(conv_fast)}
        expected = [a.numpy() for a in by_torch()]
        for name in ("conv", "conv_fast"):
            for a, b in zip(ways[name](), expected, strict=True):
                assert np.abs(a - b).max() <= 1e-5 * np.abs(b).max(), f"{name} and torch disagree"
        extra = {name: peak(ways[name], expected) for name in ("conv", "conv_fast")}
        measured.append({"seconds": in_turn(ways), "extra": extra})
    print(json.dumps(measured))


def in_turn(ways):
    """Seconds of each way: the best of a block of four calls, after two that warm up; of all blocks the median.

    The best of a block, since whatever else the machine does falls on either library, and on two threads more.
    """
    taken = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            time.sleep(PAUSE)
            call()
            call()
            block = []
            for _ in range(4):
                start = time.perf_counter()
                call()
                block.append(time.perf_counter() - start)
            taken[name].append(min(block))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def peak(call, results):
    """Bytes taken at most at one time, beyond the results (what torch takes cannot be seen this way)."""
    from mlcourse.ops import conv_fast

    vars(conv_fast._kept).clear()
    tracemalloc.start()
    call()
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return taken - sum(a.nbytes for a in results)


def against_scipy():
    """Seconds of scipy.signal and of ours for one image, one channel, one kernel, as JSON: forward, and with gradients."""
    import numpy as np
    from scipy.signal import convolve2d, correlate2d

    from mlcourse.ops import conv, conv_fast

    rng = np.random.default_rng(0)
    x, w, g = rng.normal(size=(256, 200)), rng.normal(size=(7, 5)), rng.normal(size=(250, 196))
    x4, w4, g4 = x[None, None], w[None, None], g[None, None]
    forward = {"scipy": lambda: (correlate2d(x, w, "valid"),)}
    whole = {"scipy": lambda: (correlate2d(x, w, "valid"), convolve2d(g, w, "full"), correlate2d(x, g, "valid"))}
    for name, ours in (("conv", conv), ("conv_fast", conv_fast)):
        forward[name] = lambda ours=ours: (ours.conv2d(x4, w4),)
        whole[name] = lambda ours=ours: (ours.conv2d(x4, w4), *ours.conv2d_backward(g4, x4, w4)[:2])
    for ways in (forward, whole):
        for name in ("conv", "conv_fast"):
            for a, b in zip(ways[name](), ways["scipy"](), strict=True):
                np.testing.assert_allclose(a[0, 0], b, rtol=0, atol=1e-9 * np.abs(b).max())
    print(json.dumps({"forward": in_turn(forward), "with_gradients": in_turn(whole)}))


def in_a_process(threads, *words):
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    environment = os.environ | counts | KEEP_MEMORY | {"PYTHONWARNINGS": "ignore"}
    command = [sys.executable, __file__, *map(str, words)]
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main():
    results = []
    for (threads, dtype), goals in GOALS.items():
        print(f"conv: {dtype}, {threads} thread{'s' * (threads > 1)} ...", flush=True)
        measured = in_a_process(threads, threads, dtype)
        ratios = {name: [m["seconds"][name] / m["seconds"]["torch"] for m in measured] for name in goals}
        print(f"{'N, C -> K, image, kernel':>40} {'torch':>9} {'conv':>6} {'conv_fast':>9}")
        for layer, m, *each in zip(LAYERS, measured, *ratios.values(), strict=True):
            images, channels, filters, size, kernel, options = layer
            told = f"{images}, {channels} -> {filters}, {size}, {kernel}{', stride 2' * ('stride' in options)}"
            print(f"{told:>40} {1e3 * m['seconds']['torch']:6.2f} ms {each[0]:6.2f} {each[1]:9.2f}")
        for name, (mean, worst) in goals.items():
            results.append((f"{name}_{dtype}_{threads}", statistics.geometric_mean(ratios[name]), "x torch", mean))
            if worst:
                results.append((f"{name}_{dtype}_{threads}_slowest", max(ratios[name]), "x torch", worst))
            if dtype == "float32" and threads == 2:
                extra = max(m["extra"][name] for m in measured) / 2**20
                results.append((f"{name}_extra_memory", extra, "MiB", 20))
    against = in_a_process(1, "scipy")
    for result in results:
        tell(*result)
    for case, seconds in against.items():
        for name in ("conv", "conv_fast"):
            faster = seconds["scipy"] / seconds[name]
            met = "met" if faster >= FASTER_THAN_SCIPY else "not met"
            print(
                f"RESULT {name}_faster_than_scipy_{case} {faster:.3g} times (goal at least {FASTER_THAN_SCIPY}) {met}"
            )


def tell(name, value, unit, goal):
    print(f"RESULT {name} {value:.3g} {unit} (goal at most {goal}) {'met' if value <= goal else 'not met'}")


if __name__ == "__main__":
    if sys.argv[1:] == ["scipy"]:
        against_scipy()
    elif sys.argv[1:]:
        measure(int(sys.argv[1]), sys.argv[2])
    else:
        main()
