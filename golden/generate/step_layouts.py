"""From weights by gate to the tensors of a framework, and from states by cell to those of a case."""

import numpy as np
from step_formulas import GATES, Cell


def columns(by_gate, order):
    """Put the blocks of the gates side by side."""
    return np.concatenate([by_gate[gate] for gate in order], -1)


def rows(by_gate, order):
    """Put the transposed blocks of the gates one below the other."""
    return np.concatenate([by_gate[gate].T for gate in order], 0)


# ---------------------------------------------------------------- weights
def pack_keras(cell, weights):
    """Return Keras' tensors."""
    order = GATES[cell.kind]
    bias = columns(weights["b"], order)
    return {
        "kernel": columns(weights["K"], order),
        "recurrent_kernel": columns(weights["R"], order),
        "bias": np.stack([bias, columns(weights["s"], order)]) if "s" in weights else bias,
    }


def pack_tf1(cell, weights):
    """Return TensorFlow 1's tensors."""

    def kernel(order):
        return np.concatenate([columns(weights["K"], order), columns(weights["R"], order)], 0)

    if cell.kind == "gru":
        gates = {"gates/kernel": kernel("rz"), "gates/bias": columns(weights["b"], "rz")}
        return {**gates, "candidate/kernel": kernel("g"), "candidate/bias": weights["b"]["g"]}
    order = "igfo" if cell.kind == "lstm" else "h"
    tensors = {"kernel": kernel(order), "bias": columns(weights["b"], order)}
    if "p" in weights:
        tensors.update({f"w_{gate}_diag": weights["p"][gate] for gate in "ifo"})
    return tensors


def pack_rows(cell, weights, names):
    """Return the four tensors of PyTorch and MXNet."""
    order = "rzg" if cell.kind == "gru" else GATES[cell.kind]
    products = rows(weights["K"], order), rows(weights["R"], order)
    return dict(zip(names, (*products, columns(weights["b"], order), columns(weights["s"], order)), strict=True))


def pack_torch(cell, weights):
    """Return PyTorch's tensors."""
    return pack_rows(cell, weights, ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))


def pack_mxnet(cell, weights):
    """Return MXNet's tensors."""
    return pack_rows(cell, weights, ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"))


def pack_onnx(cell, weights):
    """Return ONNX' tensors of one direction."""
    order = "iofg" if cell.kind == "lstm" else GATES[cell.kind]
    biases = np.concatenate([columns(weights["b"], order), columns(weights["s"], order)])
    tensors = {"W": rows(weights["K"], order), "R": rows(weights["R"], order), "B": biases}
    if "p" in weights:
        tensors["P"] = columns(weights["p"], "iof")
    return tensors


PACK = {
    "keras": pack_keras,
    "tensorflow1": pack_tf1,
    "pytorch": pack_torch,
    "mxnet": pack_mxnet,
    "onnx": pack_onnx,
}


def packed(layout, places, cells, weights):
    """Return all weights of a network (or their gradients) under the names of the case.

    places: how the case names each cell's weights, * for the name within the cell; weights: K, R, b, s, p of each cell.
    """
    tensors = {}
    for place, cell, own in zip(places, cells, weights):
        for name, array in PACK[layout](cell, own).items():
            if layout == "onnx":
                tensors.setdefault(name, []).append(array)
            else:
                tensors[place.replace("*", name)] = array
    return {name: np.stack(arrays) for name, arrays in tensors.items()} if layout == "onnx" else tensors


def unpack_mxnet(kind, tensors, place, order=None):
    """Return the cell with MXNet's tensors."""
    order = order or ("rzg" if kind == "gru" else GATES[kind])
    names = ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")
    parts = [np.asarray(tensors[place.replace("*", name)]) for name in names]
    u = parts[1].shape[1]
    blocks = [{gate: part[j * u : (j + 1) * u].T for j, gate in enumerate(order)} for part in parts]
    return Cell(kind, *blocks)


# ---------------------------------------------------------------- states
def arranged(style, states, suffix=""):
    """Return states (one dictionary for each cell) under the names of the case.

    style: `single`, `stacked` (with an axis for layers and directions), `list` (h, c of each cell), `list c h`, `none`.
    """
    if style == "none":
        return {}
    if style == "single":
        return {name + suffix: array for name, array in states[0].items()}
    if style == "stacked":
        return {name + suffix: np.stack([state[name] for state in states]) for name in states[0]}
    names = "ch" if style == "list c h" else "hc"
    flat = [state[name] for state in states for name in names if name in state]
    return {"initial_states" if suffix else "states": flat}


def disarranged(style, values, cells, samples, suffix=""):
    """Return the states of a case as one dictionary for each cell, zeros where the case gives none."""
    zeros = [{name: np.zeros((samples, cell.units)) for name in cell.states()} for cell in cells]
    if style == "list":
        key = "initial_states" if suffix else "states"
        flat = iter(values.get(key, [array for state in zeros for array in state.values()]))
        return [{name: next(flat) for name in cell.states()} for cell in cells]
    result = []
    for index, zero in enumerate(zeros):
        given = {name: values[name + suffix] for name in zero if name + suffix in values}
        own = {name: array if style == "single" else array[index] for name, array in given.items()}
        result.append({**zero, **own})
    return result
