# imports: numpy, matplotlib, torch, nilearn, mlcourse

# %% [markdown]
# # 09 From pixels to pixels: UNet
#
# A classifier looks at a whole image and gives one answer. Segmentation wants an answer for every pixel: vessel or not.
# In this lecture you see what pooling forgets, four ways to make a small map large again, and what a skip connection
# brings back. Then two networks learn the same thing before your eyes, one with skips and one without.

# %%
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
import torch

from mlcourse import metrics, ops, walkthroughs
from mlcourse.datasets import credit, mni152_slice
from mlcourse.nets import EncoderDecoder, UNet, diagram
from mlcourse.phantoms import STRUCTURES, retina
from mlcourse.training import fit, side_by_side
from mlcourse.widgets import Curves, Explorer, MatrixEditor, Player, Prediction, Quiz

# %% [markdown]
# ## 1. A classifier forgets where
#
# Take one filter, lay it on an image, and keep the largest answer of all: *somewhere there is a line like this*. Now
# move the line.

# %%
line = np.zeros((1, 1, 16, 16))
line[..., 2:9, 4] = 1
filters = np.array([[[[-1.0, 2, -1]] * 3]])  # (1, 1, 3, 3), answers to upright lines
for name, image in (("line on the left", line), ("moved by 7 columns", np.roll(line, 7, axis=3))):
    answer, where = ops.max_pool2d(ops.conv2d(image, filters, padding=1), 16)
    print(f"{name}: largest answer {answer.item():g}, found at row {where.item() // 16}, column {where.item() % 16}")

# %% [markdown]
# The answer is the same, and that is what a classifier wants: a lesion is a lesion wherever it lies. *Where* is thrown
# away. For a mask, where is everything.
#
# Real networks do not throw it away at once. Each pooling halves the image, and after a few of them a place is known
# only by the block in which it lies.

# %%
for poolings in range(4):
    size = 64 // 2**poolings
    print(f"{poolings} poolings: {size} x {size}, a place is known to {2**poolings} x {2**poolings} pixels")

# %% [markdown]
# Why pool at all? Because a network that is to tell a vessel from the edge of a lesion has to see more than a few
# pixels, and on a small map a 3x3 kernel sees far (lecture 04 counts how far). So segmentation networks go down and come
# up again. Going down you know. How does one come up?
#
# ## 2. Up again, four ways
#
# ### Copy, or mix
#
# **Nearest** makes each pixel a block of copies. **Bilinear** places the old pixels' centres on the new image and mixes
# the four around each new one.

# %% folded=true
Prediction("Two pixels, 0 and 4, become four by bilinear upsampling. Which four numbers?")

# %%
small = MatrixEditor([[[[0, 4], [8, 4]]]], label="x")
Player(walkthroughs.upsample2d, small, scale=2, mode="nearest", key="nearest")

# %%
Player(walkthroughs.upsample2d, MatrixEditor([[[[0, 4], [8, 4]]]], label="x"), scale=2, mode="bilinear", key="bilinear")

# %%
print("here:", ops.upsample2d(np.array([[[[0.0, 4]]]]), (1, 2), mode="bilinear")[0, 0, 0])
corners = torch.nn.functional.interpolate(torch.tensor([[[[0.0, 4]]]]), (1, 4), mode="bilinear", align_corners=True)
print("corners on corners:", corners.numpy().round(2)[0, 0, 0])

# %% [markdown]
# The second rule lays the corner pixels on each other (`align_corners=True` in torch). The first one knows that new pixels are
# half as wide, so that their centres lie a quarter of an old pixel from the old ones. This way the image stays where it is, and lies on the map
# beside it.
#
# ### Put it back where it was
#
# Max pooling can remember which pixel won. **Unpooling** puts each number back there and leaves the rest 0. SegNet comes up
# like this (Badrinarayanan et al., IEEE TPAMI 39, 2017). Positions are kept, and nothing else: convolutions have to fill
# the gaps.

