"""Keras' layers."""

import numpy as np
from numpy_layers.basics import ACTIVATIONS, blocks, collect, sequences, split, stacked, sub, under, zeros

RECURRENT = ("simple_rnn", "lstm", "gru")


# ---------------------------------------------------------------- cells
def simple_rnn_step(activation, W):
    """Return the step of a SimpleRNN."""
    K, R, b = W["kernel"], W["recurrent_kernel"], W.get("bias", 0)

    def step(x, states):
        pre_h = x @ K + states[0] @ R + b
        h = activation(pre_h)
        return h, [h], {"pre_h": pre_h, "h": h}

    step.sizes = [R.shape[0]]
    return step


def lstm_step(activation, recurrent, W):
    """Return the step of an LSTM: gates i, f, g, o side by side."""
    K, R, b = W["kernel"], W["recurrent_kernel"], W.get("bias", 0)

    def step(x, states):
        sums = x @ K + states[0] @ R + b
        pre = split(sums, "ifgo")
        i, f, o = recurrent(pre["i"]), recurrent(pre["f"]), recurrent(pre["o"])
        g = activation(pre["g"])
        c = f * states[1] + i * g
        tanh_c = activation(c)
        h = o * tanh_c
        return h, [h, c], {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h, "tanh_c": tanh_c, **blocks(sums, "ifgo")}

    step.sizes = [R.shape[0]] * 2
    return step


def gru_step(activation, recurrent, W, reset_after):
    """Return the step of a GRU: gates z, r, g side by side; with reset_after there are two biases."""
    K, R = W["kernel"], W["recurrent_kernel"]
    u = R.shape[0]
    of_x = of_h = np.zeros(3 * u)
    if "bias" in W:
        of_x, of_h = W["bias"] if reset_after else (W["bias"], np.zeros(3 * u))

    def step(x, states):
        h = states[0]
        a = split(x @ K + of_x, "zrg")
        pre_z = a["z"] + h @ R[:, :u] + of_h[:u]
        pre_r = a["r"] + h @ R[:, u : 2 * u] + of_h[u : 2 * u]
        z, r = recurrent(pre_z), recurrent(pre_r)
        R_g, b_g = R[:, 2 * u :], of_h[2 * u :]
        pre_g = a["g"] + (r * (h @ R_g + b_g) if reset_after else (r * h) @ R_g)
        g = activation(pre_g)
        h = z * h + (1 - z) * g
        return h, [h], {"z": z, "r": r, "g": g, "h": h, "pre_z": pre_z, "pre_r": pre_r, "pre_g": pre_g}

    step.sizes = [u]
    return step


def cell_step(layer, config, W):
    """Return the step of a cell."""
    activation = ACTIVATIONS[config.get("activation", "tanh")]
    recurrent = ACTIVATIONS[config.get("recurrent_activation", "sigmoid")]
    if layer == "simple_rnn":
        return simple_rnn_step(activation, W)
    if layer == "lstm":
        return lstm_step(activation, recurrent, W)
    return gru_step(activation, recurrent, W, config.get("reset_after", True))


def stacked_step(cells, W):
    """Return the step of StackedRNNCells."""
    steps = [cell_step(cell["layer"], cell["config"], sub(W, f"{i}/")) for i, cell in enumerate(cells)]
    return stacked(steps)


# ---------------------------------------------------------------- sequences
def run_sequence(step, x, states, mask, backwards, zero_output=False):
    """Return outputs in the order of reading, last states, and the values of all steps.

    A masked step keeps the states and repeats the output before it (zero_output: gives zeros).
    """
    if backwards:
        x = x[:, ::-1]
        mask = mask[:, ::-1] if mask is not None else None
    outputs, series, before = [], {}, None
    for t in range(x.shape[1]):
        output, new, values = step(x[:, t], states)
        if mask is not None:
            seen = mask[:, t].astype(bool)[:, None]
            output = np.where(seen, output, np.zeros_like(output) if before is None else before)
            new = [np.where(seen, own, old) for own, old in zip(new, states)]
        before, states = output, new
        outputs.append(np.where(seen, output, 0) if zero_output and mask is not None else output)
        collect(series, values)
    return np.stack(outputs, 1), states, sequences(series)


def run_recurrent(layer, config, W, x, mask, inputs):
    """Return output, states, mask and values of a SimpleRNN, LSTM, GRU or StackedRNNCells."""
    step = stacked_step(config["cells"], W) if layer == "stacked_cells" else cell_step(layer, config, W)
    states = zeros(step, x.shape[0])
    for index, key in enumerate(("h0", "c0")):
        if key in inputs:
            states[index] = inputs[key]
    states = list(inputs.get("initial_states", states))
    if "chunks" in config:
        outputs, first, zero = [], 0, zeros(step, x.shape[0])
        for length, reset in zip(config["chunks"], config["reset_before"], strict=True):
            part = x[:, first : first + length]
            output, states, _ = run_sequence(step, part, zero if reset else states, None, False)
            first += length
            outputs.append(output)
        return np.concatenate(outputs, 1), states, None, None
    zero_output = config.get("zero_output_for_mask", False)
    outputs, states, values = run_sequence(step, x, states, mask, config.get("go_backwards", False), zero_output)
    if config.get("return_sequences"):
        return outputs, states, mask, values
    return outputs[:, -1], states, None, values


