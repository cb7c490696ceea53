"""The same weights given to every framework in its own layout.

`run FRAMEWORK` makes the cases of one framework in its own environment and keeps them in a folder of parts; `join`
holds all parts against each other and writes golden/reference/rosetta_*.json. Only the weights are rearranged by numpy;
every expected number is a framework's.
"""

import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
from command import parser
from common import rng, shown, write
from tolerances import tolerance

SIZES = {"N": 2, "T": 4, "m": 3, "units": 4}
KINDS = ["lstm", "gru_after", "gru_before", "simple_rnn"]
LAYERS = {"lstm": "lstm", "gru_after": "gru", "gru_before": "gru", "simple_rnn": "simple_rnn"}
GATES = {"lstm": "ifgo", "gru_after": "zrg", "gru_before": "zrg", "simple_rnn": "h"}
SUFFIX = {"float64": "f64", "float32": "f32"}


# ---------------------------------------------------------------- the shared numbers
def draw_base(kind):
    """Draw weights by gate, inputs and cotangents of a kind of cell.

    Multiples of 1/64: exact in float32, so the float32-only runtimes see the same numbers.
    """
    random = rng("reference", "rosetta_" + kind)
    N, T, m, u = SIZES.values()

    def numbers(*shape):
        return np.round(random.uniform(-0.8, 0.8, shape) * 64) / 64 + 0.0

    base = {"x": numbers(N, T, m), "h0": numbers(N, u), "cot": numbers(N, T, u), "cot_h": numbers(N, u)}
    for gate in GATES[kind]:
        base["Wx_" + gate], base["Wh_" + gate], base["b_" + gate] = numbers(m, u), numbers(u, u), numbers(u)
        if kind == "gru_after":
            base["bh_" + gate] = numbers(u)
    if kind == "lstm":
        base["c0"], base["cot_c"] = numbers(N, u), numbers(N, u)
    return base


def columns(base, prefix, order):
    """Put the blocks of the gates side by side."""
    return np.concatenate([base[prefix + gate] for gate in order], -1)


def rows(base, prefix, order):
    """Put the transposed blocks of the gates one below the other."""
    return np.concatenate([base[prefix + gate].T for gate in order], 0)


def state_biases(kind, base, order):
    """Return the biases of the state's product: zero but for a GRU that resets after it."""
    biases = columns(base, "b_", order)
    return columns(base, "bh_", order) if kind == "gru_after" else np.zeros_like(biases)


def initial_states(base, stacked=False):
    """Return h0 and (LSTM) c0; stacked: with an axis for layers and directions."""
    return {key: base[key][None] if stacked else base[key] for key in ("h0", "c0") if key in base}


def cotangents_of(base, stacked=False):
    """Return the cotangents of outputs, h and (LSTM) c."""
    states = {key: base["cot_" + key] for key in ("h", "c") if "cot_" + key in base}
    return {"outputs": base["cot"], **{key: state[None] if stacked else state for key, state in states.items()}}


def make_case(name, source, layer, config, dtype, weights, inputs, cotangents, result, note=None):
    """Make a case; source: framework, layout, version, how; result: what is expected, and the gradients."""
    framework, layout, version, how = source
    expected, gradients = result
    case = {
        "name": f"rosetta_{name}",
        "kind": "reference",
        "source": {"framework": framework, "version": version, "how": "gen/gen_rosetta.py: " + how},
        "layout": layout,
        "dtype": dtype,
        "layer": layer,
        "config": config,
        "weights": shown(weights, dtype),
        "inputs": shown(inputs, dtype),
        "expected": expected,
        "tolerance": tolerance(dtype, expected, expected, gradients, gradients),
    }
    if note:
        case["note"] = note
    if gradients is not None:
        case["cotangents"] = shown(cotangents, dtype)
        case["expected_gradients"] = gradients
    return case


