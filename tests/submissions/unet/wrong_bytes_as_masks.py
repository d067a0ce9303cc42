# All functions are right; the training takes the masks as they are stored.
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
    larger = nn.functional.interpolate(below, size=skipped.shape[2:])
    return convolve(torch.cat([skipped, larger], dim=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = []
    for block in down:
        x = block(x)
        skips.append(x)
        x = pool(x)
    x = bottom(x)
    for level in up:
        x = level(x, skips.pop())
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    with torch.no_grad():
        return net(images) > 0


# %% name="train"
x, t = torch.tensor(images).to(device), torch.tensor(stored).float().to(device)
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
net.train()
for step in range(60):
    at = torch.randint(128, (8,))
    loss = dice_loss(net(x[at]), t[at])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
