"""An independent reading of the files: plain numpy loops, float64, no framework.

It is a check of the files (and a readable statement of what each layout means),
never the source of a number.  Forward values, those of every step included, are recomputed for every case, and every gradient of weights and
inputs is compared with a central difference along random directions.
python check.py reference|steps [name part]
"""
import glob, json, os, sys
import numpy as np
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def hash_values(seed, n, scale):
    M = (1 << 64) - 1
    out = np.empty(n)
    for k in range(n):
        z = ((seed << 32) + k + 0x9E3779B97F4A7C15) & M
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        z ^= z >> 31
        out[k] = ((z >> 40) - 8388608) / 8388608 * scale
    return out


def tensor(t, dtype):
    if "indices" in t:
        return t
    if "hash" in t:
        a = hash_values(t["hash"]["seed"], int(np.prod(t["shape"])), t["hash"]["scale"])
    else:
        a = np.array(t["data"], dtype=np.float64)
        if "tile" in t:
            a = np.tile(a, t["tile"])
    if dtype == "float32":
        a = a.astype(np.float32).astype(np.float64)
    return a.reshape(t["shape"])


def sig(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)


ACT = {"tanh": np.tanh, "sigmoid": sig, "linear": lambda x: x, "relu": lambda x: np.maximum(x, 0), "softmax": softmax,
       "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), "softsign": lambda x: x / (1 + np.abs(x)),
       "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6}


# ---------------------------------------------------------------- one step each: x, state -> output, state, every value by name
def keras_step(layer, c, W):
    act = ACT[c.get("activation", "tanh")]; ra = ACT[c.get("recurrent_activation", "sigmoid")]
    K, R, b = W["kernel"], W["recurrent_kernel"], W.get("bias")
    u = R.shape[0]
    if layer == "simple_rnn":
        def f(x, s):
            z = x @ K + s[0] @ R + (b if b is not None else 0)
            h = act(z); return h, [h], dict(pre_h=z, h=h)
    elif layer == "lstm":
        def f(x, s):
            z = x @ K + s[0] @ R + (b if b is not None else 0)
            i, ff, g, o = ra(z[:, :u]), ra(z[:, u:2 * u]), act(z[:, 2 * u:3 * u]), ra(z[:, 3 * u:])
            cc = ff * s[1] + i * g
            h = o * act(cc)
            return h, [h, cc], dict(i=i, f=ff, g=g, o=o, c=cc, h=h, tanh_c=act(cc), **blocks(z, "ifgo"))
    else:
        after = c.get("reset_after", True)
        bi = bh = np.zeros(3 * u)
        if b is not None:
            bi, bh = (b[0], b[1]) if after else (b, np.zeros(3 * u))
        def f(x, s):
            a = x @ K + bi
            h0 = s[0]
            pz = a[:, :u] + h0 @ R[:, :u] + bh[:u]; pr = a[:, u:2 * u] + h0 @ R[:, u:2 * u] + bh[u:2 * u]
            z, r = ra(pz), ra(pr)
            if after: pg = a[:, 2 * u:] + r * (h0 @ R[:, 2 * u:] + bh[2 * u:])
            else: pg = a[:, 2 * u:] + (r * h0) @ R[:, 2 * u:]
            g = act(pg)
            h = z * h0 + (1 - z) * g
            return h, [h], dict(z=z, r=r, g=g, h=h, pre_z=pz, pre_r=pr, pre_g=pg)
    f.sizes = [u, u] if layer == "lstm" else [u]
    return f


def blocks(z, order):
    """The sums of the gates that stand side by side."""
    u = z.shape[1] // len(order)
    return {"pre_" + k: z[:, j * u:(j + 1) * u] for j, k in enumerate(order)}


def under(prefix, d): return {prefix + k: v for k, v in (d or {}).items()}


def stacked(steps):
    def f(x, s):
        new, k, values = [], 0, {}
        for j, st in enumerate(steps):
            n = len(st.sizes)
            x, q, g = st(x, s[k:k + n]); k += n
            new += q
            values.update(under("%d/" % j, g))
        return x, new, values
    f.sizes = [v for st in steps for v in st.sizes]
    return f


def keras_rnn(step, x, s, mask, backwards, zero_out=False):
    N, T, _ = x.shape
    if backwards:
        x = x[:, ::-1]; mask = mask[:, ::-1] if mask is not None else None
    s = [v.copy() for v in s]
    outs, tr, prev = [], {}, None
    for t in range(T):
        o, ns, g = step(x[:, t], s)
        if mask is not None:
            m = mask[:, t].astype(bool)[:, None]
            o = np.where(m, o, np.zeros_like(o) if prev is None else prev)
            ns = [np.where(m, a, b) for a, b in zip(ns, s)]
        prev = o
        s = ns
        outs.append(np.where(mask[:, t].astype(bool)[:, None], o, 0) if (zero_out and mask is not None) else o)
        for k, v in g.items(): tr.setdefault(k, []).append(v)
    return np.stack(outs, 1), s, {k: np.stack(v, 1) for k, v in tr.items()}


def sub(W, pre): return {k[len(pre):]: v for k, v in W.items() if k.startswith(pre)}


def keras_layer(layer, c, W, x, mask, I):
    """-> output, states, new mask, gates"""
    if layer in ("dense", "time_distributed_dense"):
        z = x @ W["kernel"] + W.get("bias", 0)
        y = ACT[c.get("activation", "linear")](z)
        return y, None, (mask if layer != "dense" else None), dict(pre_y=z, y=y)
    if layer == "embedding":
        ids = x.astype(int)
        return W["embeddings"][ids], None, (ids != 0 if c.get("mask_zero") else None), None
    if layer == "masking":
        m = np.any(x != c["mask_value"], -1)
        return x * m[..., None], None, m, None
    N = x.shape[0]
    if layer in ("simple_rnn", "lstm", "gru", "stacked_cells"):
        step = stacked([keras_step(s["layer"], s["config"], sub(W, "%d/" % i)) for i, s in enumerate(c["cells"])]) if layer == "stacked_cells" else keras_step(layer, c, W)
        s = [np.zeros((N, k)) for k in step.sizes]
        if "h0" in I: s[0] = I["h0"]
        if "c0" in I: s[1] = I["c0"]
        if "initial_states" in I: s = list(I["initial_states"])
        if "chunks" in c:
            outs, a, zero = [], 0, [np.zeros_like(v) for v in s]
            for n, rs in zip(c["chunks"], c["reset_before"]):
                if rs: s = zero
                o, s, _ = keras_rnn(step, x[:, a:a + n], s, None, False); a += n
                outs.append(o)
            return np.concatenate(outs, 1), s, None, None
        o, s, g = keras_rnn(step, x, s, mask, c.get("go_backwards", False), c.get("zero_output_for_mask", False))
        if c.get("return_sequences"):
            return o, s, mask, g
        return o[:, -1], s, None, g
    if layer == "bidirectional":
        fl = c["forward"]; bl = c.get("backward", fl)
        fs = keras_step(fl["layer"], fl["config"], sub(W, "forward/")); bs = keras_step(bl["layer"], bl["config"], sub(W, "backward/"))
        sf, sb = [np.zeros((N, k)) for k in fs.sizes], [np.zeros((N, k)) for k in bs.sizes]
        if "initial_states" in I:
            n = len(fs.sizes); sf, sb = I["initial_states"][:n], I["initial_states"][n:]
        seq = fl["config"].get("return_sequences", False)     # Bidirectional forces zero_output_for_mask = return_sequences
        a, s1, g1 = keras_rnn(fs, x, sf, mask, False, seq)
        b, s2, g2 = keras_rnn(bs, x, sb, mask, True, seq)
        if seq: b = b[:, ::-1]
        else: a, b = a[:, -1], b[:, -1]
        mm = c["merge_mode"]
        o = {"concat": lambda: np.concatenate([a, b], -1), "sum": lambda: a + b, "ave": lambda: (a + b) / 2, "mul": lambda: a * b, None: lambda: (a, b)}[mm]()
        return o, s1 + s2, (mask if seq else None), dict(under("forward/", g1), **under("backward/", g2))
    raise ValueError(layer)


def run_keras(case, W, I):
    layer, c = case["layer"], case["config"]
    mask = I.get("mask"); x = I["x"]
    if layer != "stack":
        o, s, _, g = keras_layer(layer, c, W, x, mask, I)
        r = {}
        if isinstance(o, tuple): r["outputs"], r["outputs_backward"] = o
        else: r["outputs"] = o
        if s is not None:
            if layer in ("simple_rnn", "lstm", "gru"):
                r["h"] = s[0]
                if layer == "lstm": r["c"] = s[1]
            else: r["states"] = s
        if g: r["gates"] = g
        return r
    outs, gates = [], {}
    for i, l in enumerate(c["layers"]):
        x, _, mask, g = keras_layer(l["layer"], l["config"], sub(W, "%d/" % i), x, mask, {})
        outs.append(x)
        gates.update(under("%d/" % i, g))
    return {"outputs": x, "layer_outputs": outs, "gates": gates}


# ---------------------------------------------------------------- TensorFlow 1
def tf1_step(layer, c, W):
    act = ACT[c.get("activation", "tanh")]; u = c.get("units")
    if layer == "multi_rnn_cell":
        f = stacked([tf1_step(s["layer"], s["config"], sub(W, "%d/" % i)) for i, s in enumerate(c["cells"])])
        return f
    if layer == "basic_rnn_cell":
        def f(x, s):
            z = np.concatenate([x, s[0]], 1) @ W["kernel"] + W["bias"]
            h = act(z); return h, [h], dict(pre_h=z, h=h)
        f.sizes = [u]
    elif layer == "gru_cell":
        def f(x, s):
            q = np.concatenate([x, s[0]], 1) @ W["gates/kernel"] + W["gates/bias"]
            r, z = sig(q[:, :u]), sig(q[:, u:])
            pg = np.concatenate([x, r * s[0]], 1) @ W["candidate/kernel"] + W["candidate/bias"]
            g = act(pg)
            h = z * s[0] + (1 - z) * g
            return h, [h], dict(z=z, r=r, g=g, h=h, pre_g=pg, **blocks(q, "rz"))
        f.sizes = [u]
    else:
        P = c.get("num_proj") or u
        tup = c.get("state_is_tuple", True)
        def f(x, s):
            cp, hp = (s[0], s[1]) if tup else (s[0][:, :u], s[0][:, u:])
            z = np.concatenate([x, hp], 1) @ W["kernel"] + W["bias"]
            i, j, ff, o = z[:, :u], z[:, u:2 * u], z[:, 2 * u:3 * u] + c["forget_bias"], z[:, 3 * u:]
            if c.get("use_peepholes"):
                ff = ff + W["w_f_diag"] * cp; i = i + W["w_i_diag"] * cp
            v = dict(pre_i=i, pre_f=ff, pre_g=j)
            i, ff, j = sig(i), sig(ff), act(j)
            cc = ff * cp + i * j
            if c.get("cell_clip") is not None: cc = np.clip(cc, -c["cell_clip"], c["cell_clip"])
            if c.get("use_peepholes"): o = o + W["w_o_diag"] * cc
            v["pre_o"] = o
            o = sig(o)
            h = o * act(cc)
            if c.get("num_proj"):
                h = h @ W["projection/kernel"]
                if c.get("proj_clip") is not None: h = np.clip(h, -c["proj_clip"], c["proj_clip"])
            return h, ([cc, h] if tup else [np.concatenate([cc, h], 1)]), dict(v, i=i, f=ff, g=j, o=o, c=cc, h=h, tanh_c=act(cc))
        f.sizes = [u, P] if tup else [u + P]
    return f


def run_tf1(case, W, I):
    layer, c, x = case["layer"], case["config"], I["x"]
    step = tf1_step(layer, c, W)
    N, T, _ = x.shape
    s = [np.zeros((N, k)) for k in step.sizes]
    two = layer in ("basic_lstm_cell", "lstm_cell") and c.get("state_is_tuple", True)
    if "initial_states" in I: s = list(I["initial_states"])
    elif two and "c0" in I: s = [I["c0"], I["h0"]]
    elif "h0" in I: s = [I["h0"]]
    outs, tr = [], {}
    for t in range(T):
        o, ns, g = step(x[:, t], s)
        if "lengths" in I:
            m = (t < np.array(I["lengths"]))[:, None]
            o = np.where(m, o, 0); ns = [np.where(m, a, b) for a, b in zip(ns, s)]
        s = ns; outs.append(o)
        for k, v in g.items(): tr.setdefault(k, []).append(v)
    r = {"outputs": np.stack(outs, 1), "gates": {k: np.stack(v, 1) for k, v in tr.items()}}
    if two: r["c"], r["h"] = s
    elif layer in ("basic_rnn_cell", "gru_cell"): r["h"] = s[0]
    else: r["states"] = s
    return r


# ---------------------------------------------------------------- PyTorch, MXNet (same algebra; rows are outputs)
def iohh_step(kind, Wi, Wh, bi, bh, act=np.tanh, proj=None, order="ifgo"):
    u = Wh.shape[0] // {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    def f(x, s):
        a, b = x @ Wi.T + bi, s[0] @ Wh.T + bh
        if kind == "rnn":
            h = act(a + b); return h, [h], dict(pre_h=a + b, h=h)
        if kind == "gru":
            pr, pz = a[:, :u] + b[:, :u], a[:, u:2 * u] + b[:, u:2 * u]
            r, z = sig(pr), sig(pz)
            pg = a[:, 2 * u:] + r * b[:, 2 * u:]
            g = np.tanh(pg)
            h = (1 - z) * g + z * s[0]
            return h, [h], dict(z=z, r=r, g=g, h=h, pre_r=pr, pre_z=pz, pre_g=pg)
        q = a + b
        k = {n: q[:, j * u:(j + 1) * u] for j, n in enumerate(order)}
        i, ff, g, o = sig(k["i"]), sig(k["f"]), np.tanh(k["g"]), sig(k["o"])
        cc = ff * s[1] + i * g
        h = o * np.tanh(cc)
        if proj is not None: h = h @ proj.T
        return h, [h, cc], dict(i=i, f=ff, g=g, o=o, c=cc, h=h, tanh_c=np.tanh(cc), **blocks(q, order))
    f.sizes = [u] if kind != "lstm" else [(proj.shape[0] if proj is not None else u), u]
    return f


def seq(step, x, s, lengths=None, reverse=False):
    """Outputs in original time order; beyond the length zero and the state stops."""
    N, T, _ = x.shape
    L = np.array(lengths) if lengths is not None else np.full(N, T)
    outs = [None] * T
    tr = {}
    for t in (range(T - 1, -1, -1) if reverse else range(T)):
        o, ns, g = step(x[:, t], s)
        m = (t < L)[:, None]
        outs[t] = np.where(m, o, 0)
        s = [np.where(m, a, b) for a, b in zip(ns, s)]
        for k, v in g.items(): tr.setdefault(k, []).append(v)
    return np.stack(outs, 1), s, {k: np.stack(v, 1) for k, v in tr.items()}


def run_torch(case, W, I):
    layer, c, x = case["layer"], case["config"], I["x"]
    kind = {"simple_rnn": "rnn", "rnn_cell": "rnn"}.get(layer, layer.replace("_cell", ""))
    act = ACT[c.get("nonlinearity", "tanh")]
    N = x.shape[0]
    if layer.endswith("_cell"):
        st = iohh_step(kind, W["weight_ih"], W["weight_hh"], W.get("bias_ih", 0), W.get("bias_hh", 0), act)
        s = [I.get(k, np.zeros((N, c["units"]))) for k in ("h0", "c0")][:len(st.sizes)]
        o, s, g = seq(st, x, s)
        return {"outputs": o, **dict(zip("hc", s)), "gates": g}
    fin, k, gates = [], 0, {}
    for l in range(c["num_layers"]):
        os_ = []
        for d in range(2 if c["bidirectional"] else 1):
            e = "_l%d%s" % (l, "_reverse" if d else "")
            alone = c["num_layers"] == 1 and not c["bidirectional"]
            st = iohh_step(kind, W["weight_ih" + e], W["weight_hh" + e], W.get("bias_ih" + e, 0), W.get("bias_hh" + e, 0), act, W.get("weight_hr" + e))
            if "weight_hr" + e in W:                      # rows of weight_hh: 4u, columns: proj
                st.sizes = [W["weight_hr" + e].shape[0], c["units"]]
            s = [I[q][k] if q in I else np.zeros((N, z)) for q, z in zip(("h0", "c0"), st.sizes)]
            o, s, g = seq(st, x, s, I.get("lengths"), bool(d))
            gates.update(under("" if alone else e[1:] + "/", g))
            os_.append(o); fin.append(s); k += 1
        x = np.concatenate(os_, -1)
    return {"outputs": x, "gates": gates, **{n: np.stack([f[j] for f in fin]) for j, n in enumerate("hc"[:len(fin[0])])}}


def run_mxnet(case, W, I):
    layer, c, x = case["layer"], case["config"], I["x"]
    N = x.shape[0]
    kinds = {"rnn_cell": "rnn", "lstm_cell": "lstm", "gru_cell": "gru", "simple_rnn": "rnn", "lstm": "lstm", "gru": "gru"}
    def mk(layer, c, W, p=""):
        return iohh_step(kinds[layer], W[p + "i2h_weight"], W[p + "h2h_weight"], W[p + "i2h_bias"], W[p + "h2h_bias"], ACT[c.get("activation", "tanh")])
    if layer in ("rnn_cell", "lstm_cell", "gru_cell"):
        st = mk(layer, c, W)
        s = [I.get(k, np.zeros((N, c["units"]))) for k in ("h0", "c0")][:len(st.sizes)]
        o, s, g = seq(st, x, s)
        return {"outputs": o, **dict(zip("hc", s)), "gates": g}
    if layer == "sequential_cell":
        st = stacked([mk(s["layer"], s["config"], sub(W, "%d/" % i)) for i, s in enumerate(c["cells"])])
        s = I.get("initial_states") or [np.zeros((N, k)) for k in st.sizes]
        o, s, g = seq(st, x, s)
        return {"outputs": o, "states": s, "gates": g}
    if layer == "bidirectional_cell":
        a, b = mk(c["forward"]["layer"], c["forward"]["config"], W, "forward/"), mk(c["backward"]["layer"], c["backward"]["config"], W, "backward/")
        s = I.get("initial_states") or [np.zeros((N, k)) for k in a.sizes + b.sizes]
        o1, s1, g1 = seq(a, x, s[:len(a.sizes)]); o2, s2, g2 = seq(b, x, s[len(a.sizes):], reverse=True)
        return {"outputs": np.concatenate([o1, o2], -1), "states": s1 + s2, "gates": dict(under("forward/", g1), **under("backward/", g2))}
    if layer == "bi_lstm_sort":
        e = W["embed_weight"][x.astype(int)]
        hs, gates = [], {}
        for d in (0, 1):
            p = "l%d_" % d
            st = iohh_step("lstm", W[p + "i2h_weight"], W[p + "h2h_weight"], W[p + "i2h_bias"], W[p + "h2h_bias"], order="igfo")
            o, _, g = seq(st, e, [I[p + "init_h"], I[p + "init_c"]], reverse=bool(d))
            hs.append(o); gates.update(under("l%d/" % d, g))
        hid = np.concatenate(hs, -1).transpose(1, 0, 2).reshape(-1, 2 * c["units"])
        lg = hid @ W["cls_weight"].T + W["cls_bias"]
        p = softmax(lg)
        lab = I["label"].astype(int).T.reshape(-1)
        return {"outputs": p, "gates": gates, "hidden": hid, "logits": lg, "loss": -np.sum(np.log(p[np.arange(len(lab)), lab]))}
    fin, k, gates = [], 0, {}
    for l in range(c["num_layers"]):
        os_ = []
        for d in range(2 if c["bidirectional"] else 1):
            side = "%s%d" % ("r" if d else "l", l)
            st = mk(layer, c, W, side + "_")
            s = [I[q][k] if q in I else np.zeros((N, z)) for q, z in zip(("h0", "c0"), st.sizes)]
            o, s, g = seq(st, x, s, reverse=bool(d))
            gates.update(under("" if c["num_layers"] == 1 and not c["bidirectional"] else side + "/", g))
            os_.append(o); fin.append(s); k += 1
        x = np.concatenate(os_, -1)
    return {"outputs": x, "gates": gates, **{n: np.stack([f[j] for f in fin]) for j, n in enumerate("hc"[:len(fin[0])])}}


# ---------------------------------------------------------------- ONNX
ONNX_DEFAULTS = {"affine": (1.0, 0.0), "leakyrelu": (0.01, None), "thresholdedrelu": (1.0, None), "elu": (1.0, None),
                 "scaledtanh": (1.0, 1.0), "hardsigmoid": (0.2, 0.5)}


def onnx_acts(names, alpha, beta):
    """A list of parameters as long as the names goes by position; a shorter one serves those that have the parameter."""
    def spread(given, k):
        d = [ONNX_DEFAULTS.get(n.lower(), (None, None))[k] for n in names]
        if len(given) == len(names): return list(given)
        rest = list(given)
        return [rest.pop(0) if v is not None and rest else v for v in d]
    return [onnx_act(n.lower(), a, b) for n, a, b in zip(names, spread(alpha, 0), spread(beta, 1))]


def onnx_act(n, a, b):
    return {"hardsigmoid": lambda x: np.clip(a * x + b, 0, 1), "affine": lambda x: a * x + b,
            "leakyrelu": lambda x: np.where(x >= 0, x, a * x), "thresholdedrelu": lambda x: np.where(x > a, x, 0),
            "scaledtanh": lambda x: a * np.tanh(b * x), "elu": lambda x: np.where(x >= 0, x, a * np.expm1(np.minimum(x, 0))),
            "softplus": lambda x: np.logaddexp(0, x)}.get(n) or ACT[n]


def run_onnx(case, W, I):
    layer, c = case["layer"], case["config"]
    u = c["units"]; x = I["x"]
    if c.get("layout"): x = x.transpose(1, 0, 2)
    T, N, _ = x.shape
    D = W["W"].shape[0]; ng = {"simple_rnn": 1, "lstm": 4, "gru": 3}[layer]; na = {"simple_rnn": 1, "lstm": 3, "gru": 2}[layer]
    functions = onnx_acts(c["activations"], c.get("activation_alpha", []), c.get("activation_beta", []))
    Y, fin, gates = [], [], {}
    for d in range(D):
        acts = functions[d * na:(d + 1) * na]
        Wd, Rd = W["W"][d], W["R"][d]
        B = W["B"][d] if "B" in W else np.zeros(2 * ng * u)
        bw, br = B[:ng * u], B[ng * u:]
        P = W["P"][d] if "P" in W else np.zeros(3 * u)
        clip = c.get("clip"); cl = (lambda v: np.clip(v, -clip, clip)) if clip else (lambda v: v)
        def step(xt, s):
            a, b = xt @ Wd.T + bw, s[0] @ Rd.T + br
            if layer == "simple_rnn":
                h = acts[0](cl(a + b)); return h, [h], dict(pre_h=a + b, h=h)
            if layer == "lstm":
                q = a + b
                pi, pf, pg = q[:, :u] + P[:u] * s[1], q[:, 2 * u:3 * u] + P[2 * u:] * s[1], q[:, 3 * u:]
                i = acts[0](cl(pi))
                f = 1 - i if c.get("input_forget") else acts[0](cl(pf))
                g = acts[1](cl(pg))
                cc = f * s[1] + i * g
                po = q[:, u:2 * u] + P[u:2 * u] * cc
                o = acts[0](cl(po))
                h = o * acts[2](cc)
                return h, [h, cc], dict(i=i, f=f, g=g, o=o, c=cc, h=h, tanh_c=acts[2](cc), pre_i=pi, pre_f=pf, pre_g=pg, pre_o=po)
            pz, pr = a[:, :u] + b[:, :u], a[:, u:2 * u] + b[:, u:2 * u]
            z, r = acts[0](cl(pz)), acts[0](cl(pr))
            if c["linear_before_reset"]: pg = a[:, 2 * u:] + r * b[:, 2 * u:]
            else: pg = a[:, 2 * u:] + (r * s[0]) @ Rd[2 * u:].T + br[2 * u:]
            g = acts[1](cl(pg))
            h = (1 - z) * g + z * s[0]
            return h, [h], dict(z=z, r=r, g=g, h=h, pre_z=pz, pre_r=pr, pre_g=pg)
        s = [np.zeros((N, u)) for _ in range(2 if layer == "lstm" else 1)]
        for j, q in enumerate(("h0", "c0")):
            if q in I: s[j] = (I[q].transpose(1, 0, 2) if c.get("layout") else I[q])[d]
        rev = c["direction"] == "reverse" or d == 1
        o, s, g = seq(step, x.transpose(1, 0, 2), s, I.get("lengths"), rev)
        gates.update(under("" if D == 1 else ("forward/", "backward/")[d], g))
        Y.append(o.transpose(1, 0, 2)); fin.append(s)
    y = np.stack(Y, 1)                                   # [T, D, N, u]
    r = {"outputs": y, "gates": gates, **{n: np.stack([f[j] for f in fin]) for j, n in enumerate("hc"[:len(fin[0])])}}
    if c.get("layout"):
        r["outputs"] = y.transpose(2, 0, 1, 3)
        for n in "hc":
            if n in r: r[n] = r[n].transpose(1, 0, 2)
    return r


RUN = {"keras": run_keras, "tensorflow1": run_tf1, "pytorch": run_torch, "mxnet": run_mxnet, "onnx": run_onnx}


def loss_of(case, cot, r):
    if case["layer"] == "bi_lstm_sort": return r["loss"]
    L = 0.0
    for k, v in cot.items():
        L += sum(np.sum(a * b) for a, b in zip(r[k], v)) if isinstance(v, list) else np.sum(r[k] * v)
    return L


def each(want, got, path=""):
    if isinstance(want, dict) and "shape" not in want:
        for k in want: yield from each(want[k], got[k], path + "/" + k)
    elif isinstance(want, list):
        assert len(want) == len(got)
        for i, (a, b) in enumerate(zip(want, got)): yield from each(a, b, path + "/%d" % i)
    else:
        yield path, want, got


def compare(want, got, tol_abs, tol_rel, dtype):
    """worst |difference| and worst fraction of the tolerance"""
    wd = wf = 0.0
    for p, w, g in each(want, got):
        assert list(np.shape(g)) == w["shape"], (p, np.shape(g), w["shape"])
        if "indices" in w:
            a = np.array(w["data"], float); b = np.asarray(g).reshape(-1)[w["indices"]]
        else:
            a = np.array(w["data"], float); b = np.asarray(g, float).reshape(-1)
        d = np.abs(a - b)
        wd = max(wd, float(d.max())); wf = max(wf, float(np.max(d / (tol_abs + tol_rel * np.abs(a) + 1e-300))))
    return wd, wf


def read(case):
    dt = case["dtype"]
    W = {k: tensor(v, dt) for k, v in case.get("weights", {}).items()}
    I = {}
    for k, v in case.get("inputs", {}).items():
        I[k] = v if k == "lengths" else ([tensor(t, dt) for t in v] if isinstance(v, list) else tensor(v, dt))
    cot = {k: ([tensor(t, dt) for t in v] if isinstance(v, list) else tensor(v, dt)) for k, v in case.get("cotangents", {}).items()}
    return W, I, cot


def smooth(case):
    s = json.dumps(case["config"])
    return not any(q in s for q in ('relu"', "hard_sigmoid", "_clip", "elu"))


def check(case, rand):
    W, I, cot = read(case)
    run = RUN[case["layout"]]
    r = run(case, W, I)
    t = case["tolerance"]
    d, f = compare(case["expected"], r, t["abs"], t["rel"], case["dtype"])
    gd = gf = None
    eg = case.get("expected_gradients")
    sampled_ = eg and any("indices" in w for _, w, _ in each(eg, eg))
    if sampled_ and np.prod(np.shape(I["x"])) < 40000:
        # a large case: single entries, two per tensor
        gd = gf = 0.0
        for kind, k in [("W", k) for k in eg["weights"]] + [("I", k) for k in eg["inputs"] if not isinstance(eg["inputs"][k], list)]:
            store, w = (W, eg["weights"][k]) if kind == "W" else (I, eg["inputs"][k])
            idx = w.get("indices", list(range(len(w["data"]))))
            for q in rand.choice(len(idx), 2, replace=False):
                old = store[k]; L = []
                for sgn in (2, 1, -1, -2):
                    new = old.copy(); new.reshape(-1)[idx[q]] += sgn * 1e-3
                    store[k] = new; L.append(loss_of(case, cot, run(case, W, I)))
                store[k] = old
                num = (-L[0] + 8 * L[1] - 8 * L[2] + L[3]) / 12e-3
                e = abs(num - w["data"][q]); sc = t.get("grad_abs", 1e-6) + t.get("grad_rel", 1e-4) * abs(num)
                gd = max(gd, e); gf = max(gf, e / (sc + 1e-8 * max(1.0, abs(num))))
    if eg and not sampled_:
        # directional derivative, one random direction per tensor
        gd = gf = 0.0
        targets = [("W", k) for k in eg["weights"]] + [("I", k) for k in eg["inputs"]]      # gates: see gen_steps.py
        for kind, k in targets:
            if k == "x" and '"masking"' in json.dumps(case["config"]): continue      # a step away from the mask value is no longer masked
            store, want = (W, eg["weights"]) if kind == "W" else (I, eg["inputs"])
            lst = isinstance(want[k], list)
            for j in range(len(want[k]) if lst else 1):
                w = want[k][j] if lst else want[k]
                old = store[k][j] if lst else store[k]
                v = rand.normal(size=old.shape); v /= np.sqrt((v * v).sum()) + 1e-300
                val = []
                hs = [1e-3, 5e-4]
                for h in hs:
                    L = []
                    for sgn in (2, 1, -1, -2):
                        new = old + sgn * h * v
                        if lst: store[k] = store[k][:j] + [new] + store[k][j + 1:]
                        else: store[k] = new
                        L.append(loss_of(case, cot, run(case, W, I)))
                    if lst: store[k] = store[k][:j] + [old] + store[k][j + 1:]
                    else: store[k] = old
                    val.append((-L[0] + 8 * L[1] - 8 * L[2] + L[3]) / (12 * h))
                num = (16 * val[1] - val[0]) / 15
                ana = float(np.sum(np.array(w["data"], float).reshape(w["shape"]) * v))
                e = abs(num - ana); noise = 3 * abs(val[1] - val[0]) + 1e-9 * max(1, abs(ana)) + 1e-10
                sc = t.get("grad_abs", 1e-6) * np.sqrt(v.size) + t.get("grad_rel", 1e-4) * abs(ana)
                gd = max(gd, e); gf = max(gf, e / (sc + noise))
    return d, f, gd, gf


if __name__ == "__main__":
    which = sys.argv[1]; part = sys.argv[2] if len(sys.argv) > 2 else ""
    rand = np.random.default_rng(5)
    worst = {}; bad = n = ng = 0
    for p in sorted(glob.glob(os.path.join(ROOT, which, "*.json"))):
        doc = json.load(open(p))
        for c in doc["cases"]:
            if part not in c["name"] or c["layout"] not in RUN or "training" in c: continue
            try:
                d, f, gd, gf = check(c, rand)
            except Exception as e:
                print("ERROR %-46s %s %s" % (c["name"], type(e).__name__, str(e)[:200])); bad += 1; continue
            n += 1; ng += gd is not None
            flag = ""
            if f > 1: flag = "  FORWARD MISMATCH"
            if gf is not None and gf > 1 and smooth(c): flag += "  GRADIENT MISMATCH"
            elif gf is not None and gf > 1: flag += "  (gradient differs: kinks)"
            bad += "MISMATCH" in flag
            k = (c["layout"], c["layer"], c["dtype"])
            w = worst.setdefault(k, [0, 0, 0, 0]); w[0] += 1; w[1] = max(w[1], d); w[2] = max(w[2], f); w[3] = max(w[3], gf or 0)
            if flag or part: print("%-50s max diff %.1e (%.2f of tolerance)  gradient %s%s" % (c["name"], d, f, "-" if gd is None else "%.1e (%.2f)" % (gd, gf), flag))
    print("\n%-12s %-24s %-8s %5s %9s %6s %6s" % ("layout", "layer", "dtype", "cases", "max diff", "tol", "grad"))
    for k, w in sorted(worst.items()): print("%-12s %-24s %-8s %5d %9.1e %6.2f %6.2f" % (*k, *w))
    print("%s: %d cases recomputed, %d with gradients, %d bad" % (which, n, ng, bad))
