# imports: numpy, matplotlib, torch, keras, mlcourse

# %% [markdown]
# # 05 Losses
#
# A loss is the only thing a network is ever told about what you want. It gets an image, it answers, and one number says
# how bad the answer was. Whatever that number does not see, the network will not learn.
#
# In medical images this matters more than elsewhere, because what is looked for is often *small*. In this lecture you
# see four losses on numbers, then on masks that you paint, then on a network that searches for tiny lesions.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import torch

from mlcourse import metrics, ops, walkthroughs
from mlcourse.nets import UNet
from mlcourse.phantoms import TISSUES, brain, skin
from mlcourse.training import fit
from mlcourse.widgets import Curves, Explorer, MatrixEditor, Painter, Player, Prediction, Quiz

# %% [markdown]
# ## 1. Cross-entropy: the surprise at what was true
#
# A network looks at a pixel and says: *lesion, with probability p*. Then you tell it the truth, t: 1 for lesion, 0 for
# anything else. Binary cross-entropy is
#
# $$L = -\frac{1}{N}\sum_i \bigl[\, t_i \ln p_i + (1 - t_i) \ln(1 - p_i) \,\bigr]$$
#
# Mind the brackets: the minus sign and the mean belong to both halves. For each pixel only one of them counts, since
# the other is multiplied by 0. What remains is −ln of the probability that was given to what is true.
#
# For t = 1 and p = 0.9 the half that does not count is (1 − 1) ln(1 − 0.9). Whatever stands in a logarithm that is
# multiplied by 0 changes nothing, so a slip there goes unseen: on the slides it says ln(1 − 0.1).

# %% folded=true
Prediction("The truth is 1. Which costs more: p = 0.3 instead of 0.9, or p = 0.01 instead of 0.3?")

# %%
probability = MatrixEditor([[[[0.3, 0.9], [0.2, 0.6]]]], label="p", step=0.1)
truth = MatrixEditor([[[[1, 1], [0, 0]]]], label="target")
Player(walkthroughs.binary_cross_entropy, probability, truth, key="cross-entropy")

# %%
p, t = np.array([0.3, 0.9, 0.01]), np.ones(3)
for probability_given, cost in zip(p, ops.binary_cross_entropy(p, t, reduction="none"), strict=True):
    print(f"truth 1, p = {probability_given}: {cost:.3f}")

# %% [markdown]
# A wrong answer that was certain is the most expensive. From 0.9 to 0.3 the cost rises from 0.105 to 1.204; from 0.3 to
# 0.01 it rises three times as much again.
#
# **Try.** Set p to 1 where the truth is 0. The logarithm of 0 is infinite, and a network with one infinite number in it
# is lost. This course cuts the logarithm at −100, as torch does. There is a better way.
#
# ### Logits
#
# Networks do not end with probabilities. They end with any number x, the *logit*, and the sigmoid makes a probability
# of it. Taken together, sigmoid and cross-entropy need neither the exponential of a large number nor the logarithm of
# 0, and their gradient is as plain as it can be: **p − t**.

# %%
logits = MatrixEditor([[[[-1000, 2, 0], [1000, -3, 1]]]], label="logits")
truth = MatrixEditor([[[[1, 1, 1], [1, 0, 0]]]], label="target")
Player(walkthroughs.binary_cross_entropy_with_logits_backward, 1.0, logits, truth, key="logits")

# %% [markdown]
# What is certain and wrong, the first pixel, pulls with a force of 1 (times 1/N for the mean); what is certain and
# right, below it, pulls no more. With probabilities you would have had to divide by p(1 − p), which is 0 here.
#
# ## 2. Few pixels among many
#
# Now a whole image: a synthetic lesion of the skin. The lesion can be half of the image, or one pixel in a thousand.

# %%
_, empty_truth = skin(1, size=128, rng=np.random.default_rng(1), share=0.001)
accuracy = float((empty_truth == 0).mean())
print(f"a mask that marks nothing is right in {100 * accuracy:.1f}% of all pixels; Dice score {0.0:.1f}")

# %% [markdown]
# A network that says *nothing there* to every image has an accuracy of 99.9%. It has found no lesion and never will.
# Accuracy is no use here. Is cross-entropy?
#
# At the start of training a network says about the same for every pixel. Each pixel then pulls at its logit: the
# lesion's upwards, the background's downwards. Which side pulls more?

