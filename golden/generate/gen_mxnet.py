"""Apache MXNet 1.9.1 cases.  python gen_mxnet.py reference"""
import os, sys, warnings, collections
warnings.filterwarnings("ignore")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np, mxnet as mx
from mxnet import autograd, gluon
from common import *
VERSION = "mxnet " + mx.__version__
GATE_ORDER = {"lstm_cell": ["i", "f", "g", "o"], "gru_cell": ["r", "z", "g"], "lstm": ["i", "f", "g", "o"], "gru": ["r", "z", "g"], "bi_lstm_sort": ["i", "g", "f", "o"]}


def arr(v, dt): return mx.nd.array(np.asarray(v), dtype=dt)


def bound(sym, args, dt, need):
    a = {k: arr(v, dt) for k, v in args.items()}
    g = {k: mx.nd.zeros(a[k].shape, dtype=dt) for k in need}
    return sym.bind(mx.cpu(), a, args_grad=g, grad_req={k: ("write" if k in need else "null") for k in a}), g


# -------------------------------------------------- mx.rnn symbolic cells
def sym_cell(layer, c, pre):
    u = c["units"]
    if layer == "rnn_cell": return mx.rnn.RNNCell(u, activation=c.get("activation", "tanh"), prefix=pre)
    if layer == "lstm_cell": return mx.rnn.LSTMCell(u, prefix=pre, forget_bias=c.get("forget_bias", 1.0))
    return mx.rnn.GRUCell(u, prefix=pre)


def n_states(layer): return 2 if layer == "lstm_cell" else 1


def unroll(spec, Tn):
    layer, c = spec["layer"], spec["config"]
    if layer == "bidirectional_cell":
        l, r = c["forward"], c["backward"]
        cell = mx.rnn.BidirectionalCell(sym_cell(l["layer"], l["config"], "l_"), sym_cell(r["layer"], r["config"], "r_"))
        sizes = [l["config"]["units"]] * n_states(l["layer"]) + [r["config"]["units"]] * n_states(r["layer"])
    elif layer == "sequential_cell":
        cell = mx.rnn.SequentialRNNCell()
        sizes = []
        for i, s in enumerate(c["cells"]):
            cell.add(sym_cell(s["layer"], s["config"], "c%d_" % i)); sizes += [s["config"]["units"]] * n_states(s["layer"])
    else:
        cell = sym_cell(layer, c, ""); sizes = [c["units"]] * n_states(layer)
    begin = [mx.sym.Variable("state%d" % i) for i in range(len(sizes))]
    outs, st = cell.unroll(Tn, mx.sym.Variable("data"), begin_state=begin, layout="NTC", merge_outputs=True)
    st = [q for s in st for q in (s if isinstance(s, (list, tuple)) else [s])]
    return outs, st, sizes


def file_name(n):
    for a, b in (("l_", "forward/"), ("r_", "backward/")):
        if n.startswith(a): return b + n[2:]
    if n[0] == "c" and n[1].isdigit(): return n[1] + "/" + n[3:]
    return n


def run_sym(spec, dt, W, X):
    Tn = X["x"].shape[1]
    outs, st, sizes = unroll(spec, Tn)
    # an Activation etc. keeps the dtype, so the group is bound as it is
    grp = mx.sym.Group([outs] + list(st))
    args = {"data": X["x"], **{"state%d" % i: s for i, s in enumerate(X["states"])}}
    names = [n for n in grp.list_arguments() if n not in args]
    args.update({n: W[file_name(n)] for n in names})
    need = names + ["data"] + ["state%d" % i for i in range(len(sizes))]
    ex, g = bound(grp, args, dt, need)
    o = ex.forward(is_train=True)
    exp = {"outputs": o[0].asnumpy()}
    single = spec["layer"] in ("rnn_cell", "lstm_cell", "gru_cell")
    fin = [v.asnumpy() for v in o[1:]]
    if single:
        exp["h"] = fin[0]
        if len(fin) > 1: exp["c"] = fin[1]
    else: exp["states"] = fin
    if spec.get("gates") and single:
        ins = grp.get_internals()
        pat = {"lstm_cell": {"i": "t%d_i_output", "f": "t%d_f_output", "g": "t%d_c_output", "o": "t%d_o_output", "c": "t%d_state_output", "h": "t%d_out_output"},
               "gru_cell": {"r": "t%d__r_act_output", "z": "t%d__z_act_output", "g": "t%d__h_act_output", "h": "t%d_out_output"},
               "rnn_cell": {"h": "t%d_out_output"}}[spec["layer"]]
        order = [(k, t) for k in pat for t in range(Tn)]
        gs = mx.sym.Group([ins[pat[k] % t] for k, t in order])
        need_args = gs.list_arguments()
        e2, _ = bound(gs, {k: v for k, v in args.items() if k in need_args}, dt, [])
        vals = dict(zip(order, [v.asnumpy() for v in e2.forward(is_train=False)]))
        exp["gates"] = {k: np.stack([vals[(k, t)] for t in range(Tn)], 1) for k in pat}
        assert np.max(np.abs(exp["gates"]["h"] - exp["outputs"])) < 1e-6
    grads = None
    if "cotangents" in X:
        cot = X["cotangents"]
        heads = [arr(cot["outputs"], dt)]
        for i, v in enumerate(fin):
            heads.append(arr(cot["states"][i], dt) if "states" in cot else mx.nd.zeros(v.shape, dtype=dt))
        ex.backward(heads)
        grads = {"weights": {file_name(n): g[n].asnumpy() for n in names}, "inputs": {"x": g["data"].asnumpy()}}
        gs = [g["state%d" % i].asnumpy() for i in range(len(sizes))]
        if X["given"]:
            if single: grads["inputs"].update(dict(zip(("h0", "c0"), gs)))
            else: grads["inputs"]["initial_states"] = gs
    return exp, grads