# %%
x = np.array([[[[1.0, 3, 0, 2], [2, 0, 5, 1]]]])
pooled, won = ops.max_pool2d(x, 2)
Player(walkthroughs.max_unpool2d, MatrixEditor(pooled, label="x"), won, (2, 4), key="unpool")

# %% [markdown]
# ### Learn the stamp
#
# A **transposed convolution** lays the kernel on the *output*, once for every pixel, as strongly as the pixel is bright.
# Where stamps overlap they add up. It is the way a gradient goes back through a convolution (lecture 03), used
# forwards.

# %%
stamp = MatrixEditor([[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]], label="w")
Player(walkthroughs.conv_transpose2d, MatrixEditor([[[[1, 2], [0, 1]]]], label="x"), stamp, stride=2, key="stamp")

# %% [markdown]
# **Try.** Make all pixels and all weights 1. The result is not even: how often is a pixel stamped?


# %%
def stamps(kernel, stride):
    """How often each pixel of the output is stamped, by an even image under an even kernel."""
    count = ops.conv_transpose2d(np.ones((1, 1, 8, 8)), np.ones((1, 1, kernel, kernel)), stride=stride)[0, 0]
    inner = count[kernel:-kernel, kernel:-kernel]
    return {"stamped": count, "least, inside": inner.min(), "most, inside": inner.max()}


Explorer(stamps, kernel=(1, 5, 1, 3), stride=(1, 3, 1, 2), key="stamps", label="Checkerboards")

# %% [markdown]
# Where the stride does not divide the kernel, some pixels are stamped more often, and a checkerboard lies on the image
# before anything is learnt (Odena et al., Distill, 2016). Kernels of 2 or 4 with a stride of 2 are free of it. So is
# nearest upsampling with a convolution after it, which the networks below use.
#
# ## 3. What becomes of fine detail
#
# Whichever way you take: what pooling has forgotten, none of them knows. Here is a vessel one pixel wide. Move it across
# the borders of the pooling windows.

# %% folded=true
Prediction("The vessel moves from column 6 to column 7. What changes in the pooled map? And from 7 to 8?")


# %%
def vessel(column, width, poolings):
    """A straight vessel, pooled and brought back."""
    image = np.zeros((1, 1, 24, 24))
    image[..., column : column + width] = 1
    small = image
    for _ in range(poolings):
        small, _ = ops.max_pool2d(small, 2)
    large = ops.upsample2d(small, 2**poolings)
    score = metrics.dice(large, image).item()
    return {"vessel": image[0, 0], "pooled": small[0, 0], "up again": large[0, 0], "Dice score": score}


Explorer(
    vessel, column=(0, 20, 1, 6), width=(1, 4, 1, 1), poolings=(0, 3, 1, 1), grey=(0, 1), key="vessel", label="A vessel"
)

# %%
for column, width in ((6, 1), (7, 1), (6, 2), (7, 2)):
    found = vessel(column, width, 1)
    columns = np.flatnonzero(found["up again"][0]).tolist()
    print(f"columns {list(range(column, column + width))} come back as {columns}, Dice score {found['Dice score']:.2f}")
print("6 and 7 pooled alike:", np.array_equal(vessel(6, 1, 1)["pooled"], vessel(7, 1, 1)["pooled"]))

# %% [markdown]
# Columns 6 and 7 lie in the same window: after pooling nobody can tell them apart, and each comes back two pixels wide.
# A vessel two pixels wide comes back as it was if it lies in one window, and twice as wide if a window's border runs through
# it. The truth of a pixel depends on where the windows happen to lie.
#
# How bad is that? Take true masks of synthetic retinas, make them coarse, and bring them back, each block full or empty,
# whichever is better for the score. This is the best that *one* number a block can do.


# %%
def patients(n, seed):
    """Images (n, 1, 64, 64) and masks (n, 2, 64, 64) of vessels and optic disc."""
    images, labels = retina(n, size=64, rng=np.random.default_rng(seed))
    vessels = np.isin(labels, [STRUCTURES.index("thin vessel"), STRUCTURES.index("thick vessel")])
    return images, np.concatenate([vessels, labels == STRUCTURES.index("optic disc")], axis=1)


