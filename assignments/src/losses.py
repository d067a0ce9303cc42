# imports: numpy, mlcourse

# %% [markdown]
# # Exercise: losses for small lesions
#
# A lesion may be one pixel in a thousand. A network that calls everything background is right in 99.9 % of the pixels,
# and has found nothing. In a mean over all pixels, nobody hears the one that is wrong.
#
# Two losses listen to it. The *focal loss* turns down each pixel that is already right (T.-Y. Lin and others, ICCV
# 2017). The *Dice loss* does not count pixels, but asks how much two masks share (F. Milletari and others, 3DV 2016).
# Write both, and the gradient of each, in NumPy.
#
# **10 points**: 3 for the focal loss, 3 for its gradient, 2 for the Dice loss, 2 for its gradient.
#
# Write your answers where it says `YOUR CODE HERE`. The cell after each tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your functions on a few more inputs.
#
# Please write them yourself: calls of `mlcourse.ops`, of autograd or of a framework's losses are not counted.

# %% role="given" name="imports"
import numpy as np

from mlcourse import check

# %% [markdown]
# ## 1. Focal loss
#
# For each pixel a network ends with a number $x$ of any size, its *logit*. The sigmoid makes a probability of it,
# $p = 1 / (1 + e^{-x})$: how likely the pixel is part of the lesion. Call $p_t$ the probability that was given to the
# truth. It is $p$ where the target is 1, and $1 - p$ where it is 0.
#
# The cross-entropy of the pixel is $-\log p_t$, with the natural logarithm. For $p_t = 0.3$ it is 1.204, for
# $p_t = 0.9$ it is 0.105. The focal loss puts two factors in front of it:
#
# $$\text{loss of a pixel} = -\alpha_t\, (1 - p_t)^{\gamma}\, \log p_t$$
#
# With $\gamma = 2$ the pixel with 0.9 is multiplied by $0.1^2$ and costs 0.00105, a hundred times less than before. A
# pixel with $p_t = 0.1$ is multiplied by $0.9^2$ and costs nearly the same as before.
#
# | argument | | |
# |---|---|---|
# | `logits` | shape (N, C, H, W) | a number of any size for each pixel |
# | `target` | shape (N, C, H, W) | 1.0 in the lesion, 0.0 in the background |
# | `gamma` | a number | the exponent; with 0 you get the cross-entropy |
# | `alpha` | a number or None | the weight $\alpha_t$ of pixels with target 1, where those with target 0 weigh `1 - alpha`; with None every pixel weighs 1 |
#
# Return one number, the mean over all pixels of all images and channels.
#
# **Keep it finite.** In the last part some logits are near 1000 or -1000. The sigmoid of -1000 is 0 to the last digit,
# and the logarithm of 0 is not finite. To cut the probability off just above 0 does not help: a lesion pixel with a
# logit of -1000 has a cross-entropy of 1000. The way out is to work on paper first. Write $s$ for $-x$ in the lesion
# and for $x$ in the background, so that a large $s$ is a bad mistake. Then
#
# $$1 - p_t = \frac{1}{1 + e^{-s}} \qquad -\log p_t = \log(1 + e^{s}) = s + \log(1 + e^{-s})$$
#
# $e^{1000}$ is larger than any float, while $e^{-1000}$ is merely 0. Which of the two forms on the right is good for
# which $s$?


# %% role="solution" name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    ### BEGIN SOLUTION
    s = np.where(target == 1, -logits, logits)
    small = np.exp(-np.abs(s))
    missing = np.where(s > 0, 1, small) / (1 + small)  # 1 - p_t
    cross_entropy = np.maximum(s, 0) + np.log1p(small)
    weight = 1 if alpha is None else np.where(target == 1, alpha, 1 - alpha)
    return np.mean(weight * missing**gamma * cross_entropy)
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.focal_loss(focal_loss)

# %% [markdown]
# **Plain**: `gamma` is 2, and there is no `alpha`.