# -------------------------------------------------- gluon fused layers
def run_gluon(spec, dt, W, X):
    layer, c = spec["layer"], spec["config"]
    cls = {"simple_rnn": gluon.rnn.RNN, "lstm": gluon.rnn.LSTM, "gru": gluon.rnn.GRU}[layer]
    kw = dict(num_layers=c.get("num_layers", 1), bidirectional=c.get("bidirectional", False), layout="NTC", dtype=dt, input_size=spec["m"], prefix="p_")
    if layer == "simple_rnn": kw["activation"] = c.get("activation", "tanh")
    net = cls(c["units"], **kw)
    net.initialize()
    ps = {k[2:]: p for k, p in net.collect_params().items()}
    for k, p in ps.items(): p.set_data(arr(W[k], dt))
    x = arr(X["x"], dt); x.attach_grad()
    st = [arr(s, dt) for s in X["states"]]
    for s in st: s.attach_grad()
    with autograd.record():
        out, fin = net(x, st)
        loss = None
        if "cotangents" in X:
            loss = (out * arr(X["cotangents"]["outputs"], dt)).sum()
            if "states" in X["cotangents"]:
                for f, q in zip(fin, X["cotangents"]["states"]): loss = loss + (f * arr(q, dt)).sum()
    exp = {"outputs": out.asnumpy(), "h": fin[0].asnumpy()}
    if layer == "lstm": exp["c"] = fin[1].asnumpy()
    grads = None
    if loss is not None:
        loss.backward()
        grads = {"weights": {k: p.grad().asnumpy() for k, p in ps.items()}, "inputs": {"x": x.grad.asnumpy()}}
        if X["given"]: grads["inputs"].update(dict(zip(("h0", "c0"), [s.grad.asnumpy() for s in st])))
    return exp, grads


def weight_shapes(spec):
    N, Tn, m = spec["N"], spec["T"], spec["m"]
    layer, c = spec["layer"], spec["config"]
    if layer in ("simple_rnn", "lstm", "gru"):
        cls = {"simple_rnn": gluon.rnn.RNN, "lstm": gluon.rnn.LSTM, "gru": gluon.rnn.GRU}[layer]
        net = cls(c["units"], num_layers=c.get("num_layers", 1), bidirectional=c.get("bidirectional", False), input_size=m, prefix="p_")
        L = c.get("num_layers", 1) * (2 if c.get("bidirectional") else 1)
        return {k[2:]: p.shape for k, p in net.collect_params().items()}, [(L, N, c["units"])] * (2 if layer == "lstm" else 1)
    outs, st, sizes = unroll(spec, Tn)
    grp = mx.sym.Group([outs] + list(st))
    kw = {"data": (N, Tn, m), **{"state%d" % i: (N, s) for i, s in enumerate(sizes)}}
    sh, _, _ = grp.infer_shape(**kw)
    return {file_name(n): s for n, s in zip(grp.list_arguments(), sh) if n not in kw}, [(N, s) for s in sizes]


