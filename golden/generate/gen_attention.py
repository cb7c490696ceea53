"""Keras' Attention and AdditiveAttention over a memory: four scores, masks, and gradients of everything.

A general score is a dense layer without bias on the query, then Attention; an additive one has such layers on query and
key, then AdditiveAttention. Scores are what the layers' own method gives before the softmax.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from command import parser, write_families
from tolerances import SHORT_SUMS

SEED = 20251
ENDINGS = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
HOLES = [[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 1, 1]]

# (name, score, samples, steps, queries, query size, memory size, units, mask, what has a cotangent besides the outputs)
CASES = [
    ("attention_dot_f64", "dot", 2, 5, 3, 4, 4, 0, None, ()),
    ("attention_dot_masked_f64", "dot", 3, 4, 2, 3, 3, 0, HOLES, ()),
    ("attention_dot_one_step_f64", "dot", 3, 1, 2, 4, 4, 0, None, ("scores",)),
    ("attention_scaled_dot_f64", "scaled_dot", 2, 6, 3, 5, 5, 0, None, ()),
    ("attention_scaled_dot_masked_f64", "scaled_dot", 2, 5, 4, 3, 3, 0, ENDINGS, ("weights",)),
    ("attention_general_f64", "general", 2, 6, 3, 4, 4, 0, None, ()),
    ("attention_general_masked_f64", "general", 2, 5, 2, 4, 4, 0, ENDINGS, ()),
    ("attention_general_sizes_f64", "general", 3, 4, 2, 3, 5, 0, None, ()),
    ("attention_additive_f64", "additive", 2, 5, 3, 4, 4, 6, None, ()),
    ("attention_additive_masked_f64", "additive", 3, 4, 2, 5, 5, 3, HOLES, ()),
    ("attention_additive_sizes_f64", "additive", 2, 3, 4, 3, 5, 7, None, ("scores", "weights")),
]


def drawn(generator, *shape):
    """Distinct numbers with four decimals, so that files stay readable."""
    return np.round(generator.uniform(-1.5, 1.5, shape), 4)


def compute(score, W, query, memory, mask):
    """Scores, weights and outputs of Keras' layers."""
    value = key = memory
    if score == "additive":
        query, key = query @ W["query_kernel"], memory @ W["key_kernel"]
        layer = keras.layers.AdditiveAttention(use_scale=True, dtype="float64")
    else:
        query = query @ W["kernel"] if score == "general" else query
        layer = keras.layers.Attention(use_scale=score == "scaled_dot", dtype="float64")
    layer.build([query.shape, value.shape, key.shape])
    if score == "scaled_dot":
        layer.scale.assign(1 / np.sqrt(memory.shape[2]))
    if score == "additive":
        layer.scale = W["score_kernel"]
    masks = None if mask is None else [None, tf.constant(np.array(mask, bool))]
    outputs, weights = layer([query, value, key], mask=masks, return_attention_scores=True)
    return {"scores": layer._calculate_scores(query, key), "weights": weights, "outputs": outputs}


def make_case(index, spec):
    """Make one case."""
    name, score, samples, steps, queries, query_size, size, units, mask, more = spec
    generator = np.random.default_rng([SEED, index])
    shapes = {
        "general": {"kernel": (query_size, size)},
        "additive": {"query_kernel": (query_size, units), "key_kernel": (size, units), "score_kernel": (units,)},
    }
    weights = {key: drawn(generator, *shape) for key, shape in shapes.get(score, {}).items()}
    memory, query = drawn(generator, samples, steps, size), drawn(generator, samples, queries, query_size)
    wide = {"scores": (samples, queries, steps), "weights": (samples, queries, steps)}
    cotangents = {key: drawn(generator, *wide[key]) for key in more}
    cotangents["outputs"] = drawn(generator, samples, queries, size)
    leaves = {key: tf.Variable(value) for key, value in {**weights, "x": memory, "query": query}.items()}
    with tf.GradientTape() as tape:
        results = compute(score, leaves, tf.identity(leaves["query"]), tf.identity(leaves["x"]), mask)
        loss = sum(tf.reduce_sum(results[key] * factor) for key, factor in cotangents.items())
    gradients = {key: g.numpy() for key, g in tape.gradient(loss, leaves).items()}
    config = {"score": score, "queries": queries, "query_size": query_size}
    inputs = {"x": memory, "query": query}
    if mask is not None:
        inputs["mask"] = np.array(mask)
    return {
        "name": name,
        "kind": "reference",
        "chapter": "chapter-attention",
        "source": {
            "framework": "keras",
            "version": f"{keras.__version__}, tensorflow {tf.__version__}",
            "how": "gen/gen_attention.py",
        },
        "layout": "keras",
        "dtype": "float64",
        "layer": "attention",
        "config": config | ({"units": units} if units else {}),
        "weights": weights,
        "inputs": inputs,
        "cotangents": cotangents,
        "expected": {key: value.numpy() for key, value in results.items()},
        "expected_gradients": {
            "weights": {key: gradients[key] for key in weights},
            "inputs": {key: gradients[key] for key in ("x", "query")},
        },
        "tolerance": SHORT_SUMS,
    }


if __name__ == "__main__":
    options = parser(__doc__).parse_args()
    makers = [(spec[0], lambda index=index, spec=spec: make_case(index, spec)) for index, spec in enumerate(CASES)]
    sys.exit(write_families(options.golden / "reference", {"attention": makers}))