# %% folded=true
Quiz.choose(
    "Everywhere p = 0.5, and one pixel in a hundred is lesion. Cross-entropy: how strong is the pull of all lesion pixels "
    "together, compared with that of the background?",
    ["a hundred times as strong", "equal", "about a hundredth"],
    "about a hundredth",
    wrong=[
        ("a hundred times as strong", "There are few lesion pixels, not many.", "How hard does a single pixel pull?"),
        ("equal", "The mean divides both sides by the same N.", "Each pixel pulls with p - t, which is 0.5 or -0.5."),
    ],
    key="pull",
)


# %%
def pull(share, p):
    """Total pull of the lesion's pixels over that of the background's, where p is said everywhere."""
    image, mask = skin(1, size=64, rng=np.random.default_rng(1), share=share, malignant=1)
    t, everywhere = (mask > 0) * 1.0, np.full(mask.shape, p)
    x = np.log(everywhere / (1 - everywhere))
    pulls = {
        "cross-entropy": ops.binary_cross_entropy_with_logits_backward(1.0, x, t),
        "focal": ops.focal_loss_backward(1.0, x, t),
        "Dice": ops.dice_loss_backward(1.0, everywhere, t) * everywhere * (1 - everywhere),
    }
    found = {f"{name}: lesion over background": abs(g[t > 0].sum() / g[t == 0].sum()) for name, g in pulls.items()}
    return {"image": image[0, 0], "truth": t[0, 0], **found}


Explorer(pull, share=[0.5, 0.1, 0.03, 0.01, 0.003, 0.001], p=(0.02, 0.98, 0.02, 0.5), key="pull", label="Who pulls?")

# %% [markdown]
# Cross-entropy counts pixels: a hundredth of the pixels has a hundredth of the pull. Focal loss, which comes next, does
# the same from a head start: set p to 0.1, where the background is mostly right. The Dice loss, which comes after it,
# weighs the lesion as a whole.

# %%
shares = np.array([0.5, 0.1, 0.03, 0.01, 0.003, 0.001])
names = ["cross-entropy: lesion over background", "focal: lesion over background", "Dice: lesion over background"]
fig, axis = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for name, style in zip(names, ("o-", "s--", "^:"), strict=True):
    axis.loglog(shares, [pull(share, 0.1)[name] for share in shares], style, label=name.partition(":")[0])
axis.set(
    title="Dice depends least on the lesion's size",
    xlabel="share of lesion pixels",
    ylabel="pull, lesion over background",
)
axis.legend()
axis.invert_xaxis()
for name in names:
    large, small = pull(0.1, 0.1)[name], pull(0.001, 0.1)[name]
    print(f"{name}: {large:.2f} at a tenth of the image, {small:.3f} at a thousandth, {large / small:.0f} times less")

# %% [markdown]
# ## 3. Focal loss: do not listen to what is right already
#
# T.-Y. Lin and colleagues searched photographs for objects and had the same trouble: a hundred thousand easy places for
# each object. Their answer was to multiply the cross-entropy of each pixel by (1 − p_t)^γ, where p_t is the probability
# that was given to the truth (Lin et al., ICCV 2017).

# %%
p_t = np.linspace(0.01, 0.99, 99)
x = np.log(p_t / (1 - p_t))
ones = np.ones_like(x)
fig, axis = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for gamma, style in zip((0, 0.5, 1, 2, 5), ("-", "--", "-.", ":", "-"), strict=True):
    axis.semilogy(p_t, ops.focal_loss(x, ones, gamma=gamma, reduction="none"), style, label=f"γ = {gamma}")
axis.set(title="The more certain the right answer, the less it counts", xlabel="p_t", ylabel="loss of one pixel")
axis.legend()
for certain in (0.9, 0.5, 0.1):
    logit = np.log([certain / (1 - certain)])
    plain, focal = (ops.focal_loss(logit, np.ones(1), gamma=gamma) for gamma in (0, 2))
    print(f"p_t = {certain}: cross-entropy {plain:.3f}, focal {focal:.5f}, {plain / focal:.2f} times less")

# %% [markdown]
# With γ = 2 a pixel with p_t = 0.9 counts 100 times less, one with 0.1 hardly less than before. Step through it:

# %%
logits = MatrixEditor([[[[2.2, 0], [-2.2, 2.2]]]], label="logits", step=0.2)
truth = MatrixEditor([[[[1, 1], [1, 0]]]], label="target")
Player(walkthroughs.focal_loss, logits, truth, key="focal")

