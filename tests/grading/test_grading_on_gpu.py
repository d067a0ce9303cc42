"""Where the grading machine has a GPU, a submission that may use it does, and says so; nobody else sees it."""

import pytest
from jobs import job, printed, scores

from mlcourse.grading.confinement import bubblewrap
from mlcourse.grading.judge.driver import compute

USES = "import torch\nwhere = 'cuda' if torch.cuda.is_available() else 'cpu'\nf = lambda x: (x.to(where) * 2)\nprint(where)"
TEST = "import torch\nassert torch.equal(f(torch.arange(3.0)), torch.tensor([0.0, 2.0, 4.0]))"


@pytest.mark.gpu
@pytest.mark.parametrize("confine", ["off", "preferred"])
def test_a_gpu_is_passed_in_where_it_was_asked_for(confine):
    if not pytest.importorskip("torch").cuda.is_available():
        pytest.skip("no GPU here")
    one = job(USES, TEST) | {"confine": confine}
    with_gpu, without = compute(one | {"gpu": True}), compute(one)
    assert scores(with_gpu) == scores(without) == [1.0]
    assert printed(without, "s") == "cpu\n"
    assert without["device"] == "CPU"
    if with_gpu["confined"] and not bubblewrap.found(gpu=True).device:
        pytest.skip(f"confined, the GPU does not work: {with_gpu['device']}")
    assert printed(with_gpu, "s") == "cuda\n"
    assert with_gpu["device"].startswith("GPU: ")


def test_where_there_is_none_the_same_tests_run_on_the_cpu(monkeypatch):
    pytest.importorskip("torch")
    none = bubblewrap.Confinement(False, "this machine has no GPU of NVIDIA's")
    found = bubblewrap.found
    monkeypatch.setattr(bubblewrap, "found", lambda gpu=False: none if gpu else found())
    monkeypatch.setattr(bubblewrap, "gpu_outside", lambda: none)
    result = compute(job(USES, TEST) | {"gpu": True})
    assert (scores(result), printed(result, "s")) == ([1.0], "cpu\n")
    assert result["device"] == "CPU, since this machine has no GPU of NVIDIA's"
