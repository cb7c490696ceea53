"""The network of MXNet's example/bi-lstm-sort as one of the sources prints it, run by MXNet."""

import collections

import mxnet as mx
from common import Tensor, draw, in_dtype, rng, shown, weight_scale
from mxnet_run import GATE_ORDER, VERSION, bind
from tolerances import tolerance

STATES = ("l0_init_c", "l0_init_h", "l1_init_c", "l1_init_h")
LSTMState = collections.namedtuple("LSTMState", ["c", "h"])
LSTMParam = collections.namedtuple("LSTMParam", ["i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias"])


def lstm(num_hidden, indata, prev_state, param, seqidx, layeridx, dropout=0.0):
    """Return the symbols of one step of an LSTM (as printed in the source)."""
    if dropout > 0.0:
        indata = mx.sym.Dropout(data=indata, p=dropout)
    i2h = mx.sym.FullyConnected(
        data=indata,
        weight=param.i2h_weight,
        bias=param.i2h_bias,
        num_hidden=num_hidden * 4,
        name=f"t{seqidx}_l{layeridx}_i2h",
    )
    h2h = mx.sym.FullyConnected(
        data=prev_state.h,
        weight=param.h2h_weight,
        bias=param.h2h_bias,
        num_hidden=num_hidden * 4,
        name=f"t{seqidx}_l{layeridx}_h2h",
    )
    gates = i2h + h2h
    slice_gates = mx.sym.SliceChannel(gates, num_outputs=4, name=f"t{seqidx}_l{layeridx}_slice")
    in_gate = mx.sym.Activation(slice_gates[0], act_type="sigmoid")
    in_transform = mx.sym.Activation(slice_gates[1], act_type="tanh")
    forget_gate = mx.sym.Activation(slice_gates[2], act_type="sigmoid")
    out_gate = mx.sym.Activation(slice_gates[3], act_type="sigmoid")
    next_c = (forget_gate * prev_state.c) + (in_gate * in_transform)
    next_h = out_gate * mx.sym.Activation(next_c, act_type="tanh")
    return LSTMState(c=next_c, h=next_h)


def parameters(prefix):
    """Return the variables of one direction."""
    return LSTMParam(*(mx.sym.Variable(prefix + name) for name in LSTMParam._fields))


def bi_lstm_unroll(seq_len, input_size, num_hidden, num_embed, num_label, dropout=0.0):
    """Return the symbols of the network: softmax, hidden states, logits (as printed, but for two repairs)."""
    embed_weight = mx.sym.Variable("embed_weight")
    cls_weight = mx.sym.Variable("cls_weight")
    cls_bias = mx.sym.Variable("cls_bias")
    last_states = [
        LSTMState(c=mx.sym.Variable("l0_init_c"), h=mx.sym.Variable("l0_init_h")),
        LSTMState(c=mx.sym.Variable("l1_init_c"), h=mx.sym.Variable("l1_init_h")),
    ]
    forward_param, backward_param = parameters("l0_"), parameters("l1_")  # the source prints l0_i2h_bias as "c"
    data = mx.sym.Variable("data")
    label = mx.sym.Variable("softmax_label")
    embed = mx.sym.Embedding(data=data, input_dim=input_size, weight=embed_weight, output_dim=num_embed, name="embed")
    wordvec = mx.sym.SliceChannel(data=embed, num_outputs=seq_len, squeeze_axis=1)
    forward_hidden = []
    for seqidx in range(seq_len):
        hidden = wordvec[seqidx]
        next_state = lstm(
            num_hidden,
            indata=hidden,
            prev_state=last_states[0],
            param=forward_param,
            seqidx=seqidx,
            layeridx=0,
            dropout=dropout,
        )
        hidden = next_state.h
        last_states[0] = next_state
        forward_hidden.append(hidden)
    backward_hidden = []
    for seqidx in range(seq_len):
        k = seq_len - seqidx - 1
        hidden = wordvec[k]
        next_state = lstm(
            num_hidden,
            indata=hidden,
            prev_state=last_states[1],
            param=backward_param,
            seqidx=k,
            layeridx=1,
            dropout=dropout,
        )
        hidden = next_state.h
        last_states[1] = next_state
        backward_hidden.insert(0, hidden)
    hidden_all = [mx.sym.Concat(forward_hidden[i], backward_hidden[i], dim=1) for i in range(seq_len)]
    hidden_concat = mx.sym.Concat(*hidden_all, dim=0)
    pred = mx.sym.FullyConnected(
        data=hidden_concat, num_hidden=num_label, weight=cls_weight, bias=cls_bias, name="pred"
    )
    label = mx.sym.transpose(data=label)
    label = mx.sym.Reshape(data=label, shape=(-1,))  # the source prints target_shape=(0,)
    softmax = mx.sym.SoftmaxOutput(data=pred, label=label, name="softmax")
    return softmax, hidden_concat, pred