images, masks = patients(200, [9, 0, False])
# The round field of view, nearly sixty pixels wide:
eyes = ops.max_pool2d((images > 0.15) * 1.0, 3, stride=1, padding=1)[0]
three = np.concatenate([masks, eyes], axis=1)
for poolings in (1, 2, 3):
    share = ops.avg_pool2d(three.astype(float), 2**poolings)
    best = [ops.upsample2d((share > least) * 1.0, 2**poolings) for least in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    vessel_score, disc, eye = np.max([metrics.dice(blocks, three).mean(axis=0) for blocks in best], axis=0)
    print(
        f"blocks of {2**poolings} x {2**poolings}: vessels {vessel_score:.2f}, optic disc {disc:.2f}, whole eye {eye:.2f}"
    )

# %% [markdown]
# The eye bears it. A vessel does not, nor does the optic disc, which is about as large as one block of 8 x 8. But a network has
# many maps at each size, not one. With enough of them it could write *third pixel of the block, upper row* into its features,
# and read it on the way up. Nothing forbids that; it has to be learnt, for every kind of detail. Is there a shorter way?
#
# ## 4. The skip
#
# On the way down, before each pooling, there was a map that still had the detail. A **skip connection** hands it across to
# the way up, where there is a map of the same size again. There are two ways to bring both together. **Concatenation** lays
# them on each other as channels; UNet does that (Ronneberger et al., MICCAI 2015). **Addition** adds them, as residual
# networks do (He et al., CVPR 2016).

# %%
below = MatrixEditor([[[[5, 5], [5, 5]]]], label="below")
skipped = MatrixEditor([[[[0, 1], [0, 1]]]], label="skipped")
Player(walkthroughs.skip_connection, below, skipped, join="concatenate", key="concatenate")

# %%
below = MatrixEditor([[[[5, 5], [5, 5]]]], label="below")
skipped = MatrixEditor([[[[0, 1], [0, 1]]]], label="skipped")
Player(walkthroughs.skip_connection, below, skipped, join="add", key="add")

# %% [markdown]
# After an addition, 6 may be 5 + 1 or 1 + 5: who said what is gone. After a concatenation the next convolution has weights
# of its own for each half. In other words: an addition is a concatenation after which both halves must share their weights.

# %%
rng = np.random.default_rng()
below, skipped, w = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 6, 3, 3))
concatenated = ops.conv2d(ops.skip_connection(below, skipped), w, padding=1)
halves = ops.conv2d(skipped, w[:, :3], padding=1) + ops.conv2d(below, w[:, 3:], padding=1)
shared = np.concatenate([w[:, :3], w[:, :3]], axis=1)
added = ops.conv2d(ops.skip_connection(below, skipped, join="add"), w[:, :3], padding=1)
print(f"concatenated against two convolutions added up: {np.abs(concatenated - halves).max():.0e}")
with_shared = ops.conv2d(ops.skip_connection(below, skipped), shared, padding=1)
print(f"added against concatenated with shared weights: {np.abs(added - with_shared).max():.0e}")

# %% [markdown]
# ## 5. Two networks
#
# Here are both, as they will be trained. Each block is twice a 3x3 convolution, batch normalisation and ReLU. They differ
# in the arrows across.

# %%
shape = {"classes": 2, "width": 8, "depth": 3}
for kind in (EncoderDecoder, UNet):
    diagram(kind(**shape), size=64)
    print(f"{kind.__name__}: {sum(p.numel() for p in kind(**shape).parameters()):,} weights".replace(",", " "))

# %% folded=true
Quiz.choose(
    "The UNet has more weights. What must a fair comparison also have?",
    ["an encoder-decoder with more layers", "the same UNet with zeros in its skips", "nothing, weights do not matter"],
    "the same UNet with zeros in its skips",
    wrong=[
        (
            "an encoder-decoder with more layers",
            "Then two things differ: the skips, and how deep it is.",
            "What is to be tested?",
        ),
        (
            "nothing, weights do not matter",
            "A larger network might be better for its size alone.",
            "How could that be told apart?",
        ),
    ],
    key="fair",
)

