"""TensorFlow 1's cells, called once for each step or by dynamic_rnn."""

import sys

import numpy as np
import tensorflow as tf
from cell_specs import cell, multi, spec
from command import generate
from common import draw, in_dtype, rng, shown, weight_scale
from tf1_cells import VERSION, build, explicit, named_states, run, variables
from tolerances import tolerance


def probe(layer, config, N, m):
    """Return the shapes of the weights by name and of the flat states."""
    built = build(layer, config, "float32")
    zero = built.zero_state(N, tf.float32)
    built(tf.zeros((N, m)), zero)
    weights = {key: tuple(variable.shape) for key, variable in variables(layer, built, config).items()}
    return weights, [tuple(state.shape) for state in tf.nest.flatten(zero)]


def draw_inputs(spec, random, state_shapes):
    """Return x, the flat states (zeros where the case gives none) and the lengths."""
    sizes = (spec["N"], spec["T"], spec["m"])
    values = {"x": draw(random, sizes, spec.get("x_scale", 1.0), 2), "given": spec.get("h0", False)}
    if values["given"]:
        values["states"] = [draw(random, shape, spec.get("s_scale", 0.8), 2) for shape in state_shapes]
    else:
        values["states"] = [np.zeros(shape) for shape in state_shapes]
    if "lengths" in spec:
        values["lengths"] = spec["lengths"]
    return values


def make_case(folder, spec):
    """Make a case of TensorFlow 1 by its specification."""
    name, dtype, layer, config = spec["name"], spec.get("dtype", "float64"), spec["layer"], spec["config"]
    random = rng(folder, name)
    weight_shapes, state_shapes = probe(layer, config, spec["N"], spec["m"])
    weights = {}
    for key, shape in weight_shapes.items():
        scale = spec.get("w_scale") or weight_scale(shape[0] if len(shape) > 1 else 4)
        weights[key] = draw(random, shape, scale)
    values = draw_inputs(spec, random, state_shapes)

    def run_in(computed):
        exact = ("given", "lengths")
        return run(spec, computed, in_dtype(weights, dtype, computed), in_dtype(values, dtype, computed, exact))

    output_shape = run_in("float32")[0]["outputs"].shape
    if spec.get("grads", True):
        values["cotangents"] = {"outputs": draw(random, output_shape, 1.0, 2)}
        if spec.get("state_cot"):
            values["cotangents"]["states"] = [draw(random, shape, 1.0, 2) for shape in state_shapes]
    expected, gradients = run_in(dtype)
    double = run_in("float64") if dtype == "float32" else (None, None)

    inputs = {"x": shown(values["x"], dtype)}
    if values["given"]:
        inputs.update(named_states(layer, config, shown(values["states"], dtype), "0"))
    if "lengths" in values:
        inputs["lengths"] = values["lengths"]
    driver = "tf.compat.v1.nn.dynamic_rnn(sequence_length)" if "lengths" in values else "one call per step"
    how = f"gen/gen_tf1.py: tf.compat.v1.nn.rnn_cell, {driver}"
    case = {
        "name": name,
        "kind": "reference",
        "source": {"framework": "tensorflow1", "version": VERSION, "how": how},
        "layout": "tensorflow1",
        "dtype": dtype,
        "layer": layer,
        "config": explicit(layer, config),
        "weights": shown(weights, dtype),
        "inputs": inputs,
        "expected": expected,
        "tolerance": tolerance(dtype, expected, double[0], gradients, double[1]),
    }
    if "note" in spec:
        case["note"] = spec["note"]
    if gradients is not None:
        cotangents = shown(values["cotangents"], dtype)
        case["cotangents"] = {"outputs": cotangents["outputs"]}
        if "states" in cotangents:
            case["cotangents"].update(named_states(layer, config, cotangents["states"]))
        case["expected_gradients"] = gradients
    return case


FAMILIES = {
    "tf1_cells": [
        spec("tf1_basic_rnn_f64", cell("basic_rnn_cell", 3), (2, 3, 2)),
        spec(
            "tf1_basic_lstm_fb1_f64",
            cell("basic_lstm_cell", 3),
            (2, 3, 2),
            gates=True,
            h0=True,
            state_cot=True,
            note="seed 001 and 002: i, j, f, o and forget_bias",
        ),
        spec("tf1_basic_lstm_fb0_f64", cell("basic_lstm_cell", 3, forget_bias=0.0), (2, 3, 2), gates=True),
        spec(
            "tf1_basic_lstm_concat_state_f64",
            cell("basic_lstm_cell", 3, state_is_tuple=False),
            (2, 3, 2),
            h0=True,
            state_cot=True,
            note="state is [c, h] side by side",
        ),
        spec("tf1_basic_lstm_f32", cell("basic_lstm_cell", 4, forget_bias=1.0), (2, 4, 3), dtype="float32"),
        spec(
            "tf1_lstm_peephole_f64",
            cell("lstm_cell", 3, use_peepholes=True),
            (2, 4, 2),
            gates=True,
            h0=True,
            state_cot=True,
        ),
        spec(
            "tf1_lstm_proj_clip_f64",
            cell("lstm_cell", 4, use_peepholes=True, num_proj=2, cell_clip=0.4, proj_clip=0.3),
            (2, 4, 3),
            h0=True,
        ),
        spec(
            "tf1_gru_f64",
            cell("gru_cell", 3),
            (2, 3, 2),
            gates=True,
            h0=True,
            state_cot=True,
            note="reset before the product; gates kernel is [r, u]",
        ),
        spec(
            "tf1_multi_f64",
            multi(cell("basic_lstm_cell", 3), cell("basic_lstm_cell", 2)),
            (2, 4, 2),
            h0=True,
            state_cot=True,
            note="states flat: c_0, h_0, c_1, h_1",
        ),
        spec(
            "tf1_dynamic_lengths_f64",
            cell("basic_lstm_cell", 3),
            (3, 5, 2),
            lengths=[5, 3, 1],
            state_cot=True,
            note="dynamic_rnn: outputs beyond the length are zero, states stop",
        ),
    ],
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
