"""Keras simple_rnn, lstm and gru with plain Python lists: no package, one gate a line, forward only."""
import json, math, sys

sigmoid = lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
relu = lambda v: max(v, 0.0)
FUNCTIONS = {"tanh": math.tanh, "sigmoid": sigmoid, "relu": relu, "linear": lambda v: v,
             "hard_sigmoid": lambda v: min(max(v + 3, 0), 6) / 6, "softsign": lambda v: v / (1 + abs(v)),
             "elu": lambda v: v if v > 0 else math.expm1(v)}


def product(row, matrix, first, count):
    """row times the columns first ..< first + count of a matrix."""
    return [sum(a * r[first + j] for a, r in zip(row, matrix)) for j in range(count)]


def rows(tensor):
    w = tensor["shape"][-1]
    return [tensor["data"][i:i + w] for i in range(0, len(tensor["data"]), w)]


def run(case):
    c, u = case["config"], case["config"].get("units", 0)
    if case["layout"] != "keras" or case["layer"] not in ("simple_rnn", "lstm", "gru"): return {"skip": "no such layer"}
    if "training" in case or "mask" in case["inputs"] or "chunks" in c: return {"skip": "no training, masks or chunks"}
    act, gate = c.get("activation", "tanh"), c.get("recurrent_activation", "sigmoid")
    if act not in FUNCTIONS or gate not in FUNCTIONS: return {"skip": "no such activation"}
    act, gate = FUNCTIONS[act], FUNCTIONS[gate]
    K, R = rows(case["weights"]["kernel"]), rows(case["weights"]["recurrent_kernel"])
    width = len(K[0])
    two = case["layer"] == "gru" and c.get("reset_after", True)
    biases = rows(case["weights"]["bias"]) if "bias" in case["weights"] else [[0.0] * width] * 2
    N, T, m = case["inputs"]["x"]["shape"]
    x = rows(case["inputs"]["x"])
    states = lambda k: rows(case["inputs"][k]) if k in case["inputs"] else [[0.0] * u for _ in range(N)]
    h0, c0 = states("h0"), states("c0")
    outputs, last_h, last_c, gates = [], [], [], {}
    for n in range(N):
        h, cell, own = h0[n], c0[n], []
        for t in (reversed(range(T)) if c.get("go_backwards") else range(T)):
            a = lambda k: [p + b for p, b in zip(product(x[n * T + t], K, k * u, u), biases[0][k * u:])]
            s = lambda k, v: [p + (b if two else 0) for p, b in zip(product(v, R, k * u, u), biases[1][k * u:] if two else [0] * u)]
            z = lambda k: [p + q for p, q in zip(a(k), s(k, h))]
            of = lambda function, values: [function(v) for v in values]
            if case["layer"] == "simple_rnn":
                now = dict(pre_h=z(0))
                h = of(act, now["pre_h"])
            elif case["layer"] == "lstm":
                now = dict(pre_i=z(0), pre_f=z(1), pre_g=z(2), pre_o=z(3))
                i, f, g, o = of(gate, now["pre_i"]), of(gate, now["pre_f"]), of(act, now["pre_g"]), of(gate, now["pre_o"])
                cell = [f[j] * cell[j] + i[j] * g[j] for j in range(u)]
                seen = of(act, cell)
                h = [o[j] * seen[j] for j in range(u)]
                now.update(i=i, f=f, g=g, o=o, c=cell, tanh_c=seen)
            else:
                now = dict(pre_z=z(0), pre_r=z(1))
                zz, r = of(gate, now["pre_z"]), of(gate, now["pre_r"])
                if two: q = [r[j] * v for j, v in enumerate(s(2, h))]
                else: q = s(2, [r[j] * h[j] for j in range(u)])
                now["pre_g"] = [p + v for p, v in zip(a(2), q)]
                g = of(act, now["pre_g"])
                h = [zz[j] * h[j] + (1 - zz[j]) * g[j] for j in range(u)]
                now.update(z=zz, r=r, g=g)
            for k, v in dict(now, h=h).items(): gates.setdefault(k, []).extend(v)
            own.append(h)
        outputs += [v for q in own for v in q] if c.get("return_sequences") else h
        last_h += h
        last_c += cell
    tensor = lambda shape, data: {"shape": shape, "data": data}
    r = {"outputs": tensor([N, T, u] if c.get("return_sequences") else [N, u], outputs), "h": tensor([N, u], last_h)}
    if case["layer"] == "lstm": r["c"] = tensor([N, u], last_c)
    for k, v in gates.items(): r["gates." + k] = tensor([N, T, u], v)
    return {"results": r, "forward_only": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **run(case)}), flush=True)
