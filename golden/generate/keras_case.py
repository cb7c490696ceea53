"""Makes a case of Keras: draws weights and inputs, runs the real layer, names all as the schema does."""

import numpy as np
from common import Hashed, Tensor, cut, draw, in_dtype, power_of_two, rng, shown, weight_scale
from keras_layers import VERSION, explicit, weight_shapes
from keras_run import run
from tolerances import tolerance


def draw_weights(spec, random, seed, shapes):
    """Return the weights of a case, in the order of the shapes."""
    weights = {}
    for index, (name, shape) in enumerate(shapes.items()):
        if name in spec.get("fixed", {}):
            weights[name] = np.asarray(spec["fixed"][name], dtype=np.float64)
            continue
        fan_in = max(1, shape[0]) if len(shape) > 1 else 4
        scale = spec.get("w_scale") or weight_scale(fan_in)
        hashed = spec.get("hash", False)
        weights[name] = Hashed(shape, seed + index, power_of_two(scale)) if hashed else draw(random, shape, scale)
    return weights


def draw_x(spec, random, seed):
    """Return x: given, integers, hashed, or drawn; then the steps that a mask value marks."""
    N, T, m = spec["N"], spec["T"], spec.get("m", 1)
    if "x" in spec:
        x = np.asarray(spec["x"])
    elif spec.get("integer_x"):
        x = random.integers(0, spec["vocab"], size=(N, T))
        for sample, padding in enumerate(spec.get("pad", [])):
            if padding:
                x[sample, T - padding :] = 0
    elif spec.get("hash"):
        x = Hashed((N, T, m), seed + 100, 1.0)
    else:
        x = draw(random, (N, T, m), spec.get("x_scale", 1.0), spec.get("x_digits", 2))
    for sample, step in spec.get("mask_rows", []):
        x[sample, step] = spec["mask_value"]
    return x


def draw_inputs(spec, random, seed):
    """Return x, states and mask of a case."""
    inputs = {"x": draw_x(spec, random, seed)}
    state_shape = (spec["N"], spec["config"].get("units"))
    if spec.get("h0"):
        inputs["h0"] = draw(random, state_shape, spec.get("s_scale", 0.8), 2)
        if spec["layer"] == "lstm":
            inputs["c0"] = draw(random, state_shape, spec.get("s_scale", 1.2), 2)
    if spec.get("states"):
        inputs["initial_states"] = [draw(random, (spec["N"], units), 0.8, 2) for units in spec["states"]]
    if "mask" in spec:
        inputs["mask"] = np.asarray(spec["mask"]).astype(int)
    return inputs


def draw_cotangents(spec, random, seed, expected):
    """Return cotangents of the shapes of the expected values."""
    shape = expected["outputs"].shape
    cotangents = {"outputs": Hashed(shape, seed + 200, 1.0) if spec.get("hash") else draw(random, shape, 1.0, 2)}
    if "outputs_backward" in expected:
        cotangents["outputs_backward"] = draw(random, expected["outputs_backward"].shape, 1.0, 2)
    if spec.get("state_cot"):
        if "states" in expected:
            cotangents["states"] = [draw(random, state.shape, 1.0, 2) for state in expected["states"]]
        for key in ("h", "c"):
            if key in expected and "states" not in expected:
                cotangents[key] = draw(random, expected[key].shape, 1.0, 2)
    return cotangents


def explicit_config(spec):
    """Return the configuration of a case, chunks included."""
    config = explicit(spec["layer"], spec["config"])
    if "chunks" in spec:
        config["chunks"] = spec["chunks"]
        config["reset_before"] = [int(reset) for reset in spec["reset_before"]]
    return config


def make_case(folder, spec):
    """Make a case of Keras by its specification (see keras_specs.py)."""
    name, dtype = spec["name"], spec.get("dtype", "float64")
    random = rng(folder, name)
    integer = spec.get("integer_x", False)
    seed = int(random.integers(1, 2**20))
    x_shape = (spec["N"], spec["T"]) if integer else (spec["N"], spec["T"], spec.get("m", 1))
    weights = draw_weights(spec, random, seed, weight_shapes(spec, x_shape))
    inputs = draw_inputs(spec, random, seed)
    exact = ("mask", "x") if integer else ("mask",)

    def run_in(computed):
        return run(spec, computed, in_dtype(weights, dtype, computed), in_dtype(inputs, dtype, computed, exact))

    if spec.get("grads", True) and "chunks" not in spec:
        inputs["cotangents"] = draw_cotangents(spec, random, seed, run_in("float32")[0])
    expected, gradients = run_in(dtype)
    double = run_in("float64") if dtype == "float32" else (None, None)

    written = {"x": Tensor(np.asarray(inputs["x"])) if integer else shown(inputs["x"], dtype)}
    written.update({key: shown(inputs[key], dtype) for key in ("h0", "c0", "initial_states") if key in inputs})
    if "mask" in inputs:
        written["mask"] = Tensor(inputs["mask"])
    how = "gen/keras_run.py, eager call of the real layer; gradients by tf.GradientTape"
    case = {
        "name": name,
        "kind": "reference",
        "source": {"framework": "keras", "version": VERSION, "how": how},
        "layout": "keras",
        "dtype": dtype,
        "layer": spec["layer"],
        "config": explicit_config(spec),
        "weights": shown(weights, dtype),
        "inputs": written,
        "expected": cut(expected, spec.get("sample")),
        "tolerance": tolerance(dtype, expected, double[0], gradients, double[1]),
    }
    if "note" in spec:
        case["note"] = spec["note"]
    if gradients is not None:
        case["cotangents"] = shown(inputs["cotangents"], dtype)
        case["expected_gradients"] = cut(gradients, spec.get("sample"), 1000)
    return case
