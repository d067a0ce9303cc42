# Down and up as one recursion; loops over pixels in the level; SGD with momentum and clipped gradients.
# %% name="as_mask"
def as_mask(stored):
    return stored.bool().to(dtype=torch.float32)


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    p = 0.5 * (1 + torch.tanh(logits / 2))
    fn, fp, tp = (a.sum((1, 2, 3)) for a in ((1 - p) * masks, p * (1 - masks), p * masks))
    return ((fp + fn) / (2 * tp + fp + fn + smooth)).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    n, c, h, w = below.shape
    H, W = skipped.shape[2:]
    rows = torch.stack([below[:, :, i * h // H] for i in range(H)], dim=2)
    larger = torch.stack([rows[:, :, :, j * w // W] for j in range(W)], dim=3)
    return convolve(torch.cat([skipped, larger], dim=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    def inner(x, down, up):
        if len(down) == 0:
            return bottom(x)
        first, *rest = down
        *lower, last = up
        seen = first(x)
        return last(inner(pool(seen), rest, lower), seen)

    return head(inner(x, list(down), list(up)))


# %% name="predict"
def predict(net, images):
    for module in net.modules():
        module.training = False
    return net(images).detach().sign() == 1


# %% name="train"
x, t = torch.tensor(images, device=device), as_mask(torch.tensor(stored, device=device))
sgd = torch.optim.SGD(net.parameters(), lr=0.3, momentum=0.9, nesterov=True)
for step in range(110):
    at = torch.arange(8 * step, 8 * step + 8) % 128
    loss = dice_loss(net(x[at]), t[at])
    net.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    sgd.step()