# %% [markdown]
# There is a second number, α: it weighs pixels with truth 1, and 1 − α those with truth 0. The usual α = 0.25 weighs
# the lesion *less*, because γ has already taken most of the background's weight away. In Keras's
# `BinaryFocalCrossentropy`, α does nothing at all until you also set `apply_class_balancing=True`.
#
# ## 4. Dice: look at the overlap
#
# The Dice score asks how much two masks share: twice what both have, divided by what each has. Pixels that are
# background in both do not occur in it, so it does not matter how many there are. With probabilities instead of 0 and
# 1 the counts become soft, and it can be trained with.
#
# $$D = \frac{2 \sum p_i t_i + s}{\sum p_i + \sum t_i + s}, \qquad L = 1 - D$$
#
# The number s (`smooth`, 1 on the slides) is there for empty masks, where D would be 0/0.

# %% folded=true
Prediction("Two masks of two pixels each do not touch. What is their Dice score with s = 1? And of two empty masks?")

# %%
mask = MatrixEditor([[[[1, 1, 0], [0, 0, 0]]]], label="p")
truth = MatrixEditor([[[[0, 0, 0], [0, 1, 1]]]], label="target")
Player(walkthroughs.dice_loss, mask, truth, key="dice")


# %%
def flat(*pixels):
    return np.reshape(np.array(pixels, float), (1, 1, 1, -1))


cases = {
    "two pixels found": (flat(1, 1, 0, 0), flat(1, 1, 0, 0)),
    "two pixels elsewhere": (flat(1, 1, 0, 0), flat(0, 0, 1, 1)),
    "one of two found": (flat(1, 0, 0, 0), flat(1, 1, 0, 0)),
    "nothing there, nothing said": (flat(0, 0, 0, 0), flat(0, 0, 0, 0)),
    "nothing there, one pixel said": (flat(1, 0, 0, 0), flat(0, 0, 0, 0)),
}
for name, (p, t) in cases.items():
    print(f"{name}: {ops.dice_score(p, t):.2f}; with smooth = 0: {ops.dice_score(p, t, smooth=0.0):.2f}")

# %% [markdown]
# So with s = 1 a mask that misses everything has a score of 0.20 and not 0, if it is small, and on an image without a
# lesion one wrong pixel costs half of everything. Report scores with s = 0, and say what you do with empty masks.
#
# ### Paint it
#
# Paint a truth and a prediction, drag the prediction about, and watch three losses and their pulls at once: dark pulls
# the logit up, bright pulls it down.

# %%
truth, prediction = np.zeros((12, 14)), np.full((12, 14), 0.1)
truth[4:8, 5:10], prediction[5:9, 7:12] = 1, 0.9


def on_masks(truth, prediction, gamma):
    """Three losses and their gradients with respect to the logits."""
    p, t = np.clip(prediction, 0.001, 0.999)[None, None], truth[None, None].round()
    x = np.log(p / (1 - p))
    return {
        "pull, cross-entropy": ops.binary_cross_entropy_with_logits_backward(1.0, x, t)[0, 0],
        "pull, focal": ops.focal_loss_backward(1.0, x, t, gamma=gamma)[0, 0],
        "pull, Dice": (ops.dice_loss_backward(1.0, p, t) * p * (1 - p))[0, 0],
        "cross-entropy": float(ops.binary_cross_entropy(p, t)),
        "focal loss": float(ops.focal_loss(x, t, gamma=gamma)),
        "Dice loss": float(ops.dice_loss(p, t)),
    }


painted = Painter(truth, label="truth", levels=(1,))
Explorer(
    on_masks,
    truth=painted,
    prediction=Painter(prediction, label="prediction", outline=painted),
    gamma=(0.0, 5.0, 0.5, 2.0),
    key="painted",
    label="Three losses",
)

# %% [markdown]
# **Try.** Erase the whole truth but one pixel. Which loss changes most? Then drag the prediction away until nothing
# overlaps: the Dice loss no longer cares how far away it is.
#
# ### One score for all images, or one for each?
#
# The code of the slides flattens the whole batch before it counts. Here are two patients: one lesion of 100 pixels,
# found whole; one of 4 pixels, missed.

# %%
found, true = np.zeros((2, 1, 12, 12)), np.zeros((2, 1, 12, 12))
found[0, 0, 1:11, 1:11] = true[0, 0, 1:11, 1:11] = 1
true[1, 0, 5:7, 5:7] = 1
print(f"counted together: {ops.dice_score(found, true, batch=True):.3f}")
print(f"each patient by itself, then the mean: {ops.dice_score(found, true):.3f}")

# %% [markdown]
# Counted together the small lesion disappears. This course takes the mean over patients, and so do most challenges.
#
# ## 5. The same in Keras
#
# Keras calculates on torch here. `compile` takes a loss by its name or as a function of truth and prediction.