def explicit(layer, c):
    d = dict(c)
    if layer == "rnn_cell": d.setdefault("activation", "tanh")
    if layer in ("simple_rnn", "lstm", "gru"):
        d = {"units": c["units"], "num_layers": c.get("num_layers", 1), "bidirectional": c.get("bidirectional", False)}
        if layer == "simple_rnn": d["activation"] = c.get("activation", "tanh")
    if layer in ("bidirectional_cell",):
        d = {k: {"layer": v["layer"], "config": explicit(v["layer"], v["config"])} for k, v in c.items()}
    if layer == "sequential_cell":
        d = {"cells": [{"layer": v["layer"], "config": explicit(v["layer"], v["config"])} for v in c["cells"]]}
    if layer in GATE_ORDER: d["gate_order"] = GATE_ORDER[layer]
    return d


def make_case(set_name, spec):
    name, dtype, layer, c = spec["name"], spec.get("dtype", "float64"), spec["layer"], spec["config"]
    r = rng(set_name, name)
    N, Tn, m = spec["N"], spec["T"], spec["m"]
    fused = layer in ("simple_rnn", "lstm", "gru")
    ws, ss = weight_shapes(spec)
    W = {k: draw(r, s, spec.get("w_scale") or round(min(0.9, 1.2 / np.sqrt(s[1] if len(s) > 1 else 4)), 2)) for k, s in ws.items()}
    X = {"x": draw(r, (N, Tn, m), spec.get("x_scale", 1.0), 2), "given": spec.get("h0", False)}
    X["states"] = [draw(r, s, 0.8, 2) if X["given"] else np.zeros(s) for s in ss]
    def vals(dt):
        q = lambda v: np.asarray(np.asarray(v, dtype), dt)
        Xv = dict(X, x=q(X["x"]), states=[q(s) for s in X["states"]])
        if "cotangents" in X: Xv["cotangents"] = {k: ([q(a) for a in v] if isinstance(v, list) else q(v)) for k, v in X["cotangents"].items()}
        return {k: q(v) for k, v in W.items()}, Xv
    run = run_gluon if fused else run_sym
    e0, _ = run(spec, "float32", *vals("float32"))
    cot = {"outputs": draw(r, e0["outputs"].shape, 1.0, 2)}
    if spec.get("state_cot"): cot["states"] = [draw(r, s, 1.0, 2) for s in ss]
    X["cotangents"] = cot
    exp, grads = run(spec, dtype, *vals(dtype))
    e64 = g64 = None
    if dtype == "float32": e64, g64 = run(spec, "float64", *vals("float64"))
    tol = tolerance(dtype, exp, e64, grads, g64)
    show = lambda v: T(np.asarray(v, dtype))
    single = layer not in ("bidirectional_cell", "sequential_cell")
    inputs = {"x": show(X["x"])}
    if X["given"]:
        if single: inputs.update({k: show(v) for k, v in zip(("h0", "c0"), X["states"])})
        else: inputs["initial_states"] = [show(v) for v in X["states"]]
    d = {"outputs": show(cot["outputs"])}
    if "states" in cot:
        if single: d.update({k: show(v) for k, v in zip(("h", "c"), cot["states"])})
        else: d["states"] = [show(v) for v in cot["states"]]
    case = {"name": name, "kind": "reference",
            "source": {"framework": "mxnet", "version": VERSION, "how": "gen/gen_mxnet.py: " + ("mx.gluon.rnn fused layer, layout NTC, autograd" if fused else "mx.rnn symbolic cell, unroll, bind, backward")},
            "layout": "mxnet", "dtype": dtype, "layer": layer, "config": explicit(layer, c), "weights": {k: show(v) for k, v in W.items()},
            "inputs": inputs, "cotangents": d, "expected": exp, "expected_gradients": grads, "tolerance": tol}
    if layer == "lstm_cell": case["note"] = "mx.rnn.LSTMCell adds no forget bias when it runs; its forget_bias argument only sets the initial i2h_bias"
    return case


# -------------------------------------------------- the network of seed 003
LSTMState = collections.namedtuple("LSTMState", ["c", "h"])
LSTMParam = collections.namedtuple("LSTMParam", ["i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias"])


