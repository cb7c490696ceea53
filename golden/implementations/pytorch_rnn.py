"""PyTorch's own layers, forward and backward, for the cases of layout pytorch."""

import json
import sys

import torch

torch.set_num_threads(1)
CELLS = {"rnn_cell": torch.nn.RNNCell, "lstm_cell": torch.nn.LSTMCell, "gru_cell": torch.nn.GRUCell}
LAYERS = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def tensor(stored, dtype):
    """Return a tensor of the protocol."""
    return torch.tensor(stored["data"], dtype=dtype).reshape(stored["shape"])


def build(layer, config, features, dtype):
    """Build the module of a case."""
    options = {"bias": config.get("bias", True), "dtype": dtype}
    if "nonlinearity" in config:
        options["nonlinearity"] = config["nonlinearity"]
    if layer in CELLS:
        return CELLS[layer](features, config["units"], **options)
    if config.get("proj_size"):
        options["proj_size"] = config["proj_size"]
    options["num_layers"] = config.get("num_layers", 1)
    options["bidirectional"] = config.get("bidirectional", False)
    return LAYERS[layer](features, config["units"], batch_first=True, **options)


def run_cell(module, is_lstm, units, x, states):
    """Call a cell once for each step."""
    zero = torch.zeros(x.shape[0], units, dtype=x.dtype)
    h, c = states.get("h0", zero), states.get("c0", zero)
    outputs, cells = [], []
    for t in range(x.shape[1]):
        if is_lstm:
            h, c = module(x[:, t], (h, c))
            cells.append(c)
        else:
            h = module(x[:, t], h)
        outputs.append(h)
    results = {"outputs": torch.stack(outputs, 1), "h": h}
    if is_lstm:
        results.update({"c": c, "gates.c": torch.stack(cells, 1), "gates.h": results["outputs"]})
    return results


def run_layer(module, is_lstm, x, states, lengths):
    """Call a layer once; sequences with lengths are packed."""
    start = None
    if states:
        start = (states["h0"], states["c0"]) if is_lstm else states["h0"]
    data = x
    if lengths:
        options = {"batch_first": True, "enforce_sorted": False}
        data = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), **options)
    outputs, last = module(data, start)
    if lengths:
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
    if is_lstm:
        return {"outputs": outputs, "h": last[0], "c": last[1]}
    return {"outputs": outputs, "h": last}


def answer(case):
    """Return the answer to a case."""
    if case["layout"] != "pytorch":
        return {"skip": "other layouts"}
    config, layer, dtype = case["config"], case["layer"], getattr(torch, case["dtype"])
    stored = {key: case["inputs"][key] for key in ("x", "h0", "c0") if key in case["inputs"]}
    inputs = {key: tensor(item, dtype).requires_grad_() for key, item in stored.items()}
    states = {key: state for key, state in inputs.items() if key != "x"}
    x, is_lstm = inputs["x"], layer.startswith("lstm")
    module = build(layer, config, x.shape[2], dtype)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(tensor(case["weights"][name], dtype))
    if layer in CELLS:
        results = run_cell(module, is_lstm, config["units"], x, states)
    else:
        results = run_layer(module, is_lstm, x, states, case["inputs"].get("lengths"))
    if any(name.startswith("gradients") for name in case["wants"]):
        cotangents = case["cotangents"].items()
        sum((results[name] * tensor(cotangent, dtype)).sum() for name, cotangent in cotangents).backward()
        for name, parameter in module.named_parameters():
            results[f"gradients.weights.{name}"] = parameter.grad
        for name, array in inputs.items():
            results[f"gradients.inputs.{name}"] = array.grad
    written = {}
    for name, array in results.items():
        if name in case["wants"]:
            data = array.detach().double().reshape(-1).tolist()
            written[name] = {"shape": list(array.shape), "data": data}
    return {"results": written, "no_steps": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **answer(case)}), flush=True)
