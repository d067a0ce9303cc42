# Warnings from every function, a progress bar to stderr, and a line for every step.
# %% name="as_mask"
import sys
import warnings


def as_mask(stored):
    warnings.warn("masks are bytes", stacklevel=1)
    return stored.type(torch.float32).clamp(max=1)


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    print("logits from", logits.min().item(), "to", logits.max().item(), file=sys.stderr)
    p = logits.sigmoid()
    dims = tuple(range(2, logits.ndim))
    top = 2 * (p * masks).sum(dims) + smooth
    return ((p + masks).sum(dims) + smooth - top).div((p + masks).sum(dims) + smooth).mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    assert below.ndim == skipped.ndim == 4
    warnings.warn("upsampling", DeprecationWarning, stacklevel=1)
    return convolve(torch.cat([skipped, nn.UpsamplingNearest2d(size=skipped.shape[2:])(below)], dim=1))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    print("x", tuple(x.shape))
    skips = []
    for d in down:
        skips.append(d(x))
        x = pool(skips[-1])
    x = bottom(x)
    for u in up:
        print("up", tuple(x.shape), tuple(skips[-1].shape))
        x = u(x, skips[-1])
        del skips[-1]
    return head(x)


# %% name="predict"
def predict(net, images):
    net.eval()
    warnings.warn("now predicting", stacklevel=1)
    return torch.as_tensor(net(images).detach() > 0, dtype=torch.bool)


# %% name="train"
from tqdm import trange

X, T = torch.tensor(images).to(device), as_mask(torch.tensor(stored)).to(device)
optimizer = torch.optim.Adam(net.parameters(), 1e-2)
bar = trange(100)
for step in bar:
    index = torch.randint(0, 128, (8,))
    optimizer.zero_grad()
    loss = dice_loss(net(X[index]), T[index])
    loss.backward()
    optimizer.step()
    bar.set_postfix(loss=loss.item())
    print(f"step {step}, loss {loss.item()}", flush=True)
sys.stderr.write("trained\n")
