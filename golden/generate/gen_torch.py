"""PyTorch cases.  python gen_torch.py reference"""
import os, sys
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np, torch
from common import *
torch.set_num_threads(1)
VERSION = "torch " + torch.__version__
GATE_ORDER = {"lstm": ["i", "f", "g", "o"], "gru": ["r", "z", "g"], "lstm_cell": ["i", "f", "g", "o"], "gru_cell": ["r", "z", "g"]}
DT = {"float32": torch.float32, "float64": torch.float64}


def build(layer, c, m, dt):
    k = dict(bias=c.get("bias", True), dtype=DT[dt])
    if layer.endswith("_cell"):
        if layer == "rnn_cell": return torch.nn.RNNCell(m, c["units"], nonlinearity=c.get("nonlinearity", "tanh"), **k)
        return {"lstm_cell": torch.nn.LSTMCell, "gru_cell": torch.nn.GRUCell}[layer](m, c["units"], **k)
    k.update(num_layers=c.get("num_layers", 1), bidirectional=c.get("bidirectional", False), batch_first=True)
    if layer == "simple_rnn": return torch.nn.RNN(m, c["units"], nonlinearity=c.get("nonlinearity", "tanh"), **k)
    if layer == "gru": return torch.nn.GRU(m, c["units"], **k)
    return torch.nn.LSTM(m, c["units"], proj_size=c.get("proj_size", 0), **k)


def explicit(layer, c):
    d = {"units": c["units"]}
    if layer in ("simple_rnn", "rnn_cell"): d["nonlinearity"] = c.get("nonlinearity", "tanh")
    d["bias"] = c.get("bias", True)
    if not layer.endswith("_cell"):
        d["num_layers"], d["bidirectional"] = c.get("num_layers", 1), c.get("bidirectional", False)
    if layer == "lstm": d["proj_size"] = c.get("proj_size", 0)
    if layer in GATE_ORDER: d["gate_order"] = GATE_ORDER[layer]
    return d


def run(spec, dt, W, X):
    layer, c = spec["layer"], spec["config"]
    net = build(layer, c, spec["m"], dt)
    with torch.no_grad():
        for k, p in net.named_parameters(): p.copy_(torch.tensor(W[k], dtype=DT[dt]))
    t = lambda v: torch.tensor(np.asarray(v), dtype=DT[dt], requires_grad=True)
    x = t(X["x"]); st = {k: t(X[k]) for k in ("h0", "c0") if k in X}
    lstm = layer.startswith("lstm")
    if layer.endswith("_cell"):
        N = x.shape[0]
        h = st.get("h0", torch.zeros(N, c["units"], dtype=DT[dt]))
        cc = st.get("c0", torch.zeros(N, c["units"], dtype=DT[dt]))
        outs, cs = [], []
        for i in range(x.shape[1]):
            if lstm: h, cc = net(x[:, i], (h, cc)); cs.append(cc)
            else: h = net(x[:, i], h)
            outs.append(h)
        out = torch.stack(outs, 1)
        fin = {"h": h}
        if lstm: fin["c"] = cc
    else:
        s0 = None
        if st: s0 = (st["h0"], st["c0"]) if lstm else st["h0"]
        inp = x
        if "lengths" in X:
            inp = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(X["lengths"]), batch_first=True, enforce_sorted=False)
        out, s = net(inp, s0) if s0 is not None else net(inp)
        if "lengths" in X:
            out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])
        fin = {"h": s[0], "c": s[1]} if lstm else {"h": s}
    exp = {"outputs": out.detach().numpy(), **{k: v.detach().numpy() for k, v in fin.items()}}
    if layer == "lstm_cell": exp["gates"] = {"c": torch.stack(cs, 1).detach().numpy(), "h": exp["outputs"]}
    grads = None
    if "cotangents" in X:
        loss = (out * torch.tensor(X["cotangents"]["outputs"], dtype=DT[dt])).sum()
        for k in ("h", "c"):
            if k in X["cotangents"]: loss = loss + (fin[k] * torch.tensor(X["cotangents"][k], dtype=DT[dt])).sum()
        loss.backward()
        grads = {"weights": {k: p.grad.numpy() for k, p in net.named_parameters()},
                 "inputs": {"x": x.grad.numpy(), **{k: v.grad.numpy() for k, v in st.items()}}}
    return exp, grads


