"""Short ways to write specifications of Keras layers and cases.

A specification holds the layer's name and configuration, the sizes N (samples), T (steps), m (features), and options:

| option | meaning |
|---|---|
| `dtype` | float64 (default) or float32 |
| `gates` | give the gates of every step |
| `h0`, `states` | draw initial states: of a single layer, or by their numbers of units |
| `state_cot` | draw cotangents of the last states |
| `grads` | False: no gradients |
| `x`, `x_scale`, `x_digits` | x itself, or the range and decimals of its numbers |
| `w_scale`, `s_scale` | ranges of weights and of states |
| `fixed` | weights that are given, by name |
| `hash`, `sample` | tensors by rule, and how many numbers of the expected ones are written |
| `mask`, `mask_rows`, `mask_value` | a mask, or the steps of x that get the mask value |
| `integer_x`, `vocab`, `pad` | x of integers below `vocab`; how many last steps of each sample are 0 |
| `chunks`, `reset_before` | lengths of the parts a stateful layer is called with; whether states are reset first |
| `note` | text for the reader |
"""

SIGMOID = {"activation": "sigmoid"}
SEQUENCES = {"return_sequences": True}


def layer(name, **config):
    """Return a layer by name."""
    return {"layer": name, "config": config}


def lstm(units, **config):
    """Return an LSTM."""
    return layer("lstm", units=units, **config)


def gru(units, **config):
    """Return a GRU."""
    return layer("gru", units=units, **config)


def simple_rnn(units, **config):
    """Return a SimpleRNN."""
    return layer("simple_rnn", units=units, **config)


def dense(units, **config):
    """Return a Dense."""
    return layer("dense", units=units, **config)


def time_distributed(units, **config):
    """Return a Dense at every step."""
    return layer("time_distributed_dense", units=units, **config)


def stack(*layers):
    """Return layers one after the other."""
    return layer("stack", layers=list(layers))


def stacked_cells(*cells, **config):
    """Return an RNN around several cells."""
    return layer("stacked_cells", cells=list(cells), **config)


def bidirectional(forward, mode="concat", backward=None):
    """Return a Bidirectional; without `backward` both directions have the same options."""
    directions = {"forward": forward} if backward is None else {"forward": forward, "backward": backward}
    return layer("bidirectional", merge_mode=mode, **directions)


def spec(name, layer, sizes=(), **options):
    """Return the specification of a case; sizes: N, T and m (no m for x of integers), unless the options hold them."""
    return {"name": name, **dict(zip("NTm", sizes)), **layer, **options}


def lengths_mask(lengths, T):
    """Return the mask of sequences that end early."""
    return [[int(t < length) for t in range(T)] for length in lengths]


def left_mask(lengths, T):
    """Return the mask of sequences that begin late."""
    return [[int(t >= T - length) for t in range(T)] for length in lengths]
