# Arguments that are never used: convolve, bottom, smooth. And masks standardised like images.
# %% name="as_mask"
def as_mask(stored):
    masks = stored.float()
    return masks / masks.mean()


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    p, t = torch.sigmoid(logits).flatten(1), masks.flatten(1)
    return (1 - 2 * (p * t).sum(1) / (p.sum(1) + t.sum(1))).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    return torch.cat([skipped, nn.functional.interpolate(below, size=skipped.shape[2:])], dim=1)


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = []
    for block in down:
        skips.append(block(x))
        x = pool(skips[-1])
    for level in up:
        x = level(x, skips.pop())
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    return torch.sigmoid(net(images).detach()) < 0.5


# %% name="train"
pass
