"""The examples with constant weights that the frameworks test their own layers with, run by the frameworks themselves.

They are here to show what such examples let through: `swift run conformance golden/elsewhere --mutants`.
  python gen_elsewhere.py keras|onnx
"""
import sys
import numpy as np
from common import *


def keras_cases():
    import keras_run as K
    x = np.arange(72).reshape(3, 6, 4).astype(np.float32)
    for layer, gates in (("lstm", 4), ("gru", 3), ("simple_rnn", 1)):
        W = {"kernel": np.full((4, 3 * gates), 0.01), "recurrent_kernel": np.full((3, 3 * gates), 0.02), "bias": np.full(3 * gates, 0.03)}
        if layer == "gru": W["bias"] = np.full((2, 9), 0.03)
        for forget in ([True, False] if layer == "lstm" else [None]):
            if forget: W["bias"] = np.array([0.03] * 3 + [1.0] * 3 + [0.03] * 6)
            if forget is False: W["bias"] = np.full(12, 0.03)
            spec = dict(layer=layer, config=dict(units=3))
            e, _ = K.run(spec, "float32", {k: v.astype(np.float32) for k, v in W.items()}, {"x": x})
            name = "elsewhere_keras_%s" % layer + ("" if forget is None else "_forget_bias_1" if forget else "_no_forget_bias")
            yield dict(name=name, kind="reference", source={"framework": "keras", "version": K.VERSION, "how": "gen/gen_elsewhere.py: the sequence and the constant weights of test_correctness",
                       "file": "keras/src/layers/rnn/%s_test.py" % layer}, note="kernel 0.01, recurrent kernel 0.02, bias 0.03" + (", forget bias 1 (unit_forget_bias)" if forget else ""),
                       layout="keras", dtype="float32", layer=layer, config=K.explicit(layer, spec["config"]), weights={k: T(v.astype(np.float32)) for k, v in W.items()},
                       inputs={"x": T(x)}, expected={"outputs": e["outputs"]}, tolerance={"abs": 1e-6, "rel": 1e-6})


def onnx_cases():
    import onnxruntime as ort
    import gen_onnx as G
    f = np.float32
    rows = lambda n, m: np.arange(1, n * m + 1).reshape(1, n, m).astype(f)
    specs = [("lstm", "defaults", rows(3, 2), 3, 0.1, None, False), ("lstm", "with_initial_bias", rows(3, 3), 4, 0.1, 0.1, False),
             ("lstm", "with_peepholes", rows(2, 4), 3, 0.1, 0.0, True), ("gru", "defaults", rows(3, 2), 5, 0.1, None, False),
             ("gru", "with_initial_bias", rows(3, 3), 3, 0.1, 0.1, False), ("simple_rnn", "defaults", rows(3, 2), 4, 0.1, None, False)]
    for layer, name, x, u, scale, bias, peep in specs:
        g = G.OPS[layer][1]
        feed = {"X": x, "W": np.full((1, g * u, x.shape[2]), scale, f), "R": np.full((1, g * u, u), scale, f)}
        if bias is not None: feed["B"] = np.concatenate([np.full((1, g * u), bias, f), np.zeros((1, g * u), f)], 1)
        if peep: feed["P"] = np.full((1, 3 * u), scale, f)
        mod = G.model(layer, dict(units=u), feed, G.TP.FLOAT, {k: list(v.shape) for k, v in feed.items()})
        out = ort.InferenceSession(mod.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)
        cfg = {"units": u, "direction": "forward", "activations": G.ACT[layer], **({"linear_before_reset": 0} if layer == "gru" else {}), "layout": 0}
        if layer in G.GATE_ORDER: cfg["gate_order"] = G.GATE_ORDER[layer]
        yield dict(name="elsewhere_onnx_%s_%s" % (layer, name), kind="reference",
                   source={"framework": "onnx", "version": G.VERSION, "how": "gen/gen_elsewhere.py: sizes and constant weights of the node test, run by onnxruntime",
                           "file": "onnx/backend/test/case/node/%s.py" % {"simple_rnn": "rnn"}.get(layer, layer)},
                   layout="onnx", dtype="float32", layer=layer, config=cfg, weights={k: T(feed[k]) for k in ("W", "R", "B", "P") if k in feed},
                   inputs={"x": T(x)}, expected={"h": out[1]}, tolerance={"abs": 1e-6, "rel": 1e-6})


if __name__ == "__main__":
    which = sys.argv[1]
    write("elsewhere", "constant_weights_" + which, list({"keras": keras_cases, "onnx": onnx_cases}[which]()))
