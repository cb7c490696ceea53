"""Hand-sized cases down to the step: every pre-activation, gate, candidate and state, forward and backward.

Keras and TensorFlow 1 give all these numbers themselves (step_frameworks.py): their cases are "reference". PyTorch,
ONNX and MXNet do not: their cases come from the formulas (step_formulas.py) and are "derived". Nothing is
written unless

* the formulas agree with every number of every Keras and TensorFlow 1 case (within 1e-13),
* outputs, states and all gradients of a PyTorch case agree with torch.nn in float64 (1e-13),
* outputs and states of an ONNX case agree with onnxruntime, which has float32 only (1e-6), and its gradients with those
  of the same weights in torch.nn, Keras (reset before) or TensorFlow 1 (peepholes) in float64 (1e-13),
* the MXNet formulas give the numbers of golden/reference/mxnet.json, made by MXNet 1.9.1 itself (1e-13).
"""

import step_checks  # isort: skip  (first: it sets TensorFlow's environment)

import sys

import gen_onnx
import gen_torch
import keras_layers
import keras_run
import numpy as np
import step_mxnet
import step_sort
import tf1_cells
from command import parser
from common import write
from step_compute import EXACT, Pool, compute, hold, onnx_outputs
from step_formulas import Network, sigmoid
from step_frameworks import dense_trace
from step_layouts import arranged, packed
from step_specs import SIZES, SPECS
from tolerances import tolerance

REASON = "rounding of double precision"
VERSIONS = {
    "keras": keras_layers.VERSION,
    "tensorflow1": tf1_cells.VERSION,
    "pytorch": gen_torch.VERSION,
    "onnx": gen_onnx.VERSION,
}


def draw_values(spec, network, pool):
    """Return x, first states and cotangents of a case."""
    N, T, m = SIZES["N"], SIZES["T"], SIZES["m"]
    width = sum(cell.units for _, cell, _ in network.layers[-1])

    def states():
        shapes = [dict.fromkeys(cell.states(), (N, cell.units)) for cell in network.cells]
        draw = np.zeros if spec.style == "none" else lambda shape: pool(*shape)
        return [{name: draw(shape) for name, shape in own.items()} for own in shapes]

    values = {"x": pool(N, T, m), "states": states()}
    values["cot"] = pool(N, width) if spec.last_only else pool(N, T, width)
    values["cot_states"] = states()
    return values


def real_case(spec, network, values, weights, own):
    """Return the numbers of Keras or TensorFlow 1, and how closely the formulas agree.

    own: expected values, gradients, gates and their gradients by the formulas.
    """
    run = step_checks.run_keras if spec.layout == "keras" else step_checks.run_tf1
    real = run(spec, network, values, weights)
    worst = hold(spec.name, EXACT, *zip(real, own, strict=True))
    gates, d_gates = ({name: of_steps[name] for name in known} for of_steps, known in zip(real[2:], own[2:]))
    note = f"the formulas in double precision differ from these numbers by at most {worst:.1e}"
    return (*real[:2], gates, d_gates), note


def make_case(spec, mxnet):
    """Make a case; mxnet: MXNet's version, and how closely the formulas agree with it."""
    pool = Pool(spec.name)
    network = Network(spec.layers(pool))
    weights = packed(spec.layout, spec.places, network.cells, [cell.weights() for cell in network.cells])
    values = draw_values(spec, network, pool)
    numbers = compute(spec, network, values)
    # The tolerance is that of the formulas' numbers, whoever's numbers are written.
    limits = tolerance("float64", [numbers[0], numbers[2]], None, [numbers[1], numbers[3]])
    kind, how = "derived", "the framework's formulas in double precision, forward and backward"
    if spec.layout in ("keras", "tensorflow1"):
        numbers, note = real_case(spec, network, values, weights, numbers)
        kind = "reference"
        how = "the real layer for outputs, states and their gradients, its own cells step by step for the rest"
    elif spec.layout == "mxnet":
        note = mxnet[1]
    else:
        check = {"pytorch": step_checks.check_torch, "onnx": step_checks.check_onnx}[spec.layout]
        note = check(spec, network, values, weights, numbers)
    print(f"  {spec.name:<34} {note.rsplit('by at most', 1)[-1]}", flush=True)

    expected, gradients, gates, d_gates = numbers
    inputs = {"x": values["x"], **arranged(spec.style, values["states"], "0")}
    cotangents = {"outputs": values["cot"], **arranged(spec.style, values["cot_states"])}
    if spec.layout == "onnx":
        inputs["x"] = values["x"].transpose(1, 0, 2)
        cotangents["outputs"] = onnx_outputs(values["cot"], len(network.cells))
    version = mxnet[0] if spec.layout == "mxnet" else VERSIONS[spec.layout]
    return {
        "name": spec.name,
        "kind": kind,
        "chapter": spec.chapter,
        "source": {"framework": spec.layout, "version": version, "how": f"gen/gen_steps.py: {how}"},
        "note": note,
        "layout": spec.layout,
        "dtype": "float64",
        "layer": spec.layer,
        "config": explicit(spec),
        "weights": weights,
        "inputs": inputs,
        "cotangents": cotangents,
        "expected": {**expected, "gates": gates},
        "expected_gradients": {**gradients, "gates": d_gates},
        "tolerance": {**limits, "reason": REASON},
    }


