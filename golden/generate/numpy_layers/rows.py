"""PyTorch's and MXNet's layers: the same equations; a weight has a row for each output, every product a bias."""

import numpy as np
from numpy_layers.basics import ACTIVATIONS, blocks, run_steps, sigmoid, softmax, split, stacked, sub, under, zeros

MXNET_KINDS = {
    "rnn_cell": "rnn",
    "lstm_cell": "lstm",
    "gru_cell": "gru",
    "simple_rnn": "rnn",
    "lstm": "lstm",
    "gru": "gru",
}


# ---------------------------------------------------------------- cells
def rnn_step(products, activation):
    """Return the step of a simple RNN; products: x and h times their weights, with their biases."""

    def step(x, states):
        a, b = products(x, states[0])
        h = activation(a + b)
        return h, [h], {"pre_h": a + b, "h": h}

    return step


def gru_step(products):
    """Return the step of a GRU: gates r, z, g; the reset gate acts after the product."""

    def step(x, states):
        a, b = (split(product, "rzg") for product in products(x, states[0]))
        pre_r, pre_z = a["r"] + b["r"], a["z"] + b["z"]
        r, z = sigmoid(pre_r), sigmoid(pre_z)
        pre_g = a["g"] + r * b["g"]
        g = np.tanh(pre_g)
        h = (1 - z) * g + z * states[0]
        return h, [h], {"z": z, "r": r, "g": g, "h": h, "pre_r": pre_r, "pre_z": pre_z, "pre_g": pre_g}

    return step


def lstm_step(products, order, projection):
    """Return the step of an LSTM with its gates in this order."""

    def step(x, states):
        a, b = products(x, states[0])
        pre = split(a + b, order)
        i, f, g, o = sigmoid(pre["i"]), sigmoid(pre["f"]), np.tanh(pre["g"]), sigmoid(pre["o"])
        c = f * states[1] + i * g
        tanh_c = np.tanh(c)
        h = o * tanh_c
        if projection is not None:
            h = h @ projection.T
        values = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h, "tanh_c": tanh_c, **blocks(a + b, order)}
        return h, [h, c], values

    return step


def cell_step(kind, weights, activation=np.tanh, projection=None, order="ifgo"):
    """Return the step of a cell; weights: of x, of h, bias of x, bias of h."""
    of_x, of_h, bias_x, bias_h = weights

    def products(x, h):
        return x @ of_x.T + bias_x, h @ of_h.T + bias_h

    if kind == "rnn":
        step, gates = rnn_step(products, activation), 1
    elif kind == "gru":
        step, gates = gru_step(products), 3
    else:
        step, gates = lstm_step(products, order, projection), 4
    units = of_h.shape[0] // gates
    outputs = projection.shape[0] if projection is not None else units
    step.sizes = [outputs, units] if kind == "lstm" else [units]
    return step


def run_cell(step, inputs):
    """Return outputs, states and the values of all steps of one cell."""
    states = zeros(step, inputs["x"].shape[0])
    states = [inputs.get(key, zero) for key, zero in zip(("h0", "c0"), states)]
    outputs, states, values = run_steps(step, inputs["x"], states)
    return {"outputs": outputs, **dict(zip("hc", states)), "gates": values}


def run_layers(config, inputs, build):
    """Return outputs, states and the values of all steps of layers of one or two directions.

    build: a function from layer and direction to (prefix of the values, step).
    """
    x, lengths = inputs["x"], inputs.get("lengths")
    directions = 2 if config["bidirectional"] else 1
    alone = config["num_layers"] == 1 and directions == 1
    last, values = [], {}
    for layer in range(config["num_layers"]):
        sides = []
        for direction in range(directions):
            prefix, step = build(layer, direction)
            states = zeros(step, x.shape[0])
            states = [inputs[key][len(last)] if key in inputs else zero for key, zero in zip(("h0", "c0"), states)]
            outputs, states, own = run_steps(step, x, states, lengths, bool(direction))
            values.update(under("" if alone else prefix, own))
            sides.append(outputs)
            last.append(states)
        x = np.concatenate(sides, -1)
    names = "hc"[: len(last[0])]
    states = {name: np.stack([own[index] for own in last]) for index, name in enumerate(names)}
    return {"outputs": x, "gates": values, **states}


