"""Tensors of the files, activations, and what the steps of all layouts share.

A step is a function of x and the list of states; it returns the output, the new states, and every value by name. Its
attribute `sizes` holds the sizes of its states.
"""

import numpy as np


# ---------------------------------------------------------------- tensors
def hash_values(seed, count, scale):
    """Return the values of a hashed tensor (rule: SCHEMA.md), one by one in whole numbers of any length."""
    mask = (1 << 64) - 1
    values = np.empty(count)
    for k in range(count):
        z = ((seed << 32) + k + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        values[k] = ((z >> 40) - 8388608) / 8388608 * scale
    return values


def tensor(stored, dtype):
    """Return a tensor of a file, rounded to its dtype and held in float64; a sampled one as it is."""
    if "indices" in stored:
        return stored
    if "hash" in stored:
        values = hash_values(stored["hash"]["seed"], int(np.prod(stored["shape"])), stored["hash"]["scale"])
    else:
        values = np.array(stored["data"], dtype=np.float64)
        if "tile" in stored:
            values = np.tile(values, stored["tile"])
    if dtype == "float32":
        values = values.astype(np.float32).astype(np.float64)
    return values.reshape(stored["shape"])


# ---------------------------------------------------------------- names
def sub(tensors, prefix):
    """Return the tensors under a prefix, without it."""
    return {key[len(prefix) :]: item for key, item in tensors.items() if key.startswith(prefix)}


def under(prefix, values):
    """Put a prefix before every name."""
    return {prefix + key: item for key, item in (values or {}).items()}


def blocks(sums, order):
    """Return the sums of the gates that stand side by side, as pre_ and the gate's letter."""
    return {f"pre_{gate}": block for gate, block in split(sums, order).items()}


def split(sums, order):
    """Return the blocks of the gates by letter."""
    u = sums.shape[1] // len(order)
    return {gate: sums[:, index * u : (index + 1) * u] for index, gate in enumerate(order)}


# ---------------------------------------------------------------- activations
def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x):
    """Return exp(x) / sum(exp(x)) along the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


ACTIVATIONS = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "softmax": softmax,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
}


# ---------------------------------------------------------------- steps
def stacked(steps):
    """Return the step of several cells, one after the other."""

    def step(x, states):
        new, first, values = [], 0, {}
        for index, inner in enumerate(steps):
            x, own, inner_values = inner(x, states[first : first + len(inner.sizes)])
            first += len(inner.sizes)
            new += own
            values.update(under(f"{index}/", inner_values))
        return x, new, values

    step.sizes = [size for inner in steps for size in inner.sizes]
    return step


def zeros(step, samples):
    """Return the states before the first step, where none are given."""
    return [np.zeros((samples, size)) for size in step.sizes]


def collect(series, values):
    """Append the values of a step to the series by name."""
    for name, value in values.items():
        series.setdefault(name, []).append(value)


def sequences(series):
    """Return the series as arrays [N, T, u]."""
    return {name: np.stack(values, 1) for name, values in series.items()}


def run_steps(step, x, states, lengths=None, reverse=False):
    """Return outputs in the order of time, last states, and the values in the order of reading.

    Beyond a sample's length outputs are zero and its states stay.
    """
    N, T, _ = x.shape
    lengths = np.array(lengths) if lengths is not None else np.full(N, T)
    outputs, series = [None] * T, {}
    for t in range(T - 1, -1, -1) if reverse else range(T):
        output, new, values = step(x[:, t], states)
        inside = (t < lengths)[:, None]
        outputs[t] = np.where(inside, output, 0)
        states = [np.where(inside, after, before) for after, before in zip(new, states)]
        collect(series, values)
    return np.stack(outputs, 1), states, sequences(series)
