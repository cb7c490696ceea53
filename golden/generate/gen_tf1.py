"""TF1 cells (tf.compat.v1.nn.rnn_cell, implemented by tf_keras).  python gen_tf1.py reference"""
import os, sys, warnings
warnings.filterwarnings("ignore")
os.environ["TF_USE_LEGACY_KERAS"] = "1"
for k, v in dict(TF_CPP_MIN_LOG_LEVEL="3", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", OMP_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="").items():
    os.environ.setdefault(k, v)
import numpy as np, tensorflow as tf, tf_keras
import tf_keras.src.layers.rnn.legacy_cells as lc
from common import *

RC = tf.compat.v1.nn.rnn_cell
VERSION = "tensorflow %s, tf_keras %s" % (tf.__version__, tf_keras.__version__)
GATE_ORDER = {"basic_lstm_cell": ["i", "g", "f", "o"], "lstm_cell": ["i", "g", "f", "o"], "gru_cell": ["r", "z", "g"]}
DEFAULTS = {
    "basic_rnn_cell": dict(activation="tanh"),
    "basic_lstm_cell": dict(activation="tanh", forget_bias=1.0, state_is_tuple=True),
    "lstm_cell": dict(activation="tanh", forget_bias=1.0, state_is_tuple=True, use_peepholes=False, cell_clip=None, num_proj=None, proj_clip=None),
    "gru_cell": dict(activation="tanh"),
}


class TFProxy:
    """Stands where the cell module says tf, and notes what tf.sigmoid returned."""
    def __init__(self): self.sig = []
    def __getattr__(self, k): return getattr(tf, k)
    def sigmoid(self, x):
        y = tf.sigmoid(x); self.sig.append(y.numpy()); return y


def build(layer, c, dtype):
    if layer == "multi_rnn_cell":
        return RC.MultiRNNCell([build(s["layer"], s["config"], dtype) for s in c["cells"]], state_is_tuple=True)
    k = {a: b for a, b in dict(DEFAULTS[layer], **c).items() if a not in ("units", "gate_order", "driver")}
    k["activation"] = None if k.get("activation", "tanh") == "tanh" else k["activation"]
    cls = {"basic_rnn_cell": RC.BasicRNNCell, "basic_lstm_cell": RC.BasicLSTMCell, "lstm_cell": RC.LSTMCell, "gru_cell": RC.GRUCell}[layer]
    return cls(c["units"], dtype=dtype, **k)


def variables(layer, cell, c):
    if layer == "multi_rnn_cell":
        return {"%d/%s" % (i, k): v for i, (s, q) in enumerate(zip(c["cells"], cell._cells)) for k, v in variables(s["layer"], q, s["config"]).items()}
    out = {}
    for v in cell.weights:
        n = v.name.split(":")[0].split("/")
        n = [p for p in n if not p.startswith(("basic_", "lstm_cell", "gru_cell", "rnn", "multi_rnn", "cell_"))]
        out["/".join(n)] = v
    return out


def pack(cell, flat_):
    return tf.nest.pack_sequence_as(cell.state_size, list(flat_))


def explicit(layer, c):
    if layer == "multi_rnn_cell":
        return {"cells": [{"layer": s["layer"], "config": explicit(s["layer"], s["config"])} for s in c["cells"]]}
    d = {"units": c["units"]}
    d.update(DEFAULTS[layer]); d.update(c)
    if layer in GATE_ORDER: d["gate_order"] = GATE_ORDER[layer]
    return d


def state_names(layer, c):
    """How the flat framework state is named in the file; None: a list."""
    if layer in ("basic_lstm_cell", "lstm_cell"):
        return ["c", "h"] if c.get("state_is_tuple", True) else None
    if layer == "multi_rnn_cell": return None
    return ["h"]


def run(spec, dtype, W, X):
    layer, c = spec["layer"], spec["config"]
    cell = build(layer, c, dtype)
    x = tf.constant(X["x"], dtype)
    sts = [tf.constant(s, dtype) for s in X["states"]]
    N, Tn = x.shape[0], x.shape[1]
    cell(x[:, 0], pack(cell, sts))                     # builds
    vs = variables(layer, cell, c)
    assert set(vs) == set(W), (set(vs), set(W))
    for k, v in vs.items(): v.assign(W[k].astype(dtype))
    cot = X.get("cotangents")
    exp = {}
    gates = {}
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        for s in sts: tape.watch(s)
        if "lengths" in X:
            out, st = tf.compat.v1.nn.dynamic_rnn(cell, x, sequence_length=X["lengths"], initial_state=pack(cell, sts))
            st = tf.nest.flatten(st)
        else:
            st, outs = pack(cell, sts), []
            for t in range(Tn):
                o, st = cell(x[:, t], st)
                outs.append(o)
            out = tf.stack(outs, 1)
            st = tf.nest.flatten(st)
        loss = tf.reduce_sum(out * tf.constant(cot["outputs"], dtype)) if cot else None
        if cot and "states" in cot:
            loss = loss + tf.add_n([tf.reduce_sum(s * tf.constant(q, dtype)) for s, q in zip(st, cot["states"])])
    exp["outputs"] = out.numpy()
    names = state_names(layer, c)
    if names: exp.update({n: s.numpy() for n, s in zip(names, st)})
    else: exp["states"] = [s.numpy() for s in st]
    if spec.get("gates") and layer in GATE_ORDER and "lengths" not in X:
        proxy = TFProxy()
        old = lc.tf; lc.tf = proxy
        act0, acts = cell._activation, []
        def act(v):
            y = act0(v); acts.append(y.numpy()); return y
        cell._activation = act
        seq = {k: [] for k in (["i", "f", "g", "o", "c", "h"] if layer != "gru_cell" else ["z", "r", "g", "h"])}
        try:
            s = pack(cell, sts)
            for t in range(Tn):
                proxy.sig.clear(); acts.clear()
                o, s = cell(x[:, t], s)
                if layer == "gru_cell":
                    (ru,) = proxy.sig
                    r, u = np.split(ru, 2, axis=1)
                    for k, v in zip("rzgh", (r, u, acts[0], o.numpy())): seq[k].append(v)
                else:
                    f, i, oo = proxy.sig               # the order in which the cell calls tf.sigmoid
                    cc = tf.nest.flatten(s)[0].numpy()[:, :c["units"]]
                    for k, v in zip(("f", "i", "o", "g", "c", "h"), (f, i, oo, acts[0], cc, o.numpy())): seq[k].append(v)
        finally:
            lc.tf = old; cell._activation = act0
        exp["gates"] = {k: np.stack(v, 1) for k, v in seq.items()}
        assert np.max(np.abs(exp["gates"]["h"] - exp["outputs"])) < (1e-14 if dtype == "float64" else 1e-6)
    grads = None
    if cot:
        gw = {}
        for k, v in vs.items():
            g = tape.gradient(loss, v)
            gw[k] = g.numpy() if g is not None else np.zeros(v.shape, dtype)
        gi = {"x": tape.gradient(loss, x).numpy()}
        gs = [tape.gradient(loss, s) for s in sts]
        gs = [g.numpy() if g is not None else np.zeros(s.shape, dtype) for g, s in zip(gs, sts)]
        if X["given"]:
            if names: gi.update({n + "0": g for n, g in zip(names, gs)})
            else: gi["initial_states"] = gs
        grads = {"weights": gw, "inputs": gi}
    return exp, grads


def make_case(set_name, spec):
    name, dtype = spec["name"], spec.get("dtype", "float64")
    r = rng(set_name, name)
    N, Tn, m, layer, c = spec["N"], spec["T"], spec["m"], spec["layer"], spec["config"]
    probe = build(layer, c, "float32")
    z = probe.zero_state(N, tf.float32)
    probe(tf.zeros((N, m)), z)
    W = {}
    for k, v in variables(layer, probe, c).items():
        s = tuple(v.shape)
        sc = spec.get("w_scale") or round(min(0.9, 1.2 / np.sqrt(s[0] if len(s) > 1 else 4)), 2)
        W[k] = draw(r, s, sc)
    shapes = [tuple(s.shape) for s in tf.nest.flatten(z)]
    X = {"x": draw(r, (N, Tn, m), spec.get("x_scale", 1.0), 2), "given": spec.get("h0", False)}
    X["states"] = [draw(r, s, spec.get("s_scale", 0.8), 2) if X["given"] else np.zeros(s) for s in shapes]
    if "lengths" in spec: X["lengths"] = spec["lengths"]
    def vals(dt):
        q = lambda v: np.asarray(np.asarray(v, dtype), dt)
        Xv = dict(X, x=q(X["x"]), states=[q(s) for s in X["states"]])
        if "cotangents" in X:
            Xv["cotangents"] = {k: ([q(a) for a in v] if isinstance(v, list) else q(v)) for k, v in X["cotangents"].items()}
        return {k: q(v) for k, v in W.items()}, Xv
    e0, _ = run(spec, "float32", *vals("float32"))
    if spec.get("grads", True):
        cot = {"outputs": draw(r, e0["outputs"].shape, 1.0, 2)}
        if spec.get("state_cot"): cot["states"] = [draw(r, s, 1.0, 2) for s in shapes]
        X["cotangents"] = cot
    exp, grads = run(spec, dtype, *vals(dtype))
    e64 = g64 = None
    if dtype == "float32": e64, g64 = run(spec, "float64", *vals("float64"))
    tol = tolerance(dtype, exp, e64, grads, g64)
    show = lambda v: T(np.asarray(v, dtype))
    names = state_names(layer, c)
    inputs = {"x": show(X["x"])}
    if X["given"]:
        if names: inputs.update({n + "0": show(s) for n, s in zip(names, X["states"])})
        else: inputs["initial_states"] = [show(s) for s in X["states"]]
    if "lengths" in X: inputs["lengths"] = X["lengths"]
    case = {"name": name, "kind": "reference",
            "source": {"framework": "tensorflow1", "version": VERSION,
                       "how": "gen/gen_tf1.py: tf.compat.v1.nn.rnn_cell, " + ("tf.compat.v1.nn.dynamic_rnn(sequence_length)" if "lengths" in X else "one call per step")},
            "layout": "tensorflow1", "dtype": dtype, "layer": layer, "config": explicit(layer, c),
            "weights": {k: show(v) for k, v in W.items()}, "inputs": inputs, "expected": exp, "tolerance": tol}
    if "note" in spec: case["note"] = spec["note"]
    if grads is not None:
        cot = X["cotangents"]
        d = {"outputs": show(cot["outputs"])}
        if "states" in cot:
            if names: d.update({n: show(s) for n, s in zip(names, cot["states"])})
            else: d["states"] = [show(s) for s in cot["states"]]
        case["cotangents"] = d
        case["expected_gradients"] = grads
    return case


def C(layer, units, **k): return dict(layer=layer, config=dict(units=units, **k))
def M(*cells): return dict(layer="multi_rnn_cell", config=dict(cells=list(cells)))
def S(name, l, N, T, m, **k): return dict(name=name, N=N, T=T, m=m, **l, **k)


def cases_of_this_script():
    return {"tf1_cells": [
        S("tf1_basic_rnn_f64", C("basic_rnn_cell", 3), 2, 3, 2),
        S("tf1_basic_lstm_fb1_f64", C("basic_lstm_cell", 3), 2, 3, 2, gates=True, h0=True, state_cot=True, note="seed 001 and 002: i, j, f, o and forget_bias"),
        S("tf1_basic_lstm_fb0_f64", C("basic_lstm_cell", 3, forget_bias=0.0), 2, 3, 2, gates=True),
        S("tf1_basic_lstm_concat_state_f64", C("basic_lstm_cell", 3, state_is_tuple=False), 2, 3, 2, h0=True, state_cot=True, note="state is [c, h] side by side"),
        S("tf1_basic_lstm_f32", C("basic_lstm_cell", 4, forget_bias=1.0), 2, 4, 3, dtype="float32"),
        S("tf1_lstm_peephole_f64", C("lstm_cell", 3, use_peepholes=True), 2, 4, 2, gates=True, h0=True, state_cot=True),
        S("tf1_lstm_proj_clip_f64", C("lstm_cell", 4, use_peepholes=True, num_proj=2, cell_clip=0.4, proj_clip=0.3), 2, 4, 3, h0=True),
        S("tf1_gru_f64", C("gru_cell", 3), 2, 3, 2, gates=True, h0=True, state_cot=True, note="reset before the product; gates kernel is [r, u]"),
        S("tf1_multi_f64", M(C("basic_lstm_cell", 3), C("basic_lstm_cell", 2)), 2, 4, 2, h0=True, state_cot=True, note="states flat: c_0, h_0, c_1, h_1"),
        S("tf1_dynamic_lengths_f64", C("basic_lstm_cell", 3), 3, 5, 2, lengths=[5, 3, 1], state_cot=True, note="dynamic_rnn: outputs beyond the length are zero, states stop"),
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
