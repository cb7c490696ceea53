"""The same weights given to every framework in its own layout.

  python gen_rosetta.py run keras|tf1|torch|onnx|mxnet reference   (each in its own virtualenv)
  python gen_rosetta.py join reference
The re-arrangement of the weights is numpy; every expected number is a framework's.
"""
import os, pickle, sys
import numpy as np
from common import *

TMP = os.path.join(ROOT, "generate", "_rosetta")
SHAPES = {"reference": (2, 4, 3, 4)}       # N, T, m, units


def base(which, kind):
    """Multiples of 1/64: exact in float32, so the float32-only runtimes see the same numbers."""
    r = rng(which, "rosetta_" + kind)
    N, Tn, m, u = SHAPES[which]
    q = lambda *s: np.round(r.uniform(-0.8, 0.8, s) * 64) / 64 + 0.0
    b = {"x": q(N, Tn, m), "h0": q(N, u), "cot": q(N, Tn, u), "cot_h": q(N, u)}
    gates = {"lstm": "ifgo", "gru_after": "zrg", "gru_before": "zrg", "simple_rnn": "h"}[kind]
    for g in gates:
        b["Wx_" + g], b["Wh_" + g], b["b_" + g] = q(m, u), q(u, u), q(u)
        if kind == "gru_after": b["bh_" + g] = q(u)
    if kind == "lstm": b["c0"], b["cot_c"] = q(N, u), q(N, u)
    return b


def cols(b, p, order): return np.concatenate([b[p + g] for g in order], -1)
def rows(b, p, order): return np.concatenate([b[p + g].T for g in order], 0)
def vec(b, p, order): return np.concatenate([b[p + g] for g in order])


def states(kind, b, lead=False):
    f = (lambda v: v[None]) if lead else (lambda v: v)
    d = {"h0": f(b["h0"])}
    if kind == "lstm": d["c0"] = f(b["c0"])
    return d


def cots(kind, b, lead=False):
    f = (lambda v: v[None]) if lead else (lambda v: v)
    d = {"outputs": b["cot"], "h": f(b["cot_h"])}
    if kind == "lstm": d["c"] = f(b["cot_c"])
    return d


def case(kind, tag, fw, version, how, layout, layer, config, W, inputs, cot, exp, grads, dtype, note=None):
    c = {"name": "rosetta_%s_%s" % (kind, tag), "kind": "reference", "source": {"framework": fw, "version": version, "how": "gen/gen_rosetta.py: " + how},
         "layout": layout, "dtype": dtype, "layer": layer, "config": config,
         "weights": {k: T(np.asarray(v, dtype)) for k, v in W.items()},
         "inputs": {k: T(np.asarray(v, dtype)) for k, v in inputs.items()}, "expected": exp,
         "tolerance": tolerance(dtype, exp, exp, grads, grads)}
    if note: c["note"] = note
    if grads is not None:
        c["cotangents"] = {k: T(np.asarray(v, dtype)) for k, v in cot.items()}
        c["expected_gradients"] = grads
    return c


KINDS = ["lstm", "gru_after", "gru_before", "simple_rnn"]


def run_keras(which):
    import keras_run as K
    out = []
    for kind in KINDS:
        b = base(which, kind); u = b["h0"].shape[1]
        layer = {"lstm": "lstm", "simple_rnn": "simple_rnn"}.get(kind, "gru")
        order = {"lstm": "ifgo", "simple_rnn": "h"}.get(kind, "zrg")
        W = {"kernel": cols(b, "Wx_", order), "recurrent_kernel": cols(b, "Wh_", order), "bias": vec(b, "b_", order)}
        if kind == "gru_after": W["bias"] = np.stack([W["bias"], vec(b, "bh_", order)])
        cfg = dict(units=u, return_sequences=True)
        if layer == "gru": cfg["reset_after"] = kind == "gru_after"
        for dt in ("float64", "float32"):
            spec = dict(layer=layer, config=cfg, gates=dt == "float64")
            X = {"x": b["x"], **states(kind, b), "cotangents": cots(kind, b)}
            e, g = K.run(spec, dt, {k: v.astype(dt) for k, v in W.items()}, X)
            out.append(case(kind, "keras_" + dt[0] + dt[-2:], "keras", K.VERSION, "keras.layers", "keras", layer, K.explicit(layer, cfg), W,
                            {"x": b["x"], **states(kind, b)}, cots(kind, b), e, g, dt))
    return out


