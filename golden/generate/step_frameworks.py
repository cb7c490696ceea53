"""The real cells of Keras and TensorFlow 1, run step by step under a tape: every value of every step and its gradient.

Recorders stand around the cells' own activation functions: what goes into one is the pre-activation of a gate, what
comes out is the gate. The tape then gives the gradient of the loss with respect to each of these tensors.
"""

import tf1_cells  # isort: skip  (first: it sets TensorFlow's environment)

import numpy as np
import tensorflow as tf


class Recorder:
    """Stands in the place of an activation function, and keeps what went in and what came out."""

    def __init__(self, function):
        """Keep the function."""
        self.function, self.calls = function, []

    def __call__(self, x):
        """Call the function."""
        y = self.function(x)
        self.calls.append((x, y))
        return y


def named(kind, activations, gates, order):
    """Return the recorded calls under the names of the values; order: in which the cell computes its gates."""
    if kind == "simple_rnn":
        return {"pre_h": activations[0][0]}
    values = {}
    for gate, (x, y) in zip(order if kind == "lstm" else "zr", gates):
        values["pre_" + gate], values[gate] = x, y
    values["pre_g"], values["g"] = activations[0]
    if kind == "lstm":
        values["tanh_c"] = activations[1][1]
    return values


def keras_step(kind, cell, x, state):
    """Run one step of a cell of Keras; return its values by name, and its states."""
    old = cell.activation, getattr(cell, "recurrent_activation", None)
    activation, gates = Recorder(old[0]), Recorder(old[1])
    cell.activation = activation
    if kind != "simple_rnn":
        cell.recurrent_activation = gates
    try:
        _, new = cell(x, [state[name] for name in ("h", "c") if name in state])
    finally:
        cell.activation = old[0]
        if kind != "simple_rnn":
            cell.recurrent_activation = old[1]
    return named(kind, activation.calls, gates.calls, "ifo"), dict(zip("hc", new))


def tf1_step(kind, cell, x, state):
    """Run one step of a cell of TensorFlow 1; return its values by name, and its states."""
    module, old = tf1_cells.legacy_cells, cell._activation
    recorder, gates, activation = tf1_cells.TensorFlowWithRecorder(), Recorder(tf.sigmoid), Recorder(old)
    recorder.sigmoid = gates
    module.tf, cell._activation = recorder, activation
    names = "ch" if kind == "lstm" else "h"
    try:
        _, new = cell(x, tf1_cells.pack(cell, [state[name] for name in names]))
    finally:
        module.tf, cell._activation = tf, old
    new = dict(zip(names, tf.nest.flatten(new)))
    if kind != "gru":
        return named(kind, activation.calls, gates.calls, "fio"), new
    units = cell._num_units
    ((x, y),) = gates.calls  # r and z side by side in one call
    values = {"pre_g": activation.calls[0][0], "g": activation.calls[0][1]}
    for gate, part in (("r", slice(0, units)), ("z", slice(units, 2 * units))):
        values["pre_" + gate], values[gate] = (x, part), (y, part)
    return values, new


def run_cells(layers, step, x, states):
    """Run real cells; return outputs, last states, and {name: [tensor, or (tensor, columns), of every step]}."""
    found, last = {}, []
    for layer in layers:
        sides, T = [], x.shape[1]
        for prefix, kind, cell, backwards in layer:
            state, outputs = states[len(last)], []
            for t in range(T)[::-1] if backwards else range(T):
                values, state = step(kind, cell, x[:, t], state)
                values.update(state)
                outputs.append(state["h"])
                for name, value in values.items():
                    found.setdefault(prefix + name, []).append(value)
            last.append(state)
            sides.append(tf.stack(outputs[::-1] if backwards else outputs, 1))
        x = tf.concat(sides, -1)
    return x, last, found


def trace(layers, step, values, last_only=False):
    """Run real cells and return outputs, the values of all steps, and their gradients.

    layers: [[(prefix, kind, cell with its weights, backwards)]]; values: x, states, cot, cot_states.
    """

    def constant(array):
        return tf.constant(array, "float64")

    x = constant(values["x"])
    states = [{name: constant(array) for name, array in state.items()} for state in values["states"]]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x] + [array for state in states for array in state.values()])
        sequence, last, found = run_cells(layers, step, x, states)
        outputs = sequence[:, -1] if last_only else sequence
        loss = tf.reduce_sum(outputs * constant(values["cot"]))
        for state, cotangents in zip(last, values["cot_states"]):
            for name, cotangent in cotangents.items():
                loss += tf.reduce_sum(state[name] * constant(cotangent))

    def gradient(tensor):
        of_tensor = tape.gradient(loss, tensor)
        return np.zeros(tensor.shape) if of_tensor is None else of_tensor.numpy()

    def series(tensors, function):
        arrays = [function(item[0])[:, item[1]] if isinstance(item, tuple) else function(item) for item in tensors]
        return np.stack(arrays, 1)

    numbers = {name: series(tensors, lambda tensor: tensor.numpy()) for name, tensors in found.items()}
    return outputs.numpy(), numbers, {name: series(tensors, gradient) for name, tensors in found.items()}


def dense_trace(layer, x, cotangent):
    """Run a dense layer on [N, m], or on every step of [N, T, m]; return outputs, values and their gradients."""
    recorder, old = Recorder(layer.activation), layer.activation
    layer.activation = recorder
    x = tf.constant(x, "float64")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x)
        loss = tf.reduce_sum(y * tf.constant(cotangent, "float64"))
    layer.activation = old
    ((before, after),) = recorder.calls
    gradients = {"pre_y": tape.gradient(loss, before).numpy(), "y": tape.gradient(loss, after).numpy()}
    return y.numpy(), {"pre_y": before.numpy(), "y": after.numpy()}, gradients
