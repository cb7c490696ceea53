"""The sorting network over padded buckets: torch.nn.LSTM over packed sequences, with MXNet's names and gate order.

MXNet's own example has no mask; what it would have to give with one is what each sequence gives alone, and that is what
torch's packed sequences give. Every case is compared with its sequences one by one before it is written.
"""

import sys

import numpy as np
import torch
from command import parser, write_families
from gen_lessons_sort import Network, loss_of
from tolerances import SHORT_SUMS

SEED = 20252
# (name, vocabulary, embedding, units, steps, lengths)
CASES = [
    ("sort_bucket_f64", 6, 4, 3, 6, [5, 3, 4]),
    ("sort_bucket_short_f64", 7, 3, 2, 5, [1, 5, 2]),
    ("sort_bucket_whole_f64", 5, 2, 4, 3, [3, 3]),
]


def make_case(index, spec):
    """Make one case."""
    name, vocabulary, embedding, units, steps, lengths = spec
    generator = np.random.default_rng([SEED, index])

    def drawn(*shape):
        return np.round(generator.uniform(-1, 1, shape), 4)

    weights = {"embed_weight": drawn(vocabulary, embedding)}
    for side in ("l0_", "l1_"):
        weights |= {
            side + "i2h_weight": drawn(4 * units, embedding),
            side + "i2h_bias": drawn(4 * units),
            side + "h2h_weight": drawn(4 * units, units),
            side + "h2h_bias": drawn(4 * units),
        }
    weights |= {"cls_weight": drawn(vocabulary, 2 * units), "cls_bias": drawn(vocabulary)}
    count = len(lengths)
    x = np.zeros((count, steps), int)
    label, mask = np.zeros_like(x), np.zeros_like(x)
    for n, length in enumerate(lengths):
        x[n, :length] = generator.integers(1, vocabulary, length)
        label[n, :length], mask[n, :length] = np.sort(x[n, :length]), 1
    network = Network(weights)
    logits = network.logits(x.tolist(), lengths)
    for n, length in enumerate(lengths):
        alone = network.logits([x[n, :length].tolist()])[0]
        assert (logits[n, :length] - alone).abs().max() < 1e-14, name
    gradients = network.gradients(loss_of(logits, label, mask))
    rows = logits.transpose(0, 1).flatten(0, 1).detach()
    return {
        "name": name,
        "kind": "reference",
        "chapter": "chapter-sort",
        "source": {"framework": "torch", "version": torch.__version__, "how": "gen/gen_buckets.py"},
        "layout": "mxnet",
        "dtype": "float64",
        "layer": "bi_lstm_sort",
        "config": {
            "vocab": vocabulary,
            "embed": embedding,
            "units": units,
            "labels": vocabulary,
            "gate_order": list("igfo"),
        },
        "weights": weights,
        "inputs": {"x": x, "label": label, "lengths": lengths},
        "expected": {"logits": rows.numpy(), "outputs": rows.softmax(1).numpy()},
        "expected_gradients": {"weights": gradients},
        "tolerance": SHORT_SUMS,
    }


if __name__ == "__main__":
    options = parser(__doc__).parse_args()
    makers = [(spec[0], lambda index=index, spec=spec: make_case(index, spec)) for index, spec in enumerate(CASES)]
    sys.exit(write_families(options.golden / "reference", {"sort_buckets": makers}))
