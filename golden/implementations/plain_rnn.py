"""Keras' simple_rnn, lstm and gru with plain Python lists: no package, one gate a line, forward only."""

import json
import math
import sys


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


FUNCTIONS = {
    "tanh": math.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: max(x, 0.0),
    "linear": lambda x: x,
    "hard_sigmoid": lambda x: min(max(x + 3, 0), 6) / 6,
    "softsign": lambda x: x / (1 + abs(x)),
    "elu": lambda x: x if x > 0 else math.expm1(x),
}


# ---------------------------------------------------------------- lists of numbers
def rows(tensor):
    """Return the rows of a tensor of the protocol."""
    width = tensor["shape"][-1]
    return [tensor["data"][first : first + width] for first in range(0, len(tensor["data"]), width)]


def product(row, matrix, first, count):
    """Return row times the columns first ..< first + count of a matrix."""
    return [sum(a * b[first + j] for a, b in zip(row, matrix)) for j in range(count)]


def plus(a, b):
    """Return a + b."""
    return [x + y for x, y in zip(a, b)]


def times(a, b):
    """Return a * b, element by element."""
    return [x * y for x, y in zip(a, b)]


def apply(function, values):
    """Return the function of every value."""
    return [function(x) for x in values]


# ---------------------------------------------------------------- cells
class Cell:
    """The weights of a layer, and its products by the number of the gate's block."""

    def __init__(self, case):
        """Read weights and activations; a GRU with reset_after has a bias for each product."""
        config, weights = case["config"], case["weights"]
        self.units = config["units"]
        self.activation = FUNCTIONS[config.get("activation", "tanh")]
        self.gate = FUNCTIONS[config.get("recurrent_activation", "sigmoid")]
        self.reset_after = case["layer"] == "gru" and config.get("reset_after", True)
        self.kernel, self.recurrent_kernel = rows(weights["kernel"]), rows(weights["recurrent_kernel"])
        zero = [0.0] * len(self.kernel[0])
        biases = rows(weights["bias"]) if "bias" in weights else [zero, zero]
        self.bias, self.recurrent_bias = biases[0], biases[1] if self.reset_after else zero

    def of_x(self, block, x):
        """Return x W + b of a block."""
        first = block * self.units
        return plus(product(x, self.kernel, first, self.units), self.bias[first:])

    def of_h(self, block, h):
        """Return h U + b of a block."""
        first = block * self.units
        return plus(product(h, self.recurrent_kernel, first, self.units), self.recurrent_bias[first:])

    def sums(self, block, x, h):
        """Return x W + h U + b of a block."""
        return plus(self.of_x(block, x), self.of_h(block, h))


def step_simple_rnn(cell, x, h, c):
    """Return the values of a step of a simple RNN."""
    pre_h = cell.sums(0, x, h)
    return {"pre_h": pre_h, "h": apply(cell.activation, pre_h)}


def step_lstm(cell, x, h, c):
    """Return the values of a step of an LSTM."""
    v = {}
    v["pre_i"] = cell.sums(0, x, h)
    v["pre_f"] = cell.sums(1, x, h)
    v["pre_g"] = cell.sums(2, x, h)
    v["pre_o"] = cell.sums(3, x, h)
    v["i"] = apply(cell.gate, v["pre_i"])
    v["f"] = apply(cell.gate, v["pre_f"])
    v["g"] = apply(cell.activation, v["pre_g"])
    v["o"] = apply(cell.gate, v["pre_o"])
    v["c"] = plus(times(v["f"], c), times(v["i"], v["g"]))
    v["tanh_c"] = apply(cell.activation, v["c"])
    v["h"] = times(v["o"], v["tanh_c"])
    return v


def step_gru(cell, x, h, c):
    """Return the values of a step of a GRU."""
    v = {}
    v["pre_z"] = cell.sums(0, x, h)
    v["pre_r"] = cell.sums(1, x, h)
    v["z"] = apply(cell.gate, v["pre_z"])
    v["r"] = apply(cell.gate, v["pre_r"])
    of_h = times(v["r"], cell.of_h(2, h)) if cell.reset_after else cell.of_h(2, times(v["r"], h))
    v["pre_g"] = plus(cell.of_x(2, x), of_h)
    v["g"] = apply(cell.activation, v["pre_g"])
    v["h"] = [z * old + (1 - z) * g for z, old, g in zip(v["z"], h, v["g"])]
    return v


STEPS = {"simple_rnn": step_simple_rnn, "lstm": step_lstm, "gru": step_gru}


# ---------------------------------------------------------------- cases
def refusal(case):
    """Return why a case is skipped, or None."""
    config = case["config"]
    if case["layout"] != "keras" or case["layer"] not in STEPS:
        return "no such layer"
    if "training" in case or "mask" in case["inputs"] or "chunks" in config:
        return "no training, masks or chunks"
    functions = (config.get("activation", "tanh"), config.get("recurrent_activation", "sigmoid"))
    return None if all(name in FUNCTIONS for name in functions) else "no such activation"


def answer(case):
    """Return the answer to a case."""
    reason = refusal(case)
    if reason:
        return {"skip": reason}
    config, inputs, cell, step = case["config"], case["inputs"], Cell(case), STEPS[case["layer"]]
    N, T, _ = inputs["x"]["shape"]
    x, zero = rows(inputs["x"]), [[0.0] * cell.units] * N
    h0, c0 = (rows(inputs[key]) if key in inputs else zero for key in ("h0", "c0"))
    outputs, last_h, last_c, gates = [], [], [], {}
    for n in range(N):
        h, c, own = h0[n], c0[n], []
        for t in reversed(range(T)) if config.get("go_backwards") else range(T):
            values = step(cell, x[n * T + t], h, c)
            h, c = values["h"], values.get("c", c)
            own += h
            for name, value in values.items():
                gates.setdefault(name, []).extend(value)
        outputs += own if config.get("return_sequences") else h
        last_h += h
        last_c += c
    shape, last = [N, T, cell.units], [N, cell.units]
    results = {
        "outputs": {"shape": shape if config.get("return_sequences") else last, "data": outputs},
        "h": {"shape": last, "data": last_h},
    }
    if case["layer"] == "lstm":
        results["c"] = {"shape": last, "data": last_c}
    results.update({f"gates.{name}": {"shape": shape, "data": data} for name, data in gates.items()})
    return {"results": results, "forward_only": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **answer(case)}), flush=True)
