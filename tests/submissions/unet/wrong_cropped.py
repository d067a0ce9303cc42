# Cuts the skip to fit, as the first UNet did; divides each mask by its own maximum; forgets the head.
# %% name="as_mask"
def as_mask(stored):
    masks = stored.float()
    return masks / masks.amax(dim=(1, 2, 3), keepdim=True)


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    p = torch.sigmoid(logits)
    inter, total = (p * masks).sum((2, 3)), (p + masks).sum((2, 3))
    return (1 - 2 * inter / (total + smooth)).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    larger = below.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    h, w = larger.shape[2:]
    return convolve(torch.cat([skipped[..., :h, :w], larger], dim=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = []
    for block in down:
        skips.append(block(x))
        x = pool(skips[-1])
    x = bottom(x)
    for level in up:
        x = level(x, skips.pop())
    return x


# %% name="predict"
def predict(net, images):
    return net.eval()(images).detach() > 0


# %% name="train"
pass