# %% [markdown]
# Now train them, in turns, on the same patients in the same order: two hundred synthetic retinas with vessels and the
# optic disc.
# After every fifty steps the first patients of the test are kept, to be looked at below. The stop button stops both, and
# `resume=fitted` goes on.

# %% folded=true
Prediction("Which network is ahead after fifty steps, and which after four hundred? By how much?")

# %% seconds=120
torch.set_num_threads(1)  # images this small are done before a second thread has woken up
tests, truths = patients(100, [9, 0, True])
nets, seen = {}, {}
for name, kind in (("UNet", UNet), ("encoder-decoder", EncoderDecoder)):
    torch.manual_seed(0)
    nets[name] = kind(**shape)


def loss(logits, masks):
    """Cross-entropy and Dice: the sum that never failed in lecture 05."""
    return ops.binary_cross_entropy_with_logits(logits, masks) + ops.dice_loss(ops.sigmoid(logits), masks)


def vessel_dice(logits, masks):
    return ops.dice_score((logits[:, :1] > 0) * 1.0, masks[:, :1], smooth=0.0).item()


@torch.no_grad()
def keep(name, step, net):
    device = next(net.parameters()).device
    seen[name, step] = (net(torch.as_tensor(tests[:6], device=device)) > 0).cpu().numpy()


fitted = side_by_side(
    nets, loss, images, masks, steps=400, look=keep, validation=(tests[:24], truths[:24]), metric=vessel_dice
)

# %%
for name, one in fitted.items():
    with torch.no_grad():
        device = next(one.net.parameters()).device
        found = (one.net(torch.as_tensor(tests, device=device)) > 0).cpu().numpy()
    scores = metrics.dice(found, truths).mean(axis=0)
    print(f"{name}, 100 patients: Dice score of vessels {scores[0]:.2f}, of optic discs {scores[1]:.2f}")

# %% [markdown]
# If your machine is slow, or you stopped: here is the same training as it was recorded.

# %% seconds=5
runs = np.load("runs/09.npz")
steps_kept = list(range(50, 401, 50))
replay = {
    name: {
        "loss": runs[f"{name}/0/losses"].tolist(),
        "validated": steps_kept,
        "metric": runs[f"{name}/0/metric"].tolist(),
    }
    for name in ("UNet", "encoder-decoder")
}
Curves.of(replay, label="Recorded: seed 0")

# %% [markdown]
# ## 6. Look at what they mark
#
# Go through patients and steps. In the differences, white was marked and is not there; black is there and was missed.

# %%
marked = {
    name: np.unpackbits(runs[f"{name}/0/marked"]).reshape(len(steps_kept), 6, 2, 64, 64) for name in replay
}  # recorded; what you trained takes its place
for (name, step), found in seen.items():
    if step in steps_kept:
        marked[name][steps_kept.index(step)] = found


def viewer(patient, step, structure):
    """What both networks mark of a patient whom neither has seen."""
    channel = ["vessels", "optic disc"].index(structure)
    truth = truths[patient, channel].astype(float)
    shown = {"image": tests[patient, 0], "truth": truth}
    for name in marked:
        found = marked[name][steps_kept.index(step), patient, channel].astype(float)
        shown |= {name: found, f"{name} - truth": found - truth}
        shown[f"Dice score, {name}"] = metrics.dice(found[None, None], truth[None, None]).item()
    return shown


Explorer(
    viewer,
    patient=(0, 5, 1, 0),
    step=[400, 300, 200, 100, 50],
    structure=["vessels", "optic disc"],
    grey={
        "image": (0, 1),
        "truth": (0, 1),
        **dict.fromkeys(marked, (0, 1)),
        **{f"{n} - truth": (-1, 1) for n in marked},
    },
    key="viewer",
    label="Image, truth, prediction, difference",
)

