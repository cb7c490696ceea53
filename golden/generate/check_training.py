"""Repeats every training in PyTorch (float64, autograd) with Keras' update rules written out.

A check of the files, not a source of numbers.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from numpy_layers import sub, tensor

ROOT = Path(__file__).resolve().parent.parent
ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "linear": lambda x: x,
    "softmax": lambda x: torch.softmax(x, -1),
    "relu": torch.relu,
}
# Keras keeps probabilities this far away from 0 and 1.
EPSILON = 1e-7


# ---------------------------------------------------------------- layers
def lstm_step(activation, recurrent, W):
    """Return the step of an LSTM."""

    def step(x, states):
        pre_i, pre_f, pre_g, pre_o = (x @ W["kernel"] + states[0] @ W["recurrent_kernel"] + W["bias"]).chunk(4, 1)
        c = recurrent(pre_f) * states[1] + recurrent(pre_i) * activation(pre_g)
        return [recurrent(pre_o) * activation(c), c]

    return step


def gru_step(activation, recurrent, W, reset_after):
    """Return the step of a GRU."""
    R = W["recurrent_kernel"].chunk(3, 1)
    bias_x, bias_h = W["bias"] if reset_after else (W["bias"], torch.zeros_like(W["bias"]))
    of_h = bias_h.chunk(3)

    def step(x, states):
        (h,) = states
        a = (x @ W["kernel"] + bias_x).chunk(3, 1)
        z, r = recurrent(a[0] + h @ R[0] + of_h[0]), recurrent(a[1] + h @ R[1] + of_h[1])
        g = activation(a[2] + (r * (h @ R[2] + of_h[2]) if reset_after else (r * h) @ R[2]))
        return [z * h + (1 - z) * g]

    return step


def cell_step(layer, config, W):
    """Return the step of a cell: from x and states to states."""
    activation = ACTIVATIONS[config["activation"]]
    recurrent = ACTIVATIONS[config.get("recurrent_activation", "sigmoid")]
    if layer == "lstm":
        return lstm_step(activation, recurrent, W)
    if layer == "gru":
        return gru_step(activation, recurrent, W, config["reset_after"])
    return lambda x, states: [activation(x @ W["kernel"] + W["bias"] + states[0] @ W["recurrent_kernel"])]


def run_recurrent(layer, config, W, x, backwards=False):
    """Return the outputs of a recurrent layer, in the order of reading."""
    step = cell_step(layer, config, W)
    zero = torch.zeros(x.shape[0], W["recurrent_kernel"].shape[0])
    states, outputs = [zero] * (2 if layer == "lstm" else 1), []
    for t in range(x.shape[1] - 1, -1, -1) if backwards else range(x.shape[1]):
        states = step(x[:, t], states)
        outputs.append(states[0])
    return torch.stack(outputs, 1)


def forward(case, W, x):
    """Return the output of a model."""
    for index, inner in enumerate(case["config"]["layers"]):
        own, config, layer = sub(W, f"{index}/"), inner["config"], inner["layer"]
        if layer in ("dense", "time_distributed_dense"):
            x = ACTIVATIONS[config["activation"]](x @ own["kernel"] + own["bias"])
        elif layer == "bidirectional":
            name, options = config["forward"]["layer"], config["forward"]["config"]
            a = run_recurrent(name, options, sub(own, "forward/"), x)
            b = run_recurrent(name, options, sub(own, "backward/"), x, True).flip(1)
            x = torch.cat([a, b], -1) if config["merge_mode"] == "concat" else a + b
        else:
            x = run_recurrent(layer, config, own, x)
            x = x if config["return_sequences"] else x[:, -1]
    return x


def loss_of(name, p, y):
    """Return the mean loss of a batch."""
    if name == "mse":
        return ((p - y) ** 2).mean()
    if name == "binary_crossentropy":
        p = p.clamp(EPSILON, 1 - EPSILON)
        return -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    p = (p / p.sum(-1, keepdim=True)).clamp(EPSILON, 1 - EPSILON)
    return -(y * p.log()).sum(-1).mean()


# ---------------------------------------------------------------- optimisers
class Optimizer:
    """Keras' SGD, RMSprop or Adam with its clipping."""

    def __init__(self, options, weights):
        """Keep the options; all moments begin at zero."""
        self.options, self.weights = options, weights
        self.moments = {name: [torch.zeros_like(w) for _ in range(3)] for name, w in weights.items()}
        self.count = self.clipped = 0

    def clip(self, gradients):
        """Return the gradients after clipping by value or norm, and count the times it changed them."""
        value, norm, global_norm = (self.options.get(key) for key in ("clipvalue", "clipnorm", "global_clipnorm"))
        if norm:
            norms = {name: g.norm() for name, g in gradients.items()}
            self.clipped += sum(int(own > norm) for own in norms.values())
            gradients = {name: g * (norm / norms[name]) if norms[name] > norm else g for name, g in gradients.items()}
        if global_norm:
            total = torch.sqrt(sum((g**2).sum() for g in gradients.values()))
            self.clipped += int(total > global_norm)
            if total > global_norm:
                gradients = {name: g * (global_norm / total) for name, g in gradients.items()}
        if value:
            self.clipped += int(max(g.abs().max() for g in gradients.values()) > value)
            gradients = {name: g.clamp(-value, value) for name, g in gradients.items()}
        return gradients

    def apply(self, gradients):
        """Update all weights."""
        self.count += 1
        update = {"sgd": self.sgd, "rmsprop": self.rmsprop, "adam": self.adam}[self.options["name"]]
        with torch.no_grad():
            for name, g in self.clip(gradients).items():
                self.weights[name] += update(g, *self.moments[name])

    def sgd(self, g, m, v, other):
        """Return the update of SGD."""
        rate, momentum = self.options["learning_rate"], self.options["momentum"]
        if not momentum:
            return -rate * g
        m.mul_(momentum).sub_(rate * g)
        return momentum * m - rate * g if self.options["nesterov"] else m

    def rmsprop(self, g, m, v, mean):
        """Return the update of RMSprop; epsilon inside the root (Keras 3) or outside (Keras 2)."""
        rho, epsilon = self.options["rho"], self.options["epsilon"]
        outside = self.options.get("epsilon_outside_root")
        v.mul_(rho).add_((1 - rho) * g * g)
        square = v + (0 if outside else epsilon)
        if self.options["centered"]:
            mean.mul_(rho).add_((1 - rho) * g)
            square = v - mean * mean + epsilon
        step = self.options["learning_rate"] * g / (torch.sqrt(square) + (epsilon if outside else 0))
        if self.options["momentum"]:
            step = m.mul_(self.options["momentum"]).add_(step)
        return -step

    def adam(self, g, m, v, largest):
        """Return the update of Adam."""
        beta_1, beta_2 = self.options["beta_1"], self.options["beta_2"]
        rate = self.options["learning_rate"] * np.sqrt(1 - beta_2**self.count) / (1 - beta_1**self.count)
        m += (g - m) * (1 - beta_1)
        v += (g * g - v) * (1 - beta_2)
        if self.options["amsgrad"]:
            v = torch.maximum(largest, v, out=largest)
        return -rate * m / (torch.sqrt(v) + self.options["epsilon"])