def explicit(spec):
    """Return the configuration with every default of the framework written out."""
    layer, config = spec.layer, spec.config
    if spec.layout == "keras":
        return keras_layers.explicit(layer, config)
    if spec.layout == "tensorflow1":
        return tf1_cells.explicit(layer, config)
    if spec.layout == "pytorch":
        return gen_torch.explicit(layer, config)
    if spec.layout == "mxnet":
        full = dict(config)
        if layer in ("simple_rnn", "lstm", "gru"):
            full = {"units": config["units"], "num_layers": 1, "bidirectional": False}
        order = {"lstm_cell": "ifgo", "gru_cell": "rzg", "lstm": "ifgo", "gru": "rzg"}.get(layer)
        return {**full, "gate_order": list(order)} if order else full
    return gen_onnx.explicit(layer, config)


def dense_case(name, layer, activation):
    """Make a case of a dense layer: one product and one activation."""
    N, T, m, u = SIZES["N"], SIZES["T"], SIZES["m"], SIZES["u"]
    pool = Pool(name)
    lead = (N, T) if layer == "time_distributed_dense" else (4,)
    weights, x, cotangent = {"kernel": pool(m, u), "bias": pool(u)}, pool(*lead, m), pool(*lead, u)
    config = {"units": u, "activation": activation}
    spec = {"layer": layer, "config": config}
    cotangents = {"outputs": cotangent}
    expected, gradients = keras_run.run(spec, "float64", weights, {"x": x, "cotangents": cotangents})
    real = keras_layers.build("dense", config, "float64")
    real.build((lead[0], m))
    for key, variable in keras_layers.variables("dense", real).items():
        variable.assign(weights[key])
    y, gates, d_gates = dense_trace(real, x, cotangent)

    pre_y = x @ weights["kernel"] + weights["bias"]
    own_y = {"tanh": np.tanh, "sigmoid": sigmoid}[activation](pre_y)
    slope = {"tanh": 1 - own_y**2, "sigmoid": own_y * (1 - own_y)}[activation]
    dz = cotangent * slope
    flat_x, flat_dz = x.reshape(-1, m), dz.reshape(-1, u)
    of_weights = {"kernel": flat_x.T @ flat_dz, "bias": flat_dz.sum(0)}
    own = {"weights": of_weights, "inputs": {"x": dz @ weights["kernel"].T}}
    outputs = (expected["outputs"], own_y), (y, own_y)
    steps = (gates, {"pre_y": pre_y, "y": own_y}), (d_gates, {"pre_y": dz, "y": cotangent})
    worst = hold(name, EXACT, *outputs, *steps, (gradients, own))
    how = "gen/gen_steps.py: the real layer, a recorder around its activation"
    return {
        "name": name,
        "kind": "reference",
        "chapter": "chapter-time-distributed",
        "source": {"framework": "keras", "version": keras_layers.VERSION, "how": how},
        "note": f"the formulas in double precision differ from these numbers by at most {worst:.1e}",
        "layout": "keras",
        "dtype": "float64",
        "layer": layer,
        "config": keras_layers.explicit(layer, config),
        "weights": weights,
        "inputs": {"x": x},
        "cotangents": cotangents,
        "expected": {"outputs": expected["outputs"], "gates": gates},
        "expected_gradients": {**gradients, "gates": d_gates},
        "tolerance": {**tolerance("float64", gates, None, [gradients, d_gates]), "reason": REASON},
    }


def main():
    """Parse the command line and write golden/steps, one file for each chapter."""
    options = parser(__doc__).parse_args()
    mxnet = step_mxnet.check(options.golden)
    print(mxnet[1])
    cases = [
        dense_case("steps_keras_dense", "dense", "tanh"),
        dense_case("steps_keras_time_distributed", "time_distributed_dense", "sigmoid"),
    ]
    cases += [make_case(spec, mxnet) for spec in SPECS] + [step_sort.make_case(options.golden)]
    # Nothing is written before every case has passed.
    for chapter in dict.fromkeys(case["chapter"] for case in cases):
        write(options.golden / "steps", chapter, [case for case in cases if case["chapter"] == chapter])
    return 0


if __name__ == "__main__":
    sys.exit(main())
