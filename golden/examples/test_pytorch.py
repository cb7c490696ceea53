"""PyTorch's own layers against the golden cases: an example of a test suite that uses `reader.py`.

pip install pytest numpy torch; then pytest golden/examples/test_pytorch.py
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reader import cases

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
LAYERS = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
CELLS = {"rnn_cell": torch.nn.RNNCell, "lstm_cell": torch.nn.LSTMCell, "gru_cell": torch.nn.GRUCell}


def leaf(array):
    """A tensor that gets a gradient."""
    return torch.tensor(array, requires_grad=True)


def with_weights(net, case):
    """The case's weights in a layer; the names must be the same ones."""
    assert {k for k, _ in net.named_parameters()} == set(case.weights)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.tensor(case.weights[name]))
    return net


def check(case, net, inputs, values):
    """Backpropagate the case's loss, then compare values and gradients."""
    loss = sum((values[name] * torch.tensor(cotangent)).sum() for name, cotangent in case.cotangents.items())
    loss.backward()
    gradients = {
        "weights": {name: parameter.grad for name, parameter in net.named_parameters()},
        "inputs": {name: value.grad for name, value in inputs.items()},
    }
    case.check(**values, gradients=gradients)


@pytest.mark.parametrize("case", cases(layout="pytorch", layer=list(LAYERS)))
def test_layer(case):
    """RNN, LSTM and GRU: layers, directions, projections and packed sequences."""
    config, inputs = case.config, {k: leaf(v) for k, v in case.inputs.items() if k in ("x", "h0", "c0")}
    options = {
        k: config[k] for k in ("bias", "num_layers", "bidirectional", "nonlinearity", "proj_size") if k in config
    }
    if case.layer != "lstm":
        options.pop("proj_size", None)
    features = inputs["x"].shape[2]
    net = LAYERS[case.layer](features, config["units"], batch_first=True, dtype=getattr(torch, case.dtype), **options)
    with_weights(net, case)
    x, lengths = inputs["x"], case.inputs.get("lengths")
    if lengths is not None:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    start = (inputs["h0"], inputs["c0"]) if "c0" in inputs else inputs.get("h0")
    outputs, state = net(x, start)
    if lengths is not None:
        steps = inputs["x"].shape[1]
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=steps)
    h, c = state if case.layer == "lstm" else (state, None)
    check(case, net, inputs, {"outputs": outputs, "h": h, "c": c})


@pytest.mark.parametrize("case", cases(layout="pytorch", layer=list(CELLS)))
def test_cell(case):
    """RNNCell, LSTMCell and GRUCell, step by step."""
    config, inputs = case.config, {k: leaf(v) for k, v in case.inputs.items()}
    options = {k: config[k] for k in ("bias", "nonlinearity") if k in config}
    x, dtype = inputs["x"], getattr(torch, case.dtype)
    net = with_weights(CELLS[case.layer](x.shape[2], config["units"], dtype=dtype, **options), case)
    zero = torch.zeros(x.shape[0], config["units"], dtype=dtype)
    h, c, outputs = inputs.get("h0", zero), inputs.get("c0", zero), []
    for t in range(x.shape[1]):
        if case.layer == "lstm_cell":
            h, c = net(x[:, t], (h, c))
        else:
            h = net(x[:, t], h)
        outputs.append(h)
    check(
        case, net, inputs, {"outputs": torch.stack(outputs, 1), "h": h, "c": c if case.layer == "lstm_cell" else None}
    )


def test_a_wrong_gate_order_is_noticed():
    """The blocks of forget gate and candidate exchanged: the message names the first step and unit."""
    case = cases(layout="pytorch", layer="lstm", num_layers=1, bidirectional=False)[0]
    units = case.config["units"]
    net = torch.nn.LSTM(case.inputs["x"].shape[2], units, batch_first=True, dtype=getattr(torch, case.dtype))
    order = np.r_[0:units, 2 * units : 3 * units, units : 2 * units, 3 * units : 4 * units]
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.tensor(case.weights[name][order]))
    outputs, _ = net(torch.tensor(case.inputs["x"]))
    with pytest.raises(AssertionError, match=r"outputs, sample 0, step \d+, unit \d+: expected .*, received "):
        case.check(outputs=outputs)
