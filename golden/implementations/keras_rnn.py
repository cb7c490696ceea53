"""Keras' own layers on any of its backends, forward, for the layout keras.

    python3 keras_rnn.py BACKEND

BACKEND: tensorflow, jax, torch. pip install keras, and the backend.
"""

import os
import sys

BACKENDS = ("tensorflow", "jax", "torch")
if len(sys.argv) != 2 or sys.argv[1] not in BACKENDS:
    sys.exit(f"usage: keras_rnn.py {'|'.join(BACKENDS)}")
os.environ["KERAS_BACKEND"] = sys.argv[1]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
if sys.argv[1] == "jax":
    os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
from protocol import Skip, serve

CLASSES = {"simple_rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
OPTIONS = ("activation", "recurrent_activation", "use_bias", "return_sequences", "go_backwards", "stateful")
OPTIONS += ("reset_after", "zero_output_for_mask")
ORDER = ("kernel", "recurrent_kernel", "bias")


def recurrent(layer, config, dtype, **more):
    """SimpleRNN, LSTM or GRU with the case's options."""
    if layer not in CLASSES:
        raise Skip(f"no {layer} here")
    options = {key: config[key] for key in OPTIONS if key in config} | more
    return CLASSES[layer](config["units"], return_state=True, dtype=dtype, **options)


def ordered(weights, prefix=""):
    """A layer's weights in Keras' order."""
    return [weights[prefix + name] for name in ORDER if prefix + name in weights]


def arguments(inputs):
    """The mask and the initial state of a call."""
    result = {}
    if "mask" in inputs:
        result["mask"] = keras.ops.convert_to_tensor(inputs["mask"].astype(bool))
    states = [inputs[name] for name in ("h0", "c0") if name in inputs] or inputs.get("initial_states")
    if states:
        result["initial_state"] = [keras.ops.convert_to_tensor(state) for state in states]
    return result


def numpy(value):
    """A Keras tensor as an array."""
    return np.asarray(keras.ops.convert_to_numpy(value))


def dense(case, weights, inputs):
    """Dense, alone or at every step."""
    config = case["config"]
    layer = keras.layers.Dense(
        config["units"], activation=config["activation"], use_bias=config["use_bias"], dtype=case["dtype"]
    )
    layer.build(inputs["x"].shape)
    layer.set_weights(ordered(weights))
    if case["layer"] == "time_distributed_dense":
        layer = keras.layers.TimeDistributed(layer, dtype=case["dtype"])
    return {"outputs": numpy(layer(inputs["x"]))}


def single(case, weights, inputs):
    """One recurrent layer, whole or in pieces."""
    config, x = case["config"], inputs["x"]
    layer = recurrent(case["layer"], config, case["dtype"])
    layer.build(x.shape)
    layer.set_weights(ordered(weights))
    begin, pieces = 0, []
    for length, reset in zip(config.get("chunks", [x.shape[1]]), config.get("reset_before", [0])):
        if reset:
            layer.reset_state()
        piece, *states = layer(x[:, begin : begin + length], **arguments(inputs))
        pieces.append(numpy(piece))
        begin += length
    outputs = np.concatenate(pieces, 1) if "chunks" in config else pieces[0]
    return {"outputs": outputs, **dict(zip("hc", map(numpy, states)))}


def bidirectional(case, weights, inputs):
    """Bidirectional around two recurrent layers."""
    config, dtype = case["config"], case["dtype"]
    forward = recurrent(config["forward"]["layer"], config["forward"]["config"], dtype)
    backward = config.get("backward", config["forward"])
    backward = recurrent(backward["layer"], backward["config"] | {"go_backwards": True}, dtype)
    layer = keras.layers.Bidirectional(forward, merge_mode=config["merge_mode"], backward_layer=backward, dtype=dtype)
    layer.build(inputs["x"].shape)
    layer.forward_layer.set_weights(ordered(weights, "forward/"))
    layer.backward_layer.set_weights(ordered(weights, "backward/"))
    values = list(map(numpy, layer(inputs["x"], **arguments(inputs))))
    names = ["outputs"] if config["merge_mode"] else ["outputs", "outputs_backward"]
    states = values[len(names) :]
    return {**dict(zip(names, values)), **{f"states[{k}]": state for k, state in enumerate(states)}}


def run(case, weights, inputs):
    """The results of a case."""
    if case["layout"] != "keras":
        raise Skip("other layouts")
    if case["layer"] in ("dense", "time_distributed_dense"):
        return dense(case, weights, inputs)
    if case["layer"] == "bidirectional":
        return bidirectional(case, weights, inputs)
    return single(case, weights, inputs)


if __name__ == "__main__":
    serve(run, forward_only=True, no_steps=True)
