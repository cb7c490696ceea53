"""The real cells of Keras and TensorFlow 1, driven step by step under a tape: every value of every step and its gradient.

Recorders stand around the cells' own activation functions: what goes into one is the pre-activation of a gate, what
comes out is the gate.  The tape then gives the gradient of the loss with respect to each of these tensors.
"""
import gen_tf1 as TF1                      # first: it sets TensorFlow's environment
import keras_run as K
import numpy as np, tensorflow as tf


class Recorder:
    def __init__(self, f): self.f, self.calls = f, []
    def __call__(self, x):
        y = self.f(x)
        self.calls.append((x, y))
        return y


def keras_step(kind, cell, x, state):
    """-> {name: tensor}, state by name"""
    act, rec = Recorder(cell.activation), Recorder(getattr(cell, "recurrent_activation", None))
    old = cell.activation, getattr(cell, "recurrent_activation", None)
    cell.activation = act
    if kind != "simple_rnn": cell.recurrent_activation = rec
    try: _, new = cell(x, [state[k] for k in ("h", "c") if k in state])
    finally:
        cell.activation = old[0]
        if kind != "simple_rnn": cell.recurrent_activation = old[1]
    return named(kind, act.calls, rec.calls, "ifo"), dict(zip("hc", new))


def named(kind, act, rec, order):
    v = {}
    if kind == "simple_rnn": v["pre_h"] = act[0][0]
    elif kind == "lstm":
        for k, (x, y) in zip(order, rec): v["pre_" + k], v[k] = x, y
        v["pre_g"], v["g"] = act[0]
        v["tanh_c"] = act[1][1]
    else:
        for k, (x, y) in zip("zr", rec): v["pre_" + k], v[k] = x, y
        v["pre_g"], v["g"] = act[0]
    return v


def tf1_step(kind, cell, x, state):
    lc, proxy, act0 = TF1.lc, TF1.TFProxy(), cell._activation
    rec, act = Recorder(tf.sigmoid), Recorder(act0)
    proxy.sigmoid = rec
    lc.tf, cell._activation = proxy, act
    try: _, new = cell(x, TF1.pack(cell, [state["c"], state["h"]] if kind == "lstm" else [state["h"]]))
    finally: lc.tf, cell._activation = tf, act0
    new = dict(zip("ch" if kind == "lstm" else "h", tf.nest.flatten(new)))
    if kind != "gru": return named(kind, act.calls, rec.calls, "fio"), new
    u = cell._num_units
    (x, y), = rec.calls                     # r and u side by side in one call
    v = {"pre_g": act.calls[0][0], "g": act.calls[0][1]}
    for k, s in (("r", slice(0, u)), ("z", slice(u, 2 * u))): v["pre_" + k], v[k] = (x, s), (y, s)
    return v, new


def trace(layers, step, x, states, cot, cot_states, last_only=False):
    """layers: [[(prefix, kind, cell, backwards)]] of real cells with their weights.  -> outputs, values, gradients"""
    const = lambda v: tf.constant(v, "float64")
    x, states = const(x), [{k: const(v) for k, v in s.items()} for s in states]
    found, finals = {}, []
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x] + [v for s in states for v in s.values()])
        for layer in layers:
            sides, T = [], x.shape[1]
            for prefix, kind, cell, backwards in layer:
                state, outs = states[len(finals)], []
                for t in range(T)[::-1] if backwards else range(T):
                    v, state = step(kind, cell, x[:, t], state)
                    v.update(state)
                    outs.append(state["h"])
                    for k, w in v.items(): found.setdefault(prefix + k, []).append(w)
                finals.append(state)
                sides.append(tf.stack(outs[::-1] if backwards else outs, 1))
            x = tf.concat(sides, -1)
        out = x[:, -1] if last_only else x
        loss = tf.reduce_sum(out * const(cot))
        for s, d in zip(finals, cot_states):
            for k, w in d.items(): loss += tf.reduce_sum(s[k] * const(w))
    cut = lambda w, f: f(w[0])[:, w[1]] if isinstance(w, tuple) else f(w)
    def gradient(v):
        g = tape.gradient(loss, v)
        return np.zeros(v.shape) if g is None else g.numpy()
    values = {k: np.stack([cut(w, lambda a: a.numpy()) for w in ws], 1) for k, ws in found.items()}
    gradients = {k: np.stack([cut(w, gradient) for w in ws], 1) for k, ws in found.items()}
    return out.numpy(), values, gradients


def dense_trace(layer, x, cot):
    """A dense layer on [N, m], or on every step of [N, T, m]."""
    rec, old = Recorder(layer.activation), layer.activation
    layer.activation = rec
    x = tf.constant(x, "float64")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x)
        loss = tf.reduce_sum(y * tf.constant(cot, "float64"))
    layer.activation = old
    (pre, out), = rec.calls
    return y.numpy(), {"pre_y": pre.numpy(), "y": out.numpy()}, {k: tape.gradient(loss, v).numpy() for k, v in (("pre_y", pre), ("y", out))}
