"""Hand-sized cases down to the step: every pre-activation, gate, candidate and state, forward and backward.

  python gen_steps.py            writes golden/steps/, one file for each chapter

Keras and TensorFlow 1 give all these numbers themselves (step_frameworks.py): their cases are "reference".  PyTorch, ONNX
and MXNet do not: their cases come from the formulas (step_formulas.py) and are "derived".  Nothing is written unless

* the formulas agree with every number of every Keras and TensorFlow 1 case (within 1e-13),
* outputs, states and all gradients of a PyTorch case agree with torch.nn in float64 (1e-13),
* outputs and states of an ONNX case agree with onnxruntime, which has float32 only (1e-6), and its gradients with those of
  the same weights in torch.nn, Keras (reset before) or TensorFlow 1 (peepholes) in float64 (1e-13),
* the MXNet formulas give the numbers of golden/reference/mxnet.json, made by MXNet 1.9.1 itself (1e-13).
"""
import step_frameworks as F               # first: it sets TensorFlow's environment
import numpy as np
from common import *
from step_formulas import Cell, Network, GATES
import gen_torch, gen_onnx, onnxruntime
FAMILY["steps"] = 2
N, TIME, M, U, V = 2, 4, 5, 3, 6          # samples, steps, features, units, units of a second layer
EXACT, SINGLE = 1e-13, 1e-6


class Pool:
    """Numbers of three decimals, no magnitude twice in a case."""
    def __init__(self, name):
        self.r = rng("steps", name)
        self.left = list(self.r.permutation(np.arange(51, 951)))

    def __call__(self, *shape):
        n = int(np.prod(shape))
        v = np.array([self.left.pop() for _ in range(n)]) * self.r.choice([-1, 1], n) / 1000
        return v.reshape(shape)


def cell(pool, kind, m, u, two=False, peep=False, **k):
    g = GATES[kind]
    draw_ = lambda *s: {q: pool(*s) for q in g}
    return Cell(kind, draw_(m, u), draw_(u, u), draw_(u), draw_(u) if two else None, {q: pool(u) for q in "ifo"} if peep else None, **k)


# ------------------------------------------------------------ weights by gate -> a framework's tensors
def cols(d, order): return np.concatenate([d[g] for g in order], -1)
def rows(d, order): return np.concatenate([d[g].T for g in order], 0)


def parts(c): return c if isinstance(c, dict) else {n: getattr(c, n) for n in "KRbsp" if getattr(c, n)}


def pack_keras(c, w):
    o, b = GATES[c.kind], cols(w["b"], GATES[c.kind])
    return {"kernel": cols(w["K"], o), "recurrent_kernel": cols(w["R"], o), "bias": np.stack([b, cols(w["s"], o)]) if "s" in w else b}


def pack_tf1(c, w):
    join = lambda o: np.concatenate([cols(w["K"], o), cols(w["R"], o)], 0)
    if c.kind == "gru": return {"gates/kernel": join("rz"), "gates/bias": cols(w["b"], "rz"), "candidate/kernel": join("g"), "candidate/bias": w["b"]["g"]}
    o = "igfo" if c.kind == "lstm" else "h"
    return {"kernel": join(o), "bias": cols(w["b"], o), **({"w_%s_diag" % k: w["p"][k] for k in "ifo"} if "p" in w else {})}


def pack_rows(c, w, names):
    o = "rzg" if c.kind == "gru" else GATES[c.kind]
    return dict(zip(names, (rows(w["K"], o), rows(w["R"], o), cols(w["b"], o), cols(w["s"], o))))


