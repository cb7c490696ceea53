"""Flax' LSTMCell, GRUCell and SimpleCell, forward and gradients, for single layers of the layouts keras and pytorch.

pip install flax
"""

from flax import linen
from jax_layers import activations_of, runner
from protocol import serve


def make_step(case, kind, gates, dtype):
    """Flax' cell with the case's weights under Flax' names: `i` + gate for the input, `h` + gate for the state."""
    units, options = case["config"]["units"], {"dtype": dtype, "param_dtype": dtype}
    activation, recurrent_activation = activations_of(case)
    if kind == "simple_rnn":
        cell = linen.SimpleCell(units, activation_fn=activation, **options)
        w, u, b, b_recurrent = gates["h"]
        parameters = {"i": {"kernel": w, "bias": b + b_recurrent}, "h": {"kernel": u}}
    elif kind == "lstm":
        cell = linen.LSTMCell(units, gate_fn=recurrent_activation, activation_fn=activation, **options)
        parameters = {"i" + gate: {"kernel": w} for gate, (w, _, _, _) in gates.items()}
        parameters |= {"h" + gate: {"kernel": u, "bias": b + r} for gate, (_, u, b, r) in gates.items()}
    else:
        cell = linen.GRUCell(units, gate_fn=recurrent_activation, activation_fn=activation, **options)
        names = {"z": "z", "r": "r", "g": "n"}
        parameters = {}
        for gate, (w, u, b, r) in gates.items():
            candidate = gate == "g"  # its two biases stay apart: the reset gate stands between them
            parameters["i" + names[gate]] = {"kernel": w, "bias": b if candidate else b + r}
            parameters["h" + names[gate]] = {"kernel": u} | ({"bias": r} if candidate else {})

    def step(state, x):
        carry = (state[1], state[0]) if kind == "lstm" else state[0]  # Flax has c before h
        carry, _ = cell.apply({"params": parameters}, carry, x)
        return (carry[1], carry[0]) if kind == "lstm" else (carry,)

    return step


if __name__ == "__main__":
    serve(runner(make_step), no_steps=True)
