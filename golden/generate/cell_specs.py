"""Short ways to write specifications of the cells and layers of TensorFlow 1, PyTorch, ONNX and MXNet.

The options of a case are those of keras_specs.py, as far as they apply, and `lengths`; for ONNX `B` (False: no bias),
`P` (peepholes) and `abs` (the tolerance).
"""

BIDIRECTIONAL = {"direction": "bidirectional"}
REVERSE = {"direction": "reverse"}


def cell(layer, units, **config):
    """Return a cell or layer by name."""
    return {"layer": layer, "config": {"units": units, **config}}


def multi(*cells):
    """Return a MultiRNNCell of TensorFlow 1."""
    return {"layer": "multi_rnn_cell", "config": {"cells": list(cells)}}


def spec(name, layer, sizes, **options):
    """Return the specification of a case; sizes: N, T and m."""
    return {"name": name, **dict(zip("NTm", sizes)), **layer, **options}