def pack_torch(c, w): return pack_rows(c, w, ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
def pack_mxnet(c, w): return pack_rows(c, w, ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"))


def pack_onnx(c, w):
    o = "iofg" if c.kind == "lstm" else GATES[c.kind]
    return {"W": rows(w["K"], o), "R": rows(w["R"], o), "B": np.concatenate([cols(w["b"], o), cols(w["s"], o)]),
            **({"P": cols(w["p"], "iof")} if "p" in w else {})}


PACK = {"keras": pack_keras, "tensorflow1": pack_tf1, "pytorch": pack_torch, "mxnet": pack_mxnet, "onnx": pack_onnx}


def packed(layout, places, cells, weights):
    """All weights of a network (or their gradients) under the names of the case."""
    out = {}
    for place, c, w in zip(places, cells, weights):
        for k, v in PACK[layout](c, parts(w)).items():
            if layout == "onnx": out.setdefault(k, []).append(v)
            else: out[place.replace("*", k)] = v
    return {k: np.stack(v) for k, v in out.items()} if layout == "onnx" else out


# ------------------------------------------------------------ states and outputs in a framework's shape
def arranged(style, values, suffix=""):
    """states: one dict for each cell -> the tensors of the case"""
    if style == "single": return {k + suffix: v for k, v in values[0].items()}
    if style == "stacked": return {k + suffix: np.stack([s[k] for s in values]) for k in values[0]}
    names = "ch" if style == "list c h" else "hc"
    return {"initial_states" if suffix else "states": [s[k] for s in values for k in names if k in s]} if style != "none" else {}


class Spec:
    """places: how the case names each cell's weights, * for the cell's own name; style: how it names states."""
    def __init__(self, name, chapter, layout, layer, config, layers, places, style, last_only=False, note=None):
        self.__dict__.update(locals())


def compute(s, net, cells, X, W):
    """All numbers of a case by the formulas."""
    cot = X["cot"] if not s.last_only else np.concatenate([np.zeros((N, TIME - 1, X["cot"].shape[-1])), X["cot"][:, None]], 1)
    out, last, gates, (tape, layer_outputs) = net.forward(X["x"], X["states"])
    d_gates, dx, first, dW = net.backward(cot, X["cot_states"], (tape, layer_outputs))
    outputs = out[:, -1] if s.last_only else out
    exp = {"outputs": outputs, **arranged(s.style, last)}
    if s.layer == "stack": exp["layer_outputs"] = layer_outputs[:-1] + [outputs]
    grads = {"weights": packed(s.layout, s.places, cells, dW), "inputs": {"x": dx, **arranged(s.style, first, "0")}}
    if s.layout == "onnx":
        turn = lambda v: v.transpose(1, 0, 2)
        D = len(cells)
        exp["outputs"] = outputs.reshape(N, TIME, D, -1).transpose(1, 2, 0, 3)
        grads["inputs"]["x"] = turn(dx)
    return exp, grads, gates, d_gates


def difference(a, b):
    """The largest difference of two trees of tensors with the same keys."""
    if isinstance(a, dict):
        assert set(a) == set(b), (sorted(a), sorted(b))
        return max([difference(a[k], b[k]) for k in a] or [0.0])
    if isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        return max([difference(p, q) for p, q in zip(a, b)] or [0.0])
    assert np.shape(a) == np.shape(b), (np.shape(a), np.shape(b))
    return float(np.max(np.abs(np.asarray(a, float) - np.asarray(b, float))))


def hold(what, limit, *pairs):
    d = max(difference(a, b) for a, b in pairs)
    assert d <= limit, "%s: differs by %.1e, more than %.0e" % (what, d, limit)
    return d


# ------------------------------------------------------------ the real frameworks
def framework_inputs(s, X):
    inputs = {"x": X["x"], **arranged(s.style, X["states"], "0")}
    cot = {"outputs": X["cot"], **arranged(s.style, X["cot_states"])}
    return {**inputs, "cotangents": cot}


def real_keras(s, net, X, W):
    spec = dict(layer=s.layer, config=s.config)
    exp, grads = F.K.run(spec, "float64", W, framework_inputs(s, X))
    objects = []
    for pre, l, c in F.K.layers_of(spec):
        o = F.K.build(l, c, "float64")
        o.build((N, TIME, M if not objects else objects[-1][0].units))
        for k, v in F.K.variables(l, o).items(): v.assign(W[pre + k])
        objects.append(o.cell.cells if l == "stacked_cells" else [o.forward_layer.cell, o.backward_layer.cell] if l == "bidirectional" else [o.cell])
    flat_ = [q for o in objects for q in o]
    return exp, grads, steps_of(s, net, flat_, F.keras_step, X, exp)


def real_tf1(s, net, X, W):
    states = [x[k] for x in X["states"] for k in "ch" if k in x]
    cots = [x[k] for x in X["cot_states"] for k in "ch" if k in x]
    spec = dict(layer=s.layer, config=s.config)
    exp, grads = F.TF1.run(spec, "float64", W, {"x": X["x"], "states": states, "given": True, "cotangents": {"outputs": X["cot"], "states": cots}})
    cell_ = F.TF1.build(s.layer, s.config, "float64")
    cell_(np.zeros((N, M)), F.TF1.pack(cell_, states))
    for k, v in F.TF1.variables(s.layer, cell_, s.config).items(): v.assign(W[k])
    return exp, grads, steps_of(s, net, cell_._cells if s.layer == "multi_rnn_cell" else [cell_], F.tf1_step, X, exp)


def steps_of(s, net, real, step, X, exp):
    real = iter(real)
    layers = [[(p, c.kind, next(real), b) for p, c, b in l] for l in net.layers]
    out, values, gradients = F.trace(layers, step, X["x"], X["states"], X["cot"], X["cot_states"], s.last_only)
    hold(s.name + ", the cells alone against the layer", EXACT, (out, exp["outputs"]))
    return values, gradients


def real_torch(s, X, W):
    return gen_torch.run(dict(layer=s.layer, config=s.config, m=M), "float64", W, framework_inputs(s, X))


def check_torch(s, net, cells, X, W, exp, grads):
    e, g = real_torch(s, X, W)
    e.pop("gates", None)
    d = hold(s.name, EXACT, (exp, e), (grads, g))
    return "outputs, states and all gradients of weights, inputs and states checked against %s in float64: they differ by at most %.1e" % (gen_torch.VERSION, d)


def check_onnx(s, net, cells, X, W, exp, grads):
    f = np.float32
    feed = {"X": X["x"].transpose(1, 0, 2), **W, "initial_h": arranged(s.style, X["states"], "0")["h0"]}
    if s.layer == "lstm": feed["initial_c"] = arranged(s.style, X["states"], "0")["c0"]
    feed = {k: np.ascontiguousarray(v.astype(f)) for k, v in feed.items()}
    mod = gen_onnx.model(s.layer, s.config, feed, gen_onnx.TP.FLOAT, {k: list(v.shape) for k, v in feed.items()})
    o = onnxruntime.InferenceSession(mod.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)
    d = hold(s.name, SINGLE, (exp, dict(zip(("outputs", "h", "c"), o))))
    what, gd = gradients_elsewhere(s, net, cells, X)
    return "outputs and states checked against %s (float32): they differ by at most %.1e; all gradients against the same weights in %s in float64: %.1e" % (gen_onnx.VERSION, d, what, gd)


def gradients_elsewhere(s, net, cells, X):
    """The gradients of each direction of an ONNX node against a framework that has the same function and a backward pass."""
    worst = 0.0
    for k, (prefix, c, back) in enumerate(net.layers[0]):
        turned = lambda v: np.ascontiguousarray(v[:, ::-1] if back else v)
        Y = dict(x=turned(X["x"]), states=[X["states"][k]], cot=turned(X["cot"][:, :, k * U:(k + 1) * U]), cot_states=[X["cot_states"][k]])
        both = lambda d: {q: d["b"][q] + d["s"][q] for q in d["b"]}
        if c.p or (c.kind == "gru" and not c.reset_after):
            # one bias only: the sum of the two is the same function
            layout, layer, run, what = ("tensorflow1", "lstm_cell", real_tf1, F.TF1.VERSION) if c.p else ("keras", "gru", real_keras, F.K.VERSION)
            config = dict(units=U, forget_bias=0.0, use_peepholes=True) if c.p else dict(units=U, reset_after=False, return_sequences=True)
            twin = Cell(c.kind, c.K, c.R, both(parts(c)), None, c.p, c.reset_after)
            t = Spec(s.name, "", layout, layer, config, None, ["*"], "single")
            exp, grads, _, _ = compute(t, Network([[("", twin, False)]]), [twin], Y, None)
            e, g, _ = run(t, Network([[("", twin, False)]]), Y, packed(layout, ["*"], [twin], [twin]))
        else:
            t = Spec(s.name, "", "pytorch", s.layer, dict(units=U), None, ["*_l0"], "stacked")
            exp, grads, _, _ = compute(t, Network([[("", c, False)]]), [c], Y, None)
            (e, g), what = real_torch(t, Y, packed("pytorch", ["*_l0"], [c], [c])), gen_torch.VERSION
        worst = max(worst, hold(s.name + " in " + what, EXACT, (exp, e), (grads, g)))
    return what, worst


# ------------------------------------------------------------ MXNet's own numbers, made elsewhere
def unpack_mxnet(kind, W, place):
    o = "rzg" if kind == "gru" else GATES[kind]
    n = {k: np.asarray(W[place.replace("*", k)]) for k in ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")}
    u = n["h2h_weight"].shape[1]
    block = lambda k: {g: n[k][j * u:(j + 1) * u].T for j, g in enumerate(o)}
    return Cell(kind, block("i2h_weight"), block("h2h_weight"), block("i2h_bias"), block("h2h_bias"))


def check_mxnet():
    """The formulas give every number of the cells and fused layers that MXNet itself computed."""
    global N, TIME, M
    kinds = {"rnn_cell": "simple_rnn", "lstm_cell": "lstm", "gru_cell": "gru"}
    read = lambda o: {k: read(v) for k, v in o.items()} if isinstance(o, dict) and "shape" not in o else [read(v) for v in o] if isinstance(o, list) else np.array(o["data"], float).reshape(o["shape"])
    worst, names, version = 0.0, [], None
    files = [os.path.join(ROOT, "reference", n + ".json") for n in ("mxnet", "rosetta_lstm", "rosetta_gru_after", "rosetta_simple_rnn")]
    for case in [c for p in files for c in json.load(open(p))["cases"]]:
        layer, c = case["layer"], case["config"]
        if case["layout"] != "mxnet" or layer == "bi_lstm_sort" or case["dtype"] != "float64": continue
        W, I, cot, e, g = (read(case[k]) for k in ("weights", "inputs", "cotangents", "expected", "expected_gradients"))
        if layer == "bidirectional_cell":
            layers, places, style = [[("f", c["forward"]), ("b", c["backward"])]], ["forward/*", "backward/*"], "list"
            kind = lambda q: kinds[q["layer"]]
        else:
            fused = layer in GATES
            layers = [[(d, None) for d in "lr"[:1 + c.get("bidirectional", False)]] for _ in range(c.get("num_layers", 1))]
            places = ["%s%d_*" % (d, l) for l, ds in enumerate(layers) for d, _ in ds] if fused else ["*"]
            style = "stacked" if fused else "single"
            kind = lambda q: layer if fused else kinds[layer]
        place = iter(places)
        net = Network([[("%s/" % d if d in "fb" else "", unpack_mxnet(kind(q), W, next(place)), d in "rb") for d, q in l] for l in layers])
        cells = [q for l in net.layers for _, q, _ in l]
        N, TIME, M = I["x"].shape
        zero = lambda q: {k: np.zeros((N, q.units)) for k in q.states()}
        def given(d, suffix):
            if style == "list":
                flat_ = iter(d.get("initial_states" if suffix else "states", [v for q in cells for v in zero(q).values()]))
                return [{k: next(flat_) for k in q.states()} for q in cells]
            return [{k: (d[k + suffix] if style == "single" else d[k + suffix][j]) if k + suffix in d else v for k, v in zero(q).items()} for j, q in enumerate(cells)]
        X = dict(x=I["x"], states=given(I, "0"), cot=cot["outputs"], cot_states=given(cot, ""))
        s = Spec(case["name"], "", "mxnet", layer, c, None, places, style)
        exp, grads, gates, _ = compute(s, net, cells, X, None)
        known = e.pop("gates", {})
        grads["inputs"] = {k: v for k, v in grads["inputs"].items() if k in g["inputs"]}
        worst = max(worst, hold(case["name"], EXACT, (exp, e), (grads, g), ({k: gates[k] for k in known}, known)))
        names.append(case["name"]); version = case["source"]["version"]
    N, TIME, M = 2, 4, 5
    return version, "the same formulas give all numbers of the %d cases that %s computed itself (reference/mxnet.json, rosetta_*.json): they differ by at most %.1e" % (len(names), version, worst)


# ------------------------------------------------------------ the sorting network of the MXNet example
SORT_STATES = [(side + "init_" + k, j, k) for j, side in enumerate(("l0_", "l1_")) for k in "ch"]


def sort_network(W, I, u):
    """Embedding, an LSTM in each direction, a dense layer, softmax; loss = sum of -log p[label].  Rows are time-major."""
    def lstm(side):
        block = lambda k: {g: W[side + k][j * u:(j + 1) * u].T for j, g in enumerate("igfo")}
        return Cell("lstm", block("i2h_weight"), block("h2h_weight"), block("i2h_bias"), block("h2h_bias"))
    cells = [lstm("l0_"), lstm("l1_")]
    net = Network([[("l0/", cells[0], False), ("l1/", cells[1], True)]])
    states = [{k: I["l%d_init_%s" % (j, k)] for k in "hc"} for j in range(2)]
    x, label = I["x"].astype(int), I["label"].astype(int).T.reshape(-1)
    out, _, gates, tape = net.forward(W["embed_weight"][x], states)
    hidden = out.transpose(1, 0, 2).reshape(-1, 2 * u)
    logits = hidden @ W["cls_weight"].T + W["cls_bias"]
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    dz = p.copy()
    dz[np.arange(len(label)), label] -= 1
    d_out = (dz @ W["cls_weight"]).reshape(x.shape[1], x.shape[0], -1).transpose(1, 0, 2)
    none = [{k: np.zeros_like(v) for k, v in s.items()} for s in states]
    d_gates, dx, first, dW = net.backward(d_out, none, tape)
    gw = {"embed_weight": np.zeros_like(W["embed_weight"]), "cls_weight": dz.T @ hidden, "cls_bias": dz.sum(0)}
    np.add.at(gw["embed_weight"], x, dx)
    for side, d in zip(("l0_", "l1_"), dW):
        for k, v in zip(("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"), (rows(d["K"], "igfo"), rows(d["R"], "igfo"), cols(d["b"], "igfo"), cols(d["s"], "igfo"))):
            gw[side + k] = v
    grads = {"weights": gw, "inputs": {n: first[j][k] for n, j, k in SORT_STATES}}
    return {"outputs": p, "hidden": hidden, "logits": logits}, grads, gates, d_gates


def sort_case():
    read = lambda d: {k: np.array(v["data"], float).reshape(v["shape"]) for k, v in d.items()}
    real = next(c for c in json.load(open(os.path.join(ROOT, "reference", "mxnet.json")))["cases"] if c["name"] == "mxnet_bi_lstm_sort_f64")
    exp, grads, _, _ = sort_network(read(real["weights"]), read(real["inputs"]), real["config"]["units"])
    e = read(real["expected"])
    g = {k: read(v) for k, v in real["expected_gradients"].items()}
    w = hold("bi_lstm_sort", EXACT, (exp, e), (grads, g))
    name, vocab, embed, labels = "steps_mxnet_bi_lstm_sort", 7, M, 7
    pool = Pool(name)
    W = {"embed_weight": pool(vocab, embed)}
    for side in ("l0_", "l1_"):
        W.update({side + "i2h_weight": pool(4 * U, embed), side + "i2h_bias": pool(4 * U), side + "h2h_weight": pool(4 * U, U), side + "h2h_bias": pool(4 * U)})
    W.update({"cls_weight": pool(labels, 2 * U), "cls_bias": pool(labels)})
    I = {"x": pool.r.integers(0, vocab, (N, TIME)), "label": pool.r.integers(0, labels, (N, TIME)), **{n: pool(N, U) for n, _, _ in SORT_STATES}}
    exp, grads, gates, d_gates = sort_network(W, I, U)
    return {"name": name, "kind": "derived", "chapter": "chapter-basic-lstm-cell",
            "source": {"framework": "mxnet", "version": real["source"]["version"], "how": "gen/gen_steps.py: the network's formulas in double precision, forward and backward"},
            "note": "the same formulas give all numbers of mxnet_bi_lstm_sort_f64, which MXNet computed itself: they differ by at most %.1e" % w,
            "layout": "mxnet", "dtype": "float64", "layer": "bi_lstm_sort", "config": {"vocab": vocab, "embed": embed, "units": U, "labels": labels, "gate_order": list("igfo")},
            "weights": W, "inputs": I, "expected": {**exp, "gates": gates}, "expected_gradients": {**grads, "gates": d_gates},
            "tolerance": dict(tolerance("float64", [exp, gates], None, [grads, d_gates]), reason="rounding of double precision")}


# ------------------------------------------------------------ a case
def make(s, mxnet):
    pool = Pool(s.name)
    layers = s.layers(pool)
    net = Network(layers)
    cells = [c for l in layers for _, c, _ in l]
    width = sum(c.units for _, c, _ in layers[-1])
    W = packed(s.layout, s.places, cells, cells)
    some = lambda: [{k: pool(N, c.units) if s.style != "none" else np.zeros((N, c.units)) for k in c.states()} for c in cells]
    X = dict(x=pool(N, TIME, M), states=some(), cot=pool(*((N, width) if s.last_only else (N, TIME, width))), cot_states=some())
    exp, grads, gates, d_gates = compute(s, net, cells, X, W)
    tolerance_ = dict(tolerance("float64", [exp, gates], None, [grads, d_gates]), reason="rounding of double precision")
    if s.layout in ("keras", "tensorflow1"):
        run, version = (real_keras, F.K.VERSION) if s.layout == "keras" else (real_tf1, F.TF1.VERSION)
        e, g, (v, d) = run(s, net, X, W)
        w = hold(s.name, EXACT, (e, exp), (g, grads), (v, gates), (d, d_gates))
        exp, grads, gates, d_gates = e, g, {k: v[k] for k in gates}, {k: d[k] for k in d_gates}
        kind, how = "reference", "gen/gen_steps.py: the real layer for outputs, states and their gradients, its own cells step by step for the rest"
        note = "the formulas in double precision differ from these numbers by at most %.1e" % w
    else:
        kind, how = "derived", "gen/gen_steps.py: the framework's formulas in double precision, forward and backward"
        if s.layout == "mxnet": version, note = mxnet
        else:
            version = {"pytorch": gen_torch, "onnx": gen_onnx}[s.layout].VERSION
            note = {"pytorch": check_torch, "onnx": check_onnx}[s.layout](s, net, cells, X, W, exp, grads)
    print("  %-34s %s" % (s.name, note.rsplit("by at most", 1)[-1]), flush=True)
    inputs, cot = {"x": X["x"], **arranged(s.style, X["states"], "0")}, {"outputs": X["cot"], **arranged(s.style, X["cot_states"])}
    if s.layout == "onnx":
        inputs["x"] = X["x"].transpose(1, 0, 2)
        cot["outputs"] = X["cot"].reshape(N, TIME, len(cells), -1).transpose(1, 2, 0, 3)
    return {"name": s.name, "kind": kind, "chapter": s.chapter, "source": {"framework": s.layout, "version": version, "how": how},
            "note": (s.note + "; " if s.note else "") + note, "layout": s.layout, "dtype": "float64", "layer": s.layer,
            "config": explicit(s), "weights": W, "inputs": inputs, "cotangents": cot,
            "expected": {**exp, "gates": gates}, "expected_gradients": {**grads, "gates": d_gates}, "tolerance": tolerance_}


def explicit(s):
    if s.layout == "keras": return F.K.explicit(s.layer, s.config)
    if s.layout == "tensorflow1": return F.TF1.explicit(s.layer, s.config)
    if s.layout == "pytorch": return gen_torch.explicit(s.layer, s.config)
    d = dict(s.config)
    if s.layout == "mxnet":
        order = {"lstm_cell": "ifgo", "gru_cell": "rzg", "lstm": "ifgo", "gru": "rzg"}
        if s.layer in GATES: d = {"units": d["units"], "num_layers": d.get("num_layers", 1), "bidirectional": d.get("bidirectional", False)}
    else:
        D = 2 if d.get("direction") == "bidirectional" else 1
        d = {"units": d["units"], "direction": d.get("direction", "forward"), "activations": gen_onnx.ACT[s.layer] * D,
             **{k: d[k] for k in ("linear_before_reset",) if k in d}, **({"input_forget": 0} if s.layer == "lstm" else {}), "layout": 0}
        order = {"lstm": "iofg", "gru": "zrg"}
    if s.layer in order: d["gate_order"] = list(order[s.layer])
    return d


def dense(name, layer, activation, n):
    """A dense layer has one product and one activation."""
    pool, act = Pool(name), {"tanh": np.tanh, "sigmoid": lambda v: 0.5 * (1 + np.tanh(0.5 * v))}[activation]
    lead = (n, TIME) if layer != "dense" else (n,)
    W, x, cot = {"kernel": pool(M, U), "bias": pool(U)}, pool(*lead, M), pool(*lead, U)
    cfg = dict(units=U, activation=activation)
    e, g = F.K.run(dict(layer=layer, config=cfg), "float64", W, {"x": x, "cotangents": {"outputs": cot}})
    real = F.K.build("dense", cfg, "float64")
    real.build((n, M))
    for k, v in F.K.variables("dense", real).items(): v.assign(W[k])
    y, gates, d_gates = F.dense_trace(real, x, cot)
    pre = x @ W["kernel"] + W["bias"]
    out = act(pre)
    dz = cot * ((1 - out ** 2) if activation == "tanh" else out * (1 - out))
    flat_ = lambda a: a.reshape(-1, a.shape[-1])
    own = {"weights": {"kernel": flat_(x).T @ flat_(dz), "bias": flat_(dz).sum(0)}, "inputs": {"x": dz @ W["kernel"].T}}
    w = hold(name, EXACT, (gates, {"pre_y": pre, "y": out}), (d_gates, {"pre_y": dz, "y": cot}), (e["outputs"], out), (y, out), (g, own))
    return {"name": name, "kind": "reference", "chapter": "chapter-time-distributed", "source": {"framework": "keras", "version": F.K.VERSION,
            "how": "gen/gen_steps.py: the real layer, a recorder around its activation"}, "note": "the formulas in double precision differ from these numbers by at most %.1e" % w,
            "layout": "keras", "dtype": "float64", "layer": layer, "config": F.K.explicit(layer, cfg), "weights": W, "inputs": {"x": x}, "cotangents": {"outputs": cot},
            "expected": {"outputs": e["outputs"], "gates": gates}, "expected_gradients": {**g, "gates": d_gates},
            "tolerance": dict(tolerance("float64", gates, None, [g, d_gates]), reason="rounding of double precision")}


# ------------------------------------------------------------ the list
def specs():
    one = lambda kind, **k: lambda p: [[("", cell(p, kind, M, U, **k), False)]]
    both = lambda kind, u=U, names=("forward/", "backward/"), **k: lambda p: [[(names[0], cell(p, kind, M, U, **k), False), (names[1], cell(p, kind, M, u, **k), True)]]
    stack = lambda kind, names=("0/", "1/"), **k: lambda p: [[(names[0], cell(p, kind, M, U, **k), False)], [(names[1], cell(p, kind, U, V, **k), False)]]
    equal = lambda kind, **k: lambda p: [[("l0/", cell(p, kind, M, U, **k), False)], [("l1/", cell(p, kind, U, U, **k), False)]]
    sub = lambda layer, u, **k: dict(layer=layer, config=dict(units=u, **k))
    seq = dict(units=U, return_sequences=True)
    K, T1, P, O, X = "keras", "tensorflow1", "pytorch", "onnx", "mxnet"
    RNN, TWO, LSTM, GRU, BASIC = ("chapter-" + n for n in ("simple-rnn", "two-layer-rnn", "lstm", "gru", "basic-lstm-cell"))
    ends = ["forward/*", "backward/*"]
    return [
        Spec("steps_keras_simple_rnn", RNN, K, "simple_rnn", seq, one("simple_rnn"), ["*"], "single"),
        Spec("steps_torch_rnn_cell", RNN, P, "rnn_cell", dict(units=U), one("simple_rnn", two=True), ["*"], "single"),
        Spec("steps_torch_rnn", RNN, P, "simple_rnn", dict(units=U), one("simple_rnn", two=True), ["*_l0"], "stacked"),
        Spec("steps_onnx_rnn", RNN, O, "simple_rnn", dict(units=U), one("simple_rnn", two=True), ["*"], "stacked"),
        Spec("steps_mxnet_rnn_cell", RNN, X, "rnn_cell", dict(units=U, activation="tanh"), one("simple_rnn", two=True), ["*"], "single"),
        Spec("steps_mxnet_rnn", RNN, X, "simple_rnn", dict(units=U), one("simple_rnn", two=True), ["l0_*"], "stacked"),
        Spec("steps_keras_two_simple_rnn", TWO, K, "stack", dict(layers=[sub("simple_rnn", U, return_sequences=True), sub("simple_rnn", V)]),
             stack("simple_rnn"), ["0/*", "1/*"], "none", last_only=True),
        Spec("steps_keras_stacked_cells", TWO, K, "stacked_cells", dict(cells=[sub("simple_rnn", U), sub("simple_rnn", V)], return_sequences=True),
             stack("simple_rnn"), ["0/*", "1/*"], "list"),
        Spec("steps_torch_rnn_two_layers", TWO, P, "simple_rnn", dict(units=U, num_layers=2), equal("simple_rnn", two=True), ["*_l0", "*_l1"], "stacked"),
        Spec("steps_keras_lstm", LSTM, K, "lstm", seq, one("lstm"), ["*"], "single"),
        Spec("steps_keras_bidirectional_lstm", LSTM, K, "bidirectional", dict(merge_mode="concat", forward=sub("lstm", U, return_sequences=True), backward=sub("lstm", V, return_sequences=True)),
             both("lstm", V), ends, "list"),
        Spec("steps_torch_lstm_cell", LSTM, P, "lstm_cell", dict(units=U), one("lstm", two=True), ["*"], "single"),
        Spec("steps_torch_lstm", LSTM, P, "lstm", dict(units=U), one("lstm", two=True), ["*_l0"], "stacked"),
        Spec("steps_torch_lstm_bidirectional", LSTM, P, "lstm", dict(units=U, bidirectional=True), both("lstm", names=("l0/", "l0_reverse/"), two=True), ["*_l0", "*_l0_reverse"], "stacked"),
        Spec("steps_onnx_lstm_peepholes", LSTM, O, "lstm", dict(units=U), one("lstm", two=True, peep=True), ["*"], "stacked"),
        Spec("steps_onnx_lstm_bidirectional", LSTM, O, "lstm", dict(units=U, direction="bidirectional"), both("lstm", two=True), ["*", "*"], "stacked"),
        Spec("steps_mxnet_lstm_cell", LSTM, X, "lstm_cell", dict(units=U), one("lstm", two=True), ["*"], "single"),
        Spec("steps_mxnet_lstm", LSTM, X, "lstm", dict(units=U), one("lstm", two=True), ["l0_*"], "stacked"),
        Spec("steps_mxnet_bidirectional_cell", LSTM, X, "bidirectional_cell", dict(forward=dict(layer="lstm_cell", config=dict(units=U, gate_order=list("ifgo"))), backward=dict(layer="lstm_cell", config=dict(units=V, gate_order=list("ifgo")))),
             both("lstm", V, two=True), ends, "list"),
        Spec("steps_mxnet_sequential_cell", LSTM, X, "sequential_cell", dict(cells=[dict(layer="lstm_cell", config=dict(units=U, gate_order=list("ifgo"))), dict(layer="gru_cell", config=dict(units=V, gate_order=list("rzg")))]),
             lambda p: [[("0/", cell(p, "lstm", M, U, two=True), False)], [("1/", cell(p, "gru", U, V, two=True), False)]], ["0/*", "1/*"], "list"),
        Spec("steps_keras_gru_after", GRU, K, "gru", seq, one("gru", two=True), ["*"], "single"),
        Spec("steps_keras_gru_before", GRU, K, "gru", dict(seq, reset_after=False), one("gru", reset_after=False), ["*"], "single"),
        Spec("steps_torch_gru_cell", GRU, P, "gru_cell", dict(units=U), one("gru", two=True), ["*"], "single"),
        Spec("steps_torch_gru", GRU, P, "gru", dict(units=U), one("gru", two=True), ["*_l0"], "stacked"),
        Spec("steps_onnx_gru_after", GRU, O, "gru", dict(units=U, linear_before_reset=1), one("gru", two=True), ["*"], "stacked"),
        Spec("steps_onnx_gru_before", GRU, O, "gru", dict(units=U, linear_before_reset=0), one("gru", two=True, reset_after=False), ["*"], "stacked"),
        Spec("steps_mxnet_gru_cell", GRU, X, "gru_cell", dict(units=U), one("gru", two=True), ["*"], "single"),
        Spec("steps_mxnet_gru", GRU, X, "gru", dict(units=U), one("gru", two=True), ["l0_*"], "stacked"),
        Spec("steps_tf1_basic_rnn", BASIC, T1, "basic_rnn_cell", dict(units=U), one("simple_rnn"), ["*"], "single"),
        Spec("steps_tf1_basic_lstm", BASIC, T1, "basic_lstm_cell", dict(units=U, forget_bias=1.0), one("lstm", forget_bias=1.0), ["*"], "single"),
        Spec("steps_tf1_lstm_peepholes", BASIC, T1, "lstm_cell", dict(units=U, forget_bias=0.7, use_peepholes=True), one("lstm", forget_bias=0.7, peep=True), ["*"], "single"),
        Spec("steps_tf1_gru", BASIC, T1, "gru_cell", dict(units=U), one("gru", reset_after=False), ["*"], "single"),
        Spec("steps_tf1_multi", BASIC, T1, "multi_rnn_cell", dict(cells=[sub("basic_lstm_cell", U, forget_bias=1.0), sub("basic_lstm_cell", V, forget_bias=1.0)]),
             stack("lstm", forget_bias=1.0), ["0/*", "1/*"], "list c h"),
    ]


if __name__ == "__main__":
    mxnet = check_mxnet()
    print(mxnet[1])
    cases = [dense("steps_keras_dense", "dense", "tanh", 4), dense("steps_keras_time_distributed", "time_distributed_dense", "sigmoid", N)]
    cases += [make(s, mxnet) for s in specs()] + [sort_case()]
    # Nothing is written before every case has passed.
    for chapter in dict.fromkeys(c["chapter"] for c in cases):
        write("steps", chapter, [c for c in cases if c["chapter"] == chapter])
