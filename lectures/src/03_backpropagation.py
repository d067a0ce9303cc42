# imports: numpy, matplotlib, torch, mlcourse

# %% [markdown]
# # 03 Backpropagation through a convolution
#
# A network learns by asking of each of its weights: *if this number were a little larger, how would the error change?*
# In this lecture you answer that question for a convolution, by hand, for every weight and every pixel. After that
# nothing about training a network is mysterious: the rest is more of the same.
#
# Each scene asks for a **prediction** before it shows anything. Write it down, even if it is a guess; that is how the
# next minute becomes worth remembering. Nobody marks it. What you write, the numbers you change and the step you are at
# are kept beside the notebook, so you can stop anywhere.
#
# The example is that of the lecture by Bulat Ibragimov (University of Copenhagen), which this course follows.

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlcourse import ops, walkthroughs
from mlcourse.datasets import mni152_slice
from mlcourse.trace import record
from mlcourse.widgets import MatrixEditor, Player, Prediction

# %% [markdown]
# ## 1. Forward: what does the network say?
#
# The image has three rows and two columns, the kernel two and two. So the kernel can lie in two places: on the upper
# two rows, and on the lower two. At each place, multiply the numbers that lie on each other and add up. The network's
# answer is the sum of both outputs. There is no bias and no activation function.
#
# The numbers are small enough for paper:
#
# $$x = \begin{pmatrix} 3 & 1 \\ 2 & 1 \\ 0 & 7 \end{pmatrix} \qquad
#   w = \begin{pmatrix} 0.1 & 0 \\ 0 & 0.1 \end{pmatrix}$$

# %% folded=true
Prediction("Which two numbers come out, and what is their sum?")

# %%
image = MatrixEditor([[[[3, 1], [2, 1], [0, 7]]]], label="x")
kernel = MatrixEditor([[[[0.1, 0], [0, 0.1]]]], label="w", step=0.1)
Player(walkthroughs.conv2d, image, kernel, key="forward")

# %% [markdown]
# The upper placement gives 0.3 + 0.1 = 0.4, the lower one 0.2 + 0.7 = 0.9. The answer is 1.3.
#
# **Try.** Change the 7 in the corner. Which outputs follow? Why not the other one? *Reset* puts it back.

# %% [markdown]
# ## 2. The loss: how wrong is that?
#
# Say the right answer is 5. The network is 3.7 too low. As loss we take the square of that error.

# %%
x, w = np.reshape([3.0, 1, 2, 1, 0, 7], (1, 1, 3, 2)), np.reshape([0.1, 0, 0, 0.1], (1, 1, 2, 2))
prediction = ops.conv2d(x, w).sum()
loss = ops.mse_loss(np.array([prediction]), np.array([5.0]))
print(f"prediction {prediction:.4g}, loss {loss:.4g}")

# %% [markdown]
# How fast does the loss follow the prediction? The slope of a square is twice what stands in it, so
# 2 · (1.3 − 5) = −7.4. It is negative: a larger prediction would *lower* the loss. This number, the gradient of the
# prediction, is what now travels backward.
#
# ## 3. Backward: one weight
#
# Take the weight in the upper left, $w_{00}$. At the upper placement it lay on the 3, at the lower one on the 2.

# %% folded=true
Prediction(
    "If w00 grew by a little bit, say by d, by how much would the prediction grow? So how fast does "
    "the loss follow w00?"
)

# %% [markdown]
# Now step through the whole thing: forward, loss, backward, update, and forward again. `measured_w` stands beside
# `grad_w`: there the computer moved each weight by a hundred-thousandth up and down and looked what the loss did. If
# the rule is right, both agree.

# %%
x = MatrixEditor([[[[3, 1], [2, 1], [0, 7]]]], label="x")
w = MatrixEditor([[[[0.1, 0], [0, 0.1]]]], label="w", step=0.1)
target, rate = MatrixEditor(5, label="target"), MatrixEditor(0.01, label="rate", step=0.001, least=0)
Player(walkthroughs.training_step, x, w, target=target, rate=rate, only=(0, 0, 0, 0), key="one weight")