# %% [markdown]
# **Look.** The encoder-decoder knows where vessels are and draws them too thick: its errors lie along both sides, and close
# vessels run together. The UNet's errors are single pixels, most of them at the thinnest ends. Go back through the steps: without
# skips a network is slow, not blind.
#
# ### Before and after upsampling
#
# What does the last step up have in its hands? Below, for one patient: the map that comes from below, as it is and
# upsampled, and the one that the skip brings. Of the many maps of each, the one that tells vessels from the rest best.


# %%
def inside(net, image):
    """What enters the last upsampling of a network, what leaves it, and what the block after it gets and makes."""
    caught = {}
    last, block = net.upsampling[-1], net.up[-1]
    hooks = [
        last.register_forward_hook(lambda _, given, made: caught.update(before=given[0], after=made)),
        block.register_forward_hook(lambda _, given, made: caught.update(joined=given[0], block=made)),
    ]
    with torch.no_grad():
        net(torch.as_tensor(image, device=next(net.parameters()).device))
    for hook in hooks:
        hook.remove()
    return {name: made[0].cpu().numpy() for name, made in caught.items()}


def clearest(maps, truth):
    """The map that goes best with the truth, bright where it is 1, and how well: the correlation coefficient."""
    fits = np.nan_to_num([np.corrcoef(one.ravel(), truth.ravel())[0, 1] if one.std() else 0.0 for one in maps])
    best = np.argmax(np.abs(fits))
    return maps[best] * np.sign(fits[best]), abs(fits[best])


truth = truths[0, :1].astype(float)
half = ops.avg_pool2d(truth[None], 2)[0]
pictures = {"image": (tests[0, 0], 1.0)}
for name, one in fitted.items():
    maps = inside(one.net, tests[:1])
    pictures[f"{name}: from below"] = clearest(maps["before"], half)
    pictures[f"{name}: upsampled"] = clearest(maps["after"], truth)
    if name == "UNet":
        pictures["UNet: skip"] = clearest(maps["joined"][: -len(maps["after"])], truth)
    pictures[f"{name}: after the block"] = clearest(maps["block"], truth)
fig, axes = plt.subplots(2, 4, figsize=(10, 5.6), layout="constrained")
for axis, (name, (picture, fit_to_truth)) in zip(axes.flat, pictures.items(), strict=True):
    axis.imshow(picture, cmap="gray")
    axis.set_title(name if name == "image" else f"{name}\ncorrelation {fit_to_truth:.2f}", fontsize=10)
    axis.set_axis_off()
fig.suptitle("Upsampling brings nothing back; what the skip adds is sharp")
for name, (_, fit_to_truth) in pictures.items():
    print(f"{name}: {fit_to_truth:.2f}")

# %% [markdown]
# The map from below knows where vessels are, within two pixels. Upsampled it goes worse with the truth than before, for now the
# truth is finer. The skip's map has every edge, vessel or not. Neither of the two is the answer; the block that gets both makes
# one of them. In the encoder-decoder the block has the blurred half alone.
#
# ## 7. Switch skips off
#
# Does the network really use them? Each skip of the trained UNet has a switch. One that is off carries zeros.

# %% folded=true
Prediction("Three skips: at full size, at half, at a quarter. Without which one is most lost?")


# %%
@lru_cache(maxsize=8)
def switched(full, half, quarter):
    """Probability of vessel with some skips switched off, of all patients of the test."""
    net = fitted["UNet"].net
    net.skips = [full, half, quarter]
    with torch.no_grad():
        given = torch.as_tensor(tests, device=next(net.parameters()).device)
        logits = net(given).cpu().numpy()
    net.skips = [True] * 3
    return ops.sigmoid(logits)


def switches(full, half, quarter, patient):
    p = switched(full, half, quarter)
    scores = metrics.dice(p > 0.5, truths).mean(axis=0)
    return {
        "truth": truths[patient, 0].astype(float),
        "probability of vessel": p[patient, 0],
        "Dice score, vessels, 100 patients": scores[0],
        "Dice score, optic discs": scores[1],
    }


Explorer(
    switches,
    full=True,
    half=True,
    quarter=True,
    patient=(0, 5, 1, 0),
    grey=(0, 1),
    key="switches",
    label="Skips, on and off",
)

