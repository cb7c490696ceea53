"""ONNX' operators RNN, LSTM and GRU: time first, directions second."""

import numpy as np
from numpy_layers.basics import ACTIVATIONS, run_steps, split, under

GATE_COUNT = {"simple_rnn": 1, "lstm": 4, "gru": 3}
FUNCTION_COUNT = {"simple_rnn": 1, "lstm": 3, "gru": 2}
# The parameters alpha and beta of the activations that have them.
DEFAULTS = {
    "affine": (1.0, 0.0),
    "leakyrelu": (0.01, None),
    "thresholdedrelu": (1.0, None),
    "elu": (1.0, None),
    "scaledtanh": (1.0, 1.0),
    "hardsigmoid": (0.2, 0.5),
}


def activation(name, alpha, beta):
    """Return an activation with its parameters."""
    functions = {
        "hardsigmoid": lambda x: np.clip(alpha * x + beta, 0, 1),
        "affine": lambda x: alpha * x + beta,
        "leakyrelu": lambda x: np.where(x >= 0, x, alpha * x),
        "thresholdedrelu": lambda x: np.where(x > alpha, x, 0),
        "scaledtanh": lambda x: alpha * np.tanh(beta * x),
        "elu": lambda x: np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0))),
        "softplus": lambda x: np.logaddexp(0, x),
    }
    return functions.get(name) or ACTIVATIONS[name]


def parameters(names, given, index):
    """Return a parameter of every activation.

    A list as long as the names goes by position; a shorter one serves those that have the parameter.
    """
    if len(given) == len(names):
        return list(given)
    defaults, rest = [DEFAULTS.get(name, (None, None))[index] for name in names], list(given)
    return [rest.pop(0) if default is not None and rest else default for default in defaults]


def activations(config):
    """Return the activations of a node, in their order."""
    names = [name.lower() for name in config["activations"]]
    alpha = parameters(names, config.get("activation_alpha", []), 0)
    beta = parameters(names, config.get("activation_beta", []), 1)
    return [activation(*item) for item in zip(names, alpha, beta)]


# ---------------------------------------------------------------- cells: W, R, both biases, peepholes of one direction
def simple_rnn_step(own, functions, clip, config):
    """Return the step of RNN."""

    def step(x, states):
        pre_h = x @ own["W"].T + own["bias_x"] + (states[0] @ own["R"].T + own["bias_h"])
        h = functions[0](clip(pre_h))
        return h, [h], {"pre_h": pre_h, "h": h}

    return step


def lstm_step(own, functions, clip, config):
    """Return the step of LSTM: gates i, o, f, g; peepholes i, o, f; input_forget: f = 1 - i."""
    peepholes = np.split(own["P"], 3)

    def step(x, states):
        h, c = states
        pre = split(x @ own["W"].T + own["bias_x"] + (h @ own["R"].T + own["bias_h"]), "iofg")
        pre_i, pre_f, pre_g = pre["i"] + peepholes[0] * c, pre["f"] + peepholes[2] * c, pre["g"]
        i = functions[0](clip(pre_i))
        f = 1 - i if config.get("input_forget") else functions[0](clip(pre_f))
        g = functions[1](clip(pre_g))
        c = f * c + i * g
        pre_o = pre["o"] + peepholes[1] * c
        o = functions[0](clip(pre_o))
        tanh_c = functions[2](c)
        h = o * tanh_c
        sums = {"pre_i": pre_i, "pre_f": pre_f, "pre_g": pre_g, "pre_o": pre_o}
        return h, [h, c], {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h, "tanh_c": tanh_c, **sums}

    return step


def gru_step(own, functions, clip, config):
    """Return the step of GRU: gates z, r, g; linear_before_reset: the reset gate acts after the product."""
    u = config["units"]

    def step(x, states):
        (h,) = states
        a, b = split(x @ own["W"].T + own["bias_x"], "zrg"), split(h @ own["R"].T + own["bias_h"], "zrg")
        pre_z, pre_r = a["z"] + b["z"], a["r"] + b["r"]
        z, r = functions[0](clip(pre_z)), functions[0](clip(pre_r))
        if config["linear_before_reset"]:
            pre_g = a["g"] + r * b["g"]
        else:
            pre_g = a["g"] + (r * h) @ own["R"][2 * u :].T + own["bias_h"][2 * u :]
        g = functions[1](clip(pre_g))
        h = (1 - z) * g + z * h
        return h, [h], {"z": z, "r": r, "g": g, "h": h, "pre_z": pre_z, "pre_r": pre_r, "pre_g": pre_g}

    return step


def direction_step(layer, config, W, direction):
    """Return the step of one direction."""
    u, rows = config["units"], GATE_COUNT[layer] * config["units"]
    biases = W["B"][direction] if "B" in W else np.zeros(2 * rows)
    own = {"W": W["W"][direction], "R": W["R"][direction], "bias_x": biases[:rows], "bias_h": biases[rows:]}
    own["P"] = W["P"][direction] if "P" in W else np.zeros(3 * u)
    count = FUNCTION_COUNT[layer]
    functions = activations(config)[direction * count : (direction + 1) * count]
    limit = config.get("clip")

    def clip(values):
        return np.clip(values, -limit, limit) if limit else values

    return {"simple_rnn": simple_rnn_step, "lstm": lstm_step, "gru": gru_step}[layer](own, functions, clip, config)


def run_onnx(case, W, inputs):
    """Return outputs, states and the values of all steps of a case."""
    layer, config, x = case["layer"], case["config"], inputs["x"]
    batch_first = bool(config.get("layout"))
    x = x if batch_first else x.transpose(1, 0, 2)
    N, directions = x.shape[0], W["W"].shape[0]
    names = "hc" if layer == "lstm" else "h"
    sides, last, values = [], [], {}
    for direction in range(directions):
        states = [np.zeros((N, config["units"])) for _ in names]
        for index, name in enumerate(names):
            if f"{name}0" in inputs:
                given = inputs[f"{name}0"]
                states[index] = given[:, direction] if batch_first else given[direction]
        step = direction_step(layer, config, W, direction)
        reverse = config["direction"] == "reverse" or direction == 1
        outputs, states, own = run_steps(step, x, states, inputs.get("lengths"), reverse)
        values.update(under("" if directions == 1 else ("forward/", "backward/")[direction], own))
        sides.append(outputs)
        last.append(states)
    outputs = np.stack(sides, 2)  # [N, T, D, u]
    result = {"outputs": outputs if batch_first else outputs.transpose(1, 2, 0, 3), "gates": values}
    for index, name in enumerate(names):
        states = np.stack([own[index] for own in last])  # [D, N, u]
        result[name] = states.transpose(1, 0, 2) if batch_first else states
    return result
