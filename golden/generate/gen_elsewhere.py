"""The examples with constant weights that the frameworks test their own layers with, run by the frameworks themselves.

They are here to show what such examples let through: `swift run conformance golden/elsewhere --mutants`.
"""

import sys

import numpy as np
from command import parser, write_families
from common import Tensor


def keras_weights(layer, forget_bias_one):
    """Return kernel 0.01, recurrent kernel 0.02, bias 0.03, but 1 for the forget bias (Keras' unit_forget_bias)."""
    gates = {"lstm": 4, "gru": 3, "simple_rnn": 1}[layer]
    bias = np.full((2, 9) if layer == "gru" else 3 * gates, 0.03)
    if forget_bias_one:
        bias[3:6] = 1.0
    weights = {"kernel": np.full((4, 3 * gates), 0.01), "recurrent_kernel": np.full((3, 3 * gates), 0.02), "bias": bias}
    return {key: array.astype(np.float32) for key, array in weights.items()}


def keras_case(layer, forget_bias_one):
    """Make a case of Keras' test_correctness; forget_bias_one: True, False, or None without a forget gate."""
    from keras_layers import VERSION, explicit
    from keras_run import run

    x = np.arange(72).reshape(3, 6, 4).astype(np.float32)
    weights = keras_weights(layer, forget_bias_one)
    expected, _ = run({"layer": layer, "config": {"units": 3}}, "float32", weights, {"x": x})
    suffix = {None: "", True: "_forget_bias_1", False: "_no_forget_bias"}[forget_bias_one]
    note = ", forget bias 1 (unit_forget_bias)" if forget_bias_one else ""
    return {
        "name": f"elsewhere_keras_{layer}{suffix}",
        "kind": "reference",
        "source": {
            "framework": "keras",
            "version": VERSION,
            "how": "gen/gen_elsewhere.py: the sequence and the constant weights of test_correctness",
            "file": f"keras/src/layers/rnn/{layer}_test.py",
        },
        "note": "kernel 0.01, recurrent kernel 0.02, bias 0.03" + note,
        "layout": "keras",
        "dtype": "float32",
        "layer": layer,
        "config": explicit(layer, {"units": 3}),
        "weights": {key: Tensor(array) for key, array in weights.items()},
        "inputs": {"x": Tensor(x)},
        "expected": {"outputs": expected["outputs"]},
        "tolerance": {"abs": 1e-6, "rel": 1e-6},
    }


def onnx_case(layer, test, sizes, scale, bias, peepholes):
    """Make a case of ONNX' node tests; sizes: samples, features, units; bias: of the input product, or None."""
    import gen_onnx

    samples, features, units = sizes
    rows = gen_onnx.GATE_COUNT[layer] * units
    feed = {
        "X": np.arange(1, samples * features + 1).reshape(1, samples, features),
        "W": np.full((1, rows, features), scale),
        "R": np.full((1, rows, units), scale),
    }
    if bias is not None:
        feed["B"] = np.concatenate([np.full((1, rows), bias), np.zeros((1, rows))], 1)
    if peepholes:
        feed["P"] = np.full((1, 3 * units), scale)
    feed = {key: array.astype(np.float32) for key, array in feed.items()}
    expected = gen_onnx.run(layer, {"units": units}, feed)
    config = gen_onnx.explicit(layer, {"units": units})
    config.pop("input_forget", None)
    return {
        "name": f"elsewhere_onnx_{layer}_{test}",
        "kind": "reference",
        "source": {
            "framework": "onnx",
            "version": gen_onnx.VERSION,
            "how": "gen/gen_elsewhere.py: sizes and constant weights of the node test, run by onnxruntime",
            "file": f"onnx/backend/test/case/node/{'rnn' if layer == 'simple_rnn' else layer}.py",
        },
        "layout": "onnx",
        "dtype": "float32",
        "layer": layer,
        "config": config,
        "weights": {key: Tensor(feed[key]) for key in ("W", "R", "B", "P") if key in feed},
        "inputs": {"x": Tensor(feed["X"])},
        "expected": {"h": expected["h"]},
        "tolerance": {"abs": 1e-6, "rel": 1e-6},
    }


KERAS = [("lstm", True), ("lstm", False), ("gru", None), ("simple_rnn", None)]
ONNX = [
    ("lstm", "defaults", (3, 2, 3), 0.1, None, False),
    ("lstm", "with_initial_bias", (3, 3, 4), 0.1, 0.1, False),
    ("lstm", "with_peepholes", (2, 4, 3), 0.1, 0.0, True),
    ("gru", "defaults", (3, 2, 5), 0.1, None, False),
    ("gru", "with_initial_bias", (3, 3, 3), 0.1, 0.1, False),
    ("simple_rnn", "defaults", (3, 2, 4), 0.1, None, False),
]


def main():
    """Parse the command line and write one file of golden/elsewhere."""
    arguments = parser(__doc__)
    arguments.add_argument("framework", choices=["keras", "onnx"], help="whose examples")
    options = arguments.parse_args()
    make, specs = {"keras": (keras_case, KERAS), "onnx": (onnx_case, ONNX)}[options.framework]
    cases = [(" ".join(map(str, spec[:2])), lambda spec=spec: make(*spec)) for spec in specs]
    return write_families(options.golden / "elsewhere", {f"constant_weights_{options.framework}": cases})


if __name__ == "__main__":
    sys.exit(main())
