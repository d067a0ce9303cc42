# Adds where it should join, scales masks as if they were images, uses the sigmoid once too often, everywhere.
# %% name="as_mask"
def as_mask(stored):
    return stored.float() / 127.5 - 1


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    probabilities = torch.sigmoid(logits)

    def score(x, t):
        x = torch.sigmoid(x)  # to be sure
        return (2 * (x * t).sum() + smooth) / (x.sum() + t.sum() + smooth)

    return 1 - sum(score(x, t) for x, t in zip(probabilities, masks)) / len(masks)


# %% name="up_level"
def up_level(below, skipped, convolve):
    return convolve(skipped + nn.functional.interpolate(below, size=skipped.shape[2:]))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = []
    for block in down:
        x = pool(block(x))
        skips.append(x)
    x = bottom(x)
    for level in up:
        x = level(x, skips.pop())
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    probabilities = torch.sigmoid(net(images).detach())
    return torch.sigmoid(probabilities) >= 0.5


# %% name="train"
pass
