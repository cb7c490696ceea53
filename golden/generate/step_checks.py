"""Holds the formulas against the real layers of Keras, TensorFlow 1, PyTorch and ONNX Runtime."""

import step_frameworks  # isort: skip  (first: it sets TensorFlow's environment)

import gen_onnx
import gen_torch
import keras_layers
import keras_run
import numpy as np
import tf1_cells
from step_compute import EXACT, SINGLE, Spec, compute, hold, single
from step_formulas import Cell
from step_layouts import arranged, packed


def framework_inputs(spec, values):
    """Return inputs and cotangents under the names of the case."""
    cotangents = {"outputs": values["cot"], **arranged(spec.style, values["cot_states"])}
    return {"x": values["x"], **arranged(spec.style, values["states"], "0"), "cotangents": cotangents}


# ---------------------------------------------------------------- Keras and TensorFlow 1: layer and cells
def steps_of(spec, network, cells, step, values, expected):
    """Return the values of all steps of real cells, and their gradients."""
    real = iter(cells)
    layers = [[(prefix, cell.kind, next(real), back) for prefix, cell, back in layer] for layer in network.layers]
    outputs, steps, gradients = step_frameworks.trace(layers, step, values, spec.last_only)
    hold(f"{spec.name}, the cells alone against the layer", EXACT, (outputs, expected["outputs"]))
    return steps, gradients


def run_keras(spec, network, values, weights):
    """Run a case in Keras; return what is expected, the gradients, the values of all steps and their gradients."""
    own = {"layer": spec.layer, "config": spec.config}
    expected, gradients = keras_run.run(own, "float64", weights, framework_inputs(spec, values))
    cells = []
    features = values["x"].shape[-1]
    for prefix, layer, config in keras_layers.layers_of(own):
        built = keras_layers.build(layer, config, "float64")
        built.build((*values["x"].shape[:2], features))
        for name, variable in keras_layers.variables(layer, built).items():
            variable.assign(weights[prefix + name])
        if layer == "stacked_cells":
            cells += built.cell.cells
        elif layer == "bidirectional":
            cells += [built.forward_layer.cell, built.backward_layer.cell]
        else:
            cells.append(built.cell)
        features = config.get("units")
    return expected, gradients, *steps_of(spec, network, cells, step_frameworks.keras_step, values, expected)


def run_tf1(spec, network, values, weights):
    """Run a case in TensorFlow 1; return what Keras' run returns."""

    def flat(states):
        return [state[name] for state in states for name in "ch" if name in state]

    states = flat(values["states"])
    own = {"layer": spec.layer, "config": spec.config}
    cotangents = {"outputs": values["cot"], "states": flat(values["cot_states"])}
    given = {"x": values["x"], "states": states, "given": True, "cotangents": cotangents}
    expected, gradients = tf1_cells.run(own, "float64", weights, given)
    cell = tf1_cells.build(spec.layer, spec.config, "float64")
    cell(np.zeros_like(values["x"][:, 0]), tf1_cells.pack(cell, states))
    for name, variable in tf1_cells.variables(spec.layer, cell, spec.config).items():
        variable.assign(weights[name])
    cells = cell._cells if spec.layer == "multi_rnn_cell" else [cell]
    return expected, gradients, *steps_of(spec, network, cells, step_frameworks.tf1_step, values, expected)


# ---------------------------------------------------------------- PyTorch and ONNX: outputs, states, gradients
def run_torch(spec, values, weights):
    """Run a case in PyTorch; return what is expected, and the gradients."""
    own = {"layer": spec.layer, "config": spec.config, "m": values["x"].shape[-1]}
    return gen_torch.run(own, "float64", weights, framework_inputs(spec, values))


def check_torch(spec, network, values, weights, own):
    """Return the sentence that says how closely PyTorch agrees; own: expected values and gradients by the formulas."""
    expected, gradients = run_torch(spec, values, weights)
    expected.pop("gates", None)
    worst = hold(spec.name, EXACT, (own[0], expected), (own[1], gradients))
    return (
        f"outputs, states and all gradients of weights, inputs and states checked against {gen_torch.VERSION} in "
        f"float64: they differ by at most {worst:.1e}"
    )


def check_onnx(spec, network, values, weights, own):
    """Return the sentence that says how closely ONNX Runtime, and another framework's gradients, agree."""
    states = arranged(spec.style, values["states"], "0")
    feed = {"X": values["x"].transpose(1, 0, 2), **weights, "initial_h": states["h0"]}
    if spec.layer == "lstm":
        feed["initial_c"] = states["c0"]
    feed = {key: np.ascontiguousarray(array.astype(np.float32)) for key, array in feed.items()}
    worst = hold(spec.name, SINGLE, (own[0], gen_onnx.run(spec.layer, spec.config, feed)))
    framework, of_gradients = gradients_elsewhere(spec, network, values)
    return (
        f"outputs and states checked against {gen_onnx.VERSION} (float32): they differ by at most {worst:.1e}; all "
        f"gradients against the same weights in {framework} in float64: {of_gradients:.1e}"
    )


def gradients_elsewhere(spec, network, values):
    """Hold each direction of an ONNX node against a framework that has the same function and a backward pass.

    Return that framework's version, and the largest difference.
    """
    worst, version = 0.0, None
    for index, (_, cell, backwards) in enumerate(network.layers[0]):
        own = one_direction(values, index, cell.units, backwards)
        two_biases = not cell.p and (cell.kind != "gru" or cell.reset_after)
        twin, run = (torch_twin if two_biases else one_bias_twin)(spec, cell)
        twin_spec, twin_cell, version = twin
        net = single("", twin_cell)
        expected, gradients, _, _ = compute(twin_spec, net, own)
        weights = packed(twin_spec.layout, twin_spec.places, [twin_cell], [twin_cell.weights()])
        real, real_gradients = run(twin_spec, net, own, weights)[:2]
        pairs = (expected, real), (gradients, real_gradients)
        worst = max(worst, hold(f"{spec.name} in {version}", EXACT, *pairs))
    return version, worst


def one_direction(values, index, units, backwards):
    """Return the inputs of one direction as a forward layer takes them."""

    def turned(array):
        return np.ascontiguousarray(array[:, ::-1] if backwards else array)

    return {
        "x": turned(values["x"]),
        "states": [values["states"][index]],
        "cot": turned(values["cot"][:, :, index * units : (index + 1) * units]),
        "cot_states": [values["cot_states"][index]],
    }


def torch_twin(spec, cell):
    """Return (specification, cell, version) of the same function in PyTorch, and how it is run."""
    twin = Spec(spec.name, "", "pytorch", spec.layer, {"units": cell.units}, None, ["*_l0"], "stacked")
    return (twin, cell, gen_torch.VERSION), lambda spec, _, values, weights: run_torch(spec, values, weights)


def one_bias_twin(spec, cell):
    """Return the same for a cell with one bias: the sum of the two is the same function."""
    bias = {gate: cell.b[gate] + cell.s[gate] for gate in cell.b}
    twin = Cell(cell.kind, cell.K, cell.R, bias, None, cell.p, cell.reset_after)
    if cell.p:
        config = {"units": cell.units, "forget_bias": 0.0, "use_peepholes": True}
        own = Spec(spec.name, "", "tensorflow1", "lstm_cell", config, None, ["*"], "single")
        return (own, twin, tf1_cells.VERSION), run_tf1
    config = {"units": cell.units, "reset_after": False, "return_sequences": True}
    own = Spec(spec.name, "", "keras", "gru", config, None, ["*"], "single")
    return (own, twin, keras_layers.VERSION), run_keras