def lstm(num_hidden, indata, prev_state, param, seqidx, layeridx, dropout=0.):      # verbatim from the seed
    """LSTM Cell symbol"""
    if dropout > 0.:
        indata = mx.sym.Dropout(data=indata, p=dropout)
    i2h = mx.sym.FullyConnected(data=indata, weight=param.i2h_weight, bias=param.i2h_bias, num_hidden=num_hidden * 4, name="t%d_l%d_i2h" % (seqidx, layeridx))
    h2h = mx.sym.FullyConnected(data=prev_state.h, weight=param.h2h_weight, bias=param.h2h_bias, num_hidden=num_hidden * 4, name="t%d_l%d_h2h" % (seqidx, layeridx))
    gates = i2h + h2h
    slice_gates = mx.sym.SliceChannel(gates, num_outputs=4, name="t%d_l%d_slice" % (seqidx, layeridx))
    in_gate = mx.sym.Activation(slice_gates[0], act_type="sigmoid")
    in_transform = mx.sym.Activation(slice_gates[1], act_type="tanh")
    forget_gate = mx.sym.Activation(slice_gates[2], act_type="sigmoid")
    out_gate = mx.sym.Activation(slice_gates[3], act_type="sigmoid")
    next_c = (forget_gate * prev_state.c) + (in_gate * in_transform)
    next_h = out_gate * mx.sym.Activation(next_c, act_type="tanh")
    return LSTMState(c=next_c, h=next_h)


def bi_lstm_unroll(seq_len, input_size, num_hidden, num_embed, num_label, dropout=0.):   # from the seed
    embed_weight = mx.sym.Variable("embed_weight")
    cls_weight = mx.sym.Variable("cls_weight")
    cls_bias = mx.sym.Variable("cls_bias")
    last_states = []
    last_states.append(LSTMState(c=mx.sym.Variable("l0_init_c"), h=mx.sym.Variable("l0_init_h")))
    last_states.append(LSTMState(c=mx.sym.Variable("l1_init_c"), h=mx.sym.Variable("l1_init_h")))
    forward_param = LSTMParam(i2h_weight=mx.sym.Variable("l0_i2h_weight"), i2h_bias=mx.sym.Variable("l0_i2h_bias"),  # the seed prints Variable("c")
                              h2h_weight=mx.sym.Variable("l0_h2h_weight"), h2h_bias=mx.sym.Variable("l0_h2h_bias"))
    backward_param = LSTMParam(i2h_weight=mx.sym.Variable("l1_i2h_weight"), i2h_bias=mx.sym.Variable("l1_i2h_bias"),
                               h2h_weight=mx.sym.Variable("l1_h2h_weight"), h2h_bias=mx.sym.Variable("l1_h2h_bias"))
    data = mx.sym.Variable('data')
    label = mx.sym.Variable('softmax_label')
    embed = mx.sym.Embedding(data=data, input_dim=input_size, weight=embed_weight, output_dim=num_embed, name='embed')
    wordvec = mx.sym.SliceChannel(data=embed, num_outputs=seq_len, squeeze_axis=1)
    forward_hidden = []
    for seqidx in range(seq_len):
        hidden = wordvec[seqidx]
        next_state = lstm(num_hidden, indata=hidden, prev_state=last_states[0], param=forward_param, seqidx=seqidx, layeridx=0, dropout=dropout)
        hidden = next_state.h
        last_states[0] = next_state
        forward_hidden.append(hidden)
    backward_hidden = []
    for seqidx in range(seq_len):
        k = seq_len - seqidx - 1
        hidden = wordvec[k]
        next_state = lstm(num_hidden, indata=hidden, prev_state=last_states[1], param=backward_param, seqidx=k, layeridx=1, dropout=dropout)
        hidden = next_state.h
        last_states[1] = next_state
        backward_hidden.insert(0, hidden)
    hidden_all = []
    for i in range(seq_len):
        hidden_all.append(mx.sym.Concat(*[forward_hidden[i], backward_hidden[i]], dim=1))
    hidden_concat = mx.sym.Concat(*hidden_all, dim=0)
    pred = mx.sym.FullyConnected(data=hidden_concat, num_hidden=num_label, weight=cls_weight, bias=cls_bias, name='pred')
    label = mx.sym.transpose(data=label)
    label = mx.sym.Reshape(data=label, shape=(-1,))                 # the seed prints target_shape=(0,)
    sm = mx.sym.SoftmaxOutput(data=pred, label=label, name='softmax')
    return sm, hidden_concat, pred