def run_tf1(which):
    import gen_tf1 as G
    out = []
    for kind in KINDS:
        if kind == "gru_after": continue
        b = base(which, kind); u = b["h0"].shape[1]
        todo = []
        if kind == "lstm":
            k = np.concatenate([cols(b, "Wx_", "igfo"), cols(b, "Wh_", "igfo")], 0)
            b1 = dict(b, b_f=b["b_f"] - 1.0)
            todo = [("tf1_basic_fb0", "basic_lstm_cell", dict(units=u, forget_bias=0.0), {"kernel": k, "bias": vec(b, "b_", "igfo")}, None),
                    ("tf1_basic_fb1", "basic_lstm_cell", dict(units=u, forget_bias=1.0), {"kernel": k, "bias": vec(b1, "b_", "igfo")}, "forget_bias 1 with 1 taken from the stored forget bias: the same function"),
                    ("tf1_lstm_fb0", "lstm_cell", dict(units=u, forget_bias=0.0), {"kernel": k, "bias": vec(b, "b_", "igfo")}, None)]
        elif kind == "gru_before":
            todo = [("tf1_gru", "gru_cell", dict(units=u), {
                "gates/kernel": np.concatenate([cols(b, "Wx_", "rz"), cols(b, "Wh_", "rz")], 0), "gates/bias": vec(b, "b_", "rz"),
                "candidate/kernel": np.concatenate([b["Wx_g"], b["Wh_g"]], 0), "candidate/bias": b["b_g"]}, None)]
        else:
            todo = [("tf1_basic_rnn", "basic_rnn_cell", dict(units=u), {"kernel": np.concatenate([b["Wx_h"], b["Wh_h"]], 0), "bias": b["b_h"]}, None)]
        for tag, layer, cfg, W, note in todo:
            st = states(kind, b)
            flat_ = [st["c0"], st["h0"]] if kind == "lstm" else [st["h0"]]
            co = cots(kind, b)
            X = {"x": b["x"], "states": flat_, "given": True, "cotangents": {"outputs": co["outputs"], "states": [co["c"], co["h"]] if kind == "lstm" else [co["h"]]}}
            e, g = G.run(dict(layer=layer, config=cfg, gates=True), "float64", W, X)
            out.append(case(kind, tag, "tensorflow1", G.VERSION, "tf.compat.v1.nn.rnn_cell", "tensorflow1", layer, G.explicit(layer, cfg), W,
                            {"x": b["x"], **st}, co, e, g, "float64", note))
    return out


def run_torch(which):
    import gen_torch as G
    out = []
    for kind in KINDS:
        if kind == "gru_before": continue
        b = base(which, kind); u = b["h0"].shape[1]; m = b["x"].shape[2]
        layer, order = {"lstm": ("lstm", "ifgo"), "gru_after": ("gru", "rzg"), "simple_rnn": ("simple_rnn", "h")}[kind]
        W = {"weight_ih_l0": rows(b, "Wx_", order), "weight_hh_l0": rows(b, "Wh_", order), "bias_ih_l0": vec(b, "b_", order)}
        W["bias_hh_l0"] = vec(b, "bh_", order) if kind == "gru_after" else np.zeros_like(W["bias_ih_l0"])
        cfg = dict(units=u)
        for dt in ("float64", "float32"):
            X = {"x": b["x"], **states(kind, b, True), "cotangents": cots(kind, b, True)}
            e, g = G.run(dict(layer=layer, config=cfg, m=m), dt, W, X)
            out.append(case(kind, "torch_" + dt[0] + dt[-2:], "pytorch", G.VERSION, "torch.nn, batch_first=True", "pytorch", layer, G.explicit(layer, cfg), W,
                            {"x": b["x"], **states(kind, b, True)}, cots(kind, b, True), e, g, dt))
        if kind != "simple_rnn":
            Wc = {k[:-3]: v for k, v in W.items()}
            X = {"x": b["x"], **states(kind, b), "cotangents": cots(kind, b)}
            e, g = G.run(dict(layer=layer + "_cell", config=cfg, m=m), "float64", Wc, X)
            out.append(case(kind, "torch_cell_f64", "pytorch", G.VERSION, "torch.nn cell, one call per step", "pytorch", layer + "_cell", G.explicit(layer + "_cell", cfg), Wc,
                            {"x": b["x"], **states(kind, b)}, cots(kind, b), e, g, "float64"))
    return out


def run_onnx(which):
    import gen_onnx as G
    import onnxruntime as ort
    out = []
    f = np.float32
    for kind in KINDS:
        b = base(which, kind); u = b["h0"].shape[1]
        layer = {"lstm": "lstm", "simple_rnn": "simple_rnn"}.get(kind, "gru")
        order = {"lstm": "iofg", "simple_rnn": "h"}.get(kind, "zrg")
        W, R, bw = rows(b, "Wx_", order)[None], rows(b, "Wh_", order)[None], vec(b, "b_", order)
        br = vec(b, "bh_", order) if kind == "gru_after" else np.zeros_like(bw)
        feed = {"X": b["x"].transpose(1, 0, 2), "W": W, "R": R, "B": np.concatenate([bw, br])[None], "initial_h": b["h0"][None]}
        if kind == "lstm": feed["initial_c"] = b["c0"][None]
        feed = {k: np.ascontiguousarray(v.astype(f)) for k, v in feed.items()}
        c = dict(units=u)
        if layer == "gru": c["linear_before_reset"] = int(kind == "gru_after")
        mod = G.model(layer, c, feed, G.TP.FLOAT, {k: list(v.shape) for k, v in feed.items()})
        o = ort.InferenceSession(mod.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)
        exp = {"outputs": o[0], "h": o[1], **({"c": o[2]} if kind == "lstm" else {})}
        cfg = {"units": u, "direction": "forward", "activations": G.ACT[layer]}
        if layer == "lstm": cfg["input_forget"] = 0
        if layer == "gru": cfg["linear_before_reset"] = c["linear_before_reset"]
        cfg["layout"] = 0
        if layer in G.GATE_ORDER: cfg["gate_order"] = G.GATE_ORDER[layer]
        inp = {"x": feed["X"], "h0": feed["initial_h"], **({"c0": feed["initial_c"]} if kind == "lstm" else {})}
        out.append(case(kind, "onnxruntime", "onnx", G.VERSION, "one node, onnxruntime CPU", "onnx", layer, cfg, {k: feed[k] for k in ("W", "R", "B")}, inp, None, exp, None, "float32"))
    return out


