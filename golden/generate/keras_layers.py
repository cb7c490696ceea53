"""Real Keras 3 layers by the names and options of the cases: how they are built, their variables, their defaults."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import keras
import tensorflow as tf

VERSION = f"keras {keras.__version__}, tensorflow {tf.__version__}"
RECURRENT = ("simple_rnn", "lstm", "gru")
GATES = {"lstm": ["i", "f", "g", "o"], "gru": ["z", "r", "g"]}


# ---------------------------------------------------------------- building
def cell_options(layer, config):
    """Return the options that a recurrent layer and its cell have in common."""
    options = {"units": config["units"], "activation": config.get("activation", "tanh")}
    options["use_bias"] = config.get("use_bias", True)
    if layer != "simple_rnn":
        options["recurrent_activation"] = config.get("recurrent_activation", "sigmoid")
    if layer == "gru":
        options["reset_after"] = config.get("reset_after", True)
    return options


def build_recurrent(layer, config, dtype):
    """Build a SimpleRNN, LSTM or GRU that returns its states."""
    options = cell_options(layer, config)
    options["return_sequences"] = config.get("return_sequences", False)
    options["go_backwards"] = config.get("go_backwards", False)
    options["stateful"] = config.get("stateful", False)
    if config.get("zero_output_for_mask"):
        options["zero_output_for_mask"] = True
    if layer != "simple_rnn":
        options["use_cudnn"] = False
    constructor = {"simple_rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[layer]
    return constructor(return_state=True, dtype=dtype, **options)


def build_bidirectional(config, dtype):
    """Build a Bidirectional; without `backward` Keras copies the forward layer."""
    forward = build(config["forward"]["layer"], config["forward"]["config"], dtype)
    backward = None
    if "backward" in config:
        backward_config = dict(config["backward"]["config"], go_backwards=True)
        backward = build(config["backward"]["layer"], backward_config, dtype)
    merge_mode = config["merge_mode"]
    return keras.layers.Bidirectional(forward, merge_mode=merge_mode, backward_layer=backward, dtype=dtype)


def build_stacked_cells(config, dtype):
    """Build an RNN around StackedRNNCells."""
    constructors = {
        "simple_rnn": keras.layers.SimpleRNNCell,
        "lstm": keras.layers.LSTMCell,
        "gru": keras.layers.GRUCell,
    }
    cells = [
        constructors[cell["layer"]](dtype=dtype, **cell_options(cell["layer"], cell["config"]))
        for cell in config["cells"]
    ]
    return keras.layers.RNN(
        keras.layers.StackedRNNCells(cells, dtype=dtype),
        return_sequences=config.get("return_sequences", False),
        return_state=True,
        go_backwards=config.get("go_backwards", False),
        dtype=dtype,
    )


def build(layer, config, dtype):
    """Build the Keras layer of a case."""
    if layer in RECURRENT:
        return build_recurrent(layer, config, dtype)
    if layer == "bidirectional":
        return build_bidirectional(config, dtype)
    if layer == "stacked_cells":
        return build_stacked_cells(config, dtype)
    if layer == "dense":
        activation, use_bias = config.get("activation", "linear"), config.get("use_bias", True)
        return keras.layers.Dense(config["units"], activation=activation, use_bias=use_bias, dtype=dtype)
    if layer == "time_distributed_dense":
        return keras.layers.TimeDistributed(build("dense", config, dtype), dtype=dtype)
    if layer == "masking":
        return keras.layers.Masking(mask_value=config["mask_value"], dtype=dtype)
    if layer == "embedding":
        mask_zero = config.get("mask_zero", False)
        return keras.layers.Embedding(config["input_dim"], config["output_dim"], mask_zero=mask_zero, dtype=dtype)
    raise ValueError(layer)


# ---------------------------------------------------------------- variables
def cell_variables(cell):
    """Return the variables of a recurrent cell by name."""
    found = {"kernel": cell.kernel, "recurrent_kernel": cell.recurrent_kernel}
    if cell.use_bias:
        found["bias"] = cell.bias
    return found


def under(prefix, members):
    """Put a prefix before every key."""
    return {prefix + key: item for key, item in members.items()}


def variables(layer, built):
    """Return the variables of a layer by the names of the case."""
    if layer in RECURRENT:
        return cell_variables(built.cell)
    if layer == "bidirectional":
        forward, backward = built.forward_layer.cell, built.backward_layer.cell
        return {**under("forward/", cell_variables(forward)), **under("backward/", cell_variables(backward))}
    if layer == "stacked_cells":
        found = {}
        for index, cell in enumerate(built.cell.cells):
            found.update(under(f"{index}/", cell_variables(cell)))
        return found
    if layer == "dense":
        return {"kernel": built.kernel} if built.bias is None else {"kernel": built.kernel, "bias": built.bias}
    if layer == "time_distributed_dense":
        return variables("dense", built.layer)
    if layer == "masking":
        return {}
    if layer == "embedding":
        return {"embeddings": built.embeddings}
    raise ValueError(layer)


def layers_of(spec):
    """Return [(prefix of its weights, layer, config)] of a stack, or of a single layer."""
    if spec["layer"] == "stack":
        layers = spec["config"]["layers"]
        return [(f"{index}/", layer["layer"], layer["config"]) for index, layer in enumerate(layers)]
    return [("", spec["layer"], spec["config"])]


def weight_shapes(spec, x_shape):
    """Build once in Keras and read the shapes of all weights from Keras itself."""
    shape, found = tuple(x_shape), {}
    for prefix, layer, config in layers_of(spec):
        built = build(layer, config, "float32")
        if layer == "embedding":
            built.build(shape[:2])
            shape = (*shape[:2], config["output_dim"])
        elif layer != "masking":
            built.build(shape)
            output = built.compute_output_shape(shape)
            several = isinstance(output, (list, tuple)) and isinstance(output[0], (list, tuple))
            shape = tuple(output[0] if several else output)
        for key, variable in variables(layer, built).items():
            found[prefix + key] = tuple(variable.shape)
    return found


# ---------------------------------------------------------------- configuration
def explicit(layer, config):
    """Return the configuration with every default of the framework written out."""
    if layer in ("dense", "time_distributed_dense"):
        activation, use_bias = config.get("activation", "linear"), config.get("use_bias", True)
        return {"units": config["units"], "activation": activation, "use_bias": use_bias}
    if layer == "stack":
        return {"layers": [explicit_layer(inner) for inner in config["layers"]]}
    if layer == "bidirectional":
        nested = ("forward", "backward")
        return {key: explicit_layer(item) if key in nested else item for key, item in config.items()}
    if layer == "stacked_cells":
        return {
            "return_sequences": config.get("return_sequences", False),
            "go_backwards": config.get("go_backwards", False),
            "cells": [explicit_cell(cell) for cell in config["cells"]],
        }
    if layer in RECURRENT:
        return explicit_recurrent(layer, config)
    return dict(config)


def explicit_layer(inner):
    """Return a layer inside another, with its defaults written out."""
    return {"layer": inner["layer"], "config": explicit(inner["layer"], inner["config"])}


def explicit_cell(cell):
    """Return a cell of a stack of cells: a layer without the options of a sequence."""
    config = explicit(cell["layer"], cell["config"])
    kept = {key: item for key, item in config.items() if key not in ("return_sequences", "go_backwards")}
    return {"layer": cell["layer"], "config": kept}


def explicit_recurrent(layer, config):
    """Return the configuration of a SimpleRNN, LSTM or GRU."""
    full = {"units": config["units"], "activation": config.get("activation", "tanh")}
    if layer != "simple_rnn":
        full["recurrent_activation"] = config.get("recurrent_activation", "sigmoid")
    if layer == "gru":
        full["reset_after"] = config.get("reset_after", True)
    full["use_bias"] = config.get("use_bias", True)
    full["return_sequences"] = config.get("return_sequences", False)
    full["go_backwards"] = config.get("go_backwards", False)
    full.update({key: item for key, item in config.items() if key not in full and key != "gate_order"})
    if layer in GATES:
        full["gate_order"] = GATES[layer]
    return full
