"""Trains the article's models with today's Keras, its own initialisers and 20 seeds (about 12 minutes).

Writes golden/documented/article_training_stats.json; with names of models it only prints.
"""

import json
import sys
import time

import keras_layers  # isort: skip  (first: it sets Keras' environment)

import keras
import numpy as np
from command import parser
from keras.layers import GRU, LSTM, Dense, SimpleRNN, TimeDistributed

SEEDS = list(range(1, 21))
SAMPLES = 256
A_X, A_Y, B_X = [1, 0.8, 0.6, 0.2, 1, 0], [0.7, 0.6, 0.5, 0.3, 0.8, 0.2], [1, 0, 0, 0, 0, 0]
PROBE_A1 = [[[1], [0.8], [0.6], [0.2], [1], [0]]]
PROBE_A2 = [[[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]]
PROBE_B = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]]
PROBE_D = [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]
EPOCHS_SHOWN = {1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 300, 400, 500}
HOW = (
    "model.fit as in the article: loss mse, optimizer rmsprop (Keras defaults), batch_size 32, 256 samples that are "
    "all the same, default initialisers (E: recurrent weights start at zero as in the companion), float32; "
    "keras.utils.set_random_seed(1..20). The loss of an epoch is the mean over its 8 batches, each taken before its "
    "update."
)


# ---------------------------------------------------------------- models
def output(units):
    """Return the last layer of all models."""
    return TimeDistributed(Dense(activation="sigmoid", units=units))


def lstm():
    """Return the LSTM of Part D."""
    return LSTM(13, return_sequences=True, recurrent_activation="sigmoid", activation="tanh")


def gru(reset_after):
    """Return the GRU of Part E, whose recurrent weights start at zero."""
    zero = keras.initializers.Constant(0)
    options = {"recurrent_activation": "sigmoid", "activation": "tanh", "recurrent_initializer": zero}
    return GRU(13, return_sequences=True, reset_after=reset_after, **options)


def rnn(units):
    """Return a SimpleRNN of Parts B and C."""
    return SimpleRNN(units, return_sequences=True)


# {name: (x of one feature, features, outputs, epochs, probe, function that makes the layers)}
MODELS = {
    "A_1_to_1": (A_X, 1, 1, 500, PROBE_A1, lambda: [output(1)]),
    "A_2_to_3": (A_X, 2, 3, 100, PROBE_A2, lambda: [output(3)]),
    "B_simple_rnn": (B_X, 3, 2, 100, PROBE_B, lambda: [rnn(5), output(2)]),
    "C_two_simple_rnn": (B_X, 3, 2, 100, PROBE_B, lambda: [rnn(5), rnn(7), output(2)]),
    "D_lstm": (B_X, 7, 5, 5, PROBE_D, lambda: [lstm(), output(5)]),
    "E_gru_reset_after_false": (B_X, 7, 5, 5, PROBE_D, lambda: [gru(False), output(5)]),
    "E_gru_reset_after_true": (B_X, 7, 5, 5, PROBE_D, lambda: [gru(True), output(5)]),
}


def repeated(sequence, features):
    """Return samples that are all the same, in every feature too (`reshape_training` of the companion)."""
    one = np.repeat(np.array(sequence, float)[:, None], features, 1)
    # The companion's data are float32 but for one feature.
    return np.tile(one[None], (SAMPLES, 1, 1)).astype("float32" if features > 1 else "float64")


# ---------------------------------------------------------------- statistics
def statistics(values):
    """Return mean, smallest, largest and standard deviation."""
    values = np.asarray(values, float)
    return {
        "mean": float(values.mean()),
        "min": float(values.min()),
        "max": float(values.max()),
        "std": float(values.std()),
    }


def digits_6(values):
    """Round to six significant digits."""
    return [float(f"{value:.6g}") for value in values]


def train(name, seed):
    """Train a model; return the loss of every epoch, the prediction, the last loss, and the weights."""
    sequence, features, outputs, epochs, probe, layers = MODELS[name]
    x, y = repeated(sequence, features), repeated(A_Y, outputs)
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(shape=(None, features)), *layers()])
    model.compile(loss="mse", optimizer="rmsprop")
    history = model.fit(x, y, epochs=epochs, batch_size=32, verbose=0)
    prediction = model.predict(np.array(probe, dtype="float32"), verbose=0)[0]
    last = float(model.evaluate(x[:32], y[:32], verbose=0))
    return history.history["loss"], prediction, last, model.get_weights()


def summary(name):
    """Train a model from every seed and return the statistics."""
    epochs = MODELS[name][3]
    curves, predictions, last, weights = zip(*(train(name, seed) for seed in SEEDS))
    curves, step = np.array(curves), 5 if epochs == 500 else 1
    shown = sorted(EPOCHS_SHOWN & set(range(1, epochs + 1)))
    result = {
        "epochs": epochs,
        "loss_at_epoch": {str(epoch): statistics(curves[:, epoch - 1]) for epoch in shown},
        "loss_after_training": statistics(last),
        "mean_curve": digits_6(curves.mean(0)[::step]),
        "mean_curve_step": step,
        "monotone_seeds": int(sum((np.diff(curve) <= 1e-6).all() for curve in curves)),
        "per_seed_first_last": [digits_6([curve[0], curve[-1]]) for curve in curves],
        "prediction_mean": np.round(np.mean(predictions, 0), 5).tolist(),
        "prediction_min": np.round(np.min(predictions, 0), 5).tolist(),
        "prediction_max": np.round(np.max(predictions, 0), 5).tolist(),
    }
    if name == "A_1_to_1":
        result["final_a_b_per_seed"] = [digits_6([array.reshape(-1)[0] for array in own]) for own in weights]
    return result


def main():
    """Parse the command line, train, print, and (for all models) write the file."""
    arguments = parser(__doc__)
    arguments.add_argument("model", nargs="*", help=f"only print these: {', '.join(MODELS)}")
    options = arguments.parse_args()
    unknown = set(options.model) - set(MODELS)
    if unknown:
        arguments.error(f"no model {', '.join(sorted(unknown))}; known: {', '.join(MODELS)}")
    models = {}
    for name in options.model or MODELS:
        begin = time.monotonic()
        models[name] = summary(name)
        after = models[name]["loss_after_training"]
        print(f"{name:<26} {time.monotonic() - begin:5.0f} s  mean loss after training {after['mean']:.6f}", flush=True)
        for epoch, loss in models[name]["loss_at_epoch"].items():
            print(f"  epoch {epoch:>3}: {loss['mean']:.5f} [{loss['min']:.5f}, {loss['max']:.5f}]")
    if options.model:
        return 0
    path = options.golden / "documented" / "article_training_stats.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"version": keras_layers.VERSION, "how": HOW, "seeds": SEEDS, "models": models}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
