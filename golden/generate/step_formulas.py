"""Recurrent layers by their formulas in double precision, every value of every step kept, forward and backward.

gen_steps.py holds what is computed here against the real frameworks. Weights are kept by gate, in no layout: K (input),
R (state), b and s (the biases of the two products), p (peepholes), each a dictionary by the letter of the gate.
"""

import numpy as np

GATES = {"simple_rnn": "h", "lstm": "ifgo", "gru": "zrg"}
NO_PEEPHOLES = {"i": 0.0, "f": 0.0, "o": 0.0}


def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    return 0.5 * (1 + np.tanh(0.5 * x))


class Cell:
    """A simple RNN, LSTM or GRU cell with its weights."""

    def __init__(self, kind, K, R, b, s=None, p=None, reset_after=True, forget_bias=0.0):
        """Keep kind, weights and options."""
        self.kind, self.K, self.R, self.b, self.s, self.p = kind, K, R, b, s, p
        self.reset_after, self.forget_bias = reset_after, forget_bias
        self.units = next(iter(R.values())).shape[0]

    def states(self):
        """Return the names of the states."""
        return ["h", "c"] if self.kind == "lstm" else ["h"]

    def weights(self):
        """Return the weights that the cell has, {K, R, b, s, p: {gate: array}}."""
        return {name: getattr(self, name) for name in "KRbsp" if getattr(self, name)}

    def candidate_meets_reset(self, gate):
        """Whether the product of this gate takes r * h in place of h."""
        return self.kind == "gru" and gate == "g" and not self.reset_after

    # ------------------------------------------------------------ one step forward
    def products(self, gate, x, h):
        """Return x K + b and h R + s of one gate."""
        return x @ self.K[gate] + self.b[gate], h @ self.R[gate] + (self.s[gate] if self.s else 0)

    def step(self, x, state):
        """Return every value of a step by name, in the order of computing."""
        return {"simple_rnn": self.step_simple_rnn, "lstm": self.step_lstm, "gru": self.step_gru}[self.kind](x, state)

    def step_simple_rnn(self, x, state):
        """Return the values of a step of a simple RNN."""
        v = {"pre_h": sum(self.products("h", x, state["h"]))}
        v["h"] = np.tanh(v["pre_h"])
        return v

    def step_lstm(self, x, state):
        """Return the values of a step of an LSTM."""
        h, c, p = state["h"], state["c"], self.p or NO_PEEPHOLES
        v = {"pre_i": sum(self.products("i", x, h)) + p["i"] * c}
        v["i"] = sigmoid(v["pre_i"])
        v["pre_f"] = sum(self.products("f", x, h)) + p["f"] * c + self.forget_bias
        v["f"] = sigmoid(v["pre_f"])
        v["pre_g"] = sum(self.products("g", x, h))
        v["g"] = np.tanh(v["pre_g"])
        v["c"] = v["f"] * c + v["i"] * v["g"]
        v["pre_o"] = sum(self.products("o", x, h)) + p["o"] * v["c"]
        v["o"] = sigmoid(v["pre_o"])
        v["tanh_c"] = np.tanh(v["c"])
        v["h"] = v["o"] * v["tanh_c"]
        return v

    def step_gru(self, x, state):
        """Return the values of a step of a GRU."""
        h = state["h"]
        v = {"pre_z": sum(self.products("z", x, h))}
        v["z"] = sigmoid(v["pre_z"])
        v["pre_r"] = sum(self.products("r", x, h))
        v["r"] = sigmoid(v["pre_r"])
        of_x, of_h = self.products("g", x, h)
        if self.reset_after:
            v["pre_g"] = of_x + v["r"] * of_h
        else:
            v["pre_g"] = of_x + self.products("g", x, v["r"] * h)[1]
        v["g"] = np.tanh(v["pre_g"])
        v["h"] = v["z"] * h + (1 - v["z"]) * v["g"]
        return v

    # ------------------------------------------------------------ one step backward
    def back(self, x, state, v, dh, dc, dW):
        """Return the gradients of the values of a step, of x and of the state before; add those of the weights to dW.

        dh, dc: the gradients that reach h and c of this step.
        """
        gates = {"simple_rnn": self.back_simple_rnn, "lstm": self.back_lstm, "gru": self.back_gru}[self.kind]
        # of_x: the gradient of x K + b by gate; of_h: that of h R + s
        d, of_x, of_h, before = gates(x, state, v, dh, dc, dW)
        dx = sum(of_x[gate] @ self.K[gate].T for gate in of_x)
        from_products = 0
        for gate in of_h:
            reset = v["r"] if self.candidate_meets_reset(gate) else 1
            from_products = from_products + of_h[gate] @ self.R[gate].T * reset
        before["h"] = from_products + before["h"] if "h" in before else from_products
        for gate in of_x:
            h = v["r"] * state["h"] if self.candidate_meets_reset(gate) else state["h"]
            dW["K"][gate] += x.T @ of_x[gate]
            dW["b"][gate] += of_x[gate].sum(0)
            dW["R"][gate] += h.T @ of_h[gate]
            if self.s:
                dW["s"][gate] += of_h[gate].sum(0)
        return d, dx, before

    def back_simple_rnn(self, x, state, v, dh, dc, dW):
        """Return the gradients of the values of a simple RNN."""
        d = {"h": dh, "pre_h": dh * (1 - v["h"] ** 2)}
        sums = {"h": d["pre_h"]}
        return d, sums, sums, {}

    def back_lstm(self, x, state, v, dh, dc, dW):
        """Return the gradients of the values of an LSTM."""
        c, p, d = state["c"], self.p or NO_PEEPHOLES, {"h": dh}
        d["tanh_c"] = dh * v["o"]
        d["o"] = dh * v["tanh_c"]
        d["pre_o"] = d["o"] * v["o"] * (1 - v["o"])
        d["c"] = dc + d["tanh_c"] * (1 - v["tanh_c"] ** 2) + d["pre_o"] * p["o"]
        d["i"], d["f"], d["g"] = d["c"] * v["g"], d["c"] * c, d["c"] * v["i"]
        d["pre_i"] = d["i"] * v["i"] * (1 - v["i"])
        d["pre_f"] = d["f"] * v["f"] * (1 - v["f"])
        d["pre_g"] = d["g"] * (1 - v["g"] ** 2)
        before = {"c": d["c"] * v["f"] + d["pre_i"] * p["i"] + d["pre_f"] * p["f"]}
        if self.p:
            for gate, cell_state in (("i", c), ("f", c), ("o", v["c"])):
                dW["p"][gate] += (d["pre_" + gate] * cell_state).sum(0)
        sums = {gate: d["pre_" + gate] for gate in "ifgo"}
        return d, sums, sums, before

    def back_gru(self, x, state, v, dh, dc, dW):
        """Return the gradients of the values of a GRU."""
        h, d = state["h"], {"h": dh}
        d["z"] = dh * (h - v["g"])
        d["g"] = dh * (1 - v["z"])
        d["pre_g"] = d["g"] * (1 - v["g"] ** 2)
        if self.reset_after:
            d["r"] = d["pre_g"] * self.products("g", x, h)[1]
        else:
            d["r"] = d["pre_g"] @ self.R["g"].T * h
        d["pre_z"] = d["z"] * v["z"] * (1 - v["z"])
        d["pre_r"] = d["r"] * v["r"] * (1 - v["r"])
        of_x = {gate: d["pre_" + gate] for gate in "zrg"}
        of_h = {**of_x, "g": d["pre_g"] * v["r"]} if self.reset_after else dict(of_x)
        return d, of_x, of_h, {"h": dh * v["z"]}

    # ------------------------------------------------------------ a whole sequence
    def run(self, x, state, backwards):
        """Return (t, x, state before, values) of every step in the order of reading, and the last state."""
        steps = []
        for t in range(x.shape[1])[::-1] if backwards else range(x.shape[1]):
            v = self.step(x[:, t], state)
            steps.append((t, x[:, t], state, v))
            state = {name: v[name] for name in self.states()}
        return steps, state

    def run_back(self, steps, d_outputs, d_state):
        """Return the gradients of the values in the order of reading, of x, of the first state, and of the weights.

        d_outputs: the gradients of the outputs, in the order of time.
        """
        dW = {
            name: {gate: np.zeros_like(array) for gate, array in gates.items()}
            for name, gates in self.weights().items()
        }
        dx, before, found = {}, dict(d_state), []
        for t, x, state, v in reversed(steps):
            dh, dc = d_outputs[:, t] + before["h"], before.get("c")
            d, dx[t], before = self.back(x, state, v, dh, dc, dW)
            found.insert(0, d)
        return found, np.stack([dx[t] for t in sorted(dx)], 1), before, dW


