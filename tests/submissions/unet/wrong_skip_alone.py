# The level looks at the skip alone; the levels of `up` from the last to the first.
# %% name="as_mask"
def as_mask(stored):
    return stored.float() / 255


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    p = torch.sigmoid(logits)
    score = (2 * (p * masks).sum((2, 3)) + smooth) / ((p + masks).sum((2, 3)) + smooth)
    return (1 - score).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    return convolve(skipped)


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = []
    for block in down:
        x = block(x)
        skips.append(x)
        x = pool(x)
    x = bottom(x)
    for level in reversed(up):
        x = level(x, skips.pop())
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    with torch.no_grad():
        return net(images) > 0


# %% name="train"
pass
