"""Equinox' cells (LSTMCell, GRUCell), forward and gradients, for single layers of the layouts keras and pytorch.

pip install equinox
"""

import equinox
import jax
import jax.numpy as jnp
from jax_layers import ACTIVATIONS, activations_of, runner
from protocol import Skip, serve


def make_step(case, kind, gates, dtype):
    """Equinox' cell with the case's weights; Equinox takes one sample, so it is mapped over the batch."""
    if kind == "simple_rnn":
        raise Skip("no simple RNN")
    if activations_of(case) != (ACTIVATIONS["tanh"], ACTIVATIONS["sigmoid"]):
        raise Skip("no other activations")
    order = "ifgo" if kind == "lstm" else "rzg"
    rows = [jnp.concatenate([gates[gate][k].T for gate in order]) for k in (0, 1)]
    features, units = gates[order[0]][0].shape
    if kind == "lstm":
        cell = equinox.nn.LSTMCell(features, units, dtype=dtype, key=jax.random.key(0))
        bias = jnp.concatenate([gates[gate][2] + gates[gate][3] for gate in order])
        parts, values = (lambda c: (c.weight_ih, c.weight_hh, c.bias)), (*rows, bias)
    else:
        cell = equinox.nn.GRUCell(features, units, dtype=dtype, key=jax.random.key(0))
        bias = jnp.concatenate([gates["r"][2] + gates["r"][3], gates["z"][2] + gates["z"][3], gates["g"][2]])
        parts, values = (lambda c: (c.weight_ih, c.weight_hh, c.bias, c.bias_n)), (*rows, bias, gates["g"][3])
    cell = equinox.tree_at(parts, cell, values)

    def step(state, x):
        if kind == "lstm":
            return jax.vmap(cell)(x, state)
        return (jax.vmap(cell)(x, state[0]),)

    return step


if __name__ == "__main__":
    serve(runner(make_step), no_steps=True)
