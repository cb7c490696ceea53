"""Repeats every training case in PyTorch (float64, autograd) with the Keras 3 update rules written out.
A check of the files, not a source of numbers.  python check_training.py reference"""
import glob, json, os, sys
import numpy as np, torch
torch.set_num_threads(1); torch.set_default_dtype(torch.float64)
from check import tensor, sub, ROOT
A = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": lambda x: x, "softmax": lambda x: torch.softmax(x, -1), "relu": torch.relu}


def step(l, c, W):
    act, ra = A[c["activation"]], A[c.get("recurrent_activation", "sigmoid")]
    K, R, b = W["kernel"], W["recurrent_kernel"], W["bias"]; u = R.shape[0]
    if l == "simple_rnn": return lambda x, s: [act(x @ K + b + s[0] @ R)]
    if l == "lstm":
        def f(x, s):
            i, ff, g, o = (x @ K + s[0] @ R + b).split(u, 1)
            cc = ra(ff) * s[1] + ra(i) * act(g)
            return [ra(o) * act(cc), cc]
        return f
    after = c["reset_after"]
    bi, bh = (b[0], b[1]) if after else (b, torch.zeros(3 * u))
    def f(x, s):
        a = (x @ K + bi).split(u, 1); h = s[0]
        z = ra(a[0] + h @ R[:, :u] + bh[:u]); r = ra(a[1] + h @ R[:, u:2 * u] + bh[u:2 * u])
        g = act(a[2] + (r * (h @ R[:, 2 * u:] + bh[2 * u:]) if after else (r * h) @ R[:, 2 * u:]))
        return [z * h + (1 - z) * g]
    return f


def rnn(l, c, W, x, back=False):
    f = step(l, c, W); u = W["recurrent_kernel"].shape[0]
    s = [torch.zeros(x.shape[0], u)] * (2 if l == "lstm" else 1); o = []
    for t in (range(x.shape[1] - 1, -1, -1) if back else range(x.shape[1])):
        s = f(x[:, t], s); o.append(s[0])
    return torch.stack(o, 1)


def forward(case, W, x):
    for i, s in enumerate(case["config"]["layers"]):
        w, c, l = sub(W, "%d/" % i), s["config"], s["layer"]
        if l in ("dense", "time_distributed_dense"): x = A[c["activation"]](x @ w["kernel"] + w["bias"])
        elif l == "bidirectional":
            k = c["forward"]; q = k["config"]
            a, b = rnn(k["layer"], q, sub(w, "forward/"), x), rnn(k["layer"], q, sub(w, "backward/"), x, True).flip(1)
            x = torch.cat([a, b], -1) if c["merge_mode"] == "concat" else a + b
        else:
            x = rnn(l, c, w, x)
            if not c["return_sequences"]: x = x[:, -1]
    return x


def loss(name, p, y):
    if name == "mse": return ((p - y) ** 2).mean()
    e = 1e-7
    if name == "binary_crossentropy":
        p = p.clamp(e, 1 - e); return -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    p = p / p.sum(-1, keepdim=True); p = p.clamp(e, 1 - e)
    return -(y * p.log()).sum(-1).mean()


def run(case):
    dt = case["dtype"]; tr = case["training"]; o = tr["optimizer"]
    W = {k: torch.tensor(tensor(v, dt), requires_grad=True) for k, v in case["weights"].items()}
    x, y = torch.tensor(tensor(tr["x"], dt)), torch.tensor(tensor(tr["y"], dt))
    S = {k: [torch.zeros_like(v) for _ in range(3)] for k, v in W.items()}
    it, hist, clipped = 0, [], 0
    for ep in range(tr["epochs"]):
        tot = 0.0
        for a in range(0, x.shape[0], tr["batch_size"]):
            xb, yb = x[a:a + tr["batch_size"]], y[a:a + tr["batch_size"]]
            L = loss(tr["loss"], forward(case, W, xb), yb)
            g = dict(zip(W, torch.autograd.grad(L, list(W.values()))))
            tot += float(L.detach()) * xb.shape[0]; it += 1
            if o.get("clipnorm"):
                for k in g:
                    n = g[k].norm(); clipped += int(n > o["clipnorm"])
                    if n > o["clipnorm"]: g[k] = g[k] * (o["clipnorm"] / n)
            if o.get("global_clipnorm"):
                n = torch.sqrt(sum((v ** 2).sum() for v in g.values())); clipped += int(n > o["global_clipnorm"])
                if n > o["global_clipnorm"]: g = {k: v * (o["global_clipnorm"] / n) for k, v in g.items()}
            if o.get("clipvalue"):
                clipped += int(max(v.abs().max() for v in g.values()) > o["clipvalue"])
                g = {k: v.clamp(-o["clipvalue"], o["clipvalue"]) for k, v in g.items()}
            lr = o["learning_rate"]
            with torch.no_grad():
                for k, w in W.items():
                    m, v, h = S[k]; q = g[k]
                    if o["name"] == "sgd":
                        if o["momentum"]:
                            m.mul_(o["momentum"]).sub_(lr * q)
                            w += (o["momentum"] * m - lr * q) if o["nesterov"] else m
                        else: w -= lr * q
                    elif o["name"] == "rmsprop":
                        v.mul_(o["rho"]).add_((1 - o["rho"]) * q * q)
                        d = v + (0 if o.get("epsilon_outside_root") else o["epsilon"])
                        if o["centered"]:
                            h.mul_(o["rho"]).add_((1 - o["rho"]) * q); d = v - h * h + o["epsilon"]
                        inc = lr * q / (torch.sqrt(d) + (o["epsilon"] if o.get("epsilon_outside_root") else 0))   # Keras 3: inside, Keras 2: outside
                        if o["momentum"]: m.mul_(o["momentum"]).add_(inc); inc = m
                        w -= inc
                    else:
                        b1, b2 = o["beta_1"], o["beta_2"]
                        al = lr * np.sqrt(1 - b2 ** it) / (1 - b1 ** it)
                        m += (q - m) * (1 - b1); v += (q * q - v) * (1 - b2)
                        vv = v
                        if o["amsgrad"]: torch.maximum(h, v, out=h); vv = h
                        w -= al * m / (torch.sqrt(vv) + o["epsilon"])
        hist.append(tot / x.shape[0])
    pred = forward(case, W, torch.tensor(tensor(tr["predict"], dt))).detach().numpy() if "predict" in tr else None
    return hist, {k: v.detach().numpy() for k, v in W.items()}, pred, clipped


bad = n = 0
for p in sorted(glob.glob(os.path.join(ROOT, sys.argv[1], "*training*.json"))):
    for c in json.load(open(p))["cases"]:
        h, fw, pred, clipped = run(c); e, t = c["expected_training"], c["tolerance"]
        want = e.get("loss_per_epoch", {"data": []})["data"]
        dl = max([abs(a - b) for a, b in zip(h, want)] or [0])
        dw = max([np.max(np.abs(np.array(v["data"]).reshape(v["shape"]) - fw[k])) for k, v in e.get("final_weights", {}).items()] or [0])
        dp = np.max(np.abs(np.array(e["prediction"]["data"]).reshape(pred.shape) - pred)) if pred is not None and "prediction" in e else 0
        ok = dl <= t.get("loss_abs", 1) and dw <= t.get("weights_abs", 1) and dp <= t.get("prediction_abs", 1)
        n += 1; bad += not ok
        print("%-44s loss %.1e weights %.1e prediction %.1e clipped %d %s" % (c["name"], dl, dw, dp, clipped, "" if ok else "  MISMATCH"))
print(sys.argv[1], n, "training cases,", bad, "bad")