# %% [markdown]
# The weight met 3 at one placement and 2 at the other. It is *the same weight* both times: convolution shares its
# weights. If it grows by $d$, the first output grows by $3d$, the second by $2d$, and the prediction by $5d$. So
#
# $$\frac{\partial L}{\partial w_{00}} = \underbrace{-7.4}_{\text{from the loss}} \cdot\; 3 \;+\; (-7.4) \cdot 2 = -37$$
#
# **A shared weight collects a part from every placement, and the parts add up.** That is the whole secret of
# backpropagation through a convolution. Forgetting to add, or adding where one should not, are the commonest mistakes.
#
# The update goes against the gradient, by the learning rate 0.01: the weight becomes 0.1 − 0.01 · (−37) = 0.47. With this one
# weight changed the prediction is 3.15 and the loss falls from 13.69 to 3.4225. So far this is the lecture's slide.
#
# ## 4. All weights at once
#
# The slide updates one weight. A network updates all of them. Their gradients are −37, −14.8, −14.8 and −59.2; you can
# find each in the Player above, in the grid `grad_w`.

# %% folded=true
Prediction("All four gradients are negative, so all four weights grow. Will the loss fall further than to 3.4225?")

# %%
x = MatrixEditor([[[[3, 1], [2, 1], [0, 7]]]], label="x")
w = MatrixEditor([[[[0.1, 0], [0, 0.1]]]], label="w", step=0.1)
target, rate = MatrixEditor(5, label="target"), MatrixEditor(0.01, label="rate", step=0.001, least=0)
Player(walkthroughs.training_step, x, w, target=target, rate=rate, key="all weights")

# %% [markdown]
# The prediction jumps from 1.3 to 8.478, past the target of 5. The loss is 12.0965, hardly better than the 13.69 before. Every
# single weight did what its gradient asked for. But each gradient was computed as if the *others* stood still. All four
# together pushed in the same direction, and too far.
#
# **Try.** Set the rate to 0.005 in the Player and go to the last step. Which rate comes closest to the target?
#
# ## 5. Why 0.01 is too much
#
# Add the two patches that the kernel lay on: $S = \begin{pmatrix} 3+2 & 1+1 \\ 2+0 & 1+7 \end{pmatrix}$. The
# prediction is the sum of $w \cdot S$, and the gradient of the weights is $2e \cdot S$, where $e$ is the error. One
# step therefore changes the prediction by $-\text{rate} \cdot 2e \cdot \lVert S \rVert^2$. So every step multiplies the
# error by the same factor:
#
# $$e_{\text{new}} = \left(1 - 2 \cdot \text{rate} \cdot \lVert S \rVert^2\right) e$$

# %%
S = np.array([[3 + 2, 1 + 1], [2 + 0, 1 + 7]])
print(f"|S|^2 = {(S**2).sum()}, factor at rate 0.01: {1 - 2 * 0.01 * (S**2).sum():.4g}")

# %% [markdown]
# At 0.01 the factor is −0.94: the error changes sides at every step and shrinks by only 6 %.

# %% folded=true
Prediction("At which rate is the factor 0, so that one step is enough? From which rate on does training explode?")

# %% [markdown]
# Train for eight steps. Change the rate and see what becomes of the error; Page Up and Page Down move it by 0.0005, and
# fractions such as 1/50 may be typed as they are. The factor is printed at each step.

# %%
x, w = np.reshape([3.0, 1, 2, 1, 0, 7], (1, 1, 3, 2)), np.reshape([0.1, 0, 0, 0.1], (1, 1, 2, 2))
rate = MatrixEditor(0.01, label="rate", step=0.0005, least=0)
Player(walkthroughs.descent, x, w, target=5.0, rate=rate, key="rate")

# %%
norm = (S**2).sum()
print(f"factor 0 at rate 1/{2 * norm} = {1 / (2 * norm):.5f}, factor -1 at rate 1/{norm} = {1 / norm:.5f}")
rates = {"0.002": 0.002, "1/194": 1 / 194, "0.01": 0.01, "1/97": 1 / 97, "0.0107": 0.0107}
fig, axis = plt.subplots(figsize=(8, 3.6), layout="constrained")
for (name, r), marker in zip(rates.items(), "os^Dv"):
    predictions, _ = record(walkthroughs.descent(x, w, target=5.0, rate=r, steps=10)).result
    axis.plot(predictions[0], marker=marker, markersize=4, label=f"rate {name}")