def series(steps):
    """Turn [{name: [N, u]}] by step into {name: [N, T, u]}."""
    return {name: np.stack([step[name] for step in steps], 1) for name in steps[0]}


class Network:
    """Layers of one or two directions: [[(prefix of the gates' names, Cell, backwards), ...], ...]."""

    def __init__(self, layers):
        """Keep the layers."""
        self.layers = layers
        self.cells = [cell for layer in layers for _, cell, _ in layer]

    def forward(self, x, states):
        """Return outputs [N, T, u] in the order of time, last states, gates by name, (steps, outputs of the layers).

        states: one dictionary for each cell.
        """
        tape, gates, last, layer_outputs = [], {}, [], []
        for layer in self.layers:
            sides = []
            for prefix, cell, backwards in layer:
                steps, state = cell.run(x, states[len(last)], backwards)
                last.append(state)
                tape.append(steps)
                values = series([v for _, _, _, v in steps])
                gates.update({prefix + name: value for name, value in values.items()})
                sides.append(values["h"][:, ::-1] if backwards else values["h"])
            x = np.concatenate(sides, -1)
            layer_outputs.append(x)
        return x, last, gates, (tape, layer_outputs)

    def backward(self, d_outputs, d_states, tape):
        """Return the gradients of gates by name, of x, of first states and of weights (one for each cell)."""
        first, weights, gates = [None] * len(self.cells), [None] * len(self.cells), {}
        place = len(self.cells)
        for layer in reversed(self.layers):
            place -= len(layer)
            column, dx = 0, 0
            for index, (prefix, cell, _) in enumerate(layer, place):
                own = d_outputs[:, :, column : column + cell.units]
                column += cell.units
                found, part, first[index], weights[index] = cell.run_back(tape[0][index], own, d_states[index])
                dx = dx + part
                gates.update({prefix + name: value for name, value in series(found).items()})
            d_outputs = dx
        return gates, d_outputs, first, weights
