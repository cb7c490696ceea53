"""Where gradients go: gradients by step, norms, Jacobians and clipping, made again by torch and Keras.

    python gen_lessons_gradients.py [--check | --write] [--only TEXT]

Weights and inputs come from the files. torch's autograd runs the formulas of Keras' layers, one step at a time; where
torch.nn or Keras has the same layer, its last h and its d loss / d x are held against the formulas. Keras takes part
where it is installed; without it its half of the clipping is left out, and the script says so.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import torch
from lessons import EXACT, bounds, load, run, tensor, tensors

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
FILES = ("reference/gradients_by_step_rnn.json", "reference/gradients_by_step_gated.json")
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda x: x}


def step_of(case):
    """(x_t, state) -> (state, gates) of a case's cell; the state is (h,) or (h, c)."""
    config, units = case["config"], case["config"]["units"]
    weights = {name: torch.tensor(value) for name, value in tensors(case["weights"]).items()}
    kernel, recurrent = weights["kernel"], weights["recurrent_kernel"]
    bias = weights.get("bias", torch.zeros(kernel.shape[1]))
    activation = ACTIVATIONS[config["activation"]]

    def simple_rnn(x, state):
        return (activation(x @ kernel + state[0] @ recurrent + bias),), {}

    def lstm(x, state):
        h, c = state
        i, f, g, o = (x @ kernel + h @ recurrent + bias).split(units, dim=1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), activation(g), torch.sigmoid(o)
        c = f * c + i * g
        return (o * activation(c), c), {"f": f}

    def gru(x, state):
        (h,) = state
        input_bias, recurrent_bias = bias if bias.dim() == 2 else (bias, torch.zeros_like(bias))
        a_z, a_r, a_g = (x @ kernel + input_bias).split(units, dim=1)
        b_z, b_r, b_g = (h @ recurrent + recurrent_bias).split(units, dim=1)
        z, r = torch.sigmoid(a_z + b_z), torch.sigmoid(a_r + b_r)
        inner = r * b_g if config["reset_after"] else (r * h) @ recurrent[:, 2 * units :]
        g = activation(a_g + inner)
        return (z * h + (1 - z) * g,), {"z": z}

    return {"simple_rnn": simple_rnn, "lstm": lstm, "gru": gru}[case["layer"]]


def start_of(case):
    """The initial state, zero unless the case gives one."""
    shape, names = (len(tensor(case["inputs"]["x"])), case["config"]["units"]), ("h0", "c0")
    given = {name: torch.tensor(tensor(case["inputs"][name])) for name in names if name in case["inputs"]}
    return tuple(given.get(name, torch.zeros(shape)) for name in names[: 2 if case["layer"] == "lstm" else 1])


def unroll(case):
    """Run and backpropagate a case: (x, states by step with their gradients, gates by step, loss)."""
    step, x = step_of(case), torch.tensor(tensor(case["inputs"]["x"]), requires_grad=True)
    state, states, gates = start_of(case), [], []
    for t in range(x.shape[1]):
        state, values = step(x[:, t], state)
        for value in state:
            value.retain_grad()
        states.append(state)
        gates.append(values)
    loss = (state[0] * torch.tensor(tensor(case["cotangents"]["outputs"]))).sum()
    loss.backward()
    return x, states, gates, loss


def by_step(states, which, part):
    """[N, T, u] of h (which 0) or c (1): `part` is the value or the gradient."""
    return torch.stack([part(state[which]) for state in states], 1).numpy()


def value(tensor):
    """The number without its history."""
    return tensor.detach()


def gradient(tensor):
    """The gradient; zero where none arrived."""
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


def gradients_by_step(document):
    """Outputs, h and c at every step, and the gradient of each and of x."""
    for k, case in enumerate(document["cases"]):
        x, states, _, _ = unroll(case)
        values, grads = bounds(case["tolerance"]), bounds(case["tolerance"], "grad_abs", "grad_rel")
        yield ("cases", k, "expected", "outputs"), value(states[-1][0]).numpy(), values
        for which, name in enumerate(["h", "c"][: len(states[0])]):
            yield ("cases", k, "expected", "gates", name), by_step(states, which, value), values
            yield ("cases", k, "expected_gradients", "gates", name), by_step(states, which, gradient), grads
        yield ("cases", k, "expected_gradients", "inputs", "x"), x.grad.numpy(), grads
        for real in (torch_layer(case), keras_layer(case)):
            if real is not None:  # the real layer gives the same as the formulas
                yield ("cases", k, "expected", "outputs"), real[0], values
                yield ("cases", k, "expected_gradients", "inputs", "x"), real[1], grads


