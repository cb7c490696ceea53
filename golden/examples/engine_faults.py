"""What an ONNX engine makes of the options of RNN, LSTM and GRU, without the suite.

    python3 engine_faults.py ENGINE

ENGINE: reference, openvino, tract (see ../implementations/onnx_rnn.py). For every option a model of one node with drawn
weights runs in the engine, and in ONNX Runtime with the option and without it:

    right     the engine gives ONNX Runtime's numbers
    ignored   the engine gives the numbers that ONNX Runtime gives without the option
    wrong     something else
    refused   the engine says that it does not have it

pip install onnx onnxruntime numpy, and openvino or tract.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "implementations"))

from onnx_rnn import ENGINES, model_of

GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}
DEFAULT = {"simple_rnn": ["Tanh"], "lstm": ["Sigmoid", "Tanh", "Tanh"], "gru": ["Sigmoid", "Tanh"]}
OTHER = {"simple_rnn": ["Relu"], "lstm": ["Sigmoid", "Relu", "Tanh"], "gru": ["Sigmoid", "Relu"]}
HARD = {"simple_rnn": ["Sigmoid"], "lstm": ["HardSigmoid", "Tanh", "Tanh"], "gru": ["HardSigmoid", "Tanh"]}


def options(layer):
    """Name -> (config with, config without, input that is left out in the run without)."""
    two = {"direction": "bidirectional"}
    table = {
        "no option": ({}, {}, None),
        "direction reverse": ({"direction": "reverse"}, {}, None),
        "direction bidirectional": (two, two, None),
        "activations": ({"activations": OTHER[layer]}, {}, None),
        "activations (HardSigmoid or Sigmoid)": ({"activations": HARD[layer]}, {}, None),
        "activations of the second direction": (
            two | {"activations": DEFAULT[layer] + OTHER[layer]},
            two | {"activations": DEFAULT[layer] * 2},
            None,
        ),
        "clip": ({"clip": 0.3}, {}, None),
        "initial_h": ({}, {}, "h0"),
        "sequence_lens": ({}, {}, "lengths"),
    }
    if layer == "lstm":
        table |= {
            "input_forget": ({"input_forget": 1}, {}, None),
            "P (peepholes)": ({}, {}, "P"),
            "initial_c": ({}, {}, "c0"),
        }
    if layer == "gru":
        table["linear_before_reset"] = ({"linear_before_reset": 1}, {}, None)
    return table


def drawn(layer, directions):
    """Weights and inputs of 2 samples, 5 steps, 3 features, 4 units, all numbers apart."""
    generator, gates = np.random.default_rng(1), GATES[layer]

    def draw(*shape):
        return generator.uniform(-0.9, 0.9, shape).astype(np.float32)

    weights = {
        "W": draw(directions, gates * 4, 3),
        "R": draw(directions, gates * 4, 4),
        "B": draw(directions, gates * 8),
    }
    extra = {"P": draw(directions, 12), "h0": draw(directions, 2, 4), "c0": draw(directions, 2, 4), "lengths": [5, 3]}
    return weights, {"x": draw(5, 2, 3) * 2}, extra


def outputs_of(engine, layer, config, use):
    """Y, Y_h and Y_c in one row."""
    weights, inputs, extra = drawn(layer, 2 if config.get("direction") == "bidirectional" else 1)
    if layer == "lstm" and (use or config):  # tract refuses an LSTM without initial state: zero says the same
        inputs |= {key: np.zeros_like(extra[key]) for key in ("h0", "c0")}
    if use == "P":
        weights["P"] = extra["P"]
    elif use:
        inputs[use] = extra[use]
    case = {"layer": layer, "config": {"units": 4, **config}}
    model, feeds, outputs = model_of(case, weights, inputs)
    return np.concatenate([np.asarray(value).reshape(-1) for value in ENGINES[engine](model, feeds, outputs)])


def main(engine):
    """Print the verdict on every option of every layer."""
    package = {"reference": "onnx"}.get(engine, engine)
    print(f"{engine} {version(package)} beside ONNX Runtime {version('onnxruntime')}")
    for layer in GATES:
        for name, (config, without, use) in options(layer).items():
            right = outputs_of("onnxruntime", layer, config, use)
            plain = outputs_of("onnxruntime", layer, without, None)
            try:
                received = outputs_of(engine, layer, config, use)
            except Exception as error:  # noqa: BLE001 - every engine has errors of its own
                print(f"  {layer:10s} {name:37s} refused   {type(error).__name__}")
                continue
            difference = np.abs(received - right).max()
            if difference < 1e-5:
                verdict = "right"
            elif np.abs(received - plain).max() < 1e-5 and np.abs(right - plain).max() > 1e-3:
                verdict = "ignored"
            else:
                verdict = "wrong"
            print(f"  {layer:10s} {name:37s} {verdict:9s} largest difference {difference:.2g}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ENGINES:
        sys.exit(__doc__)
    main(sys.argv[1])
