# Unpools into a corner of each block; the same map twice on the way up.
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
    larger = torch.zeros(*below.shape[:2], *skipped.shape[2:], device=below.device)
    for i in range(below.shape[2]):
        for j in range(below.shape[3]):
            larger[:, :, 2 * i, 2 * j] = below[:, :, i, j]
    return convolve(torch.cat([skipped, larger], dim=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    for block in down:
        x = block(x)
        x = pool(x)
    x = bottom(x)
    for level in up:
        x = level(x, x)
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    with torch.no_grad():
        return net(images) > 0


# %% name="train"
pass
