# Everything a module: modules in place of functions, and a loss with weights in a class of its own.
# %% name="as_mask"
class AsMask(nn.Module):
    def forward(self, stored):
        return torch.where(stored > 0, 1.0, 0.0)


as_mask = AsMask()


# %% name="dice_loss"
class DiceLoss(nn.Module):
    def forward(self, logits, masks, *, smooth=1.0):
        p = torch.sigmoid(logits)
        inter = torch.einsum("nchw,nchw->nc", p, masks)
        return 1 - ((2 * inter + smooth) / (torch.einsum("nchw->nc", p + masks) + smooth)).mean()


dice_loss = DiceLoss()


# %% name="up_level"
class UpLevel(nn.Module):
    def forward(self, below, skipped, convolve):
        self.larger = nn.Upsample(size=skipped.shape[2:], mode="nearest")
        return convolve(torch.cat([skipped, self.larger(below)], 1))


up_level = UpLevel()


# %% name="unet_forward"
class Forward(nn.Module):
    def forward(self, x, down, pool, bottom, up, head):
        stack = []
        for block in down:
            stack.insert(0, block(x))
            x = pool(stack[0])
        x = bottom(x)
        for level, skipped in zip(up, stack, strict=True):
            x = level(below=x, skipped=skipped)
        return head(x)


unet_forward = Forward()


# %% name="predict"
class Predictor(nn.Module):
    def forward(self, net, images):
        was = net.training
        net.eval()
        try:
            with torch.no_grad():
                return torch.gt(net(images), 0)
        finally:
            net.train(was)


predict = Predictor()


# %% name="train"
class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.cross_entropy = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0, device=device))

    def forward(self, logits, masks):
        return self.cross_entropy(logits, masks) + dice_loss(logits, masks)


criterion = Both()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01, foreach=False)
for step in range(100):
    chosen = torch.randperm(len(images))[:8]
    loss = criterion(net(torch.tensor(images[chosen]).to(device)), as_mask(torch.tensor(stored[chosen]).to(device)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