def run(symbols, data, label, states, weights, dtype):
    """Run the network; return what is expected, and the gradients of weights and first states."""
    softmax, hidden, logits = symbols
    arguments = {"data": data, "softmax_label": label, **states, **weights}
    group = mx.sym.Group([softmax, mx.sym.BlockGrad(hidden), mx.sym.BlockGrad(logits)])
    executor, gradients = bind(group, arguments, dtype, [*weights, *states])
    computed = [array.asnumpy() for array in executor.forward(is_train=True)]
    executor.backward()
    of_weights = {name: gradients[name].asnumpy() for name in weights}
    of_states = {name: gradients[name].asnumpy() for name in states}
    return dict(zip(("outputs", "hidden", "logits"), computed)), {"weights": of_weights, "inputs": of_states}


def make_case(folder, spec):
    """Make the case; spec: name, N, T, vocab, embed, units, labels."""
    name, dtype, N, T = spec["name"], "float64", spec["N"], spec["T"]
    config = {key: spec[key] for key in ("vocab", "embed", "units", "labels")}
    random = rng(folder, name)
    symbols = bi_lstm_unroll(T, config["vocab"], config["units"], config["embed"], config["labels"])
    known = {"data": (N, T), "softmax_label": (N, T), **dict.fromkeys(STATES, (N, config["units"]))}
    shapes, _, _ = symbols[0].infer_shape(**known)
    weights = {}
    for argument, shape in zip(symbols[0].list_arguments(), shapes):
        if argument not in known:
            weights[argument] = draw(random, shape, weight_scale(shape[1] if len(shape) > 1 else 4))
    data, label = random.integers(0, config["vocab"], (N, T)), random.integers(0, config["labels"], (N, T))
    states = {state: draw(random, (N, config["units"]), 0.5, 2) for state in STATES}
    numbers = in_dtype(states, dtype, dtype), in_dtype(weights, dtype, dtype)
    expected, gradients = run(symbols, data, label, *numbers, dtype)
    how = (
        "gen/gen_mxnet.py: the two functions printed in the seed, run by real MXNet (two repairs: the variable printed "
        'as "c" is l0_i2h_bias; Reshape(target_shape=(0,)) is shape=(-1,))'
    )
    return {
        "name": name,
        "kind": "reference",
        "source": {"framework": "mxnet", "version": VERSION, "file": "003_02a7d4613a2103e6.txt", "how": how},
        "note": "outputs, hidden and logits are time-major: row t*N+n. Gradients are those of SoftmaxOutput: "
        "loss = sum over all t, n of -log p[label]",
        "layout": "mxnet",
        "dtype": dtype,
        "layer": "bi_lstm_sort",
        "config": {**config, "gate_order": GATE_ORDER["bi_lstm_sort"]},
        "weights": shown(weights, dtype),
        "inputs": {"x": Tensor(data), "label": Tensor(label), **shown(states, dtype)},
        "expected": expected,
        "expected_gradients": gradients,
        "tolerance": tolerance(dtype, expected, None, gradients),
    }
