# Does not trust the given class: a network of its own, whose skips are caught by hooks.
# %% name="as_mask"
def as_mask(stored):
    return stored.float().div(255).round()


# %% name="dice_loss"
def dice_loss(logits, masks, *, smooth=1.0):
    p = torch.nn.functional.logsigmoid(logits).exp()
    score = (2 * (p * masks).mean((2, 3)) + smooth / logits[0, 0].numel()) / (
        (p + masks).mean((2, 3)) + smooth / logits[0, 0].numel()
    )
    return 1 - score.mean()


# %% name="up_level"
def up_level(below, skipped, convolve):
    H, W = skipped.shape[2:]
    larger = nn.functional.interpolate(below, (H, W), mode="nearest")
    return convolve(torch.column_stack([skipped, larger]))


# %% name="unet_forward"
def unet_forward(x, down, pool, bottom, up, head):
    from functools import reduce

    seen = reduce(lambda so_far, block: [*so_far, block(pool(so_far[-1]))], down[1:], [down[0](x)])
    lowest = bottom(pool(seen[-1]))
    return head(reduce(lambda below, pair: pair[0](below, pair[1]), zip(up, seen[::-1]), lowest))


# %% name="predict"
def predict(net, images):
    net.eval()
    with torch.set_grad_enabled(False):
        logits = net(images)
    return ~(logits <= 0)


# %% name="train"
class Hooked(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(Block(1, 8), nn.MaxPool2d(2), Block(8, 16), nn.MaxPool2d(2), Block(16, 32))
        self.decoder = nn.ModuleList([Block(48, 16), Block(24, 8)])
        self.last = nn.Conv2d(8, 1, 1)
        self.caught = {}
        for number in (0, 2):
            self.encoder[number].register_forward_hook(lambda m, i, o, number=number: self.caught.update({number: o}))

    def forward(self, x):
        x = self.encoder(x)
        for number, block in zip((2, 0), self.decoder):
            x = up_level(x, self.caught[number], block)
        return self.last(x)


torch.manual_seed(3)
net = Hooked().to(device, memory_format=torch.channels_last)
optimizer = torch.optim.NAdam(net.parameters(), lr=0.01)
everyone, masks = torch.tensor(images), as_mask(torch.tensor(stored))
for step, at in enumerate(torch.randperm(800).remainder(128).split(8)):
    loss = dice_loss(net(everyone[at].to(device)), masks[at].to(device))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
