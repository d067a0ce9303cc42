"""The exercise `shapes`: what can be said of a network before it runs, and its weights carried from Keras to torch.

One file a function: a misconception may use ``right``, which is another function in each.
"""

from mlcourse.check.shapes.keras_to_torch import keras_to_torch
from mlcourse.check.shapes.output_size import output_size
from mlcourse.check.shapes.parameter_count import parameter_count
from mlcourse.check.shapes.receptive_field import receptive_field

__all__ = ["keras_to_torch", "output_size", "parameter_count", "receptive_field"]
