"""ONNX operator cases run by onnxruntime, and the official node tests.  python gen_onnx.py reference"""
import os, sys, warnings
warnings.filterwarnings("ignore")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np, onnx, onnxruntime as ort
from onnx import helper as oh, TensorProto as TP, numpy_helper
from onnx.reference import ReferenceEvaluator
from common import *
ort.set_default_logger_severity(4)
VERSION = "onnxruntime %s, onnx %s" % (ort.__version__, onnx.__version__)
OPS = {"simple_rnn": ("RNN", 1), "lstm": ("LSTM", 4), "gru": ("GRU", 3)}
GATE_ORDER = {"lstm": ["i", "o", "f", "g"], "gru": ["z", "r", "g"]}
ACT = {"simple_rnn": ["Tanh"], "lstm": ["Sigmoid", "Tanh", "Tanh"], "gru": ["Sigmoid", "Tanh"]}
OPSET = 22


def model(layer, c, names, elem, shapes):
    op, _ = OPS[layer]
    at = {"hidden_size": c["units"]}
    for k in ("direction", "activations", "activation_alpha", "activation_beta", "clip", "input_forget", "linear_before_reset", "layout"):
        if k in c and c[k] is not None: at[k] = c[k]
    slots = ["X", "W", "R", "B", "sequence_lens", "initial_h"] + (["initial_c", "P"] if layer == "lstm" else [])
    ins = [s if s in names else "" for s in slots]
    while ins and not ins[-1]: ins.pop()
    outs = ["Y", "Y_h"] + (["Y_c"] if layer == "lstm" else [])
    node = oh.make_node(op, ins, outs, **at)
    gi = [oh.make_tensor_value_info(n, TP.INT32 if n == "sequence_lens" else elem, shapes[n]) for n in ins if n]
    g = oh.make_graph([node], "g", gi, [oh.make_tensor_value_info(o, elem, [None] * (4 if o == "Y" else 3)) for o in outs])
    m = oh.make_model(g, opset_imports=[oh.make_opsetid("", OPSET)])
    m.ir_version = 10
    onnx.checker.check_model(m)
    return m


def make_case(set_name, spec):
    name, layer, c = spec["name"], spec["layer"], spec["config"]
    r = rng(set_name, name)
    N, Tn, m, u = spec["N"], spec["T"], spec["m"], c["units"]
    D = 2 if c.get("direction") == "bidirectional" else 1
    ng = OPS[layer][1]
    ws = spec.get("w_scale")
    f = np.float32
    feed = {"X": draw(r, (Tn, N, m), spec.get("x_scale", 1.0), 2).astype(f)}
    feed["W"] = draw(r, (D, ng * u, m), ws or round(min(0.9, 1.2 / np.sqrt(m)), 2)).astype(f)
    feed["R"] = draw(r, (D, ng * u, u), ws or round(min(0.9, 1.2 / np.sqrt(u)), 2)).astype(f)
    if spec.get("B", True): feed["B"] = draw(r, (D, 2 * ng * u), 0.5).astype(f)
    if spec.get("P"): feed["P"] = draw(r, (D, 3 * u), 0.6).astype(f)
    if spec.get("h0"):
        feed["initial_h"] = draw(r, (D, N, u), 0.8, 2).astype(f)
        if layer == "lstm": feed["initial_c"] = draw(r, (D, N, u), spec.get("s_scale", 0.8), 2).astype(f)
    if "lengths" in spec: feed["sequence_lens"] = np.asarray(spec["lengths"], np.int32)
    mod = model(layer, c, feed, TP.FLOAT, {k: list(v.shape) for k, v in feed.items()})
    so = ort.SessionOptions(); so.intra_op_num_threads = 1; so.inter_op_num_threads = 1; so.log_severity_level = 4
    out = ort.InferenceSession(mod.SerializeToString(), so, providers=["CPUExecutionProvider"]).run(None, feed)
    exp = {"outputs": out[0], "h": out[1]}
    if layer == "lstm": exp["c"] = out[2]
    cfg = {"units": u, "direction": c.get("direction", "forward"), "activations": c.get("activations") or ACT[layer] * D}
    for k in ("activation_alpha", "activation_beta", "clip"):
        if k in c: cfg[k] = c[k]
    if layer == "lstm": cfg["input_forget"] = c.get("input_forget", 0)
    if layer == "gru": cfg["linear_before_reset"] = c.get("linear_before_reset", 0)
    cfg["layout"] = 0
    if layer in GATE_ORDER: cfg["gate_order"] = GATE_ORDER[layer]
    ren = {"X": "x", "initial_h": "h0", "initial_c": "c0", "sequence_lens": "lengths"}
    inputs = {ren[k]: (v.tolist() if k == "sequence_lens" else T(v)) for k, v in feed.items() if k in ren}
    case = {"name": name, "kind": "reference",
            "source": {"framework": "onnx", "version": VERSION, "how": "gen/gen_onnx.py: one node built with onnx.helper, run by onnxruntime CPU (float32 only)"},
            "layout": "onnx", "dtype": "float32", "layer": layer, "config": cfg,
            "weights": {k: T(feed[k]) for k in ("W", "R", "B", "P") if k in feed}, "inputs": inputs, "expected": exp,
            "tolerance": {"abs": spec.get("abs", 2e-6), "rel": 1e-5}}
    if "note" in spec: case["note"] = spec["note"]
    # where the reference evaluator of the onnx package covers the case, it must agree in float64
    try:
        mod64 = model(layer, c, feed, TP.DOUBLE, {k: list(v.shape) for k, v in feed.items()})
        f64 = {k: (v if k == "sequence_lens" else v.astype(np.float64)) for k, v in feed.items()}
        ref = ReferenceEvaluator(mod64).run(None, f64)
        d = max(float(np.max(np.abs(a - b))) for a, b in zip(out, ref))
        print("   %-44s ORT vs onnx.reference float64: %.1e" % (name, d))
    except Exception as e:
        print("   %-44s onnx.reference: %s" % (name, str(e)[:90]))
    return case




