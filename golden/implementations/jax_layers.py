"""What flax_rnn.py and equinox_rnn.py share: any layout's weights gate by gate, a scan over steps, gradients by jax."""

import jax
import jax.numpy as jnp
import numpy as np
from protocol import Skip, require

jax.config.update("jax_enable_x64", True)
GATES = {
    "keras": {"lstm": "ifgo", "gru": "zrg", "simple_rnn": "h"},
    "pytorch": {"lstm": "ifgo", "gru": "rzg", "simple_rnn": "h"},
}
ACTIVATIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "linear": lambda x: x,
    "elu": jax.nn.elu,
    "softsign": jax.nn.soft_sign,
    "hard_sigmoid": jax.nn.hard_sigmoid,
}


def kind_of(case):
    """lstm, gru or simple_rnn; Skip for what is no single layer of the layouts keras and pytorch."""
    layer = case["layer"].removesuffix("_cell").replace("rnn", "simple_rnn").replace("simple_simple", "simple")
    if case["layout"] not in GATES or layer not in GATES[case["layout"]]:
        raise Skip("other layouts or layers")
    require(case["config"], num_layers=1, bidirectional=False, proj_size=0, stateful=False, reset_after=True)
    for key in ("mask", "lengths"):
        if key in case["inputs"]:
            raise Skip(f"no {key}")
    return layer


def by_gate(case, weights):
    """Gate -> (W [m, u], U [u, u], input bias [u], recurrent bias [u]), x W + h U."""
    kind = kind_of(case)
    gates = GATES[case["layout"]][kind]
    if case["layout"] == "keras":
        kernel, recurrent = weights["kernel"], weights["recurrent_kernel"]
        bias = weights.get("bias", jnp.zeros(kernel.shape[1], kernel.dtype))
        biases = bias if bias.ndim == 2 else jnp.stack([bias, jnp.zeros_like(bias)])
    else:
        end = "" if case["layer"].endswith("_cell") else "_l0"
        kernel, recurrent = weights["weight_ih" + end].T, weights["weight_hh" + end].T
        zero = jnp.zeros(kernel.shape[1], kernel.dtype)
        biases = jnp.stack([weights.get("bias_ih" + end, zero), weights.get("bias_hh" + end, zero)])
    blocks = (jnp.split(value, len(gates), axis=1) for value in (kernel, recurrent, biases))
    return {gate: (w, u, b[0], b[1]) for gate, w, u, b in zip(gates, *blocks)}


def activations_of(case):
    """(activation, recurrent activation) of a case; tanh and sigmoid where the layout has no choice."""
    config = case["config"]
    names = config.get("activation", config.get("nonlinearity", "tanh")), config.get("recurrent_activation", "sigmoid")
    for name in names:
        if name not in ACTIVATIONS:
            raise Skip(f"no activation {name}")
    return tuple(ACTIVATIONS[name] for name in names)


def runner(make_step):
    """run(case, weights, inputs) for `serve`.

    make_step(case, kind, gates, dtype) gives the engine's step: (state, x_t [N, m]) -> state: (h,) or (h, c).
    """

    def run(case, weights, inputs):
        kind, config = kind_of(case), case["config"]

        def forward(weights, inputs):
            step = make_step(case, kind, by_gate(case, weights), inputs["x"].dtype)
            x = inputs["x"][:, ::-1] if config.get("go_backwards") else inputs["x"]
            names = ("h0", "c0") if kind == "lstm" else ("h0",)
            zero = jnp.zeros((x.shape[0], config["units"]), x.dtype)
            state = tuple(inputs.get(name, zero) for name in names)
            stacked = case["layout"] == "pytorch" and not case["layer"].endswith("_cell")
            state = tuple(part.reshape(zero.shape) for part in state)

            def scanned(state, x_t):
                state = step(state, x_t)
                return state, state[0]

            state, hidden = jax.lax.scan(scanned, state, jnp.swapaxes(x, 0, 1))
            outputs = jnp.swapaxes(hidden, 0, 1)
            if case["layout"] == "keras" and not config.get("return_sequences"):
                outputs = outputs[:, -1]
            finals = (part[None] if stacked else part for part in state)
            return {"outputs": outputs, **dict(zip("hc", finals))}

        def loss(weights, inputs):
            values = forward(weights, inputs)
            return sum((values[name] * cotangents[name]).sum() for name in cotangents)

        results = forward(weights, inputs)
        if "cotangents" in case:
            cotangents = {
                name: np.array(t["data"], case["dtype"]).reshape(t["shape"]) for name, t in case["cotangents"].items()
            }
            for which, gradients in zip(("weights", "inputs"), jax.grad(loss, argnums=(0, 1))(weights, inputs)):
                results |= {f"gradients.{which}.{name}": value for name, value in gradients.items()}
        return results

    return run
