"""PyTorch's layers and cells, with gradients by autograd."""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch
from cell_specs import cell, spec
from command import generate
from common import Hashed, cut, draw, in_dtype, power_of_two, rng, shown, weight_scale
from tolerances import tolerance

torch.set_num_threads(1)
VERSION = "torch " + torch.__version__
GATE_ORDER = {
    "lstm": ["i", "f", "g", "o"],
    "gru": ["r", "z", "g"],
    "lstm_cell": ["i", "f", "g", "o"],
    "gru_cell": ["r", "z", "g"],
}
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def build(layer, config, features, dtype):
    """Build the module of a case."""
    options = {"bias": config.get("bias", True), "dtype": DTYPES[dtype]}
    if layer in ("rnn_cell", "simple_rnn"):
        options["nonlinearity"] = config.get("nonlinearity", "tanh")
    if not layer.endswith("_cell"):
        options["num_layers"] = config.get("num_layers", 1)
        options["bidirectional"] = config.get("bidirectional", False)
        options["batch_first"] = True
    if layer == "lstm":
        options["proj_size"] = config.get("proj_size", 0)
    modules = {
        "rnn_cell": torch.nn.RNNCell,
        "lstm_cell": torch.nn.LSTMCell,
        "gru_cell": torch.nn.GRUCell,
        "simple_rnn": torch.nn.RNN,
        "lstm": torch.nn.LSTM,
        "gru": torch.nn.GRU,
    }
    return modules[layer](features, config["units"], **options)


def explicit(layer, config):
    """Return the configuration with every default of the framework written out."""
    full = {"units": config["units"]}
    if layer in ("simple_rnn", "rnn_cell"):
        full["nonlinearity"] = config.get("nonlinearity", "tanh")
    full["bias"] = config.get("bias", True)
    if not layer.endswith("_cell"):
        full["num_layers"] = config.get("num_layers", 1)
        full["bidirectional"] = config.get("bidirectional", False)
    if layer == "lstm":
        full["proj_size"] = config.get("proj_size", 0)
    if layer in GATE_ORDER:
        full["gate_order"] = GATE_ORDER[layer]
    return full


def run_cell(layer, module, units, x, states):
    """Call a cell once for each step: outputs [N, T, u], last states, and c of every step."""
    zero = torch.zeros(x.shape[0], units, dtype=x.dtype)
    h, c = states.get("h0", zero), states.get("c0", zero)
    outputs, cells = [], []
    for t in range(x.shape[1]):
        if layer == "lstm_cell":
            h, c = module(x[:, t], (h, c))
            cells.append(c)
        else:
            h = module(x[:, t], h)
        outputs.append(h)
    return torch.stack(outputs, 1), {"h": h, "c": c} if cells else {"h": h}, cells


def run_layer(layer, module, x, states, lengths):
    """Call a layer once: outputs [N, T, directions * u] and last states; with lengths the sequences are packed."""
    start = None
    if states:
        start = (states["h0"], states["c0"]) if layer == "lstm" else states["h0"]
    data = x
    if lengths is not None:
        options = {"batch_first": True, "enforce_sorted": False}
        data = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), **options)
    outputs, last = module(data, start) if start is not None else module(data)
    if lengths is not None:
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
    return outputs, {"h": last[0], "c": last[1]} if layer == "lstm" else {"h": last}


def run(spec, dtype, weights, values):
    """Run a case in PyTorch.

    values: x, h0, c0, lengths, cotangents. Return what is expected, and the gradients (None without cotangents).
    """
    layer, config = spec["layer"], spec["config"]
    module = build(layer, config, spec["m"], dtype)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.tensor(weights[name], dtype=DTYPES[dtype]))

    def leaf(array):
        return torch.tensor(np.asarray(array), dtype=DTYPES[dtype], requires_grad=True)

    x = leaf(values["x"])
    states = {key: leaf(values[key]) for key in ("h0", "c0") if key in values}
    if layer.endswith("_cell"):
        outputs, last, cells = run_cell(layer, module, config["units"], x, states)
    else:
        outputs, last = run_layer(layer, module, x, states, values.get("lengths"))
    expected = {"outputs": outputs.detach().numpy(), **{key: state.detach().numpy() for key, state in last.items()}}
    if layer == "lstm_cell":
        expected["gates"] = {"c": torch.stack(cells, 1).detach().numpy(), "h": expected["outputs"]}
    if "cotangents" not in values:
        return expected, None
    cotangents = values["cotangents"]
    loss = (outputs * torch.tensor(cotangents["outputs"], dtype=DTYPES[dtype])).sum()
    for key in ("h", "c"):
        if key in cotangents:
            loss = loss + (last[key] * torch.tensor(cotangents[key], dtype=DTYPES[dtype])).sum()
    loss.backward()
    of_weights = {name: parameter.grad.numpy() for name, parameter in module.named_parameters()}
    of_inputs = {"x": x.grad.numpy(), **{key: state.grad.numpy() for key, state in states.items()}}
    return expected, {"weights": of_weights, "inputs": of_inputs}