def C(layer, units, **k): return dict(layer=layer, config=dict(units=units, **k))
def S(name, l, N, T, m, **k): return dict(name=name, N=N, T=T, m=m, **l, **k)
BI, RV = dict(direction="bidirectional"), dict(direction="reverse")


def cases_of_this_script():
    return {"onnx_ops": [
        S("onnx_rnn_forward", C("simple_rnn", 3), 2, 4, 2, h0=True),
        S("onnx_rnn_bidirectional", C("simple_rnn", 3, **BI), 2, 4, 2),
        S("onnx_lstm_forward", C("lstm", 3), 2, 4, 2, h0=True),
        S("onnx_lstm_peephole", C("lstm", 3), 2, 4, 2, P=True, h0=True, note="P is [i, o, f]; the output gate looks at the new cell state"),
        S("onnx_lstm_bidirectional", C("lstm", 3, **BI), 2, 4, 2, P=True),
        S("onnx_lstm_reverse_lengths", C("lstm", 3, **RV), 3, 5, 2, lengths=[5, 2, 3]),
        S("onnx_gru_before", C("gru", 3, linear_before_reset=0), 2, 4, 2, h0=True),
        S("onnx_gru_after", C("gru", 3, linear_before_reset=1), 2, 4, 2, h0=True),
        S("onnx_gru_reverse", C("gru", 3, linear_before_reset=1, **RV), 2, 4, 2),
        S("onnx_gru_bidirectional_before", C("gru", 3, linear_before_reset=0, **BI), 2, 4, 2),
        S("onnx_lstm_hard_sigmoid", C("lstm", 3, activations=["HardSigmoid", "Tanh", "Tanh"], activation_alpha=[0.2, 0.0, 0.0], activation_beta=[0.5, 0.0, 0.0]), 2, 4, 2, x_scale=3.0,
          note="HardSigmoid(0.2, 0.5) is the recurrent activation that Keras 2.0.3 used by default"),
    ]}




if __name__ == "__main__":
    for fam, specs in {"reference": cases_of_this_script}[sys.argv[1]]().items():
        cases = []
        for s in specs:
            try: cases.append(make_case(sys.argv[1], s))
            except Exception as e: print("FAILED", s["name"], type(e).__name__, str(e)[:500], flush=True)
        write(sys.argv[1], fam, cases)
