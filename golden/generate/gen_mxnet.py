"""Apache MXNet's symbolic cells, fused layers, and the network of its example bi-lstm-sort."""

import sys

import mxnet_sort
import numpy as np
from cell_specs import cell, spec
from command import generate
from common import draw, in_dtype, rng, shown, weight_scale
from mxnet_run import FUSED, VERSION, explicit, run, shapes
from tolerances import tolerance

LISTED_STATES = ("bidirectional_cell", "sequential_cell")


def named_states(layer, states, suffix=""):
    """Return the flat states under the names of the case: h and c (with a suffix), or a list."""
    if layer in LISTED_STATES:
        return {"initial_states" if suffix else "states": states}
    return {name + suffix: state for name, state in zip("hc", states)}


def make_case(folder, spec):
    """Make a case of MXNet by its specification."""
    if "vocab" in spec:
        return mxnet_sort.make_case(folder, spec)
    name, dtype, layer = spec["name"], spec.get("dtype", "float64"), spec["layer"]
    random = rng(folder, name)
    weight_shapes, state_shapes = shapes(spec)
    weights = {}
    for key, shape in weight_shapes.items():
        scale = spec.get("w_scale") or weight_scale(shape[1] if len(shape) > 1 else 4)
        weights[key] = draw(random, shape, scale)
    sizes = (spec["N"], spec["T"], spec["m"])
    values = {"x": draw(random, sizes, spec.get("x_scale", 1.0), 2), "given": spec.get("h0", False)}
    given = values["given"]
    values["states"] = [draw(random, shape, 0.8, 2) if given else np.zeros(shape) for shape in state_shapes]

    def run_in(computed):
        return run(spec, computed, in_dtype(weights, dtype, computed), in_dtype(values, dtype, computed, ("given",)))

    values["cotangents"] = {"outputs": draw(random, run_in("float32")[0]["outputs"].shape, 1.0, 2)}
    if spec.get("state_cot"):
        values["cotangents"]["states"] = [draw(random, shape, 1.0, 2) for shape in state_shapes]
    expected, gradients = run_in(dtype)
    double = run_in("float64") if dtype == "float32" else (None, None)

    inputs = {"x": shown(values["x"], dtype)}
    if given:
        inputs.update(named_states(layer, shown(values["states"], dtype), "0"))
    cotangents = shown(values["cotangents"], dtype)
    if "states" in cotangents:
        cotangents.update(named_states(layer, cotangents.pop("states")))
    driver = "mx.gluon.rnn fused layer, layout NTC, autograd"
    if layer not in FUSED:
        driver = "mx.rnn symbolic cell, unroll, bind, backward"
    case = {
        "name": name,
        "kind": "reference",
        "source": {"framework": "mxnet", "version": VERSION, "how": f"gen/gen_mxnet.py: {driver}"},
        "layout": "mxnet",
        "dtype": dtype,
        "layer": layer,
        "config": explicit(layer, spec["config"]),
        "weights": shown(weights, dtype),
        "inputs": inputs,
        "cotangents": cotangents,
        "expected": expected,
        "expected_gradients": gradients,
        "tolerance": tolerance(dtype, expected, double[0], gradients, double[1]),
    }
    if layer == "lstm_cell":
        case["note"] = (
            "mx.rnn.LSTMCell adds no forget bias when it runs; its forget_bias argument only sets the initial i2h_bias"
        )
    return case


def bidirectional(forward, backward):
    """Return a BidirectionalCell."""
    return {"layer": "bidirectional_cell", "config": {"forward": forward, "backward": backward}}


SORT = {"name": "mxnet_bi_lstm_sort_f64", "N": 2, "T": 4, "vocab": 6, "embed": 3, "units": 3, "labels": 6}

FAMILIES = {
    "mxnet": [
        spec("mxnet_lstm_cell_f64", cell("lstm_cell", 3), (2, 3, 2), gates=True, h0=True, state_cot=True),
        spec("mxnet_gru_cell_f64", cell("gru_cell", 3), (2, 3, 2), gates=True, h0=True, state_cot=True),
        spec("mxnet_rnn_cell_f64", cell("rnn_cell", 3), (2, 3, 2), gates=True, h0=True),
        spec(
            "mxnet_bi_lstm_f64",
            bidirectional(cell("lstm_cell", 3), cell("lstm_cell", 3)),
            (2, 4, 2),
            h0=True,
            state_cot=True,
        ),
        spec(
            "mxnet_gluon_lstm_bi2_f64",
            cell("lstm", 3, num_layers=2, bidirectional=True),
            (2, 4, 2),
            h0=True,
            state_cot=True,
        ),
        spec("mxnet_gluon_gru_f32", cell("gru", 4), (2, 4, 3), dtype="float32"),
        SORT,
    ]
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