# ---------------------------------------------------------------- one framework each
def run_keras():
    """Make Keras' cases."""
    from keras_layers import VERSION, explicit
    from keras_run import run

    cases = []
    source = ("keras", "keras", VERSION, "keras.layers")
    for kind in KINDS:
        base, layer, order = draw_base(kind), LAYERS[kind], GATES[kind]
        bias = columns(base, "b_", order)
        weights = {
            "kernel": columns(base, "Wx_", order),
            "recurrent_kernel": columns(base, "Wh_", order),
            "bias": np.stack([bias, columns(base, "bh_", order)]) if kind == "gru_after" else bias,
        }
        config = {"units": SIZES["units"], "return_sequences": True}
        if layer == "gru":
            config["reset_after"] = kind == "gru_after"
        inputs, cotangents = {"x": base["x"], **initial_states(base)}, cotangents_of(base)
        for dtype in ("float64", "float32"):
            spec = {"layer": layer, "config": config, "gates": dtype == "float64"}
            stored = {key: array.astype(dtype) for key, array in weights.items()}
            result = run(spec, dtype, stored, {**inputs, "cotangents": cotangents})
            name = f"{kind}_keras_{SUFFIX[dtype]}"
            full = explicit(layer, config)
            cases.append(make_case(name, source, layer, full, dtype, weights, inputs, cotangents, result))
    return cases


def tf1_variants(kind, base):
    """Return (tag, layer, configuration, weights, note) of each of TensorFlow 1's cells that computes this function."""
    units = SIZES["units"]

    def kernel(order):
        return np.concatenate([columns(base, "Wx_", order), columns(base, "Wh_", order)], 0)

    if kind == "simple_rnn":
        return [
            ("tf1_basic_rnn", "basic_rnn_cell", {"units": units}, {"kernel": kernel("h"), "bias": base["b_h"]}, None)
        ]
    if kind == "gru_before":
        weights = {"gates/kernel": kernel("rz"), "gates/bias": columns(base, "b_", "rz")}
        weights.update({"candidate/kernel": kernel("g"), "candidate/bias": base["b_g"]})
        return [("tf1_gru", "gru_cell", {"units": units}, weights, None)]
    if kind != "lstm":
        return []
    weights = {"kernel": kernel("igfo"), "bias": columns(base, "b_", "igfo")}
    less_one = {**weights, "bias": columns({**base, "b_f": base["b_f"] - 1.0}, "b_", "igfo")}
    note = "forget_bias 1 with 1 taken from the stored forget bias: the same function"
    zero, one = {"units": units, "forget_bias": 0.0}, {"units": units, "forget_bias": 1.0}
    return [
        ("tf1_basic_fb0", "basic_lstm_cell", zero, weights, None),
        ("tf1_basic_fb1", "basic_lstm_cell", one, less_one, note),
        ("tf1_lstm_fb0", "lstm_cell", zero, weights, None),
    ]


def run_tf1():
    """Make TensorFlow 1's cases; its GRU resets before the product."""
    from tf1_cells import VERSION, explicit, run

    cases = []
    source = ("tensorflow1", "tensorflow1", VERSION, "tf.compat.v1.nn.rnn_cell")
    for kind in KINDS:
        base = draw_base(kind)
        states, cotangents = initial_states(base), cotangents_of(base)
        for tag, layer, config, weights, note in tf1_variants(kind, base):
            values = {"x": base["x"], "given": True}
            values["states"] = [states[key] for key in ("c0", "h0") if key in states]
            of_states = [cotangents[key] for key in ("c", "h") if key in cotangents]
            values["cotangents"] = {"outputs": cotangents["outputs"], "states": of_states}
            result = run({"layer": layer, "config": config, "gates": True}, "float64", weights, values)
            name, full, inputs = f"{kind}_{tag}", explicit(layer, config), {"x": base["x"], **states}
            cases.append(make_case(name, source, layer, full, "float64", weights, inputs, cotangents, result, note))
    return cases


