# imports: matplotlib, numpy, torch, mlcourse

# %% [markdown]
# # Exercise: a UNet from its parts
#
# In lecture 09 you saw what pooling loses and what a skip connection brings back. Now build a UNet around its skips, and
# teach it to find vessels in the retina: 100 steps, a few seconds.
#
# **10 points**: 1 for the masks, 1 for the loss, 3 for a level on the way up, 2 for the way through the network, 1 for
# the prediction, 2 for a network that finds vessels in patients it has not seen.
#
# Write your answers where it says `YOUR CODE HERE`. The cell after each tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your functions on a few more inputs.
#
# All is in torch: its interpolation, its ways to join tensors, its sigmoid are yours to use. Convolutions and pooling come
# to your functions as arguments. A finished UNet or a loss from elsewhere would leave nothing to learn.

# %% role="given" name="imports"
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

import mlcourse
from mlcourse import check
from mlcourse.nets.block import Block
from mlcourse.phantoms import STRUCTURES, retina

torch.set_num_threads(1)  # for images as small as these, more threads are slower
device = mlcourse.device()

# %% [markdown]
# ## The task
#
# Find the vessels. The patients are synthetic: drawn by the course, nothing of them was measured. `images` has the shape
# (N, 1, 64, 64). The masks come as an image file would hold them, in bytes: 255 where there is a vessel, 0 elsewhere.
# In the picture: above what the network is given, below what it is to find.

# %% role="given" name="patients"
VESSELS = [STRUCTURES.index(name) for name in ("thin vessel", "thick vessel")]


def patients(n, rng):
    """Draw n patients: images, and masks as they are stored."""
    images, labels = retina(n, size=64, rng=rng)
    return images, np.isin(labels, VESSELS) * np.uint8(255)


images, stored = patients(128, np.random.default_rng(0))


def show(*rows):
    """Show the first four images of each row."""
    fig, axes = plt.subplots(len(rows), 4, figsize=(8, 2.1 * len(rows)))
    for (i, j), ax in np.ndenumerate(axes):
        ax.imshow(rows[i][j, 0], cmap="gray")
        ax.axis("off")
    plt.show()


show(images, stored)

# %% [markdown]
# ## 1. Masks
#
# Turn the bytes into numbers that a loss can calculate with: `float32`, 1 for a vessel, 0 elsewhere. Some masks are
# empty.


# %% role="solution" name="as_mask"
def as_mask(stored):
    ### BEGIN SOLUTION
    return stored.to(torch.float32) / 255
    ### END SOLUTION


# %%
check.as_mask(as_mask)

