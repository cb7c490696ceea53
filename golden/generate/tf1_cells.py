"""The cells of TensorFlow 1 (tf.compat.v1.nn.rnn_cell, implemented by tf_keras): building and running them."""

import os
import warnings

warnings.filterwarnings("ignore")
os.environ["TF_USE_LEGACY_KERAS"] = "1"
for variable, setting in {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}.items():
    os.environ.setdefault(variable, setting)
import numpy as np
import tensorflow as tf
import tf_keras
import tf_keras.src.layers.rnn.legacy_cells as legacy_cells

VERSION = f"tensorflow {tf.__version__}, tf_keras {tf_keras.__version__}"
GATE_ORDER = {"basic_lstm_cell": ["i", "g", "f", "o"], "lstm_cell": ["i", "g", "f", "o"], "gru_cell": ["r", "z", "g"]}
DEFAULTS = {
    "basic_rnn_cell": {"activation": "tanh"},
    "basic_lstm_cell": {"activation": "tanh", "forget_bias": 1.0, "state_is_tuple": True},
    "lstm_cell": {
        "activation": "tanh",
        "forget_bias": 1.0,
        "state_is_tuple": True,
        "use_peepholes": False,
        "cell_clip": None,
        "num_proj": None,
        "proj_clip": None,
    },
    "gru_cell": {"activation": "tanh"},
}
# What TensorFlow puts before the name of a variable.
SCOPES = ("basic_", "lstm_cell", "gru_cell", "rnn", "multi_rnn", "cell_")


def build(layer, config, dtype):
    """Build the cell of a case."""
    cells = tf.compat.v1.nn.rnn_cell
    if layer == "multi_rnn_cell":
        inner = [build(cell["layer"], cell["config"], dtype) for cell in config["cells"]]
        return cells.MultiRNNCell(inner, state_is_tuple=True)
    full = {**DEFAULTS[layer], **config}
    options = {key: item for key, item in full.items() if key not in ("units", "gate_order")}
    if options["activation"] == "tanh":
        options["activation"] = None
    constructors = {
        "basic_rnn_cell": cells.BasicRNNCell,
        "basic_lstm_cell": cells.BasicLSTMCell,
        "lstm_cell": cells.LSTMCell,
        "gru_cell": cells.GRUCell,
    }
    return constructors[layer](config["units"], dtype=dtype, **options)


def variables(layer, cell, config):
    """Return the variables of a cell by the names of the case."""
    found = {}
    if layer == "multi_rnn_cell":
        for index, (spec, inner) in enumerate(zip(config["cells"], cell._cells)):
            for key, variable in variables(spec["layer"], inner, spec["config"]).items():
                found[f"{index}/{key}"] = variable
        return found
    for variable in cell.weights:
        parts = variable.name.split(":")[0].split("/")
        found["/".join(part for part in parts if not part.startswith(SCOPES))] = variable
    return found


def pack(cell, states):
    """Return a flat list of states as the cell takes it."""
    return tf.nest.pack_sequence_as(cell.state_size, list(states))


def explicit(layer, config):
    """Return the configuration with every default of the framework written out."""
    if layer == "multi_rnn_cell":
        cells = [(cell["layer"], explicit(cell["layer"], cell["config"])) for cell in config["cells"]]
        return {"cells": [{"layer": name, "config": full} for name, full in cells]}
    full = {"units": config["units"], **DEFAULTS[layer], **config}
    if layer in GATE_ORDER:
        full["gate_order"] = GATE_ORDER[layer]
    return full


def state_names(layer, config):
    """Return the names of the flat states in the file; None: they are a list."""
    if layer in ("basic_lstm_cell", "lstm_cell"):
        return ["c", "h"] if config.get("state_is_tuple", True) else None
    return None if layer == "multi_rnn_cell" else ["h"]


def named_states(layer, config, states, suffix=""):
    """Return the flat states under the names of the case: c and h (with a suffix), or a list."""
    names = state_names(layer, config)
    if names:
        return {name + suffix: state for name, state in zip(names, states)}
    return {"initial_states" if suffix else "states": list(states)}


class TensorFlowWithRecorder:
    """Stands where the cell's module says `tf`, and keeps what tf.sigmoid returned."""

    def __init__(self):
        """Begin with nothing recorded."""
        self.gates = []

    def __getattr__(self, name):
        """Return everything else of TensorFlow as it is."""
        return getattr(tf, name)

    def sigmoid(self, x):
        """Call tf.sigmoid."""
        y = tf.sigmoid(x)
        self.gates.append(y.numpy())
        return y