def run_torch():
    """Make PyTorch's cases; its GRU resets after the product."""
    from gen_torch import VERSION, explicit, run

    cases = []
    for kind in ("lstm", "gru_after", "simple_rnn"):
        base, layer, config = draw_base(kind), LAYERS[kind], {"units": SIZES["units"]}
        order = "rzg" if layer == "gru" else GATES[kind]
        weights = {
            "weight_ih": rows(base, "Wx_", order),
            "weight_hh": rows(base, "Wh_", order),
            "bias_ih": columns(base, "b_", order),
            "bias_hh": state_biases(kind, base, order),
        }
        of_layer = {f"{key}_l0": array for key, array in weights.items()}
        variants = [(f"torch_{SUFFIX[dtype]}", layer, dtype, of_layer) for dtype in ("float64", "float32")]
        if kind != "simple_rnn":
            variants.append(("torch_cell_f64", f"{layer}_cell", "float64", weights))
        for tag, module, dtype, own in variants:
            single = module.endswith("_cell")
            how = "torch.nn cell, one call per step" if single else "torch.nn, batch_first=True"
            source = ("pytorch", "pytorch", VERSION, how)
            inputs, cotangents = {"x": base["x"], **initial_states(base, not single)}, cotangents_of(base, not single)
            spec = {"layer": module, "config": config, "m": SIZES["m"]}
            result = run(spec, dtype, own, {**inputs, "cotangents": cotangents})
            full = explicit(module, config)
            cases.append(make_case(f"{kind}_{tag}", source, module, full, dtype, own, inputs, cotangents, result))
    return cases


def run_onnx():
    """Make ONNX' cases, in float32 and without gradients."""
    from gen_onnx import VERSION, explicit, run

    cases = []
    source = ("onnx", "onnx", VERSION, "one node, onnxruntime CPU")
    for kind in KINDS:
        base, layer = draw_base(kind), LAYERS[kind]
        order = "iofg" if kind == "lstm" else GATES[kind]
        biases = np.concatenate([columns(base, "b_", order), state_biases(kind, base, order)])
        feed = {"X": base["x"].transpose(1, 0, 2), "W": rows(base, "Wx_", order)[None]}
        feed.update({"R": rows(base, "Wh_", order)[None], "B": biases[None], "initial_h": base["h0"][None]})
        if kind == "lstm":
            feed["initial_c"] = base["c0"][None]
        feed = {key: np.ascontiguousarray(array.astype(np.float32)) for key, array in feed.items()}
        config = {"units": SIZES["units"]}
        if layer == "gru":
            config["linear_before_reset"] = int(kind == "gru_after")
        result = run(layer, config, feed), None
        weights = {key: feed[key] for key in ("W", "R", "B")}
        inputs = {"x": feed["X"], "h0": feed["initial_h"]}
        if kind == "lstm":
            inputs["c0"] = feed["initial_c"]
        name, full = f"{kind}_onnxruntime", explicit(layer, config)
        cases.append(make_case(name, source, layer, full, "float32", weights, inputs, None, result))
    return cases


def run_mxnet():
    """Make MXNet's cases; its GRU resets after the product."""
    from mxnet_run import VERSION, explicit, run

    cases = []
    for kind in ("lstm", "gru_after", "simple_rnn"):
        base, layer, config = draw_base(kind), LAYERS[kind], {"units": SIZES["units"]}
        order = "rzg" if layer == "gru" else GATES[kind]
        weights = {
            "i2h_weight": rows(base, "Wx_", order),
            "h2h_weight": rows(base, "Wh_", order),
            "i2h_bias": columns(base, "b_", order),
            "h2h_bias": state_biases(kind, base, order),
        }
        of_layer = {f"l0_{key}": array for key, array in weights.items()}
        symbol = {"simple_rnn": "rnn_cell"}.get(layer, f"{layer}_cell")
        variants = [
            ("mxnet_cell", symbol, False, weights, "mx.rnn symbolic cell"),
            ("mxnet_gluon", layer, True, of_layer, "mx.gluon.rnn fused layer"),
        ]
        for tag, own_layer, stacked, own, how in variants:
            states, cotangents = initial_states(base, stacked), cotangents_of(base, stacked)
            values = {"x": base["x"], "states": list(states.values()), "given": True}
            of_states = [cotangents[key] for key in ("h", "c") if key in cotangents]
            values["cotangents"] = {"outputs": cotangents["outputs"], "states": of_states}
            spec = {"layer": own_layer, "config": config, "gates": True, **SIZES}
            result = run(spec, "float64", own, values)
            source, full = ("mxnet", "mxnet", VERSION, how), explicit(own_layer, config)
            inputs = {"x": base["x"], **states}
            name = f"{kind}_{tag}"
            cases.append(make_case(name, source, own_layer, full, "float64", own, inputs, cotangents, result))
    return cases