def bi_lstm_sort(set_name, name, N, Tn, vocab, embed, units, labels, dtype="float64"):
    r = rng(set_name, name)
    sm, hid, pred = bi_lstm_unroll(Tn, vocab, units, embed, labels)
    known = {"data": (N, Tn), "softmax_label": (N, Tn), **{k: (N, units) for k in ("l0_init_c", "l0_init_h", "l1_init_c", "l1_init_h")}}
    sh, _, _ = sm.infer_shape(**known)
    shapes = dict(zip(sm.list_arguments(), sh))
    W = {k: draw(r, s, round(min(0.9, 1.2 / np.sqrt(s[1] if len(s) > 1 else 4)), 2)) for k, s in shapes.items() if k not in known}
    data, label = r.integers(0, vocab, (N, Tn)), r.integers(0, labels, (N, Tn))
    states = {k: draw(r, (N, units), 0.5, 2) for k in known if "init" in k}
    res = {}
    for dt in (dtype, "float64"):
        q = lambda v: np.asarray(np.asarray(v, dtype), dt)
        args = {"data": data, "softmax_label": label, **{k: q(v) for k, v in states.items()}, **{k: q(v) for k, v in W.items()}}
        need = list(W) + list(states)
        a = {k: arr(v, dt) for k, v in args.items()}
        g = {k: mx.nd.zeros(a[k].shape, dtype=dt) for k in need}
        ex = mx.sym.Group([sm, mx.sym.BlockGrad(hid), mx.sym.BlockGrad(pred)]).bind(mx.cpu(), a, args_grad=g, grad_req={k: ("write" if k in need else "null") for k in a})
        o = [v.asnumpy() for v in ex.forward(is_train=True)]
        ex.backward()
        res[dt] = ({"outputs": o[0], "hidden": o[1], "logits": o[2]},
                   {"weights": {k: g[k].asnumpy() for k in W}, "inputs": {k: g[k].asnumpy() for k in states}})
    exp, grads = res[dtype]
    tol = tolerance(dtype, exp, res["float64"][0], grads, res["float64"][1])
    show = lambda v: T(np.asarray(v, dtype))
    return {"name": name, "kind": "reference",
            "source": {"framework": "mxnet", "version": VERSION, "file": "003_02a7d4613a2103e6.txt", "how": "gen/gen_mxnet.py: the two functions printed in the seed, run by real MXNet (two repairs: the variable printed as \"c\" is l0_i2h_bias; Reshape(target_shape=(0,)) is shape=(-1,))"},
            "note": "outputs, hidden and logits are time-major: row t*N+n. Gradients are those of SoftmaxOutput: loss = sum over all t, n of -log p[label]",
            "layout": "mxnet", "dtype": dtype, "layer": "bi_lstm_sort",
            "config": {"vocab": vocab, "embed": embed, "units": units, "labels": labels, "gate_order": GATE_ORDER["bi_lstm_sort"]},
            "weights": {k: show(v) for k, v in W.items()},
            "inputs": {"x": T(data), "label": T(label), **{k: show(v) for k, v in states.items()}},
            "expected": exp, "expected_gradients": grads, "tolerance": tol}


def C(layer, units, **k): return dict(layer=layer, config=dict(units=units, **k))
def BI(a, b): return dict(layer="bidirectional_cell", config=dict(forward=a, backward=b))
def SEQ(*c): return dict(layer="sequential_cell", config=dict(cells=list(c)))
def S(name, l, N, T, m, **k): return dict(name=name, N=N, T=T, m=m, **l, **k)


def cases_of_this_script():
    return {"mxnet": [
        S("mxnet_lstm_cell_f64", C("lstm_cell", 3), 2, 3, 2, gates=True, h0=True, state_cot=True),
        S("mxnet_gru_cell_f64", C("gru_cell", 3), 2, 3, 2, gates=True, h0=True, state_cot=True),
        S("mxnet_rnn_cell_f64", C("rnn_cell", 3), 2, 3, 2, gates=True, h0=True),
        S("mxnet_bi_lstm_f64", BI(C("lstm_cell", 3), C("lstm_cell", 3)), 2, 4, 2, h0=True, state_cot=True),
        S("mxnet_gluon_lstm_bi2_f64", C("lstm", 3, num_layers=2, bidirectional=True), 2, 4, 2, h0=True, state_cot=True),
        S("mxnet_gluon_gru_f32", C("gru", 4), 2, 4, 3, dtype="float32"),
        dict(sort="mxnet_bi_lstm_sort_f64", a=(2, 4, 6, 3, 3, 6)),
    ]}




if __name__ == "__main__":
    which = sys.argv[1]
    for fam, specs in {"reference": cases_of_this_script}[which]().items():
        cases = []
        for s in specs:
            try: cases.append(bi_lstm_sort(which, s["sort"], *s["a"], dtype=s.get("dtype", "float64")) if "sort" in s else make_case(which, s))
            except Exception as e:
                print("FAILED", s.get("name", s.get("sort")), type(e).__name__, str(e)[:600], flush=True)
        write(which, fam, cases)
