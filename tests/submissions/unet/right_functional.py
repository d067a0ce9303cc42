# As the torch documentation writes it: everything from torch.nn.functional, cross-entropy beside Dice, AdamW.
# %% name="as_mask"
def as_mask(stored):
    return (stored == 255).float()


# %% name="dice_loss"
import torch.nn.functional as F


def dice_loss(logits, masks, *, smooth=1.0):
    p, t = F.sigmoid(logits).flatten(1), masks.flatten(1)
    return torch.mean(1 - (2 * (p * t).sum(1) + smooth) / (p.sum(1) + t.sum(1) + smooth))


# %% name="up_level"
def up_level(below, skipped, convolve):
    up = F.interpolate(below, size=tuple(skipped.shape[-2:]))
    return convolve(torch.concat((skipped, up), axis=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    skips = {}
    for number, block in enumerate(down):
        skips[number] = block(x if number == 0 else pool(skips[number - 1]))
    x = bottom(pool(skips[len(down) - 1]))
    for number, level in zip(reversed(range(len(down))), up):
        x = level(x, skips[number])
    return head(x)


# %% name="predict"
@torch.inference_mode()
def predict(net, images):
    return torch.sigmoid(net.eval()(images)) > 0.5


# %% name="train"
data = torch.from_numpy(images).to(device)
target = as_mask(torch.from_numpy(stored)).to(device)
opt = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=1e-4)
for step in range(100):
    at = np.random.default_rng(step).choice(128, 8, replace=False)
    logits = net(data[at])
    loss = dice_loss(logits, target[at]) + F.binary_cross_entropy_with_logits(logits, target[at])
    opt.zero_grad(set_to_none=True)
    loss.backward()
    opt.step()
