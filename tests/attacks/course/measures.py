"""Lies beside the notebook of the small assignment; its tests import it."""


def is_sorted(values):
    return all(a <= b for a, b in zip(values, list(values)[1:], strict=False))


def same_items(values, others):
    return sorted(values) == sorted(others)