axis.axhline(5, color="grey", linewidth=0.8)
axis.set(title="1/194 lands on the target at once; above 1/97 training explodes", xlabel="step", ylabel="prediction")
axis.legend(fontsize=8, ncols=2)
plt.show()
# %% [markdown]
# One number, $\lVert S \rVert^2 = 97$, decides everything here: 1/194 = 1/(2 · 97) reaches the target in one step, 1/97 swings
# for ever between two values, anything above runs away. A network has millions of weights and no such simple number,
# but the behaviour is the same. *If the loss swings or grows, try a smaller rate first.*
#
# ## 6. The gradient of the image
#
# The same question can be asked of a pixel: if it were a little brighter, how would the loss change? A network needs
# the answer because its layers are stacked: what is an image to this layer is the output of the layer before.
#
# A weight asks: *which pixels did I meet?* A pixel asks: *which outputs did I feed, and with which weight?*

# %% folded=true
Prediction(
    "The pixel 2 in the middle row lay under both placements. Which two weights did it meet? What is "
    "its gradient? And why is the gradient of the pixel in the upper right 0, though its neighbour's "
    "is not?"
)

# %%
g = np.full((1, 1, 2, 1), -7.4)  # what the loss hands to the two outputs
Player(walkthroughs.conv2d_backward, g, MatrixEditor(x, label="x"), MatrixEditor(w, label="w", step=0.1), key="image")

# %% [markdown]
# Go to the last step (End) and look at `grad_x`: −0.74 where a pixel met the weight 0.1 at one of its placements, 0
# where it met only zeros.
#
# ## 7. The rule, for every convolution
#
# Write $g_{ij}$ for the gradient that arrives at output $(i, j)$. What you did by hand is this:
#
# $$\frac{\partial L}{\partial w_{pq}} = \sum_{i,j} g_{ij}\, x_{i+p,\,j+q}
#   \qquad\qquad
#   \frac{\partial L}{\partial x_{mk}} = \sum_{p,q} g_{m-p,\,k-q}\, w_{pq}$$
#
# Look at the first one twice: it *is* a convolution as networks mean it, of the image, with $g$ as the kernel. The
# second is one too: of $g$ with a rim of zeros, with the kernel given half a turn, because of the minus signs. So the backward pass of
# a convolution needs nothing but convolutions:

# %%
grad_x, grad_w, grad_b = ops.conv2d_backward(g, x, w)
turned = w[:, :, ::-1, ::-1]
print("weights agree:", np.allclose(grad_w, ops.conv2d(x, g)))
print("pixels agree: ", np.allclose(grad_x, ops.conv2d(g, turned, padding=(1, 1))))

# %% [markdown]
# A word on names. What networks call convolution is called *cross-correlation* in mathematics; there, a convolution
# turns the kernel first. For a kernel that is learnt it makes no difference. In the backward pass it does: one of the
# two rules has the turned kernel, the other does not. Mixing them up is a classic.
#
# ## 8. Trust, but measure
#
# A wrong gradient does not crash. The network just learns badly, and you look for the reason everywhere else. So every
# gradient in this course is compared with a measurement: move one number up and down by a tiny step $h$, see what the
# loss does.
#
# $$\frac{\partial L}{\partial w_{pq}} \approx \frac{L(w_{pq} + h) - L(w_{pq} - h)}{2h}$$


# %%
def loss_of(w):
    return (ops.conv2d(x, w).sum() - 5) ** 2


print("measured:", ops.numeric_gradient(loss_of, w).round(6).tolist())
print("computed:", grad_w.round(6).tolist())

# %% [markdown]
# `ops.gradcheck` does that for every entry of every argument, and tells where the worst disagreement is. Here is a
# backward pass with a mistake in it: it forgets that the kernel must be turned.

# %% folded=true
Prediction("Two of its three gradients are right. Which one is wrong?")


# %%
def forgetful(grad_output, x, w, b):
    _, grad_w, grad_b = ops.conv2d_backward(grad_output, x, w, b)
    return ops.conv2d(grad_output, w, padding=(1, 1)), grad_w, grad_b


rng = np.random.default_rng(0)
some_x, some_w, some_b = rng.normal(size=(1, 1, 4, 5)), rng.normal(size=(1, 1, 2, 2)), rng.normal(size=1)
print(ops.gradcheck(ops.conv2d, forgetful, some_x, some_w, some_b))
print(ops.gradcheck(ops.conv2d, ops.conv2d_backward, some_x, some_w, some_b))

# %% [markdown]
# Two habits make such a check worth its name. The numbers are **random and nothing is square** (4 × 5, not 4 × 4): on
# our kernel with its two equal weights on the diagonal, turning changes nothing, and the mistake would have passed. And the gradient that
# arrives from above is random too: with all ones, a backward pass that ignores it would look right.
#
# ## 9. The library
#
# torch keeps a record of the forward pass and walks it backward for you. It gives the same numbers.