# %% role="test" name="focal_plain" points=1
check.focal_loss(focal_loss, part="plain").require()
### BEGIN HIDDEN TESTS
check.focal_loss(focal_loss, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Weighted**: with `alpha`, another `gamma`, and several images and channels.

# %% role="test" name="focal_weighted" points=1
check.focal_loss(focal_loss, part="weighted").require()
### BEGIN HIDDEN TESTS
check.focal_loss(focal_loss, part="weighted", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Extreme** logits, of pixels that are right and of pixels that are wrong.

# %% role="test" name="focal_extreme" points=1
check.focal_loss(focal_loss, part="extreme").require()
### BEGIN HIDDEN TESTS
check.focal_loss(focal_loss, part="extreme", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The gradient of the focal loss
#
# How fast does the loss follow each logit? Return `grad_logits`, with the shape of `logits`.
#
# | argument | | |
# |---|---|---|
# | `grad_output` | a number | how fast what comes after follows your loss: 1.0 if nothing comes after, 3.0 if your loss is counted three times in a larger one |
# | `logits`, `target`, `gamma`, `alpha` | | what `focal_loss` was called with |
#
# The loss of a pixel is a product, and both its factors move with $s$. When $s$ grows, $1 - p_t$ grows by
# $p_t (1 - p_t)$ times as much, and $-\log p_t$ by $1 - p_t$ times as much. Use the rule for a product, simplify, and
# do not forget that $s$ may be $-x$.
#
# For one lesion pixel with $p = 0.9$ and $\gamma = 2$ you should get -0.0029, where the cross-entropy alone would give
# -0.1. With $p = 0.1$ it is -1.102, where the cross-entropy gives -0.9. For a logit of -1000 it is -1.


# %% role="solution" name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    ### BEGIN SOLUTION
    s = np.where(target == 1, -logits, logits)
    small = np.exp(-np.abs(s))
    missing = np.where(s > 0, 1, small) / (1 + small)  # 1 - p_t
    cross_entropy = np.maximum(s, 0) + np.log1p(small)
    weight = 1 if alpha is None else np.where(target == 1, alpha, 1 - alpha)
    slope = weight * missing**gamma * (gamma * (1 - missing) * cross_entropy + missing)
    return grad_output * np.where(target == 1, -slope, slope) / logits.size
    ### END SOLUTION


# %%
check.focal_loss_backward(focal_loss_backward)

# %% [markdown]
# **Plain**: `gamma` is 2, and there is no `alpha`.

# %% role="test" name="focal_backward_plain" points=1
check.focal_loss_backward(focal_loss_backward, part="plain").require()
### BEGIN HIDDEN TESTS
check.focal_loss_backward(focal_loss_backward, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Weighted**: with `alpha`, another `gamma`, and several images and channels.

# %% role="test" name="focal_backward_weighted" points=1
check.focal_loss_backward(focal_loss_backward, part="weighted").require()
### BEGIN HIDDEN TESTS
check.focal_loss_backward(focal_loss_backward, part="weighted", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Extreme** logits, of pixels that are right and of pixels that are wrong.

# %% role="test" name="focal_backward_extreme" points=1
check.focal_loss_backward(focal_loss_backward, part="extreme").require()
### BEGIN HIDDEN TESTS
check.focal_loss_backward(focal_loss_backward, part="extreme", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Dice loss
#
# Lay the predicted mask on the true one. What both have counts twice, and is divided by the size of the one plus the
# size of the other. With probabilities in place of a mask, for one channel of one image:
#
# $$\text{score} = \frac{2 \sum p\,t + \text{smooth}}{\sum p + \sum t + \text{smooth}} \qquad \text{loss} = 1 - \text{score}$$
#
# The sums run over all pixels, $t$ is the target and $p$ the sigmoid of the logit. What is background in both masks
# adds to none of the sums, so it does not matter how much of it there is.
#
# `smooth` is a small number, larger than 0. Some scores for masks of zeros and ones, with `smooth` 1:
#
# | | |
# |---|---|
# | equal masks | 1 |
# | nothing predicted, and nothing there (without `smooth`: 0 divided by 0) | 1 |
# | one of two pixels found, and nothing else marked | 0.75 |
# | two pixels each, none in common | 0.2 |
# | a hundred pixels each, none in common | 0.005 |
#
# Each channel of each image has a score of its own, and your loss is the mean over all of them. If the whole batch
# were counted as one mask, small lesions would disappear: a lesion of 100 pixels found perfectly and one of 4 pixels
# missed come to 0.980 together, while the mean of their own scores is 0.60.
#
# | argument | | |
# |---|---|---|
# | `logits`, `target` | shape (N, C, H, W) | as above |
# | `smooth` | a number | stands in both halves of the fraction |
#
# Return one number. In the second part some masks are empty and some logits are near 1000 or -1000: the sigmoid, too,
# has a form for each sign in which no exponential is too large.


# %% role="solution" name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(logits))
    p = np.where(logits > 0, 1, small) / (1 + small)
    both = np.sum(p * target, axis=(2, 3))
    sizes = np.sum(p, axis=(2, 3)) + np.sum(target, axis=(2, 3))
    score = (2 * both + smooth) / (sizes + smooth)
    return np.mean(1 - score)
    ### END SOLUTION


# %%
check.dice_loss_with_logits(dice_loss_with_logits)

# %% [markdown]
# **Plain**: one image with one channel; `smooth` is 1.

# %% role="test" name="dice_plain" points=1
check.dice_loss_with_logits(dice_loss_with_logits, part="plain").require()
### BEGIN HIDDEN TESTS
check.dice_loss_with_logits(dice_loss_with_logits, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Together**: several images and channels, empty masks, extreme logits, another `smooth`.

# %% role="test" name="dice_together" points=1
check.dice_loss_with_logits(dice_loss_with_logits, part="together").require()
### BEGIN HIDDEN TESTS
check.dice_loss_with_logits(dice_loss_with_logits, part="together", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 4. The gradient of the Dice loss
#
# Again, return `grad_logits`: how fast the loss follows each logit. `grad_output` is a number as in part 2, and the
# other arguments are those of `dice_loss_with_logits`.
#
# Go back in three steps: from the mean to the score of each mask, from a score to its probabilities, from a
# probability to its logit. For the second you need the rule for a quotient, since a probability stands in both halves
# of the fraction. The third is the slope of the sigmoid, $p (1 - p)$.
#
# An example to try by hand: one mask of two pixels, target (1, 0), both logits 0, `smooth` 1. The score is 2/3, and the
# gradient is (-1/9, 1/18). The lesion pixel is pulled up, the background pixel is pushed down.


# %% role="solution" name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(logits))
    p = np.where(logits > 0, 1, small) / (1 + small)
    both = np.sum(p * target, axis=(2, 3), keepdims=True)
    sizes = np.sum(p + target, axis=(2, 3), keepdims=True)
    score = (2 * both + smooth) / (sizes + smooth)
    grad_p = -(2 * target - score) / (sizes + smooth)
    return grad_output / score.size * grad_p * p * (1 - p)
    ### END SOLUTION


# %%
check.dice_loss_with_logits_backward(dice_loss_with_logits_backward)

# %% [markdown]
# **Plain**: one image with one channel; `smooth` is 1.

# %% role="test" name="dice_backward_plain" points=1
check.dice_loss_with_logits_backward(dice_loss_with_logits_backward, part="plain").require()
### BEGIN HIDDEN TESTS
check.dice_loss_with_logits_backward(dice_loss_with_logits_backward, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Together**: several images and channels, empty masks, extreme logits, another `smooth`.

# %% role="test" name="dice_backward_together" points=1
check.dice_loss_with_logits_backward(dice_loss_with_logits_backward, part="together").require()
### BEGIN HIDDEN TESTS
check.dice_loss_with_logits_backward(dice_loss_with_logits_backward, part="together", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
