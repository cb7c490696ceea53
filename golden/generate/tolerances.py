"""How closely a case must be met. A tolerance is never widened for this project's sake."""

import numpy as np
from common import leaves, round_up

# Of cases that were computed in double precision alone, with short sums.
SHORT_SUMS = {
    "abs": 1e-12,
    "rel": 1e-11,
    "grad_abs": 1e-12,
    "grad_rel": 1e-11,
    "reason": "double precision; sums of some ten products",
}


def largest_difference(first, second):
    """Return the largest |difference| of two trees of arrays."""
    pairs = [(a, b) for a, b in zip(leaves(first), leaves(second), strict=True) if a.size]
    return max([float(np.max(np.abs(a - b))) for a, b in pairs] or [0.0])


def largest_magnitude(tree):
    """Return the largest |number| of a tree of arrays."""
    return max([float(np.max(np.abs(leaf))) for leaf in leaves(tree) if leaf.size] or [0.0])


def tolerance(dtype, values, double_values=None, gradients=None, double_gradients=None):
    """Return the tolerance of a case.

    float64: fixed and tight. float32: eight times the distance between the framework's float32 run and its float64 run
    of the same numbers (at least 1e-6).
    """
    if dtype == "float64":
        limits = {"abs": round_up(1e-12 * max(1.0, largest_magnitude(values))), "rel": 1e-11}
        if gradients is not None:
            limits["grad_abs"] = round_up(1e-12 * max(1.0, largest_magnitude(gradients)))
            limits["grad_rel"] = 1e-10
        return limits
    limits = {"abs": 1e-6, "rel": 1e-5}
    if double_values is not None:
        limits["abs"] = round_up(max(1e-6, 8 * largest_difference(values, double_values)))
    if gradients is not None:
        absolute = 1e-6 * max(1.0, largest_magnitude(gradients))
        if double_gradients is not None:
            absolute = max(absolute, 8 * largest_difference(gradients, double_gradients))
        limits["grad_abs"] = round_up(absolute)
        limits["grad_rel"] = 1e-4
    return limits