# %% seconds=40
os.environ["KERAS_BACKEND"] = "torch"  # must be there before the first import
try:
    import keras

    print("Keras", keras.__version__, "on", keras.backend.backend())
except ModuleNotFoundError:
    keras = None
    print("Keras is not installed: pip install 'mlcourse[keras]'. Until then the cells below do nothing.")


# %%
def keras_dice(truth, prediction):
    """Dice loss per image with smooth 1, of channels-last masks."""
    pixels = (1, 2, 3)
    both = keras.ops.sum(truth * prediction, axis=pixels)
    return 1 - (2 * both + 1) / (keras.ops.sum(truth, axis=pixels) + keras.ops.sum(prediction, axis=pixels) + 1)


if keras:
    drawn = np.random.default_rng(0)
    p, t = drawn.uniform(size=(3, 8, 9, 1)).astype("float32"), drawn.integers(0, 2, (3, 8, 9, 1)).astype("float32")
    theirs = keras.ops.convert_to_numpy(keras_dice(keras.ops.convert_to_tensor(t), keras.ops.convert_to_tensor(p)))
    ours = ops.dice_loss(p.transpose(0, 3, 1, 2), t.transpose(0, 3, 1, 2), reduction="none")[:, 0]
    print(f"Dice in Keras and here: largest difference {np.abs(theirs - ours).max():.0e}")

# %% [markdown]
# The Dice code on older slides no longer runs. `keras.flatten` and `keras.sum` never stood at the top; Keras 2 had them
# in `keras.backend`, Keras 3 has `keras.ops`. And a function whose name begins with two underscores, called from within
# a class, is looked up under another name: Python mangles it.


# %%
class Architectures:
    def loss(self):
        return __dice_coefficient


def __dice_coefficient(truth, prediction):
    return 1


try:
    Architectures().loss()
except NameError as error:
    print(error)

# %% [markdown]
# A plain name is all it takes. Now `compile` and `fit`, with each loss, on large lesions of the skin. The optimiser's
# argument is `learning_rate`; what became of the older `lr` stands in lecture 04.

# %% seconds=60
if keras:
    images, masks = skin(48, size=32, rng=np.random.default_rng(7), share=(0.05, 0.3), hairs=0)
    images, masks = images.transpose(0, 2, 3, 1), (masks > 0).astype("float32").transpose(0, 2, 3, 1)
    for name, loss in (("binary_crossentropy", "binary_crossentropy"), ("Dice", keras_dice)):
        keras.utils.set_random_seed(0)
        layers = [keras.layers.Conv2D(8, 5, padding="same", activation="relu") for _ in range(2)]
        model = keras.Sequential([keras.Input((32, 32, 1)), *layers, keras.layers.Conv2D(1, 1, activation="sigmoid")])
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-2), loss=loss)
        history = model.fit(images[:32], masks[:32], epochs=16, batch_size=8, verbose=0).history["loss"]
        found = (model.predict(images[32:], verbose=0) > 0.5).transpose(0, 3, 1, 2)
        score = metrics.dice(found, masks[32:].transpose(0, 3, 1, 2)).mean()
        print(f"{name}: loss from {history[0]:.2f} to {history[-1]:.2f}, Dice score of 16 other patients {score:.2f}")

# %% [markdown]
# ## 6. Tiny lesions
#
# Now the test. Sixty synthetic heads have one lesion each, of 4 to 16 pixels out of 4096, and it is as bright as grey
# matter. So brightness alone does not tell it: the network has to see that it lies within white matter.

# %%
images, tissues = brain(
    60, size=64, rng=np.random.default_rng([5, 0, False]), lesions=1.0, share=(0.001, 0.004), contrast=-0.22
)
masks = tissues == TISSUES.index("lesion")
fig, axes = plt.subplots(1, 4, figsize=(9, 2.6), layout="constrained")
for axis, image, mask in zip(axes, images[:, 0], masks[:, 0], strict=False):
    axis.imshow(image, cmap="gray", vmin=0, vmax=1)
    axis.contour(mask, levels=[0.5], colors="#d55e00", linewidths=1)
    axis.set_axis_off()
fig.suptitle("The lesions are small and no brighter than what is normal")
print(f"lesion pixels: {100 * masks.mean():.2f}% of {masks[0].size} in an image")

# %% [markdown]
# Train a small UNet with the Dice loss. UNet has its own lecture, 09; here it is a box that turns an image into a
# logit for every pixel. The stop button of the notebook ends the training after the step that is under way, and keeps
# what was learnt.

