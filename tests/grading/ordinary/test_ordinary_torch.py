"""Ordinary test cells with tensors and models; see `test_ordinary`."""

import pytest

pytest.importorskip("torch")

from notebooks import entry
from ordinary_models import ENTRIES as MODELS
from ordinary_torch import ENTRIES as TENSORS
from test_ordinary import holds

TABLE = TENSORS | MODELS


@pytest.mark.parametrize("kind", TABLE)
def test_an_ordinary_test_with_torch_works_unchanged(kind):
    holds(entry(TABLE[kind], kind))