# ---------------------------------------------------------------- cases
def train(case):
    """Return the loss of every epoch, the final weights, the prediction (or None), and the number of clippings."""
    dtype, training = case["dtype"], case["training"]
    weights = {key: torch.tensor(tensor(item, dtype), requires_grad=True) for key, item in case["weights"].items()}
    x, y = (torch.tensor(tensor(training[key], dtype)) for key in ("x", "y"))
    optimizer, losses, size = Optimizer(training["optimizer"], weights), [], training["batch_size"]
    for _ in range(training["epochs"]):
        total = 0.0
        for first in range(0, x.shape[0], size):
            batch_x, batch_y = x[first : first + size], y[first : first + size]
            loss = loss_of(training["loss"], forward(case, weights, batch_x), batch_y)
            gradients = torch.autograd.grad(loss, list(weights.values()))
            total += float(loss.detach()) * batch_x.shape[0]
            optimizer.apply(dict(zip(weights, gradients, strict=True)))
        losses.append(total / x.shape[0])
    prediction = None
    if "predict" in training:
        prediction = forward(case, weights, torch.tensor(tensor(training["predict"], dtype))).detach().numpy()
    return losses, {key: w.detach().numpy() for key, w in weights.items()}, prediction, optimizer.clipped


def check_case(case):
    """Print how far a training is away from its case; return whether it agrees."""
    losses, weights, prediction, clipped = train(case)
    expected, limits = case["expected_training"], case["tolerance"]

    def distance(stored, array):
        return float(np.max(np.abs(np.array(stored["data"]).reshape(np.shape(array)) - array)))

    distances = {"loss": 0.0, "weights": 0.0, "prediction": 0.0}
    if "loss_per_epoch" in expected:
        distances["loss"] = distance(expected["loss_per_epoch"], np.array(losses))
    for key, stored in expected.get("final_weights", {}).items():
        distances["weights"] = max(distances["weights"], distance(stored, weights[key]))
    if prediction is not None and "prediction" in expected:
        distances["prediction"] = distance(expected["prediction"], prediction)
    right = all(found <= limits.get(f"{name}_abs", 1) for name, found in distances.items())
    text = " ".join(f"{name} {found:.1e}" for name, found in distances.items())
    print(f"{case['name']:<44} {text} clipped {clipped} {'' if right else '  MISMATCH'}", flush=True)
    return right


def main():
    """Parse the command line and check all trainings of golden/reference."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n\n")[0])
    parser.add_argument("--golden", type=Path, default=ROOT, metavar="FOLDER", help="read here in place of golden/")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    folder = options.golden / "reference"
    right = []
    for path in sorted(folder.glob("*training*.json")):
        right += [check_case(case) for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
    print(f"{folder.name}: {len(right)} training cases, {right.count(False)} bad")
    if not right:
        print(f"{folder}: no file *training*.json", file=sys.stderr)
        return 2
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