def run_mxnet(which):
    import gen_mxnet as G
    out = []
    for kind in KINDS:
        if kind == "gru_before": continue
        b = base(which, kind); u = b["h0"].shape[1]; N, Tn, m = b["x"].shape
        order = {"lstm": "ifgo", "gru_after": "rzg", "simple_rnn": "h"}[kind]
        W = {"i2h_weight": rows(b, "Wx_", order), "h2h_weight": rows(b, "Wh_", order), "i2h_bias": vec(b, "b_", order)}
        W["h2h_bias"] = vec(b, "bh_", order) if kind == "gru_after" else np.zeros_like(W["i2h_bias"])
        for tag, layer, lead, run, pre in (("mxnet_cell", {"lstm": "lstm_cell", "gru_after": "gru_cell", "simple_rnn": "rnn_cell"}[kind], False, G.run_sym, ""),
                                           ("mxnet_gluon", {"lstm": "lstm", "gru_after": "gru", "simple_rnn": "simple_rnn"}[kind], True, G.run_gluon, "l0_")):
            st, co = states(kind, b, lead), cots(kind, b, lead)
            sl = [st["h0"]] + ([st["c0"]] if kind == "lstm" else [])
            X = {"x": b["x"], "states": sl, "given": True, "cotangents": {"outputs": co["outputs"], "states": [co["h"]] + ([co["c"]] if kind == "lstm" else [])}}
            Wp = {pre + k: v for k, v in W.items()}
            cfg = dict(units=u)
            e, g = run(dict(layer=layer, config=cfg, N=N, T=Tn, m=m, gates=True), "float64", Wp, X)
            out.append(case(kind, tag, "mxnet", G.VERSION, "mx.rnn symbolic cell" if not lead else "mx.gluon.rnn fused layer", "mxnet", layer, G.explicit(layer, cfg), Wp,
                            {"x": b["x"], **st}, co, e, g, "float64"))
    return out


def join(which):
    all_ = []
    for fw in ("keras", "tf1", "torch", "onnx", "mxnet"):
        all_ += pickle.load(open(os.path.join(TMP, "%s_%s.pkl" % (which, fw)), "rb"))
    for kind in KINDS:
        cs = [c for c in all_ if c["name"].startswith("rosetta_%s_" % kind)]
        ref = next(c for c in cs if c["name"].endswith("keras_f64"))
        for c in cs:
            y = np.asarray(c["expected"]["outputs"], float)
            if c["layout"] == "onnx": y = y[:, 0].transpose(1, 0, 2)
            d = np.max(np.abs(y - ref["expected"]["outputs"]))
            for s in ("h", "c"):
                if s in ref["expected"]:
                    d = max(d, np.max(np.abs(np.asarray(c["expected"][s]).reshape(ref["expected"][s].shape) - ref["expected"][s])))
            gd = None
            if "expected_gradients" in c:
                gd = max(np.max(np.abs(np.asarray(c["expected_gradients"]["inputs"][k]).reshape(v.shape) - v)) for k, v in ref["expected_gradients"]["inputs"].items())
            lim = 1e-14 if c["dtype"] == "float64" else 1e-6
            assert d < lim and (gd is None or gd < (1e-13 if c["dtype"] == "float64" else 5e-6)), (c["name"], d, gd)
            agree = "outputs and states differ from rosetta_%s_keras_f64 by at most %.1e" % (kind, d) + ("" if gd is None else ", gradients of x and states by at most %.1e" % gd)
            c["note"] = (c["note"] + ". " if "note" in c else "") + agree
            print("%-38s %-8s outputs/states %.1e  gradients %s" % (c["name"], c["dtype"], d, "-" if gd is None else "%.1e" % gd))
        write(which, "rosetta_" + kind, cs)


if __name__ == "__main__":
    os.makedirs(TMP, exist_ok=True)
    if sys.argv[1] == "run":
        fw, which = sys.argv[2], sys.argv[3]
        r = {"keras": run_keras, "tf1": run_tf1, "torch": run_torch, "onnx": run_onnx, "mxnet": run_mxnet}[fw](which)
        pickle.dump(r, open(os.path.join(TMP, "%s_%s.pkl" % (which, fw)), "wb"), protocol=4)
        print(fw, len(r), "cases")
    else:
        join(sys.argv[2])