# %% [markdown]
# A network that was trained with a skip and loses it is hurt more than it needs be: its other layers rely on what is no
# longer there. To see what a skip is *worth*, train without it from the beginning. That was recorded, with ten seeds each
# (`benchmarks/record_09.py`).


# %%
def interval(values):
    """Mean over ten seeds and half of its 95% interval (Student's t)."""
    return np.mean(values), 2.262 * np.std(values, ddof=1) / np.sqrt(10)


def recorded(name, what="vessels"):
    """Of each seed, the mean over 100 patients; of a distance, the median, since it may be infinite."""
    over = np.median if what == "distance" else np.mean
    net, _, off = name.partition("/")
    return [float(over(runs[f"{net}/{seed}/{off + '/' if off else ''}{what}"].astype(float))) for seed in range(10)]


def dots(names, title):
    """Mean, 95% interval and each seed's Dice score of vessels, one row a network."""
    fig, axis = plt.subplots(figsize=(7.5, 0.5 * len(names) + 1.2), layout="constrained")
    for row, name in enumerate(names):
        values = recorded(name)
        mean, half = interval(values)
        axis.errorbar(mean, row, xerr=half, fmt="o", color="#0072b2", capsize=4)
        axis.plot(values, np.full(10, row + 0.22), ".", color="#d55e00", markersize=4)
        print(f"{name.replace('/', ', ')}: {mean:.3f} ± {half:.3f}; seeds from {min(values):.2f} to {max(values):.2f}")
    axis.set(title=title, xlabel="Dice score of vessels, mean of 100 patients")
    axis.set_yticks(range(len(names)), [name.replace("/", ", ") for name in names])
    axis.invert_yaxis()


sizes = ("full", "half", "quarter")
dots(
    ["UNet", *(f"UNet/off {size}" for size in sizes), *(f"without {size}" for size in sizes), "UNet without skips"],
    "Switched off after training, and trained without",
)

# %% [markdown]
# - **Switched off after training**, the skip at full size costs most: the score falls from 0.785 to 0.566. The one at a
#   quarter costs hardly anything.
# - **Trained without** it, the network still reaches 0.746. Another skip and other layers have learnt its part. So what you
#   see when a piece of a trained network is taken away is how much the rest relied on it, not what it is good for.
# - **Without any skip** it is 0.541. One skip more or less matters little, none at all matters much.
#
# ## 8. The claim
#
# Before the first run it was written down what would be compared (`benchmarks/unet_gap.py`): these retinas, 400 steps,
# seeds 0 to 9, mean gap of the vessels' Dice score at least 0.2. Here is what came out.

# %%
dots(["UNet", "UNet without skips", "encoder-decoder"], "Ten seeds, 400 steps")
for what, unit in (
    ("vessels", "Dice score"),
    ("optic disc", "Dice score"),
    ("thin found", "of their pixels"),
    ("distance", "pixels"),
):
    u, e = (recorded(name, what) for name in ("UNet", "encoder-decoder"))
    mean, half = interval(np.subtract(u, e))
    print(f"{what}: UNet {np.mean(u):.2f}, encoder-decoder {np.mean(e):.2f} {unit}; difference {mean:.2f} ± {half:.2f}")

# %% [markdown]
# **UNet without skips** is the control with as many weights as the UNet: its skips carry zeros. With vessels it does about as
# well as the encoder-decoder, so what helps are the skips and not the weights.
#
# The **optic disc** was to be the easy one, large enough to do without skips. It is not: about ten pixels across, it loses
# much where its border is wrong by one, and with two seeds of ten the encoder-decoder did not find it at all. A border is
# fine detail, also that of something large.
#
# And the gap is wider early on. Somebody who trains for a hundred steps and shows the picture tells the truth about a hundred
# steps.

# %%
for steps in (100, 400):
    names = [name + (", 100 steps" if steps == 100 else "") for name in ("UNet", "encoder-decoder")]
    mean, half = interval(np.subtract(recorded(names[0]), recorded(names[1])))
    print(f"after {steps} steps the UNet is ahead by {mean:.2f} ± {half:.2f}")

