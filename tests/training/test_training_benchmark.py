"""benchmarks/training.py: its ways differ by what they say, its clock times whole steps, its sums are right, GPU or none."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

FOLDER = Path(__file__).parents[2] / "benchmarks"


def script():
    spec = importlib.util.spec_from_file_location("benchmark_of_training", FOLDER / "training.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, str(FOLDER))
from unet_training import utilisation, ways  # noqa: E402

sys.path.remove(str(FOLDER))
training = script()
IMAGES, MASKS = ways.patients(6, 32, 0)
# Way -> network, what its batches are, whether channels come last, whose loss, whether Adam is fused
EXPECTED = {
    "monai": ("BasicUNet", MetaTensor, False, "MONAI", None),
    "our_net": ("UNet", MetaTensor, False, "MONAI", None),
    "no_loader": ("UNet", torch.Tensor, False, "MONAI", None),
    "channels_last": ("UNet", torch.Tensor, True, "MONAI", None),
    "fit": ("UNet", torch.Tensor, True, "MONAI", None),
    "ours": ("UNet", torch.Tensor, True, "ours", None),
    "same_net_no_loader": ("BasicUNet", torch.Tensor, False, "MONAI", None),
    "same_net_fit": ("BasicUNet", torch.Tensor, True, "MONAI", None),
    "fused_adam": ("UNet", torch.Tensor, True, "MONAI", True),
    "monai_workers": ("BasicUNet", MetaTensor, False, "MONAI", None),
    "ours_bfloat16": ("UNet", torch.Tensor, True, "ours", None),
}
H200 = "NVIDIA H200"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # workers are forked beside threads
@pytest.mark.parametrize("name", EXPECTED)
def test_a_way_is_what_it_says_and_makes_as_many_steps_as_asked_for(name, monkeypatch):
    made, adam = [], torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda p, **options: made.append(options) or adam(p, **options))
    net, train, loss = ways.prepared(name, IMAGES, MASKS, 2, "cpu")
    kind, batches, channels_last, whose, fused = EXPECTED[name]
    assert type(net).__name__ == kind
    assert loss is (ways.our_dice if whose == "ours" else ways.monai_dice)
    seen, compared, before = [], [], [p.detach().clone() for p in net.parameters()]
    net.register_forward_pre_hook(lambda layer, given: seen.append((layer.training, given[0])))
    train(5, lambda logits, masks: compared.append((logits.dtype, masks)) or loss(logits, masks))
    assert len(seen) == len(compared) == 5
    for is_training, x in seen:
        assert is_training
        assert type(x) is batches
        assert x.shape == (2, 1, 32, 32)
    strides = {p.stride()[1] for n, p in net.named_parameters() if p.ndim == 4 and p.shape[1] > 1 and p.shape[2] > 1}
    assert (strides == {1}) is channels_last
    first_round = zip(seen[:3], compared[:3], strict=True)  # two patients each, with their own masks
    pairs = [(np.asarray(x), np.asarray(masks)) for (_, x), (_, masks) in first_round]
    drawn = [(a.tobytes(), b.tobytes()) for x, masks in pairs for a, b in zip(x, masks, strict=True)]
    assert sorted(drawn) == sorted((a.tobytes(), b.tobytes()) for a, b in zip(IMAGES, MASKS, strict=True))
    assert {dtype for dtype, _ in compared} == {torch.float32}
    assert any(not torch.equal(p, old) for p, old in zip(net.parameters(), before, strict=True))
    assert [options["lr"] for options in made] == [ways.RATE]
    assert bool(made[0].get("fused")) is bool(fused)


def test_each_way_has_words_and_something_to_be_compared_with():
    beside = training.BESIDE | training.ON_GPU
    assert [*training.CHAIN, *beside] == list(ways.WAYS)
    assert {base for _, base in beside.values()} <= training.CHAIN.keys()
    assert training.DICE_WAYS.keys() <= ways.WAYS.keys()


def test_the_course_and_monai_have_the_same_loss():
    logits = torch.tensor(np.random.default_rng(0).normal(0, 3, (6, 1, 32, 32)), dtype=torch.float32)
    for masks in (torch.tensor(MASKS), torch.zeros(6, 1, 32, 32)):
        assert float(ways.our_dice(logits, masks)) == pytest.approx(float(ways.monai_dice(logits, masks)), abs=1e-6)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_the_clock_times_whole_steps_after_the_warm_up(device, monkeypatch):
    now, waited = [0.0], []
    monkeypatch.setattr(training.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: waited.append(1) or now.append(now.pop() + 0.25))
    clock = training.Clock(lambda logits, masks: (logits, masks), 4, device)
    for step in range(training.WARM_UP + 5):
        now[0] += 100 if step <= training.WARM_UP else 1  # what comes before the loss
        assert clock(step, "masks") == (step, "masks")
        now[0] += 100 if step < training.WARM_UP or step == training.WARM_UP + 4 else 2  # and after it
    assert clock.seconds == 4 * 3 + (0.25 if device == "cuda" else 0)
    assert len(waited) == (2 if device == "cuda" else 0)


def test_operations_are_those_counted_by_hand():
    x = np.zeros((2, 3, 6, 7), "float32")
    one = torch.nn.Conv2d(3, 5, (2, 3))
    forward = 2 * (2 * 5 * 5 * 5) * (3 * 2 * 3)  # 5 x 5 outputs; 18 products each, which are added up
    assert utilisation.flops(one, x, np.zeros((2, 5, 5, 5), "float32")) == 2 * forward  # and the weights' gradient
    two = torch.nn.Sequential(one, torch.nn.Conv2d(5, 4, 1))
    second = 2 * (2 * 4 * 5 * 5) * 5
    assert utilisation.flops(two, x, np.zeros((2, 4, 5, 5), "float32")) == 2 * forward + 3 * second
    net, counts = ways.our_unet(), []
    for layer in net.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(lambda c, _, y: counts.append(2 * y.numel() * c.weight[0].numel()))
    found = utilisation.flops(net, IMAGES, MASKS)
    assert found == 3 * sum(counts) - counts[0]  # nobody asks for the images' gradient


@pytest.mark.parametrize(
    ("card", "precision", "expected"),
    [
        (H200, "tf32", 495e12),
        ("NVIDIA H100 80GB HBM3", "bfloat16", 989e12),
        ("NVIDIA H100 PCIe", "tf32", 378e12),
        ("NVIDIA A100-SXM4-80GB", "tf32", 156e12),
        ("NVIDIA A10", "float32", 31.2e12),
        ("NVIDIA L4", "tf32", 60e12),
        ("NVIDIA L40S", "bfloat16", 362e12),
        ("Tesla V100-SXM2-16GB", "tf32", 15.7e12),
        ("Tesla T4", "bfloat16", None),
        ("NVIDIA A10G", "float32", None),
        ("NVIDIA H100 NVL", "tf32", None),
        ("NVIDIA GH200 480GB", "tf32", None),
        ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "tf32", None),
        ("NVIDIA GeForce RTX 4090", "tf32", None),
    ],
)
def test_a_card_has_the_peak_of_its_data_sheet_or_none(card, precision, expected):
    assert utilisation.peak(card, precision) == expected


def told(card=None, tf32=True):
    """What a process might have measured, with its utilisation."""
    rates = dict(zip(ways.WAYS, (100.0, 130, 150, 180, 190, 210, 110, 90, 200, 120, 420), strict=True))
    flops = {"monai": 64e9, "ours": 8e9}
    if card is None:
        return {
            "rates": {name: rates[name] for name in (*training.CHAIN, *training.BESIDE)},
            "flops": flops,
            "threads": 2,
        }
    found = {"rates": rates, "flops": flops, "threads": 2, "card": card, "tf32": tf32}
    return found | {"utilisation": list(utilisation.utilisation(found, 8))}


def test_results_are_told_and_a_gpu_that_is_not_there_too(monkeypatch, capsys):
    scores = {"monai": [0.7, 0.72, 0.74], "same_net_fit": [0.7, 0.7, 0.7], "ours": [0.7, 0.71, 0.72]}
    for card in (None, H200, "a new card"):
        asked = []

        def process(*words, card=card, asked=asked):
            asked.append(words)
            gpu = words[0] == "speed" and training.SETTINGS[words[1]].device == "cuda"
            return scores if words == ("dice",) else told(card if gpu else None)

        monkeypatch.setattr(training, "in_a_process", process)
        monkeypatch.setattr(torch.cuda, "is_available", lambda card=card: card is not None)
        training.main()
        out = capsys.readouterr().out
        lines = re.findall(r"^RESULT (\S+) (.*)$", out, re.MULTILINE)
        results = dict(lines)
        assert len(results) == len(lines)
        assert results["ours_to_monai_64x64"] == "2.1 times (goal at least 1.5) met"
        assert results["gain_by_our_net_128x128"] == "1.3 times (goal none) not judged"
        assert results["same_net_fit_to_monai_64x64"] == "0.9 times (goal none) not judged"
        assert results["ours_operations_64x64"] == "1 GFLOP an image (goal none) not judged"
        gains = [float(results[f"gain_by_{name}_64x64"].split()[0]) for name in list(training.CHAIN)[1:]]
        assert np.prod(gains) == pytest.approx(2.1, rel=0.01)
        assert results["dice_by_ours_beyond_monai"] == "-0.01 in the mean (goal at least -0.02) met"
        assert results["dice_by_monai"].startswith("0.72 on held-out patients, from 0.700 to 0.740 ")
        on_gpu = {n: r for n, r in results.items() if n.endswith("_gpu")}
        if card is None:
            assert asked == [("speed", 0), ("speed", 1), ("dice",)]
            assert set(on_gpu.values()) == {"not run: no CUDA GPU here"}
            assert len(on_gpu) == 3
            continue
        assert len(asked) == len(training.SETTINGS) + 1
        assert on_gpu["ours_to_monai_64x64_gpu"] == "1.75 times (goal at least 3) not met"  # its workers are faster
        assert on_gpu["ours_to_monai_256x256_gpu"] == "1.75 times (goal none) not judged"
        assert on_gpu["ours_achieved_64x64_gpu"] == "0.21 TFLOP/s (goal none) not judged"  # 8 GFLOP, 210 / 8 a second
        shares = {n: r for n, r in on_gpu.items() if "utilisation" in n}
        assert len(shares) == (6 if card == H200 else 0)
        if card == H200:
            share = shares["ours_model_flop_utilisation_64x64_gpu"]
            assert share == "0.0424 % of NVIDIA H200's 495 TFLOP/s in tf32 (goal none) not judged"


def test_a_small_measurement_runs_to_its_end(capsys):
    setting = training.Setting("cpu", 32, 2, 2, 2, None)
    found = training.measure(setting)
    assert found["rates"].keys() == {*training.CHAIN, *training.BESIDE}
    assert all(rate > 0 for rate in found["rates"].values())
    assert found["flops"]["ours"] == utilisation.flops(ways.our_unet(), *(a[:2] for a in (IMAGES, MASKS)))
    assert "round 2 of 2" in capsys.readouterr().err
    training.speed_results(setting, found)


def test_every_script_has_its_line_in_the_readme():
    listed = re.findall(r"^\| `(\w+)\.py` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(file.stem for file in FOLDER.glob("*.py"))
