"""Apache MXNet's symbolic cells (mx.rnn) and fused layers (mx.gluon.rnn): building and running them."""

import os
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import mxnet as mx
import numpy as np
from mxnet import autograd, gluon

VERSION = "mxnet " + mx.__version__
GATE_ORDER = {
    "lstm_cell": ["i", "f", "g", "o"],
    "gru_cell": ["r", "z", "g"],
    "lstm": ["i", "f", "g", "o"],
    "gru": ["r", "z", "g"],
    "bi_lstm_sort": ["i", "g", "f", "o"],
}
SINGLE_CELLS = ("rnn_cell", "lstm_cell", "gru_cell")
FUSED = {"simple_rnn": gluon.rnn.RNN, "lstm": gluon.rnn.LSTM, "gru": gluon.rnn.GRU}
# The outputs inside an unrolled cell, by the names of the case; %d is the step.
GATE_OUTPUTS = {
    "lstm_cell": {
        "i": "t%d_i_output",
        "f": "t%d_f_output",
        "g": "t%d_c_output",
        "o": "t%d_o_output",
        "c": "t%d_state_output",
        "h": "t%d_out_output",
    },
    "gru_cell": {
        "r": "t%d__r_act_output",
        "z": "t%d__z_act_output",
        "g": "t%d__h_act_output",
        "h": "t%d_out_output",
    },
    "rnn_cell": {"h": "t%d_out_output"},
}


def ndarray(array, dtype):
    """Return an array of MXNet."""
    return mx.nd.array(np.asarray(array), dtype=dtype)


def bind(symbol, arguments, dtype, differentiated):
    """Bind a symbol to its arguments; return the executor and the arrays that will hold the gradients."""
    arrays = {name: ndarray(array, dtype) for name, array in arguments.items()}
    gradients = {name: mx.nd.zeros(arrays[name].shape, dtype=dtype) for name in differentiated}
    requests = {name: "write" if name in differentiated else "null" for name in arrays}
    return symbol.bind(mx.cpu(), arrays, args_grad=gradients, grad_req=requests), gradients


# ---------------------------------------------------------------- symbolic cells
def state_count(layer):
    """Return how many states a cell has."""
    return 2 if layer == "lstm_cell" else 1


def build_cell(layer, config, prefix):
    """Build one symbolic cell."""
    units = config["units"]
    if layer == "rnn_cell":
        return mx.rnn.RNNCell(units, activation=config.get("activation", "tanh"), prefix=prefix)
    if layer == "lstm_cell":
        return mx.rnn.LSTMCell(units, prefix=prefix, forget_bias=config.get("forget_bias", 1.0))
    return mx.rnn.GRUCell(units, prefix=prefix)


def unroll(spec):
    """Return the symbols of the outputs and of the last states, and the size of every state."""
    layer, config = spec["layer"], spec["config"]
    if layer == "bidirectional_cell":
        parts = [config["forward"], config["backward"]]
        cell = mx.rnn.BidirectionalCell(
            build_cell(parts[0]["layer"], parts[0]["config"], "l_"),
            build_cell(parts[1]["layer"], parts[1]["config"], "r_"),
        )
    elif layer == "sequential_cell":
        parts = config["cells"]
        cell = mx.rnn.SequentialRNNCell()
        for index, part in enumerate(parts):
            cell.add(build_cell(part["layer"], part["config"], f"c{index}_"))
    else:
        parts = [spec]
        cell = build_cell(layer, config, "")
    sizes = [part["config"]["units"] for part in parts for _ in range(state_count(part["layer"]))]
    begin = [mx.sym.Variable(f"state{index}") for index in range(len(sizes))]
    options = {"begin_state": begin, "layout": "NTC", "merge_outputs": True}
    outputs, states = cell.unroll(spec["T"], mx.sym.Variable("data"), **options)
    flat_states = []
    for state in states:
        flat_states += state if isinstance(state, (list, tuple)) else [state]
    return outputs, flat_states, sizes


def case_name(argument):
    """Return the name in the case of an argument of an unrolled cell."""
    for own, prefix in (("l_", "forward/"), ("r_", "backward/")):
        if argument.startswith(own):
            return prefix + argument[2:]
    if argument[0] == "c" and argument[1].isdigit():
        return argument[1] + "/" + argument[3:]
    return argument


def gates_of(layer, group, arguments, dtype, steps):
    """Return gates and states of every step, [N, T, u] each, from the outputs inside the unrolled cell."""
    inner, patterns = group.get_internals(), GATE_OUTPUTS[layer]
    places = [(gate, t) for gate in patterns for t in range(steps)]
    symbols = mx.sym.Group([inner[patterns[gate] % t] for gate, t in places])
    used = symbols.list_arguments()
    executor, _ = bind(symbols, {name: array for name, array in arguments.items() if name in used}, dtype, [])
    values = dict(zip(places, [array.asnumpy() for array in executor.forward(is_train=False)]))
    return {gate: np.stack([values[gate, t] for t in range(steps)], 1) for gate in patterns}