# %% [markdown]
# What this does not show: that an encoder-decoder could never do it. It was still getting better when the steps ended. It is one
# synthetic task, and one size of network.
#
# ## 9. A brain, and a test that is none
#
# The average brain of 152 people comes with maps of grey and white matter. Segmenting it slice by slice seems a fine exercise:
# train on some slices, test on others. Watch what happens to the score.

# %%
heights = range(-30, 63, 3)  # mm above the anterior commissure
slices = np.stack([mni152_slice("t1", at=z, resolution=3) for z in heights])[:, None].astype("float32")
tissue = np.stack(
    [[mni152_slice(kind, at=z, resolution=3) > 0.5 for kind in ("grey_matter", "white_matter")] for z in heights]
).astype("uint8")
fig, axes = plt.subplots(1, 4, figsize=(9, 2.9), layout="constrained")
for axis, k in zip(axes, (20, 21, 4, 28), strict=True):
    axis.imshow(slices[k, 0], cmap="gray")
    axis.contour(tissue[k, 1], levels=[0.5], colors="#d55e00", linewidths=0.8)
    axis.set_title(f"{heights[k]} mm", fontsize=10)
    axis.set_axis_off()
fig.suptitle("Neighbouring slices of one brain are nearly the same picture")
print(credit("mni152_slice"))

# %% [markdown]
# Two networks, each trained on sixteen slices, and both tested on the same seven. One has trained on *every second* slice, so
# that each slice of the test lies between two that it knows. The other has trained on the lower half of the brain, and
# the test lies above. A third competitor learns nothing: it copies the mask of the nearest slice it knows.

# %% folded=true
Prediction("How good is the one that only copies? And what does that say about the test?")

# %% seconds=60
known = {"every second slice": np.arange(0, 31, 2), "the lower half": np.arange(16)}
test = np.arange(17, 31, 2)
for name, trained in known.items():
    torch.manual_seed(0)
    brain_net = fit(
        UNet(classes=2, width=8, depth=3), loss, slices[trained], tissue[trained], steps=120, rate=1e-2, progress=False
    ).net
    with torch.no_grad():
        given = torch.as_tensor(slices[test], device=next(brain_net.parameters()).device)
        found = (brain_net(given) > 0).cpu().numpy()
    nearest = trained[np.abs(trained[:, None] - test).argmin(axis=0)]
    for who, answer in (("the network", found), ("the copy of the nearest slice", tissue[nearest])):
        grey, white = metrics.dice(answer, tissue[test]).mean(axis=0)
        print(f"{name}, {who}: Dice score of grey matter {grey:.2f}, of white {white:.2f}")

# %% [markdown]
# Same test slices, same number of slices to learn from. Who copies has learnt nothing, and with the neighbours known comes close
# to what would be a fine result elsewhere. The network itself gains little by knowing the neighbours: in this smooth average
# brain the two tissues differ in brightness, so there is not much to learn. You know that only because both splits and the copy
# were tried. On a harder task, with the first split alone, nobody could tell learning from copying.
#
# **Split by patient, never by slice.** With one brain there is no honest test at all.
#
# ## What goes wrong
#
# - **Sizes that do not fit.** 65 rows are 32 after pooling and 64 after upsampling, and the skip has 65. Pad or interpolate to
#   the skip's size; whoever crops the skip loses a border of the image. The networks here take any size.
# - **The skip from the wrong level**, or taken after pooling.
# - **A sigmoid twice, or not at all**, and masks that are not 0 and 1 (lecture 05).
# - **Batch normalisation left in training mode**: then the mask of a patient depends on who else is in the batch. Call
#   `net.eval()`.
# - **Slices of one patient on both sides of the split.**
# - **Comparing at a step that flatters.**
#
# ## Your turn
#
# Complete a UNet, train it on the device at hand, and find vessels in patients it has not seen: [exercise
# unet](../assignments/release/unet/unet.ipynb).
