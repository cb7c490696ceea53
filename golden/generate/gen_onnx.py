"""ONNX operators RNN, LSTM and GRU, one node each, run by ONNX Runtime in float32."""

import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import onnx
import onnxruntime
from cell_specs import BIDIRECTIONAL, REVERSE, cell, spec
from command import generate
from common import Tensor, draw, rng, weight_scale
from onnx import TensorProto
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
VERSION = f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}"
OPERATORS = {"simple_rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
GATE_COUNT = {"simple_rnn": 1, "lstm": 4, "gru": 3}
GATE_ORDER = {"lstm": ["i", "o", "f", "g"], "gru": ["z", "r", "g"]}
ACTIVATIONS = {"simple_rnn": ["Tanh"], "lstm": ["Sigmoid", "Tanh", "Tanh"], "gru": ["Sigmoid", "Tanh"]}
OPSET = 22
ATTRIBUTES = (
    "direction",
    "activations",
    "activation_alpha",
    "activation_beta",
    "clip",
    "input_forget",
    "linear_before_reset",
    "layout",
)
# The operator's names of what a case calls otherwise.
INPUT_NAMES = {"X": "x", "initial_h": "h0", "initial_c": "c0", "sequence_lens": "lengths"}


def build(layer, config, feed, element=TensorProto.FLOAT):
    """Build a model of one node for these inputs."""
    attributes = {"hidden_size": config["units"]}
    attributes.update({key: config[key] for key in ATTRIBUTES if config.get(key) is not None})
    places = ["X", "W", "R", "B", "sequence_lens", "initial_h", *(["initial_c", "P"] if layer == "lstm" else [])]
    inputs = [place if place in feed else "" for place in places]
    while inputs and not inputs[-1]:
        inputs.pop()
    outputs = ["Y", "Y_h", *(["Y_c"] if layer == "lstm" else [])]
    node = onnx.helper.make_node(OPERATORS[layer], inputs, outputs, **attributes)
    given = [
        onnx.helper.make_tensor_value_info(
            name, TensorProto.INT32 if name == "sequence_lens" else element, list(feed[name].shape)
        )
        for name in inputs
        if name
    ]
    returned = [
        onnx.helper.make_tensor_value_info(name, element, [None] * (4 if name == "Y" else 3)) for name in outputs
    ]
    graph = onnx.helper.make_graph([node], "g", given, returned)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    return model


def run(layer, config, feed, threads=0):
    """Run a node in ONNX Runtime; return outputs, h and (LSTM) c.

    threads: 0 is ONNX Runtime's own choice. Another number of threads may change the last bit.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = threads
    options.log_severity_level = 4
    model = build(layer, config, feed).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return dict(zip(("outputs", "h", "c"), session.run(None, feed)))


def explicit(layer, config):
    """Return the configuration with every default of the operator written out."""
    directions = 2 if config.get("direction") == "bidirectional" else 1
    activations = config.get("activations") or ACTIVATIONS[layer] * directions
    full = {
        "units": config["units"],
        "direction": config.get("direction", "forward"),
        "activations": activations,
    }
    full.update({key: config[key] for key in ("activation_alpha", "activation_beta", "clip") if key in config})
    if layer == "lstm":
        full["input_forget"] = config.get("input_forget", 0)
    if layer == "gru":
        full["linear_before_reset"] = config.get("linear_before_reset", 0)
    full["layout"] = 0
    if layer in GATE_ORDER:
        full["gate_order"] = GATE_ORDER[layer]
    return full


def draw_feed(spec, random):
    """Return all inputs of the node, in float32."""
    layer, config = spec["layer"], spec["config"]
    N, T, m, u = spec["N"], spec["T"], spec["m"], config["units"]
    directions = 2 if config.get("direction") == "bidirectional" else 1
    rows = GATE_COUNT[layer] * u
    scale = spec.get("w_scale")
    feed = {"X": draw(random, (T, N, m), spec.get("x_scale", 1.0), 2)}
    feed["W"] = draw(random, (directions, rows, m), scale or weight_scale(m))
    feed["R"] = draw(random, (directions, rows, u), scale or weight_scale(u))
    if spec.get("B", True):
        feed["B"] = draw(random, (directions, 2 * rows), 0.5)
    if spec.get("P"):
        feed["P"] = draw(random, (directions, 3 * u), 0.6)
    if spec.get("h0"):
        feed["initial_h"] = draw(random, (directions, N, u), 0.8, 2)
        if layer == "lstm":
            feed["initial_c"] = draw(random, (directions, N, u), spec.get("s_scale", 0.8), 2)
    feed = {key: array.astype(np.float32) for key, array in feed.items()}
    if "lengths" in spec:
        feed["sequence_lens"] = np.asarray(spec["lengths"], np.int32)
    return feed


def print_reference(name, layer, config, feed, expected):
    """Print how far the evaluator of the onnx package is away in float64, where it covers the case."""
    feed = {key: array if key == "sequence_lens" else array.astype(np.float64) for key, array in feed.items()}
    try:
        reference = ReferenceEvaluator(build(layer, config, feed, TensorProto.DOUBLE)).run(None, feed)
        worst = max(float(np.max(np.abs(a - b))) for a, b in zip(expected.values(), reference, strict=True))
        print(f"   {name:<44} ONNX Runtime and onnx.reference in float64 differ by {worst:.1e}")
    except Exception as error:  # the evaluator lacks some options; the numbers are ONNX Runtime's
        print(f"   {name:<44} onnx.reference: {str(error)[:90]}")


def make_case(folder, spec):
    """Make a case of ONNX by its specification."""
    name, layer, config = spec["name"], spec["layer"], spec["config"]
    feed = draw_feed(spec, rng(folder, name))
    expected = run(layer, config, feed, threads=1)
    print_reference(name, layer, config, feed, expected)
    inputs = {
        INPUT_NAMES[key]: array.tolist() if key == "sequence_lens" else Tensor(array)
        for key, array in feed.items()
        if key in INPUT_NAMES
    }
    how = "gen/gen_onnx.py: one node built with onnx.helper, run by onnxruntime CPU (float32 only)"
    case = {
        "name": name,
        "kind": "reference",
        "source": {"framework": "onnx", "version": VERSION, "how": how},
        "layout": "onnx",
        "dtype": "float32",
        "layer": layer,
        "config": explicit(layer, config),
        "weights": {key: Tensor(feed[key]) for key in ("W", "R", "B", "P") if key in feed},
        "inputs": inputs,
        "expected": expected,
        "tolerance": {"abs": spec.get("abs", 2e-6), "rel": 1e-5},
    }
    if "note" in spec:
        case["note"] = spec["note"]
    return case


FAMILIES = {
    "onnx_ops": [
        spec("onnx_rnn_forward", cell("simple_rnn", 3), (2, 4, 2), h0=True),
        spec("onnx_rnn_bidirectional", cell("simple_rnn", 3, **BIDIRECTIONAL), (2, 4, 2)),
        spec("onnx_lstm_forward", cell("lstm", 3), (2, 4, 2), h0=True),
        spec(
            "onnx_lstm_peephole",
            cell("lstm", 3),
            (2, 4, 2),
            P=True,
            h0=True,
            note="P is [i, o, f]; the output gate looks at the new cell state",
        ),
        spec("onnx_lstm_bidirectional", cell("lstm", 3, **BIDIRECTIONAL), (2, 4, 2), P=True),
        spec("onnx_lstm_reverse_lengths", cell("lstm", 3, **REVERSE), (3, 5, 2), lengths=[5, 2, 3]),
        spec("onnx_gru_before", cell("gru", 3, linear_before_reset=0), (2, 4, 2), h0=True),
        spec("onnx_gru_after", cell("gru", 3, linear_before_reset=1), (2, 4, 2), h0=True),
        spec("onnx_gru_reverse", cell("gru", 3, linear_before_reset=1, **REVERSE), (2, 4, 2)),
        spec("onnx_gru_bidirectional_before", cell("gru", 3, linear_before_reset=0, **BIDIRECTIONAL), (2, 4, 2)),
        spec(
            "onnx_lstm_hard_sigmoid",
            cell(
                "lstm",
                3,
                activations=["HardSigmoid", "Tanh", "Tanh"],
                activation_alpha=[0.2, 0.0, 0.0],
                activation_beta=[0.5, 0.0, 0.0],
            ),
            (2, 4, 2),
            x_scale=3.0,
            note="HardSigmoid(0.2, 0.5) is the recurrent activation that Keras 2.0.3 used by default",
        ),
    ],
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