def run_cell(spec, dtype, weights, values):
    """Run an unrolled cell; values: x, states (flat), given (whether the case gives them), cotangents."""
    outputs, last, sizes = unroll(spec)
    group = mx.sym.Group([outputs, *last])
    states = [f"state{index}" for index in range(len(sizes))]
    arguments = {"data": values["x"], **dict(zip(states, values["states"]))}
    names = [name for name in group.list_arguments() if name not in arguments]
    arguments.update({name: weights[case_name(name)] for name in names})
    executor, gradients = bind(group, arguments, dtype, [*names, "data", *states])
    computed = [array.asnumpy() for array in executor.forward(is_train=True)]
    expected = {"outputs": computed[0]}
    single = spec["layer"] in SINGLE_CELLS
    if single:
        expected.update(zip("hc", computed[1:]))
    else:
        expected["states"] = computed[1:]
    if spec.get("gates") and single:
        expected["gates"] = gates_of(spec["layer"], group, arguments, dtype, spec["T"])
        assert np.max(np.abs(expected["gates"]["h"] - expected["outputs"])) < 1e-6
    if "cotangents" not in values:
        return expected, None
    cotangents = values["cotangents"]
    heads = [ndarray(cotangents["outputs"], dtype)]
    for index, state in enumerate(computed[1:]):
        given = "states" in cotangents
        heads.append(ndarray(cotangents["states"][index], dtype) if given else mx.nd.zeros(state.shape, dtype=dtype))
    executor.backward(heads)
    of_inputs = {"x": gradients["data"].asnumpy()}
    of_states = [gradients[name].asnumpy() for name in states]
    if values["given"]:
        of_inputs.update(zip(("h0", "c0"), of_states) if single else {"initial_states": of_states})
    return expected, {"weights": {case_name(name): gradients[name].asnumpy() for name in names}, "inputs": of_inputs}


# ---------------------------------------------------------------- fused layers
def build_fused(spec, **options):
    """Build a fused layer."""
    config = spec["config"]
    options["num_layers"] = config.get("num_layers", 1)
    options["bidirectional"] = config.get("bidirectional", False)
    return FUSED[spec["layer"]](config["units"], input_size=spec["m"], prefix="p_", **options)


def run_fused(spec, dtype, weights, values):
    """Run a fused layer; values as for a cell."""
    options = {"layout": "NTC", "dtype": dtype}
    if spec["layer"] == "simple_rnn":
        options["activation"] = spec["config"].get("activation", "tanh")
    layer = build_fused(spec, **options)
    layer.initialize()
    parameters = {name[2:]: parameter for name, parameter in layer.collect_params().items()}
    for name, parameter in parameters.items():
        parameter.set_data(ndarray(weights[name], dtype))
    x = ndarray(values["x"], dtype)
    states = [ndarray(state, dtype) for state in values["states"]]
    for array in [x, *states]:
        array.attach_grad()
    cotangents = values.get("cotangents")
    with autograd.record():
        outputs, last = layer(x, states)
        loss = None
        if cotangents is not None:
            loss = (outputs * ndarray(cotangents["outputs"], dtype)).sum()
            for state, cotangent in zip(last, cotangents.get("states", [])):
                loss = loss + (state * ndarray(cotangent, dtype)).sum()
    expected = {"outputs": outputs.asnumpy(), "h": last[0].asnumpy()}
    if spec["layer"] == "lstm":
        expected["c"] = last[1].asnumpy()
    if loss is None:
        return expected, None
    loss.backward()
    of_inputs = {"x": x.grad.asnumpy()}
    if values["given"]:
        of_inputs.update(zip(("h0", "c0"), [state.grad.asnumpy() for state in states]))
    of_weights = {name: parameter.grad().asnumpy() for name, parameter in parameters.items()}
    return expected, {"weights": of_weights, "inputs": of_inputs}


def run(spec, dtype, weights, values):
    """Run a case in MXNet; return what is expected, and the gradients (None without cotangents)."""
    return (run_fused if spec["layer"] in FUSED else run_cell)(spec, dtype, weights, values)


# ---------------------------------------------------------------- shapes and configuration
def shapes(spec):
    """Return the shapes of the weights by name and of the flat states."""
    N, T, m = spec["N"], spec["T"], spec["m"]
    layer, config = spec["layer"], spec["config"]
    if layer in FUSED:
        parameters = build_fused(spec).collect_params()
        count = config.get("num_layers", 1) * (2 if config.get("bidirectional") else 1)
        states = [(count, N, config["units"])] * (2 if layer == "lstm" else 1)
        return {name[2:]: parameter.shape for name, parameter in parameters.items()}, states
    outputs, last, sizes = unroll(spec)
    group = mx.sym.Group([outputs, *last])
    known = {"data": (N, T, m), **{f"state{index}": (N, size) for index, size in enumerate(sizes)}}
    found, _, _ = group.infer_shape(**known)
    named = zip(group.list_arguments(), found)
    return {case_name(name): shape for name, shape in named if name not in known}, [(N, size) for size in sizes]


def explicit(layer, config):
    """Return the configuration with every default of the framework written out."""
    if layer in FUSED:
        full = {"units": config["units"], "num_layers": config.get("num_layers", 1)}
        full["bidirectional"] = config.get("bidirectional", False)
        if layer == "simple_rnn":
            full["activation"] = config.get("activation", "tanh")
    elif layer == "bidirectional_cell":
        full = {side: explicit_cell(cell) for side, cell in config.items()}
    elif layer == "sequential_cell":
        full = {"cells": [explicit_cell(cell) for cell in config["cells"]]}
    else:
        full = dict(config)
        if layer == "rnn_cell":
            full.setdefault("activation", "tanh")
    if layer in GATE_ORDER:
        full["gate_order"] = GATE_ORDER[layer]
    return full


def explicit_cell(cell):
    """Return a cell inside another, with its defaults written out."""
    return {"layer": cell["layer"], "config": explicit(cell["layer"], cell["config"])}
