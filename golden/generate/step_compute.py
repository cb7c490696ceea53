"""All numbers of a case of golden/steps by the formulas, and how two sets of numbers are compared."""

import numpy as np
from common import ROOT, rng
from step_formulas import Network
from step_layouts import arranged, packed

EXACT, SINGLE = 1e-13, 1e-6


class Pool:
    """Numbers of three decimals, no magnitude twice in a case."""

    def __init__(self, name):
        """Shuffle the magnitudes for a case."""
        self.random = rng("steps", name)
        self.left = list(self.random.permutation(np.arange(51, 951)))

    def __call__(self, *shape):
        """Draw an array."""
        count = int(np.prod(shape))
        magnitudes = np.array([self.left.pop() for _ in range(count)])
        return (magnitudes * self.random.choice([-1, 1], count) / 1000).reshape(shape)


class Spec:
    """What a case is: its layer, its network, and how the case names weights and states."""

    def __init__(self, name, chapter, layout, layer, config, layers, places, style, last_only=False):
        """Keep the parts.

        layers: a function from a pool to the layers of a Network; places and style: see step_layouts.
        """
        self.name, self.chapter, self.layout, self.layer, self.config = name, chapter, layout, layer, config
        self.layers, self.places, self.style, self.last_only = layers, places, style, last_only


def compute(spec, network, values):
    """Return what is expected, the gradients, the values of all steps and their gradients.

    values: x, states, cot (of the outputs), cot_states.
    """
    N, T, _ = values["x"].shape
    cotangent = values["cot"]
    if spec.last_only:
        earlier = np.zeros((N, T - 1, cotangent.shape[-1]))
        cotangent = np.concatenate([earlier, cotangent[:, None]], 1)
    sequence, last, gates, tape = network.forward(values["x"], values["states"])
    d_gates, dx, first, dW = network.backward(cotangent, values["cot_states"], tape)
    outputs = sequence[:, -1] if spec.last_only else sequence
    expected = {"outputs": outputs, **arranged(spec.style, last)}
    if spec.layer == "stack":
        expected["layer_outputs"] = [*tape[1][:-1], outputs]
    weights = packed(spec.layout, spec.places, network.cells, dW)
    gradients = {"weights": weights, "inputs": {"x": dx, **arranged(spec.style, first, "0")}}
    if spec.layout == "onnx":
        expected["outputs"] = onnx_outputs(outputs, len(network.cells))
        gradients["inputs"]["x"] = dx.transpose(1, 0, 2)
    return expected, gradients, gates, d_gates


def onnx_outputs(outputs, directions):
    """Return outputs [N, T, D * u] as ONNX has them: [T, D, N, u]."""
    N, T, _ = outputs.shape
    return outputs.reshape(N, T, directions, -1).transpose(1, 2, 0, 3)


def single(kind_name, cell, backwards=False):
    """Return a network of one cell."""
    return Network([[(kind_name, cell, backwards)]])


def difference(first, second):
    """Return the largest difference of two trees of tensors with the same keys."""
    if isinstance(first, dict):
        assert set(first) == set(second), (sorted(first), sorted(second))
        return max([difference(first[key], second[key]) for key in first] or [0.0])
    if isinstance(first, (list, tuple)):
        return max([difference(a, b) for a, b in zip(first, second, strict=True)] or [0.0])
    assert np.shape(first) == np.shape(second), (np.shape(first), np.shape(second))
    return float(np.max(np.abs(np.asarray(first, float) - np.asarray(second, float))))


def hold(what, limit, *pairs):
    """Return the largest difference of the pairs; it must not be above a limit."""
    worst = max(difference(first, second) for first, second in pairs)
    assert worst <= limit, f"{what}: differs by {worst:.1e}, more than {limit:.0e}"
    return worst


def reference_file(golden, name):
    """Return the path of a file of golden/reference: the one just made, or this repository's."""
    own = golden / "reference" / f"{name}.json"
    return own if own.exists() else ROOT / "reference" / f"{name}.json"
