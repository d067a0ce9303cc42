# An autoencoder: nothing goes across. The masks keep their 255, and there is no sigmoid. Its network does not even run.
# %% name="as_mask"
def as_mask(stored):
    return stored.float()


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    inter = (logits * masks).sum((1, 2, 3))
    return (1 - (2 * inter + smooth) / (logits.sum((1, 2, 3)) + masks.sum((1, 2, 3)) + smooth)).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    return convolve(nn.functional.interpolate(below, size=skipped.shape[2:]))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    shapes = []
    for block in down:
        x = block(x)
        shapes.append(torch.zeros_like(x))
        x = pool(x)
    x = bottom(x)
    for level in up:
        x = level(x, shapes.pop())
    return head(x)


# %% name="predict"
def predict(net, images):
    with torch.no_grad():
        return net(images) > 0


# %% name="train"
x, t = torch.tensor(images), as_mask(torch.tensor(stored))
optimizer = torch.optim.Adam(net.parameters(), 0.02)
for step in range(100):
    optimizer.zero_grad()
    dice_loss(net(x[:8]), t[:8]).backward()
    optimizer.step()