# ---------------------------------------------------------------- PyTorch
def run_torch(case, W, inputs):
    """Return outputs, states and the values of all steps of a case of PyTorch."""
    layer, config = case["layer"], case["config"]
    kind = "rnn" if layer in ("simple_rnn", "rnn_cell") else layer.replace("_cell", "")
    activation = ACTIVATIONS[config.get("nonlinearity", "tanh")]

    def step(suffix):
        weights = [W["weight_ih" + suffix], W["weight_hh" + suffix]]
        weights += [W.get("bias_ih" + suffix, 0), W.get("bias_hh" + suffix, 0)]
        return cell_step(kind, weights, activation, W.get("weight_hr" + suffix))

    if layer.endswith("_cell"):
        return run_cell(step(""), inputs)

    def build(index, direction):
        suffix = f"l{index}" + ("_reverse" if direction else "")
        return f"{suffix}/", step(f"_{suffix}")

    return run_layers(config, inputs, build)


# ---------------------------------------------------------------- MXNet
def mxnet_step(layer, config, W, prefix="", order="ifgo"):
    """Return the step of a cell of MXNet."""
    weights = [W[prefix + name] for name in ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")]
    return cell_step(MXNET_KINDS[layer], weights, ACTIVATIONS[config.get("activation", "tanh")], order=order)


def run_sequential(config, W, inputs):
    """Return the results of a SequentialRNNCell."""
    cells = enumerate(config["cells"])
    step = stacked([mxnet_step(cell["layer"], cell["config"], sub(W, f"{index}/")) for index, cell in cells])
    states = inputs.get("initial_states") or zeros(step, inputs["x"].shape[0])
    outputs, states, values = run_steps(step, inputs["x"], states)
    return {"outputs": outputs, "states": states, "gates": values}


def run_bidirectional(config, W, inputs):
    """Return the results of a BidirectionalCell."""
    x = inputs["x"]
    forward, backward = (
        mxnet_step(config[side]["layer"], config[side]["config"], W, f"{side}/") for side in ("forward", "backward")
    )
    states = inputs.get("initial_states") or zeros(forward, x.shape[0]) + zeros(backward, x.shape[0])
    count = len(forward.sizes)
    a, states_a, values_a = run_steps(forward, x, states[:count])
    b, states_b, values_b = run_steps(backward, x, states[count:], reverse=True)
    values = {**under("forward/", values_a), **under("backward/", values_b)}
    return {"outputs": np.concatenate([a, b], -1), "states": states_a + states_b, "gates": values}


def run_sort(config, W, inputs):
    """Return the results of the network of bi-lstm-sort; its rows are time-major."""
    embedded = W["embed_weight"][inputs["x"].astype(int)]
    lengths = inputs.get("lengths")
    sides, values = [], {}
    for direction, side in enumerate(("l0", "l1")):
        step = mxnet_step("lstm", {}, W, f"{side}_", "igfo")
        zero = zeros(step, embedded.shape[0])
        states = [inputs.get(f"{side}_init_{part}", none) for part, none in zip("hc", zero)]
        outputs, _, own = run_steps(step, embedded, states, lengths, bool(direction))
        sides.append(outputs)
        values.update(under(f"{side}/", own))
    hidden = np.concatenate(sides, -1).transpose(1, 0, 2).reshape(-1, 2 * config["units"])
    logits = hidden @ W["cls_weight"].T + W["cls_bias"]
    p = softmax(logits)
    label = inputs["label"].astype(int).T.reshape(-1)
    each = -np.log(p[np.arange(len(label)), label])
    if lengths is not None:
        each = each.reshape(-1, len(lengths)) * (np.arange(len(each) // len(lengths))[:, None] < np.array(lengths))
    loss = np.sum(each)
    return {"outputs": p, "gates": values, "hidden": hidden, "logits": logits, "loss": loss}


def run_mxnet(case, W, inputs):
    """Return outputs, states and the values of all steps of a case of MXNet."""
    layer, config = case["layer"], case["config"]
    if layer in ("rnn_cell", "lstm_cell", "gru_cell"):
        return run_cell(mxnet_step(layer, config, W), inputs)
    several = {"sequential_cell": run_sequential, "bidirectional_cell": run_bidirectional, "bi_lstm_sort": run_sort}
    if layer in several:
        return several[layer](config, W, inputs)

    def build(index, direction):
        side = f"{'r' if direction else 'l'}{index}"
        return f"{side}/", mxnet_step(layer, config, W, f"{side}_")

    return run_layers(config, inputs, build)