def draw_inputs(spec, random, seed):
    """Return x, states and lengths of a case."""
    layer, config = spec["layer"], spec["config"]
    N, units = spec["N"], config["units"]
    sizes = (N, spec["T"], spec["m"])
    hashed = spec.get("hash", False)
    values = {"x": Hashed(sizes, seed + 100, 1.0) if hashed else draw(random, sizes, spec.get("x_scale", 1.0), 2)}
    if spec.get("h0"):
        directions = (2 if config.get("bidirectional") else 1) * config.get("num_layers", 1)
        lead = (N,) if layer.endswith("_cell") else (directions, N)
        scale = spec.get("s_scale", 0.8)
        values["h0"] = draw(random, (*lead, config.get("proj_size", 0) or units), scale, 2)
        if layer.startswith("lstm"):
            values["c0"] = draw(random, (*lead, units), scale, 2)
    if "lengths" in spec:
        values["lengths"] = spec["lengths"]
    return values


def draw_weights(spec, random, seed):
    """Return the weights of a case, in the order of the module's parameters."""
    weights = {}
    module = build(spec["layer"], spec["config"], spec["m"], "float32")
    for index, (name, parameter) in enumerate(module.named_parameters()):
        shape = tuple(parameter.shape)
        scale = spec.get("w_scale") or weight_scale(shape[1] if len(shape) > 1 else 4)
        hashed = spec.get("hash", False)
        weights[name] = Hashed(shape, seed + index, power_of_two(scale)) if hashed else draw(random, shape, scale)
    return weights


def draw_cotangents(spec, random, seed, expected):
    """Return cotangents of the shapes of the expected values."""
    shape = expected["outputs"].shape
    cotangents = {"outputs": Hashed(shape, seed + 200, 1.0) if spec.get("hash") else draw(random, shape, 1.0, 2)}
    if spec.get("state_cot"):
        for key in ("h", "c"):
            if key in expected:
                cotangents[key] = draw(random, expected[key].shape, 1.0, 2)
    return cotangents


def make_case(folder, spec):
    """Make a case of PyTorch by its specification."""
    name, dtype, layer = spec["name"], spec.get("dtype", "float64"), spec["layer"]
    random = rng(folder, name)
    seed = int(random.integers(1, 2**20))
    weights = draw_weights(spec, random, seed)
    values = draw_inputs(spec, random, seed)

    def run_in(computed):
        return run(spec, computed, in_dtype(weights, dtype, computed), in_dtype(values, dtype, computed, ("lengths",)))

    first, _ = run_in("float32")
    if spec.get("grads", True):
        values["cotangents"] = draw_cotangents(spec, random, seed, first)
    expected, gradients = run_in(dtype)
    double = run_in("float64") if dtype == "float32" else (None, None)

    inputs = {key: shown(values[key], dtype) for key in ("x", "h0", "c0") if key in values}
    if "lengths" in values:
        inputs["lengths"] = values["lengths"]
    packing = ", pack_padded_sequence/pad_packed_sequence" if "lengths" in values else ""
    case = {
        "name": name,
        "kind": "reference",
        "source": {
            "framework": "pytorch",
            "version": VERSION,
            "how": f"gen/gen_torch.py: torch.nn, batch_first=True{packing}; gradients by autograd",
        },
        "layout": "pytorch",
        "dtype": dtype,
        "layer": layer,
        "config": explicit(layer, spec["config"]),
        "weights": shown(weights, dtype),
        "inputs": inputs,
        "expected": cut(expected, spec.get("sample")),
        "tolerance": tolerance(dtype, expected, double[0], gradients, double[1]),
    }
    if "note" in spec:
        case["note"] = spec["note"]
    if gradients is not None:
        case["cotangents"] = shown(values["cotangents"], dtype)
        case["expected_gradients"] = cut(gradients, spec.get("sample"), 1000)
    return case


FAMILIES = {
    "torch": [
        spec("torch_rnn_tiny_f64", cell("simple_rnn", 3), (1, 3, 2)),
        spec("torch_rnn_relu_f64", cell("simple_rnn", 3, nonlinearity="relu"), (2, 4, 2), h0=True, state_cot=True),
        spec("torch_lstm_tiny_f64", cell("lstm", 3), (1, 3, 2), h0=True, state_cot=True),
        spec(
            "torch_lstm_bi2_f64", cell("lstm", 3, num_layers=2, bidirectional=True), (2, 4, 2), h0=True, state_cot=True
        ),
        spec("torch_lstm_proj_f64", cell("lstm", 4, proj_size=2), (2, 4, 3), h0=True, state_cot=True),
        spec("torch_lstm_f32", cell("lstm", 5), (2, 5, 4), dtype="float32"),
        spec("torch_gru_tiny_f64", cell("gru", 3), (1, 3, 2), h0=True, state_cot=True),
        spec("torch_gru_bi2_f64", cell("gru", 3, num_layers=2, bidirectional=True), (2, 4, 2)),
        spec(
            "torch_lstm_lengths_f64",
            cell("lstm", 3, bidirectional=True),
            (3, 5, 2),
            lengths=[5, 2, 3],
            state_cot=True,
            note="packed: outputs beyond the length are zero; the backward direction starts at each row's last step",
        ),
        spec("torch_lstm_cell_f64", cell("lstm_cell", 3), (2, 3, 2), h0=True, state_cot=True),
        spec("torch_gru_cell_f64", cell("gru_cell", 3), (2, 3, 2), h0=True),
        spec("torch_lstm_28x28_f32", cell("lstm", 64), (32, 28, 28), hash=True, sample=200, dtype="float32"),
    ],
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