# %% folded=true
Prediction("How does the curve of the Dice loss look: does it fall from the beginning?")

# %% seconds=80
torch.set_num_threads(1)  # images this small are done before a second thread has woken up
torch.manual_seed(0)
net = UNet(width=8, depth=2)
fitted = fit(net, lambda logits, masks: ops.dice_loss(ops.sigmoid(logits), masks), images, masks, steps=250, rate=1e-2)

# %%
others, tissues = brain(
    100, size=64, rng=np.random.default_rng([5, 0, True]), lesions=1.0, share=(0.001, 0.004), contrast=-0.22
)
true = tissues == TISSUES.index("lesion")
with torch.no_grad():
    found = (fitted.net(torch.as_tensor(others)) > 0).numpy()
scores = metrics.dice(found, true)[:, 0]
print(
    f"{fitted.step} steps; Dice score of 100 other patients {scores.mean():.2f}, of {np.mean(scores == 0):.0%} it is 0"
)

# %% [markdown]
# ### All losses, ten times
#
# One training says little. Below are seven losses, each with ten seeds: other patients, other first weights, the same
# network and 400 steps. It took twenty minutes (`benchmarks/record_05.py`), so it was recorded. The control knows only
# brightness: the range of it that does best on the training images.

# %%
runs = np.load("runs/05.npz")
Curves.of({"loss": runs["Dice/0/losses"].tolist()}, label="Recorded: Dice, seed 0")


# %%
def interval(name, what="dice"):
    """Mean over ten seeds of the mean over patients, and half of its 95% interval (Student's t)."""
    means = np.array([runs[f"{name}/{seed}/{what}"].astype(float).mean() for seed in range(10)])
    return means.mean(), 2.262 * means.std(ddof=1) / np.sqrt(10), means


names = [name.removesuffix("/0/losses") for name in runs if name.endswith("/0/losses")]
fig, axis = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
for row, name in enumerate([*names, "brightness"]):
    mean, half, means = interval(name)
    axis.errorbar(mean, row, xerr=half, fmt="o", color="#0072b2", capsize=4)
    axis.plot(means, np.full(10, row + 0.22), ".", color="#d55e00", markersize=4)
    print(f"{name}: {mean:.2f} ± {half:.2f}; seeds from {means.min():.2f} to {means.max():.2f}")
axis.set(title="Dice score by loss: mean, 95% interval, and each seed", xlabel="Dice score, mean of 100 patients")
axis.set_yticks(range(len(names) + 1), [*names, "control: brightness"])
axis.invert_yaxis()

# %% [markdown]
# Read it slowly, and read the dots, not the means alone.
#
# - **Cross-entropy** found nothing with five seeds of ten. It had learnt where lesions are likely, but never said more
#   than one half. With a threshold of its own, chosen on the training images, it does better:

# %%
for name in names:
    mean, half, _ = interval(name, "own_threshold_dice")
    print(f"{name}, its own threshold: {mean:.2f} ± {half:.2f}")

# %% [markdown]
# - **Dice** and **generalised Dice** do well with nine seeds and fail altogether with one. The wide interval is that one
#   seed. A likely reason: as long as nothing overlaps, the Dice loss is nearly flat, as the first hundred steps above show.
# - **Dice counted over the batch**, which hides small lesions as a *score*, did not fail as a *loss*. Perhaps because in
#   a batch some lesion always overlaps a little.
# - **Tversky** with a higher price for what is missed, and **the sum of cross-entropy and Dice**, never failed. The sum
#   is what many segmentation programs use: cross-entropy gives every pixel a direction, Dice the balance.
# - **Focal loss** lies between. With more steps or another γ this may change; nobody looked.
#
# What this does not show: that the same order holds on your images. It is one synthetic task, one small network and one
# budget of steps. What it does show is that a single training is no evidence for a loss.
#
# ## What goes wrong
#
# - **Accuracy as a measure** where there is little to find.
# - **A sigmoid twice, or not at all.** A loss that wants logits gets probabilities: no error, and a network that can
#   never be certain.
# - **The logarithm of 0.** Use the loss that takes logits.
# - **Masks that are not 0 and 1**, as picture files have them, where white is the largest byte. The losses here refuse
#   them; most do not.
# - **Scores over the batch**, which hide the small lesion, and scores with `smooth`, which flatter.
# - **One seed.**
#
# ## Your turn
#
# Write focal loss and Dice loss with their gradients, so that nothing breaks at logits of a thousand: [exercise
# losses](../assignments/release/losses/losses.ipynb).
