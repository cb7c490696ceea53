"""The lesson on attention: scores, weights, contexts and every gradient, by torch, and by Keras where it is installed.

    python gen_lessons_attention.py [--check | --write]

Weights, queries and masks come from the file. torch.nn.LSTM is the encoder and autograd gives the gradients. Keras' own
Attention and AdditiveAttention give weights and contexts beside them.
"""

import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import torch
from lessons import bounds, run, tensor, tensors

try:
    import keras
except ImportError:
    keras = None
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def encode(leaves, units):
    """H = LSTM(x) by torch's own function; Keras' gate order i, f, g, o is torch's."""
    zero = torch.zeros(1, leaves["x"].shape[0], units)
    bias = leaves["encoder_bias"]
    weights = [leaves["encoder_kernel"].T, leaves["encoder_recurrent_kernel"].T, bias, torch.zeros_like(bias)]
    return torch.lstm(leaves["x"], (zero, zero), weights, True, 1, 0.0, False, False, True)[0]


def scores_of(kind, leaves, hidden):
    """[N, Td, Te] of a query and the encoder's outputs."""
    query = leaves["query"]
    if kind == "dot":
        return query @ hidden.mT
    if kind == "scaled_dot":
        return query @ hidden.mT / math.sqrt(hidden.shape[2])
    if kind == "general":
        return (query @ leaves["W_general"]) @ hidden.mT
    inner = (query @ leaves["W_query"])[:, :, None] + (hidden @ leaves["W_key"])[:, None]
    return torch.tanh(inner) @ leaves["v"]


def attend(document, case):
    """Every value of a case and the gradient of each, by torch."""
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in tensors(document["inputs"]).items()}
    hidden = encode(leaves, document["sizes"]["u"])
    scores = scores_of(case["score"], leaves, hidden)
    allowed = torch.tensor(document["mask"])[:, None].bool() if case["masked"] else torch.ones_like(scores).bool()
    weights = scores.masked_fill(~allowed, -torch.inf).softmax(-1)
    context = weights @ hidden
    values = {"encoder_outputs": hidden, "scores": scores, "weights": weights, "context": context}
    for value in values.values():
        value.retain_grad()
    loss = (context * torch.tensor(tensor(document["cotangent"]))).sum()
    loss.backward()
    return values, {**leaves, **values}, loss


def by_keras(document, case):
    """(weights, context) of Keras' layer; None for `general`, which Keras does not have."""
    inputs, u = tensors(document["inputs"]), document["sizes"]["u"]
    encoder = keras.layers.LSTM(u, return_sequences=True, dtype="float64")
    encoder.build(inputs["x"].shape)
    encoder.set_weights([inputs["encoder_" + name] for name in ("kernel", "recurrent_kernel", "bias")])
    hidden = keras.ops.convert_to_numpy(encoder(inputs["x"]))
    query, key, scale = inputs["query"], hidden, None
    if case["score"] in ("dot", "scaled_dot"):
        layer = keras.layers.Attention(use_scale=case["score"] == "scaled_dot", dtype="float64")
        scale = 1 / math.sqrt(u)
    elif case["score"] == "additive":
        layer = keras.layers.AdditiveAttention(use_scale=True, dtype="float64")
        query, key, scale = query @ inputs["W_query"], hidden @ inputs["W_key"], inputs["v"]
    else:
        return None
    layer.build([query.shape, hidden.shape, key.shape])
    if layer.use_scale:
        layer.set_weights([np.asarray(scale)])
    mask = [None, np.array(document["mask"], bool)] if case["masked"] else None
    context, weights = layer([query, hidden, key], mask=mask, return_attention_scores=True)
    return keras.ops.convert_to_numpy(weights), keras.ops.convert_to_numpy(context)


def attention(document):
    """Values, loss and gradients of every case."""
    if keras is None:
        print("keras is not installed: its layers are not run beside torch")
    bound = bounds(document["tolerance"])
    for k, case in enumerate(document["cases"]):
        values, everything, loss = attend(document, case)
        for name, value in values.items():
            yield ("cases", k, name), value.detach().numpy(), bound
        yield ("cases", k, "loss"), loss.item(), bound
        for name in case["gradients"]:
            yield ("cases", k, "gradients", name), everything[name].grad.numpy(), bound
        real = by_keras(document, case) if keras else None
        if real is not None:
            yield ("cases", k, "weights"), real[0], bound
            yield ("cases", k, "context"), real[1], bound


if __name__ == "__main__":
    run(__doc__, {"lessons/attention.json": attention})