# %% role="test" name="masks" points=1
check.as_mask(as_mask, part="stored").require()
### BEGIN HIDDEN TESTS
check.as_mask(as_mask, part="stored", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Loss
#
# The network ends with a *logit* $x$ for each pixel; $p = 1 / (1 + e^{-x})$ is the probability of a vessel. `logits` and
# `masks` have the shape (N, 1, H, W). Each image has a score of its own:
#
# $$\text{score} = \frac{2 \sum p\,t + \text{smooth}}{\sum p + \sum t + \text{smooth}}$$
#
# The sums run over its pixels, $t$ is the mask. Return one number, the mean of $1 - \text{score}$ over the images, as a
# tensor: the gradient goes back through it.


# %% role="solution" name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    ### BEGIN SOLUTION
    p = torch.sigmoid(logits)
    both = (p * masks).sum(dim=(2, 3))
    sizes = p.sum(dim=(2, 3)) + masks.sum(dim=(2, 3))
    score = (2 * both + smooth) / (sizes + smooth)
    return (1 - score).mean()
    ### END SOLUTION


# %%
check.dice_loss(dice_loss)

# %% role="test" name="loss" points=1
check.dice_loss(dice_loss, part="batch").require()
### BEGIN HIDDEN TESTS
check.dice_loss(dice_loss, part="batch", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 3. One level on the way up
#
# | argument | | |
# |---|---|---|
# | `below` | shape (N, C, h, w) | what comes up from the level below |
# | `skipped` | shape (N, S, H, W) | what was seen at this size on the way down |
# | `convolve` | a function | takes one tensor; in the network it is a block of convolutions, in the check a sum you can do by hand |
#
# Make `below` as large as `skipped`, join the two along the channels, `skipped` first, and return what `convolve` makes
# of that.
#
# To make it larger, copy pixels: row $i$ of the larger map is row $\lfloor i\,h / H \rfloor$ of the smaller one, and
# columns alike. So 2 rows become 4 as 0, 0, 1, 1. If a map of 5 rows was pooled, 2 are left and the fifth was lost; the
# 2 become 5 again as 0, 0, 0, 1, 1. Torch has a function for this, and loops do as well.


# %% role="solution" name="up_level"
def up_level(below, skipped, convolve):
    ### BEGIN SOLUTION
    larger = nn.functional.interpolate(below, size=skipped.shape[2:], mode="nearest")
    return convolve(torch.cat([skipped, larger], dim=1))
    ### END SOLUTION


# %%
check.up_level(up_level)

# %% [markdown]
# **Even** sizes: `skipped` has twice as many rows and columns.

# %% role="test" name="level_even" points=1
check.up_level(up_level, part="even").require()
### BEGIN HIDDEN TESTS
check.up_level(up_level, part="even", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Odd** sizes: `skipped` has one row or column more, or both.

# %% role="test" name="level_odd" points=1
check.up_level(up_level, part="odd").require()
### BEGIN HIDDEN TESTS
check.up_level(up_level, part="odd", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Channels**: several images and channels, not as many in `below` as in `skipped`.

# %% role="test" name="level_channels" points=1
check.up_level(up_level, part="channels").require()
### BEGIN HIDDEN TESTS
check.up_level(up_level, part="channels", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Down and up
#
#     x ─ down[0] ──────────── skip ──────────── up[1] ─ head ─ logits
#            └ pool ─ down[1] ─ skip ─ up[0] ──────┘
#                        └ pool ─ bottom ┘
#
# All arguments but `x` are functions. Each entry of `down` is a block that is followed by `pool`; `bottom` is the block
# after the last pooling. Each entry of `up` takes `(below, skipped)`, as your `up_level` does, and the first of them is
# the lowest. There are as many entries in `up` as in `down`, however many that is. `head` makes the logits.


# %% role="solution" name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    ### BEGIN SOLUTION
    seen = []
    for block in down:
        x = block(x)
        seen.append(x)
        x = pool(x)
    x = bottom(x)
    for level in up:
        x = level(x, seen.pop())
    return head(x)
    ### END SOLUTION


# %%
check.unet_forward(unet_forward)

# %% [markdown]
# **One level** down, and one up.

# %% role="test" name="forward_one" points=1
check.unet_forward(unet_forward, part="one_level").require()
### BEGIN HIDDEN TESTS
check.unet_forward(unet_forward, part="one_level", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Two levels**, and several images, some of odd sizes.

# %% role="test" name="forward_two" points=1
check.unet_forward(unet_forward, part="two_levels").require()
### BEGIN HIDDEN TESTS
check.unet_forward(unet_forward, part="two_levels", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Prediction
#
# Return a mask of booleans, True where the network calls a vessel more likely than not. It comes out of training, so put
# it into evaluation mode first; in which mode you leave it is up to you.


# %% role="solution" name="predict"
def predict(net, images):
    ### BEGIN SOLUTION
    net.eval()
    with torch.no_grad():
        return net(images) > 0
    ### END SOLUTION


# %%
check.predict(predict)

# %% role="test" name="prediction" points=1
check.predict(predict, part="evaluation").require()
### BEGIN HIDDEN TESTS
check.predict(predict, part="evaluation", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Training
#
# Here your functions become a network. A `Block` is two convolutions 3x3, each with batch normalisation and ReLU.


# %% role="given" name="network"
class UNet(nn.Module):
    """Your `up_level` and `unet_forward`, with weights in them: two levels, 8 features at full size."""

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([Block(1, 8), Block(8, 16)])
        self.pool = nn.MaxPool2d(2)
        self.bottom = Block(16, 32)
        self.up = nn.ModuleList([Block(16 + 32, 16), Block(8 + 16, 8)])
        self.head = nn.Conv2d(8, 1, 1)

    def forward(self, x):
        def level(block):
            return lambda below, skipped: up_level(below, skipped, block)

        return unet_forward(x, self.down, self.pool, self.bottom, [level(block) for block in self.up], self.head)


torch.manual_seed(0)
net = UNet().to(device, memory_format=torch.channels_last)

# %% [markdown]
# Train `net` on `images` and `stored`, all 128 patients. About 100 steps of Adam with batches of 8 are enough. Each step
# draws a batch, moves it to `device`, compares what the network says with the masks, sends the error back and moves the
# weights; look at the loss now and then.
#
# A rate of 0.02 learns fast and leaves the network restless: what batch normalisation remembers lags behind weights that
# still move. Let the rate fall to nearly nothing by the last step, as `torch.optim.lr_scheduler.LinearLR` does.
#
# Run the cell above before you train anew, or the network goes on from where it is.

# %% role="solution" name="train" seconds=10
### BEGIN SOLUTION
x = torch.as_tensor(images, device=device)
t = as_mask(torch.as_tensor(stored, device=device))
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0.02, total_iters=100)
net.train()
for step in range(100):
    batch = torch.randint(len(x), (8,), device=device)
    loss = dice_loss(net(x[batch]), t[batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    falling.step()
    if step % 20 == 19:
        print(f"step {step + 1}: loss {loss.item():.2f}")
### END SOLUTION

# %% [markdown]
# What does it say of four patients it has not seen? Above the image, in the middle the true mask, below your network's.

# %%
new_images, new_stored = patients(4, np.random.default_rng(1))
found = predict(net, torch.as_tensor(new_images, device=device)).cpu().numpy()
show(new_images, new_stored, found)

# %% [markdown]
# The check draws 32 new patients with `patients`, puts your network into evaluation mode and takes the mean Dice score of
# its masks. The grey cell draws 32 more. You need 0.63 for the points; a network without skips stays below that.

# %%
check.trained(net, patients)

# %% role="test" name="trained" points=2
check.trained(net, patients).require()
### BEGIN HIDDEN TESTS
check.trained(net, patients, hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