def make_case(set_name, spec):
    name, dtype, layer, c = spec["name"], spec.get("dtype", "float64"), spec["layer"], spec["config"]
    r = rng(set_name, name)
    N, Tn, m = spec["N"], spec["T"], spec["m"]
    net = build(layer, c, m, "float32")
    hs = int(r.integers(1, 2 ** 20)); big = spec.get("hash", False)
    W = {}
    for j, (k, p) in enumerate(net.named_parameters()):
        s = tuple(p.shape)
        sc = spec.get("w_scale") or round(min(0.9, 1.2 / np.sqrt(s[1] if len(s) > 1 else 4)), 2)
        W[k] = Hashed(s, hs + j, 2.0 ** np.floor(np.log2(sc))) if big else draw(r, s, sc)
    X = {}
    X["x"] = np.asarray(spec["x"]) if "x" in spec else (Hashed((N, Tn, m), hs + 100, 1.0) if big else draw(r, (N, Tn, m), spec.get("x_scale", 1.0), 2))
    D = (2 if c.get("bidirectional") else 1) * c.get("num_layers", 1)
    cell = layer.endswith("_cell")
    if spec.get("h0"):
        hh = c.get("proj_size", 0) or c["units"]
        X["h0"] = draw(r, (N, hh) if cell else (D, N, hh), spec.get("s_scale", 0.8), 2)
        if layer.startswith("lstm"): X["c0"] = draw(r, (N, c["units"]) if cell else (D, N, c["units"]), spec.get("s_scale", 0.8), 2)
    if "lengths" in spec: X["lengths"] = spec["lengths"]
    def vals(dt):
        q = lambda v: value(value(v, dtype), dt)
        Xv = {}
        for k, v in X.items():
            Xv[k] = v if k == "lengths" else ({a: q(b) for a, b in v.items()} if k == "cotangents" else q(v))
        return {k: q(v) for k, v in W.items()}, Xv
    e0, _ = run(spec, "float32", *vals("float32"))
    if spec.get("grads", True):
        cot = {"outputs": Hashed(e0["outputs"].shape, hs + 200, 1.0) if big else draw(r, e0["outputs"].shape, 1.0, 2)}
        if spec.get("state_cot"):
            for k in ("h", "c"):
                if k in e0: cot[k] = draw(r, e0[k].shape, 1.0, 2)
        X["cotangents"] = cot
    exp, grads = run(spec, dtype, *vals(dtype))
    e64 = g64 = None
    if dtype == "float32": e64, g64 = run(spec, "float64", *vals("float64"))
    tol = tolerance(dtype, exp, e64, grads, g64)
    show = lambda v: T(v) if isinstance(v, Hashed) else T(np.asarray(v, dtype))
    def cut(o, seed=0):
        if isinstance(o, dict): return {k: cut(v, seed + 7 * i) for i, (k, v) in enumerate(o.items())}
        return sampled(o, spec["sample"], seed) if "sample" in spec else T(o)
    inputs = {k: show(X[k]) for k in ("x", "h0", "c0") if k in X}
    if "lengths" in X: inputs["lengths"] = X["lengths"]
    case = {"name": name, "kind": "reference",
            "source": {"framework": "pytorch", "version": VERSION,
                       "how": "gen/gen_torch.py: torch.nn, batch_first=True" + (", pack_padded_sequence/pad_packed_sequence" if "lengths" in X else "") + "; gradients by autograd"},
            "layout": "pytorch", "dtype": dtype, "layer": layer, "config": explicit(layer, c),
            "weights": {k: show(v) for k, v in W.items()}, "inputs": inputs, "expected": cut(exp), "tolerance": tol}
    if "note" in spec: case["note"] = spec["note"]
    if grads is not None:
        case["cotangents"] = {k: show(v) for k, v in X["cotangents"].items()}
        case["expected_gradients"] = cut(grads, 1000)
    return case


def C(layer, units, **k): return dict(layer=layer, config=dict(units=units, **k))
def S(name, l, N, T, m, **k): return dict(name=name, N=N, T=T, m=m, **l, **k)


def cases_of_this_script():
    return {"torch": [
        S("torch_rnn_tiny_f64", C("simple_rnn", 3), 1, 3, 2),
        S("torch_rnn_relu_f64", C("simple_rnn", 3, nonlinearity="relu"), 2, 4, 2, h0=True, state_cot=True),
        S("torch_lstm_tiny_f64", C("lstm", 3), 1, 3, 2, h0=True, state_cot=True),
        S("torch_lstm_bi2_f64", C("lstm", 3, num_layers=2, bidirectional=True), 2, 4, 2, h0=True, state_cot=True),
        S("torch_lstm_proj_f64", C("lstm", 4, proj_size=2), 2, 4, 3, h0=True, state_cot=True),
        S("torch_lstm_f32", C("lstm", 5), 2, 5, 4, dtype="float32"),
        S("torch_gru_tiny_f64", C("gru", 3), 1, 3, 2, h0=True, state_cot=True),
        S("torch_gru_bi2_f64", C("gru", 3, num_layers=2, bidirectional=True), 2, 4, 2),
        S("torch_lstm_lengths_f64", C("lstm", 3, bidirectional=True), 3, 5, 2, lengths=[5, 2, 3], state_cot=True, note="packed: outputs beyond the length are zero; the backward direction starts at each row's last step"),
        S("torch_lstm_cell_f64", C("lstm_cell", 3), 2, 3, 2, h0=True, state_cot=True),
        S("torch_gru_cell_f64", C("gru_cell", 3), 2, 3, 2, h0=True),
        S("torch_lstm_28x28_f32", C("lstm", 64), 32, 28, 28, hash=True, sample=200, dtype="float32"),
    ]}




if __name__ == "__main__":
    for fam, specs in {"reference": cases_of_this_script}[sys.argv[1]]().items():
        cases = []
        for s in specs:
            try: cases.append(make_case(sys.argv[1], s))
            except Exception as e:
                print("FAILED", s["name"], type(e).__name__, str(e)[:500], flush=True)
                import traceback; traceback.print_exc()
        write(sys.argv[1], fam, cases)
