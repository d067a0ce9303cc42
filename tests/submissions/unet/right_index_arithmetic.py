# The formula of the text as an index; a DataLoader; patients turned over at random; a rate that falls.
# %% name="as_mask"
def as_mask(stored):
    masks = torch.zeros(stored.shape, dtype=torch.float32, device=stored.device)
    masks[stored > 127] = 1
    return masks


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    losses = []
    for x, t in zip(logits, masks):
        p = 1 / (1 + torch.exp(-x))
        losses.append(1 - (2 * torch.sum(p * t) + smooth) / (torch.sum(p) + torch.sum(t) + smooth))
    return torch.stack(losses).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    (h, w), (H, W) = below.shape[2:], skipped.shape[2:]
    rows = torch.arange(H, device=below.device) * h // H
    columns = torch.arange(W, device=below.device) * w // W
    larger = below.index_select(2, rows).index_select(3, columns)
    joined = torch.empty((len(below), skipped.shape[1] + below.shape[1], H, W), dtype=below.dtype, device=below.device)
    joined[:, : skipped.shape[1]] = skipped
    joined[:, skipped.shape[1] :] = larger
    return convolve(joined)


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    seen = [x]
    for block in down:
        seen.append(block(seen[-1]))
        seen.append(pool(seen[-1]))
    x = bottom(seen[-1])
    for number, level in enumerate(up, start=1):
        x = level(x, seen[-2 * number])
    return head(x)


# %% name="predict"
def predict(net, images):
    net.train(False)
    with torch.no_grad():
        masks = [net(image[None]) >= 1e-9 for image in images]
    return torch.cat(masks)


# %% name="train"
from torch.utils.data import DataLoader, TensorDataset

both = TensorDataset(torch.tensor(images), as_mask(torch.tensor(stored)))
optimiser = torch.optim.Adam(net.parameters(), lr=0.02, betas=(0.9, 0.99))
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.02, total_steps=112)
for epoch in range(7):
    for image, mask in DataLoader(both, batch_size=8, shuffle=True):
        if torch.rand(()) < 0.5:
            image, mask = image.flip(3), mask.flip(3)
        optimiser.zero_grad()
        dice_loss(net(image.to(device)), mask.to(device)).backward()
        optimiser.step()
        schedule.step()
