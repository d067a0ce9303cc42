"""The networks, losses and loops that benchmarks/training.py compares.

A loop is made for a network, data, a batch and a device, and is then a function ``train(steps, loss)``.
"""

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader
from monai.losses import DiceLoss
from monai.networks.nets import BasicUNet
from monai.transforms import Compose, EnsureTyped

from mlcourse import ops
from mlcourse.nets import UNet
from mlcourse.phantoms import STRUCTURES, retina
from mlcourse.training import fit

RATE = 3e-3  # of Adam; fit's is the largest of its cycle
monai_dice = DiceLoss(sigmoid=True)


def patients(n, size, *seed):
    """Images, and masks of all vessels, thin and thick; float32 (n, 1, size, size)."""
    images, labels = retina(n, size=size, rng=np.random.default_rng(seed))
    vessels = [STRUCTURES.index(name) for name in ("thin vessel", "thick vessel")]
    return images, np.isin(labels, vessels).astype("float32")


def basic_unet():
    return BasicUNet(spatial_dims=2, in_channels=1, out_channels=1, features=(16, 32, 64, 128, 16, 16))


def our_unet():
    return UNet(width=16, depth=3)


def our_dice(logits, masks):
    """The course's, with MONAI's small number in the fraction: the two are equal."""
    return ops.dice_loss(ops.sigmoid(logits), masks, smooth=1e-5)


def monai_loop(net, images, masks, batch, device, workers=0):
    """A loop as MONAI's tutorials have it."""
    patients = [{"image": image, "label": mask} for image, mask in zip(images, masks, strict=True)]
    data = CacheDataset(patients, transform=Compose([EnsureTyped(keys=["image", "label"])]), progress=False)
    more = {"num_workers": workers, "persistent_workers": True, "pin_memory": device == "cuda"} if workers else {}
    loader = DataLoader(data, batch_size=batch, shuffle=True, **more)
    net.to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE)

    def train(steps, loss):
        step = 0
        while step < steps:
            net.train()
            epoch_loss = 0.0
            for batch_data in loader:
                inputs, labels = batch_data["image"].to(device), batch_data["label"].to(device)
                optimizer.zero_grad()
                value = loss(net(inputs), labels)
                value.backward()
                optimizer.step()
                epoch_loss += value.item()
                step += 1
                if step == steps:
                    break

    return train


def tensor_loop(net, images, masks, batch, device, layout=torch.contiguous_format, fused=None):
    """The same on tensors that are in memory."""
    images, masks = (torch.as_tensor(a).to(device) for a in (images, masks))
    net.to(device, memory_format=layout)
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE, fused=fused)

    def train(steps, loss):
        step = 0
        while step < steps:
            net.train()
            epoch_loss = 0.0
            for chosen in torch.randperm(len(images), device=device).split(batch):
                inputs, labels = images[chosen].contiguous(memory_format=layout), masks[chosen]
                optimizer.zero_grad()
                value = loss(net(inputs), labels)
                value.backward()
                optimizer.step()
                epoch_loss += value.item()
                step += 1
                if step == steps:
                    break

    return train


def fit_loop(net, images, masks, batch, device, **options):
    """`mlcourse.training.fit`."""
    options |= {"batch": batch, "rate": RATE, "device": device, "progress": False}
    return lambda steps, loss: fit(net, loss, images, masks, steps=steps, **options)


# Name of each way -> network, loop, options of the loop, loss
WAYS = {
    "monai": (basic_unet, monai_loop, {}, monai_dice),
    "our_net": (our_unet, monai_loop, {}, monai_dice),
    "no_loader": (our_unet, tensor_loop, {}, monai_dice),
    "channels_last": (our_unet, tensor_loop, {"layout": torch.channels_last}, monai_dice),
    "fit": (our_unet, fit_loop, {}, monai_dice),
    "ours": (our_unet, fit_loop, {}, our_dice),
    "same_net_no_loader": (basic_unet, tensor_loop, {}, monai_dice),
    "same_net_fit": (basic_unet, fit_loop, {}, monai_dice),
    "fused_adam": (our_unet, tensor_loop, {"layout": torch.channels_last, "fused": True}, monai_dice),
    "monai_workers": (basic_unet, monai_loop, {"workers": 2}, monai_dice),
    "ours_bfloat16": (our_unet, fit_loop, {"mixed_precision": True}, our_dice),
}


def prepared(name, images, masks, batch, device):
    """A fresh network of a way, its loop, and its loss."""
    new, loop, options, loss = WAYS[name]
    net = new()
    return net, loop(net, images, masks, batch, device, **options), loss
