"""The sorting network of MXNet's example down to the step: embedding, two LSTMs, dense layer, softmax."""

import json

import numpy as np
from step_compute import EXACT, Pool, hold, reference_file
from step_formulas import Network
from step_layouts import columns, rows, unpack_mxnet
from tolerances import tolerance

ORDER = "igfo"
# (name in the case, cell, state)
STATES = [(f"l{index}_init_{name}", index, name) for index in range(2) for name in "ch"]
SIZES = {"N": 2, "T": 4, "vocab": 7, "embed": 5, "units": 3, "labels": 7}


def run(W, inputs):
    """Return what is expected, the gradients, the values of all steps and their gradients.

    The loss is the sum of -log p[label]; rows are time-major.
    """
    cells = [unpack_mxnet("lstm", W, f"l{index}_*", ORDER) for index in range(2)]
    u = cells[0].units
    network = Network([[("l0/", cells[0], False), ("l1/", cells[1], True)]])
    states = [{name: inputs[f"l{index}_init_{name}"] for name in "hc"} for index in range(2)]
    x, label = inputs["x"].astype(int), inputs["label"].astype(int).T.reshape(-1)
    outputs, _, gates, tape = network.forward(W["embed_weight"][x], states)
    hidden = outputs.transpose(1, 0, 2).reshape(-1, 2 * u)
    logits = hidden @ W["cls_weight"].T + W["cls_bias"]
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    dz = p.copy()
    dz[np.arange(len(label)), label] -= 1
    d_outputs = (dz @ W["cls_weight"]).reshape(x.shape[1], x.shape[0], -1).transpose(1, 0, 2)
    none = [{name: np.zeros_like(array) for name, array in state.items()} for state in states]
    d_gates, dx, first, dW = network.backward(d_outputs, none, tape)
    weights = {
        "embed_weight": np.zeros_like(W["embed_weight"]),
        "cls_weight": dz.T @ hidden,
        "cls_bias": dz.sum(0),
    }
    np.add.at(weights["embed_weight"], x, dx)
    for index, d in enumerate(dW):
        weights[f"l{index}_i2h_weight"], weights[f"l{index}_h2h_weight"] = rows(d["K"], ORDER), rows(d["R"], ORDER)
        weights[f"l{index}_i2h_bias"], weights[f"l{index}_h2h_bias"] = columns(d["b"], ORDER), columns(d["s"], ORDER)
    gradients = {"weights": weights, "inputs": {name: first[index][state] for name, index, state in STATES}}
    return {"outputs": p, "hidden": hidden, "logits": logits}, gradients, gates, d_gates


def read(tensors):
    """Return the arrays of a case."""
    return {name: np.array(tensor["data"], float).reshape(tensor["shape"]) for name, tensor in tensors.items()}


def check(golden):
    """Hold the formulas against MXNet's own case; return its version and the largest difference."""
    cases = json.loads(reference_file(golden, "mxnet").read_text(encoding="utf-8"))["cases"]
    real = next(case for case in cases if case["name"] == "mxnet_bi_lstm_sort_f64")
    expected, gradients, _, _ = run(read(real["weights"]), read(real["inputs"]))
    own = {key: read(tensors) for key, tensors in real["expected_gradients"].items()}
    worst = hold("bi_lstm_sort", EXACT, (expected, read(real["expected"])), (gradients, own))
    return real["source"]["version"], worst


def make_case(golden):
    """Make the case."""
    version, worst = check(golden)
    name = "steps_mxnet_bi_lstm_sort"
    N, T, vocab, embed, u, labels = SIZES.values()
    pool = Pool(name)
    weights = {"embed_weight": pool(vocab, embed)}
    for side in ("l0_", "l1_"):
        weights[side + "i2h_weight"], weights[side + "i2h_bias"] = pool(4 * u, embed), pool(4 * u)
        weights[side + "h2h_weight"], weights[side + "h2h_bias"] = pool(4 * u, u), pool(4 * u)
    weights["cls_weight"], weights["cls_bias"] = pool(labels, 2 * u), pool(labels)
    inputs = {"x": pool.random.integers(0, vocab, (N, T)), "label": pool.random.integers(0, labels, (N, T))}
    inputs.update({state: pool(N, u) for state, _, _ in STATES})
    expected, gradients, gates, d_gates = run(weights, inputs)
    limits = tolerance("float64", [expected, gates], None, [gradients, d_gates])
    how = "gen/gen_steps.py: the network's formulas in double precision, forward and backward"
    note = "the same formulas give all numbers of mxnet_bi_lstm_sort_f64, which MXNet computed itself: "
    config = {"vocab": vocab, "embed": embed, "units": u, "labels": labels, "gate_order": list(ORDER)}
    return {
        "name": name,
        "kind": "derived",
        "chapter": "chapter-basic-lstm-cell",
        "source": {"framework": "mxnet", "version": version, "how": how},
        "note": f"{note}they differ by at most {worst:.1e}",
        "layout": "mxnet",
        "dtype": "float64",
        "layer": "bi_lstm_sort",
        "config": config,
        "weights": weights,
        "inputs": inputs,
        "expected": {**expected, "gates": gates},
        "expected_gradients": {**gradients, "gates": d_gates},
        "tolerance": {**limits, "reason": "rounding of double precision"},
    }