FRAMEWORKS = {"keras": run_keras, "tf1": run_tf1, "torch": run_torch, "onnx": run_onnx, "mxnet": run_mxnet}


# ---------------------------------------------------------------- all together
def distances(case, reference):
    """Return how far outputs and states, and the gradients of x and states, are from those of another case."""

    def distance(array, known):
        return float(np.max(np.abs(np.asarray(array, float).reshape(known.shape) - known)))

    expected, known = case["expected"], reference["expected"]
    outputs = np.asarray(expected["outputs"], float)
    if case["layout"] == "onnx":
        outputs = outputs[:, 0].transpose(1, 0, 2)
    of_values = [distance(outputs, known["outputs"])]
    of_values += [distance(expected[key], known[key]) for key in ("h", "c") if key in known]
    if "expected_gradients" not in case:
        return max(of_values), None
    own, gradients = case["expected_gradients"]["inputs"], reference["expected_gradients"]["inputs"]
    return max(of_values), max(distance(own[key], gradient) for key, gradient in gradients.items())


def join(golden, parts):
    """Hold the cases of all frameworks against Keras' in float64, say in each how close it is, and write them."""
    cases = []
    for framework in FRAMEWORKS:
        path = parts / f"{framework}.pickle"
        if not path.exists():
            print(f"{path} is missing: gen_rosetta.py run {framework} makes it", file=sys.stderr)
            return 2
        cases += pickle.loads(path.read_bytes())
    for kind in KINDS:
        family = [case for case in cases if case["name"].startswith(f"rosetta_{kind}_")]
        name = f"rosetta_{kind}_keras_f64"
        reference = next(case for case in family if case["name"] == name)
        for case in family:
            values, gradients = distances(case, reference)
            double = case["dtype"] == "float64"
            assert values < (1e-14 if double else 1e-6), (case["name"], values)
            assert gradients is None or gradients < (1e-13 if double else 5e-6), (case["name"], gradients)
            note = f"outputs and states differ from {name} by at most {values:.1e}"
            if gradients is not None:
                note += f", gradients of x and states by at most {gradients:.1e}"
            case["note"] = f"{case['note']}. {note}" if "note" in case else note
            print(f"{case['name']:<38} {note}")
        write(golden / "reference", f"rosetta_{kind}", family)
    return 0


def main():
    """Parse the command line and make one part, or the files."""
    arguments = parser(__doc__)
    parts = Path(tempfile.gettempdir()) / "golden-rosetta"
    arguments.add_argument("--parts", type=Path, default=parts, metavar="FOLDER", help=f"the parts (default {parts})")
    actions = arguments.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="make the cases of one framework")
    run.add_argument("framework", choices=FRAMEWORKS)
    actions.add_parser("join", help="compare all parts and write the files")
    options = arguments.parse_args()
    if options.action == "join":
        return join(options.golden, options.parts)
    cases = FRAMEWORKS[options.framework]()
    options.parts.mkdir(parents=True, exist_ok=True)
    (options.parts / f"{options.framework}.pickle").write_bytes(pickle.dumps(cases, protocol=4))
    print(f"{options.framework}: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