def torch_layer(case):
    """(last h, d loss / d x) of the layer of torch.nn; None where torch has none (identity, GRU with reset before)."""
    config, units = case["config"], case["config"]["units"]
    if config["activation"] == "linear" or config.get("reset_after") is False:
        return None
    weights = tensors(case["weights"])
    kernel, recurrent = weights["kernel"], weights["recurrent_kernel"]
    bias = weights.get("bias", np.zeros(kernel.shape[1]))
    bias, recurrent_bias = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    order = np.arange(kernel.shape[1])
    if case["layer"] == "gru":  # Keras z r g, torch r z g
        order = np.r_[units : 2 * units, 0:units, 2 * units : 3 * units]
    options = {"nonlinearity": config["activation"]} if case["layer"] == "simple_rnn" else {}
    layer = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[case["layer"]]
    net = layer(kernel.shape[0], units, batch_first=True, **options)
    with torch.no_grad():
        net.weight_ih_l0.copy_(torch.tensor(kernel.T[order]))
        net.weight_hh_l0.copy_(torch.tensor(recurrent.T[order]))
        net.bias_ih_l0.copy_(torch.tensor(bias[order]))
        net.bias_hh_l0.copy_(torch.tensor(recurrent_bias[order]))
    x = torch.tensor(tensor(case["inputs"]["x"]), requires_grad=True)
    start = tuple(part[None] for part in start_of(case))
    last = net(x, start if case["layer"] == "lstm" else start[0])[0][:, -1]
    (last * torch.tensor(tensor(case["cotangents"]["outputs"]))).sum().backward()
    return last.detach().numpy(), x.grad.numpy()