def gates_of_step(layer, units, gates, candidates, output, state):
    """Return gates and states of one step by name."""
    if layer == "gru_cell":
        (both,) = gates
        reset, update = np.split(both, 2, axis=1)
        return {"r": reset, "z": update, "g": candidates[0], "h": output}
    forget, input_gate, output_gate = gates  # the order in which the cell calls tf.sigmoid
    cell_state = state[0].numpy()[:, :units]
    return {"f": forget, "i": input_gate, "o": output_gate, "g": candidates[0], "c": cell_state, "h": output}


def cell_trace(layer, cell, units, x, states):
    """Run a cell step by step and return its gates and states, [N, T, u] each."""
    recorder, activation, candidates = TensorFlowWithRecorder(), cell._activation, []

    def recording(v):
        y = activation(v)
        candidates.append(y.numpy())
        return y

    names = ["z", "r", "g", "h"] if layer == "gru_cell" else ["i", "f", "g", "o", "c", "h"]
    steps = {name: [] for name in names}
    legacy_cells.tf, cell._activation = recorder, recording
    try:
        state = pack(cell, states)
        for t in range(x.shape[1]):
            recorder.gates.clear()
            candidates.clear()
            output, state = cell(x[:, t], state)
            flat_state = tf.nest.flatten(state)
            now = gates_of_step(layer, units, recorder.gates, candidates, output.numpy(), flat_state)
            for name in names:
                steps[name].append(now[name])
    finally:
        legacy_cells.tf, cell._activation = tf, activation
    return {name: np.stack(values, 1) for name, values in steps.items()}


def forward(cell, x, states, lengths):
    """Return outputs [N, T, u] and the flat last states: one call for each step, or dynamic_rnn with lengths."""
    state = pack(cell, states)
    if lengths is not None:
        options = {"sequence_length": lengths, "initial_state": state}
        outputs, state = tf.compat.v1.nn.dynamic_rnn(cell, x, **options)
        return outputs, tf.nest.flatten(state)
    outputs = []
    for t in range(x.shape[1]):
        output, state = cell(x[:, t], state)
        outputs.append(output)
    return tf.stack(outputs, 1), tf.nest.flatten(state)


def gradients_of(spec, tape, loss, found, x, states, given, dtype):
    """Return the gradients of weights, x and (where they are given) initial states."""

    def gradient(tensor):
        found_gradient = tape.gradient(loss, tensor)
        return np.zeros(tensor.shape, dtype) if found_gradient is None else found_gradient.numpy()

    weights = {key: gradient(variable) for key, variable in found.items()}
    inputs = {"x": tape.gradient(loss, x).numpy()}
    if given:
        inputs.update(named_states(spec["layer"], spec["config"], [gradient(state) for state in states], "0"))
    return {"weights": weights, "inputs": inputs}


def run(spec, dtype, weights, values):
    """Run a case in TensorFlow.

    values: x, states (flat), given (whether the case gives them), lengths, cotangents. Return what is expected, and the
    gradients (None without cotangents).
    """
    layer, config = spec["layer"], spec["config"]
    cell = build(layer, config, dtype)
    x = tf.constant(values["x"], dtype)
    states = [tf.constant(state, dtype) for state in values["states"]]
    cell(x[:, 0], pack(cell, states))  # makes the variables
    found = variables(layer, cell, config)
    assert set(found) == set(weights), (set(found), set(weights))
    for key, variable in found.items():
        variable.assign(weights[key].astype(dtype))
    cotangents = values.get("cotangents")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, *states])
        outputs, last = forward(cell, x, states, values.get("lengths"))
        loss = None
        if cotangents:
            loss = tf.reduce_sum(outputs * tf.constant(cotangents["outputs"], dtype))
        if cotangents and "states" in cotangents:
            pairs = zip(last, cotangents["states"])
            loss = loss + tf.add_n([tf.reduce_sum(state * tf.constant(factor, dtype)) for state, factor in pairs])
    expected = {"outputs": outputs.numpy()}
    expected.update(named_states(layer, config, [state.numpy() for state in last]))
    if spec.get("gates") and layer in GATE_ORDER and "lengths" not in values:
        expected["gates"] = cell_trace(layer, cell, config["units"], x, states)
        difference = np.max(np.abs(expected["gates"]["h"] - expected["outputs"]))
        assert difference < (1e-14 if dtype == "float64" else 1e-6)
    if not cotangents:
        return expected, None
    return expected, gradients_of(spec, tape, loss, found, x, states, values["given"], dtype)
