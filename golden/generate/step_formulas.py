"""Recurrent layers by their formulas in double precision, every value of every step kept, forward and backward.

gen_steps.py holds what is computed here against the real frameworks.  Weights are kept by gate, in no layout:
K (input), R (state), b and s (the biases of the two products), p (peepholes), each a dict by gate letter.
"""
import numpy as np

GATES = {"simple_rnn": "h", "lstm": "ifgo", "gru": "zrg"}
SIGMA = lambda v: 0.5 * (1 + np.tanh(0.5 * v))


class Cell:
    def __init__(self, kind, K, R, b, s=None, p=None, reset_after=True, forget_bias=0.0):
        self.kind, self.K, self.R, self.b, self.s, self.p = kind, K, R, b, s, p
        self.reset_after, self.forget_bias = reset_after, forget_bias
        self.units = next(iter(R.values())).shape[0]

    def states(self): return ["h", "c"] if self.kind == "lstm" else ["h"]

    # ------------------------------------------------------------ one step forward
    def parts(self, g, x, h):
        """x K + b and h R + s of one gate."""
        return x @ self.K[g] + self.b[g], h @ self.R[g] + (self.s[g] if self.s else 0)

    def step(self, x, state):
        """-> every value of the step by name, in the order of computing"""
        h, v = state["h"], {}
        pre = lambda g: sum(self.parts(g, x, h))
        if self.kind == "simple_rnn":
            v["pre_h"] = pre("h")
            v["h"] = np.tanh(v["pre_h"])
        elif self.kind == "lstm":
            c, p = state["c"], self.p or {"i": 0.0, "f": 0.0, "o": 0.0}
            v["pre_i"] = pre("i") + p["i"] * c
            v["i"] = SIGMA(v["pre_i"])
            v["pre_f"] = pre("f") + p["f"] * c + self.forget_bias
            v["f"] = SIGMA(v["pre_f"])
            v["pre_g"] = pre("g")
            v["g"] = np.tanh(v["pre_g"])
            v["c"] = v["f"] * c + v["i"] * v["g"]
            v["pre_o"] = pre("o") + p["o"] * v["c"]
            v["o"] = SIGMA(v["pre_o"])
            v["tanh_c"] = np.tanh(v["c"])
            v["h"] = v["o"] * v["tanh_c"]
        else:
            v["pre_z"] = pre("z")
            v["z"] = SIGMA(v["pre_z"])
            v["pre_r"] = pre("r")
            v["r"] = SIGMA(v["pre_r"])
            a, q = self.parts("g", x, h)
            if not self.reset_after: q = self.parts("g", x, v["r"] * h)[1]
            v["pre_g"] = a + (v["r"] * q if self.reset_after else q)
            v["g"] = np.tanh(v["pre_g"])
            v["h"] = v["z"] * h + (1 - v["z"]) * v["g"]
        return v

    # ------------------------------------------------------------ one step backward
    def back(self, x, state, v, dh, dc, dW):
        """dh, dc: what reaches h and c of this step.  Adds to dW; -> d of every value, dx, d of the state before"""
        h, d = state["h"], {"h": dh}
        before = {}
        if self.kind == "simple_rnn":
            d["pre_h"] = dh * (1 - v["h"] ** 2)
            sums = products = {"h": d["pre_h"]}
        elif self.kind == "lstm":
            c, p = state["c"], self.p or {"i": 0.0, "f": 0.0, "o": 0.0}
            d["tanh_c"] = dh * v["o"]
            d["o"] = dh * v["tanh_c"]
            d["pre_o"] = d["o"] * v["o"] * (1 - v["o"])
            d["c"] = dc + d["tanh_c"] * (1 - v["tanh_c"] ** 2) + d["pre_o"] * p["o"]
            d["i"], d["f"], d["g"] = d["c"] * v["g"], d["c"] * c, d["c"] * v["i"]
            for k in "if": d["pre_" + k] = d[k] * v[k] * (1 - v[k])
            d["pre_g"] = d["g"] * (1 - v["g"] ** 2)
            before["c"] = d["c"] * v["f"] + d["pre_i"] * p["i"] + d["pre_f"] * p["f"]
            if self.p:
                for k, sees in (("i", c), ("f", c), ("o", v["c"])): dW["p"][k] += (d["pre_" + k] * sees).sum(0)
            sums = products = {k: d["pre_" + k] for k in "ifgo"}
        else:
            d["z"] = dh * (h - v["g"])
            d["g"] = dh * (1 - v["z"])
            d["pre_g"] = d["g"] * (1 - v["g"] ** 2)
            q = self.parts("g", x, h)[1]
            d["r"] = d["pre_g"] * q if self.reset_after else d["pre_g"] @ self.R["g"].T * h
            for k in "zr": d["pre_" + k] = d[k] * v[k] * (1 - v[k])
            sums = {k: d["pre_" + k] for k in "zrg"}
            products = dict(sums)
            if self.reset_after: products["g"] = d["pre_g"] * v["r"]
        # sums: the gradient of x K + b;  products: that of h R + s
        dx = sum(sums[g] @ self.K[g].T for g in sums)
        before["h"] = sum(products[g] @ self.R[g].T * (v["r"] if self.meets_reset(g) else 1) for g in products)
        if self.kind == "gru": before["h"] = before["h"] + dh * v["z"]
        for g in sums:
            sees = v["r"] * h if self.meets_reset(g) else h
            dW["K"][g] += x.T @ sums[g]; dW["b"][g] += sums[g].sum(0)
            dW["R"][g] += sees.T @ products[g]
            if self.s: dW["s"][g] += products[g].sum(0)
        return d, dx, before

    def meets_reset(self, g): return self.kind == "gru" and g == "g" and not self.reset_after

    # ------------------------------------------------------------ a whole sequence
    def run(self, x, state, backwards):
        """-> values by step, in the order of reading"""
        order = range(x.shape[1])[::-1] if backwards else range(x.shape[1])
        steps = []
        for t in order:
            v = self.step(x[:, t], state)
            steps.append((t, x[:, t], state, v))
            state = {k: v[k] for k in self.states()}
        return steps, state

    def run_back(self, steps, d_outputs, d_state):
        """d_outputs: by time.  -> gradients of the values in the order of reading, of x, of the first state, of the weights"""
        dW = {n: {g: np.zeros_like(a) for g, a in getattr(self, n).items()} for n in "KRbsp" if getattr(self, n)}
        dx, ds, out = {}, dict(d_state), []
        for t, x, state, v in reversed(steps):
            d, dx[t], ds = self.back(x, state, v, d_outputs[:, t] + ds["h"], ds.get("c"), dW)
            out.insert(0, d)
        return out, np.stack([dx[t] for t in sorted(dx)], 1), ds, dW


