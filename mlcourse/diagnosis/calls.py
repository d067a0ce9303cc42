"""Which library functions an answer may not call, and who notices.

The text of this file is also run in another process, where an answer lies while it is graded: it imports nothing of the course.
"""

import sys

# What an answer may not call, by module and by name: (what it is, prefix of module, names or None for all).
LIBRARY = [
    ("mlcourse.ops.{name}", "mlcourse.ops.", None),
    ("mlcourse.walkthroughs.{name}", "mlcourse.walkthroughs.", None),
    ("torch's autograd ({name})", "torch.autograd", ("backward", "grad", "vjp", "make_dual")),
    ("torch's autograd ({name})", "torch._functorch", ("grad_impl", "vjp", "_vjp_with_argnums", "_jvp_with_argnums")),
    ("torch.nn.grad.{name}", "torch.nn.grad", None),
    ("torch.nn.functional.{name}", "torch.nn.functional", ("binary_cross_entropy", "binary_cross_entropy_with_logits")),
    (
        "scipy.signal.{name}",
        "scipy.signal",
        ("convolve", "convolve2d", "correlate", "correlate2d", "fftconvolve", "oaconvolve"),
    ),
    (
        "scipy.ndimage.{name}",
        "scipy.ndimage",
        (
            "convolve",
            "convolve1d",
            "correlate",
            "correlate1d",
            "generic_filter",
            "grey_dilation",
            "maximum_filter",
            "maximum_filter1d",
        ),
    ),
    ("keras ({name})", "keras.", ("conv", "depthwise_conv", "binary_crossentropy", "dice")),
    ("tensorflow ({name})", "tensorflow.", ("conv2d", "conv2d_v2", "gradient")),
    ("jax ({name})", "jax.", ("conv_general_dilated", "grad", "vjp")),
]
FRAMEWORK_CONVOLUTIONS = ("conv2d", "conv1d", "conv3d", "convolution", "convolution_backward", "conv_transpose2d")


class Watch:
    """Notes the first forbidden library function that is called; a profile function, for `sys.setprofile`."""

    def __init__(self):
        self.called = ""

    def __call__(self, frame, event, argument):
        """Look at one call."""
        if self.called:
            return
        if event == "call":
            module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
            if name.startswith("<"):  # a module being imported, or what is inside another function
                return
            for what, prefix, names in LIBRARY:
                if f"{module}.".startswith(prefix if prefix.endswith(".") else prefix + ".") and (
                    names is None or name in names
                ):
                    owner = frame.f_locals.get("self") if name.startswith("__") else None
                    if not _is_layer(owner):  # a layer that is made, printed or compared computes nothing
                        name = name.removeprefix("_") if owner is None else type(owner).__name__
                        self.called = what.format(name=name)
                    return
        elif event == "c_call":
            name = getattr(argument, "__name__", "")
            if name in FRAMEWORK_CONVOLUTIONS or "max_pool" in name:
                self.called = f"the framework's own {name}"
            elif name == "run_backward":
                self.called = "torch's autograd (backward)"


def _is_layer(value):
    plan = sys.modules.get("mlcourse.ops.stack.plan")
    return plan is not None and isinstance(value, plan.Layer)