# %% seconds=20
import torch

x_torch, w_torch = torch.tensor(x), torch.tensor(w, requires_grad=True)
loss = (torch.nn.functional.conv2d(x_torch, w_torch).sum() - 5) ** 2
loss.backward()
print("torch:", w_torch.grad.numpy().round(6).tolist())

# %% [markdown]
# From now on you may let the library do it. You know what it does.
#
# ## 10. The same on a brain
#
# This is a slice of the MNI152 average brain: MR images of 152 healthy adults, aligned and averaged (V. Fonov et al.,
# NeuroImage 54, 2011). You look at it from above; radiologists look from the feet, so that in their pictures left and
# right change places. A kernel marks its vertical edges. Suppose you have the image and the marked edges, but not the
# kernel. Can it be learnt?

# %%
brain = mni152_slice(at=20)[10:106, 8:92]
edges = ops.conv2d(brain[None, None], np.array([[[[1.0, 0, -1]] * 3]]))
fig, axes = plt.subplots(1, 2, figsize=(7, 3.8), layout="constrained")
axes[0].imshow(brain, cmap="gray")
axes[0].set(title="An average brain, seen from above")
axes[1].imshow(edges[0, 0], cmap="gray")
axes[1].set(title="Its vertical edges: the target")
for axis in axes:
    axis.set_axis_off()

# %% [markdown]
# Start from a kernel of zeros. Loss: the mean of the squared differences over all pixels. Each of the nine weights now
# meets thousands of pixels, and its gradient collects a part from each. Nothing else has changed.

# %% folded=true
Prediction("Will the learnt kernel be the one that made the edges, or another that does the same?")

# %%
x, w = brain[None, None], np.zeros((1, 1, 3, 3))
losses = []
for step in range(300):
    y = ops.conv2d(x, w)
    losses.append(float(ops.mse_loss(y, edges)))
    g = ops.mse_loss_backward(1.0, y, edges)
    w -= 0.3 * ops.conv2d_backward(g, x, w)[1]
print(f"loss {losses[0]:.3g} at first, {losses[-1]:.2g} after 300 steps. Learnt kernel:")
print(w[0, 0].round(2))

# %%
fig, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.semilogy(losses)
axis.set(title="Three hundred steps find the kernel", xlabel="step", ylabel="mean squared error")
plt.show()
# %% [markdown]
# The columns come out near 1, 0 and −1: the kernel has been found from the data alone. That is what the first layer of every
# network for medical images does, only that nobody hands it the edges: it has to find out for itself which edges help.
#
# **Try.** Set the rate in the cell above to 0.34 instead of 0.3. It is 1/97 again, in another dress: the largest rate
# that still works is 2 divided by the steepest curvature of the loss.

# %%
patches = np.stack([x[0, 0, p : p + 94, q : q + 82].ravel() for p in range(3) for q in range(3)])
curvature = np.linalg.eigvalsh(2 * patches @ patches.T / patches.shape[1]).max()
print(f"steepest curvature {curvature:.3f}, so rates must stay below {2 / curvature:.3f}")

# %% [markdown]
# The gradient of the *image* has a use of its own. It says which pixels the answer depends on, and doctors rightly ask
# for that when a network makes a claim. Later lectures draw such maps; they are nothing but this gradient.
#
# Here is a corner of the brain, four pixels by five, with the kernel that you have just learnt. Step through its
# gradients if you like: the numbers are less tidy, the rules are the same.

# %%
corner = brain[40:44, 40:45][None, None]
rng = np.random.default_rng(1)
Player(walkthroughs.conv2d_backward, rng.normal(size=(1, 1, 2, 3)).round(1), corner.round(2), w.round(2), key="corner")

# %% [markdown]
# ## What goes wrong
#
# - **Parts forgotten.** A weight keeps only what its last placement said. Use `+=`, and start from zeros.
# - **A mean instead of a sum.** If the loss is a mean, that is already in $g$.
# - **The kernel not turned**, or turned where it should not be.
# - **Rows and columns mixed up.** It shows only where nothing is square.
# - **The rate.** All of the above look like a bad rate, and a bad rate looks like all of the above. Check the gradient
#   first.
#
# ## Your turn
#
# Write the backward pass yourself, with stride, padding and channels:
# [exercise conv2d_backward](../assignments/release/conv2d_backward/conv2d_backward.ipynb). Its check knows the mistakes
# above by name.
