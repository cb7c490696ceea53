"""Holds the formulas against every number of MXNet's cells and fused layers that MXNet itself computed."""

import json

import numpy as np
from step_compute import EXACT, Spec, compute, hold, reference_file
from step_formulas import GATES, Network
from step_layouts import disarranged, unpack_mxnet

KINDS = {"rnn_cell": "simple_rnn", "lstm_cell": "lstm", "gru_cell": "gru"}
FILES = ("mxnet", "rosetta_lstm", "rosetta_gru_after", "rosetta_simple_rnn")


def read(tree):
    """Return the arrays of a tree of tensors as the files hold them."""
    if isinstance(tree, dict) and "shape" not in tree:
        return {key: read(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [read(item) for item in tree]
    return np.array(tree["data"], float).reshape(tree["shape"])


def network_of(layer, config, weights):
    """Return the network of a case, the places of its weights, and the style of its states."""
    if layer == "bidirectional_cell":
        sides = ("forward", "backward")
        cells = [unpack_mxnet(KINDS[config[side]["layer"]], weights, f"{side}/*") for side in sides]
        network = Network([[("f/", cells[0], False), ("b/", cells[1], True)]])
        return network, [f"{side}/*" for side in sides], "list"
    if layer not in GATES:
        return Network([[("", unpack_mxnet(KINDS[layer], weights, "*"), False)]]), ["*"], "single"
    directions = "lr" if config.get("bidirectional") else "l"
    places = [[f"{side}{index}_*" for side in directions] for index in range(config.get("num_layers", 1))]
    layers = [[("", unpack_mxnet(layer, weights, place), place[0] == "r") for place in group] for group in places]
    return Network(layers), [place for group in places for place in group], "stacked"


def check_case(case):
    """Return the largest difference of the formulas' numbers from those of a case."""
    layer, config = case["layer"], case["config"]
    weights, inputs, cotangents = (read(case[key]) for key in ("weights", "inputs", "cotangents"))
    expected, gradients = read(case["expected"]), read(case["expected_gradients"])
    network, places, style = network_of(layer, config, weights)
    samples = inputs["x"].shape[0]
    values = {
        "x": inputs["x"],
        "states": disarranged(style, inputs, network.cells, samples, "0"),
        "cot": cotangents["outputs"],
        "cot_states": disarranged(style, cotangents, network.cells, samples),
    }
    spec = Spec(case["name"], "", "mxnet", layer, config, None, places, style)
    own, own_gradients, gates, _ = compute(spec, network, values)
    known = expected.pop("gates", {})
    of_inputs = own_gradients["inputs"]
    own_gradients["inputs"] = {key: of_inputs[key] for key in of_inputs if key in gradients["inputs"]}
    own_gates = {key: gates[key] for key in known}
    return hold(case["name"], EXACT, (own, expected), (own_gradients, gradients), (own_gates, known))


def check(golden):
    """Return MXNet's version, and the sentence that says how closely the formulas agree with it."""
    worst, count, version = 0.0, 0, None
    for name in FILES:
        for case in json.loads(reference_file(golden, name).read_text(encoding="utf-8"))["cases"]:
            own = case["layout"] == "mxnet" and case["dtype"] == "float64"
            if own and case["layer"] != "bi_lstm_sort":
                worst = max(worst, check_case(case))
                version = case["source"]["version"]
                count += 1
    sentence = (
        f"the same formulas give all numbers of the {count} cases that {version} computed itself "
        f"(reference/mxnet.json, rosetta_*.json): they differ by at most {worst:.1e}"
    )
    return version, sentence