def keras_layer(case):
    """(last h, d loss / d x) of Keras' own layer on TensorFlow; None where Keras is not installed."""
    try:
        import keras
        import tensorflow
    except ImportError:
        return None
    config, weights = case["config"], tensors(case["weights"])
    options = {k: v for k, v in config.items() if k in ("activation", "recurrent_activation", "reset_after")}
    layers = {"simple_rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    layer = layers[case["layer"]](config["units"], use_bias="bias" in weights, dtype="float64", **options)
    layer.build(tuple(case["inputs"]["x"]["shape"]))
    layer.set_weights([weights[name] for name in ("kernel", "recurrent_kernel", "bias") if name in weights])
    x = tensorflow.constant(tensor(case["inputs"]["x"]))
    with tensorflow.GradientTape() as tape:
        tape.watch(x)
        last = layer(x, initial_state=[tensorflow.constant(part.numpy()) for part in start_of(case)])
        loss = tensorflow.reduce_sum(last * tensor(case["cotangents"]["outputs"]))
    return last.numpy(), tape.gradient(loss, x).numpy()


def jacobians(case, x, states):
    """D state_t / d state_{t-1} for t = 1 .. T-1; the state is h, or h and c side by side."""
    step, units, result = step_of(case), case["config"]["units"], []
    for t in range(1, len(states)):
        before = torch.cat([value(part) for part in states[t - 1]], 1).reshape(-1)

        def next_state(flat, t=t):
            state, _ = step(x[:, t].detach(), tuple(part[None] for part in flat.split(units)))
            return torch.cat(state, 1).reshape(-1)

        result.append(torch.autograd.functional.jacobian(next_state, before).numpy())
    return result


def norms(document):
    """Norms by step of the gradients, and of the Jacobians of the steps."""
    cases = {case["name"]: case for name in FILES for case in load(name)["cases"]}
    bound = bounds(document["tolerance"])
    for k, wanted in enumerate(document["cases"]):
        case = cases[wanted["name"]]
        x, states, gates, loss = unroll(case)
        units, steps = case["config"]["units"], jacobians(case, x, states)
        product, last_by_h = np.eye(len(steps[0])), [1.0]
        for jacobian in reversed(steps):
            product = product @ jacobian
            last_by_h.append(np.linalg.norm(product[:units, :units], 2))
        made = {
            "loss": loss.item(),
            "h_gradient_norm": np.linalg.norm(by_step(states, 0, gradient)[0], axis=1),
            "x_gradient_norm": np.linalg.norm(x.grad.numpy()[0], axis=1),
            "step_jacobian_spectral_norm": [np.linalg.norm(jacobian, 2) for jacobian in steps],
            "step_jacobian_spectral_radius": [np.abs(np.linalg.eigvals(jacobian)).max() for jacobian in steps],
            "last_h_by_h_norm": last_by_h[::-1],
        }
        if case["layer"] == "lstm":
            f = np.stack([value(g["f"])[0].numpy() for g in gates])
            after = np.ones_like(f)
            for t in reversed(range(len(f) - 1)):
                after[t] = after[t + 1] * f[t + 1]
            made["c_gradient_norm"] = np.linalg.norm(by_step(states, 1, gradient)[0], axis=1)
            made["c_by_c_spectral_norm"] = [np.linalg.norm(jacobian[units:, units:], 2) for jacobian in steps]
            made["f_mean"], made["product_of_f_after_step"] = f.mean(1), after
        if case["layer"] == "gru":
            made["z_mean"] = [value(g["z"]).mean().item() for g in gates]
        assert set(made) == set(wanted) - {"name", "layer"}, set(made) ^ set(wanted)
        for key, numbers in made.items():
            yield ("cases", k, key), numbers, bound


def clipped_by_torch(gradients, limit):
    """What torch.nn.utils does to a table of gradients, each way."""

    def parameters():
        result = {name: torch.nn.Parameter(torch.zeros(np.shape(g))) for name, g in gradients.items()}
        for name, parameter in result.items():
            parameter.grad = torch.tensor(np.array(gradients[name]))
        return result

    made, utils = {}, torch.nn.utils
    p = parameters()
    utils.clip_grad_value_(p.values(), limit)
    made["clip_grad_value_"] = {name: q.grad.numpy() for name, q in p.items()}
    p = parameters()
    for q in p.values():
        utils.clip_grad_norm_([q], limit)
    made["clip_grad_norm_each"] = {name: q.grad.numpy() for name, q in p.items()}
    for key, kind in (("clip_grad_norm_", 2.0), ("clip_grad_norm_inf", float("inf"))):
        p = parameters()
        made[key.rstrip("_") + "_returns"] = utils.clip_grad_norm_(p.values(), limit, norm_type=kind).item()
        made[key] = {name: q.grad.numpy() for name, q in p.items()}
    return made


def clipped_by_keras(gradients, limit):
    """What a step of Keras' SGD with learning rate 1 subtracts from weights of zero, each way."""
    import keras

    made = {}
    for option in ("clipvalue", "clipnorm", "global_clipnorm"):
        variables = [keras.Variable(np.zeros(np.shape(g)), dtype="float64") for g in gradients.values()]
        keras.config.set_floatx("float64")
        optimizer = keras.optimizers.SGD(learning_rate=1.0, **{option: limit})
        given = [keras.ops.convert_to_tensor(np.array(g), dtype="float64") for g in gradients.values()]
        optimizer.apply(given, variables)
        results = [-keras.ops.convert_to_numpy(v) for v in variables]
        made[option] = dict(zip(gradients, results))
    return made


def clipping(document):
    """The same gradients clipped by torch and by Keras, the norms before, and what comes of inf and nan."""
    try:
        import keras
    except ImportError:
        keras = None
        print("keras is not installed: its half of the clipping is not made again")
    bound = bounds(document["tolerance"])
    for k, case in enumerate(document["cases"]):
        gradients, place = tensors(case["gradients"]), ("cases", k)
        for name, g in gradients.items():
            yield (*place, "norms", name), np.linalg.norm(g), bound
        yield (*place, "global_norm"), np.sqrt(sum((g**2).sum() for g in gradients.values())), bound
        by_torch = clipped_by_torch(gradients, case["limit"])
        yield from below((*place, "torch"), by_torch, bound)
        if keras:
            by_keras = clipped_by_keras(gradients, case["limit"])
            yield from below((*place, "keras"), by_keras, bound)
            pairs = {
                "value": ("clip_grad_value_", "clipvalue"),
                "norm": ("clip_grad_norm_each", "clipnorm"),
                "global_norm": ("clip_grad_norm_", "global_clipnorm"),
            }
            for key, (ours, theirs) in pairs.items():
                worst = max(np.abs(by_torch[ours][n] - by_keras[theirs][n]).max() for n in gradients)
                yield (*place, "torch_minus_keras", key), worst, bound
    for kind, case in document["not_finite"].items():
        gradients = {name: [float(v) for v in g] for name, g in case["gradients"].items()}
        made = clipped_by_torch(gradients, case["limit"])
        yield ("not_finite", kind, "clip_grad_norm_returns"), str(made["clip_grad_norm_returns"]), EXACT
        for key in ("clip_grad_norm_", "clip_grad_value_"):
            for name, g in made[key].items():
                yield ("not_finite", kind, key, name), [str(float(v)) for v in g], EXACT


def below(place, made, bound):
    """All values of a nested table with their paths."""
    for key, numbers in made.items():
        if isinstance(numbers, dict):
            yield from below((*place, key), numbers, bound)
        else:
            yield (*place, key), numbers, bound


if __name__ == "__main__":
    files = dict.fromkeys(FILES, gradients_by_step)
    run(__doc__, {**files, "lessons/gradients_norms.json": norms, "lessons/gradients_clipping.json": clipping})
