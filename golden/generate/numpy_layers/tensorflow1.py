"""TensorFlow 1's cells: one kernel for x and h side by side."""

import numpy as np
from numpy_layers.basics import ACTIVATIONS, blocks, run_steps, sigmoid, split, stacked, sub, zeros

WITH_CELL_STATE = ("basic_lstm_cell", "lstm_cell")


def basic_rnn_step(activation, units, W):
    """Return the step of BasicRNNCell."""

    def step(x, states):
        pre_h = np.concatenate([x, states[0]], 1) @ W["kernel"] + W["bias"]
        h = activation(pre_h)
        return h, [h], {"pre_h": pre_h, "h": h}

    step.sizes = [units]
    return step


def gru_step(activation, units, W):
    """Return the step of GRUCell: r and z in one kernel; the reset gate acts before the product."""

    def step(x, states):
        (h,) = states
        sums = np.concatenate([x, h], 1) @ W["gates/kernel"] + W["gates/bias"]
        r, z = sigmoid(sums[:, :units]), sigmoid(sums[:, units:])
        pre_g = np.concatenate([x, r * h], 1) @ W["candidate/kernel"] + W["candidate/bias"]
        g = activation(pre_g)
        h = z * h + (1 - z) * g
        return h, [h], {"z": z, "r": r, "g": g, "h": h, "pre_g": pre_g, **blocks(sums, "rz")}

    step.sizes = [units]
    return step


def lstm_step(activation, units, W, config):
    """Return the step of BasicLSTMCell and LSTMCell: gates i, g, f, o; states c, h (or c and h side by side)."""
    outputs = config.get("num_proj") or units
    is_tuple = config.get("state_is_tuple", True)

    def clipped(values, key):
        limit = config.get(key)
        return values if limit is None else np.clip(values, -limit, limit)

    def step(x, states):
        c, h = states if is_tuple else (states[0][:, :units], states[0][:, units:])
        pre = split(np.concatenate([x, h], 1) @ W["kernel"] + W["bias"], "igfo")
        pre_i, pre_g, pre_f, pre_o = pre["i"], pre["g"], pre["f"] + config["forget_bias"], pre["o"]
        if config.get("use_peepholes"):
            pre_f = pre_f + W["w_f_diag"] * c
            pre_i = pre_i + W["w_i_diag"] * c
        i, f, g = sigmoid(pre_i), sigmoid(pre_f), activation(pre_g)
        c = clipped(f * c + i * g, "cell_clip")
        if config.get("use_peepholes"):
            pre_o = pre_o + W["w_o_diag"] * c
        o, tanh_c = sigmoid(pre_o), activation(c)
        h = o * tanh_c
        if config.get("num_proj"):
            h = clipped(h @ W["projection/kernel"], "proj_clip")
        sums = {"pre_i": pre_i, "pre_f": pre_f, "pre_g": pre_g, "pre_o": pre_o}
        values = {**sums, "i": i, "f": f, "g": g, "o": o, "c": c, "h": h, "tanh_c": tanh_c}
        return h, [c, h] if is_tuple else [np.concatenate([c, h], 1)], values

    step.sizes = [units, outputs] if is_tuple else [units + outputs]
    return step


def cell_step(layer, config, W):
    """Return the step of a cell."""
    if layer == "multi_rnn_cell":
        cells = enumerate(config["cells"])
        return stacked([cell_step(cell["layer"], cell["config"], sub(W, f"{index}/")) for index, cell in cells])
    activation, units = ACTIVATIONS[config.get("activation", "tanh")], config["units"]
    if layer == "basic_rnn_cell":
        return basic_rnn_step(activation, units, W)
    if layer == "gru_cell":
        return gru_step(activation, units, W)
    return lstm_step(activation, units, W, config)


def run_tf1(case, W, inputs):
    """Return outputs, states and the values of all steps of a case."""
    layer, config, x = case["layer"], case["config"], inputs["x"]
    step = cell_step(layer, config, W)
    names = None
    if layer in WITH_CELL_STATE and config.get("state_is_tuple", True):
        names = "ch"
    elif layer in ("basic_rnn_cell", "gru_cell"):
        names = "h"
    states = zeros(step, x.shape[0])
    if "initial_states" in inputs:
        states = list(inputs["initial_states"])
    elif names and "h0" in inputs:
        states = [inputs[f"{name}0"] for name in names]
    outputs, states, values = run_steps(step, x, states, inputs.get("lengths"))
    return {"outputs": outputs, "gates": values, **(dict(zip(names, states)) if names else {"states": states})}