def series(steps):
    """[{name: [N, u]}] by step -> {name: [N, T, u]}"""
    return {k: np.stack([s[k] for s in steps], 1) for k in steps[0]}


class Network:
    """Layers of one or two directions: [[(prefix of the gates' names, Cell, backwards), ...], ...]"""
    def __init__(self, layers): self.layers = layers

    def forward(self, x, states):
        """states: one dict for each cell.  -> outputs [N, T, u] in the order of time, last states, gates by name, tape"""
        tape, gates, last, layer_outputs = [], {}, [], []
        for layer in self.layers:
            sides = []
            for prefix, cell, backwards in layer:
                steps, state = cell.run(x, states[len(last)], backwards)
                last.append(state); tape.append(steps)
                values = series([v for _, _, _, v in steps])
                gates.update({prefix + k: v for k, v in values.items()})
                sides.append(values["h"][:, ::-1] if backwards else values["h"])
            x = np.concatenate(sides, -1)
            layer_outputs.append(x)
        return x, last, gates, (tape, layer_outputs)

    def backward(self, d_outputs, d_states, tape):
        """-> gates' gradients by name, d x, d first states, d weights (one dict for each cell)"""
        count = sum(len(l) for l in self.layers)
        gates, first, weights = {}, [None] * count, [None] * count
        place = count
        for layer in reversed(self.layers):
            place -= len(layer)
            column, dx = 0, 0
            for k, (prefix, cell, _) in enumerate(layer):
                own = d_outputs[:, :, column:column + cell.units]
                column += cell.units
                d, part, first[place + k], weights[place + k] = cell.run_back(tape[0][place + k], own, d_states[place + k])
                dx = dx + part
                gates.update({prefix + n: v for n, v in series(d).items()})
            d_outputs = dx
        return gates, d_outputs, first, weights