def run_bidirectional(config, W, x, mask, inputs):
    """Return output (two if they are not merged), states, mask and values of a Bidirectional."""
    forward = config["forward"]
    backward = config.get("backward", forward)
    steps = [
        cell_step(forward["layer"], forward["config"], sub(W, "forward/")),
        cell_step(backward["layer"], backward["config"], sub(W, "backward/")),
    ]
    states = [zeros(step, x.shape[0]) for step in steps]
    if "initial_states" in inputs:
        count = len(steps[0].sizes)
        states = [inputs["initial_states"][:count], inputs["initial_states"][count:]]
    # Bidirectional forces zero_output_for_mask = return_sequences.
    returned = forward["config"].get("return_sequences", False)
    a, states_a, values_a = run_sequence(steps[0], x, states[0], mask, False, returned)
    b, states_b, values_b = run_sequence(steps[1], x, states[1], mask, True, returned)
    a, b = (a, b[:, ::-1]) if returned else (a[:, -1], b[:, -1])
    merge = {
        "concat": lambda: np.concatenate([a, b], -1),
        "sum": lambda: a + b,
        "ave": lambda: (a + b) / 2,
        "mul": lambda: a * b,
        None: lambda: (a, b),
    }[config["merge_mode"]]
    values = {**under("forward/", values_a), **under("backward/", values_b)}
    return merge(), states_a + states_b, mask if returned else None, values


def run_attention(config, W, memory, mask, query):
    """Return scores, weights and outputs of an attention."""
    if config["score"] == "additive":
        inner = (query @ W["query_kernel"])[:, :, None] + (memory @ W["key_kernel"])[:, None]
        scores = np.tanh(inner) @ W["score_kernel"]
    else:
        asked = query @ W["kernel"] if config["score"] == "general" else query
        scores = asked @ memory.swapaxes(1, 2)
        if config["score"] == "scaled_dot":
            scores = scores / np.sqrt(memory.shape[2])
    used = np.ones(memory.shape[:2], bool) if mask is None else mask.astype(bool)
    powers = np.where(used[:, None], np.exp(scores - scores.max(-1, keepdims=True)), 0)
    weights = powers / powers.sum(-1, keepdims=True)
    return {"scores": scores, "weights": weights, "outputs": weights @ memory}


def run_layer(layer, config, W, x, mask, inputs):
    """Return output, states, the mask for the next layer, and the values of all steps."""
    if layer in ("dense", "time_distributed_dense"):
        pre_y = x @ W["kernel"] + W.get("bias", 0)
        y = ACTIVATIONS[config.get("activation", "linear")](pre_y)
        return y, None, mask if layer != "dense" else None, {"pre_y": pre_y, "y": y}
    if layer == "embedding":
        ids = x.astype(int)
        return W["embeddings"][ids], None, ids != 0 if config.get("mask_zero") else None, None
    if layer == "masking":
        mask = np.any(x != config["mask_value"], -1)
        return x * mask[..., None], None, mask, None
    if layer == "bidirectional":
        return run_bidirectional(config, W, x, mask, inputs)
    return run_recurrent(layer, config, W, x, mask, inputs)


# ---------------------------------------------------------------- cases
def run_stack(layers, W, inputs):
    """Return outputs, the output of every layer, and the values of all steps of a stack."""
    x, mask = inputs["x"], inputs.get("mask")
    outputs, values = [], {}
    for index, layer in enumerate(layers):
        x, _, mask, own = run_layer(layer["layer"], layer["config"], sub(W, f"{index}/"), x, mask, {})
        outputs.append(x)
        values.update(under(f"{index}/", own))
    return {"outputs": x, "layer_outputs": outputs, "gates": values}


def run_keras(case, W, inputs):
    """Return outputs, states and the values of all steps of a case."""
    layer, config = case["layer"], case["config"]
    if layer == "stack":
        return run_stack(config["layers"], W, inputs)
    if layer == "attention":
        return run_attention(config, W, inputs["x"], inputs.get("mask"), inputs["query"])
    output, states, _, values = run_layer(layer, config, W, inputs["x"], inputs.get("mask"), inputs)
    outputs = output if isinstance(output, tuple) else (output,)
    result = dict(zip(("outputs", "outputs_backward"), outputs))
    if layer in RECURRENT:
        result.update(zip("hc", states))
    elif states is not None:
        result["states"] = states
    if values:
        result["gates"] = values
    return result
