"""The lesson on state: sequences fed in pieces, right and wrong orders of rows, and training them, by real Keras.

    python gen_lessons_stateful.py [--check | --write] [--only TEXT]

Weights, inputs and orders of rows come from the files.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from lessons import EXACT, bounds, load, run, tensor, tensors

keras.config.set_floatx("float64")
PIECES = "reference/stateful_pieces.json"
LAYERS = {"simple_rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def layer_of(case, stateful):
    """Keras' layer of a case, with the case's weights."""
    config, weights = case["config"], tensors(case["weights"])
    options = {k: config[k] for k in ("activation", "recurrent_activation", "use_bias", "reset_after") if k in config}
    layer = LAYERS[case["layer"]](
        config["units"], return_sequences=True, return_state=True, stateful=stateful, dtype="float64", **options
    )
    return built(layer, case["inputs"]["x"]["shape"], weights)


def built(layer, shape, weights):
    """The layer, built for a shape, with weights."""
    layer.build(tuple(shape))
    layer.set_weights([weights[name] for name in ("kernel", "recurrent_kernel", "bias") if name in weights])
    return layer


def numpy(values):
    """Keras tensors as arrays."""
    return [keras.ops.convert_to_numpy(value) for value in values]


def fed(case, stateful=True, resets=None):
    """(outputs, states) of a sequence fed piece by piece."""
    layer, x = layer_of(case, stateful), tensor(case["inputs"]["x"])
    begin, outputs = 0, []
    for length, reset in zip(case["config"]["chunks"], resets or case["config"]["reset_before"]):
        if reset and stateful:
            layer.reset_state()
        piece, *states = numpy(layer(x[:, begin : begin + length]))
        outputs.append(piece)
        begin += length
    return np.concatenate(outputs, 1), states


def pieces(document):
    """Outputs and final states of a stateful layer fed in pieces, with resets."""
    for k, case in enumerate(document["cases"]):
        outputs, states = fed(case)
        bound = bounds(case["tolerance"])
        yield ("cases", k, "expected", "outputs"), outputs, bound
        for name, state in zip("hc", states):
            yield ("cases", k, "expected", name), state, bound


def alignment(document):
    """Pieces against the whole; orders of rows; training; what Keras refuses."""
    bound = bounds(document["tolerance"])
    cases = {case["name"]: case for case in load(PIECES)["cases"]}
    for k, wanted in enumerate(document["pieces"]):
        case = cases[wanted["name"]]
        outputs, _ = fed(case)
        whole = numpy(layer_of(case, False)(tensor(case["inputs"]["x"])))[0]
        alone, _ = fed(case, stateful=False)
        yield ("pieces", k, "largest_difference_to_whole_sequence"), np.abs(outputs - whole).max(), bound
        yield ("pieces", k, "largest_difference_to_state_zero_in_every_piece"), np.abs(outputs - alone).max(), bound
    given, place = document["alignment"], ("alignment",)
    x, whole = tensor(given["x"]), whole_sequences(given)
    yield (*place, "whole_sequences"), whole, bound
    steps = given["sizes"]["steps_of_a_piece"]
    for k, arrangement in enumerate(given["arrangements"]):
        right = cut(whole, arrangement["rows"], steps)
        outputs = arranged(given, cut(x, arrangement["rows"], steps), arrangement["reset_every_batches"])
        difference = np.abs(outputs - right).max(axis=(1, 2))
        yield (*place, "arrangements", k, "outputs"), outputs, bound
        yield (*place, "arrangements", k, "largest_difference_to_whole_sequences"), difference.max(), bound
        yield (*place, "arrangements", k, "rows_that_agree"), int((difference < 1e-12).sum()), EXACT
        yield (*place, "arrangements", k, "rows_in_all"), len(outputs), EXACT
    for k, wanted in enumerate(document["training"]["runs"]):
        losses, weights = trained(given, document["training"], wanted)
        yield ("training", "runs", k, "loss_per_batch"), losses, bound
        for name, value in weights.items():
            yield ("training", "runs", k, "final_weights", name), value, bound
    for what, said in refusals().items():
        yield ("refusals_of_keras", what), said, EXACT


def cut(sequences, rows, steps):
    """The pieces [sequence, piece] of `rows`, one after the other."""
    return np.stack([sequences[n, p * steps : (p + 1) * steps] for n, p in rows])


def whole_sequences(given):
    """The outputs of a stateless layer over the whole sequences."""
    layer = keras.layers.LSTM(given["sizes"]["units"], return_sequences=True, dtype="float64")
    return numpy([built(layer, given["x"]["shape"], tensors(given["weights"]))(tensor(given["x"]))])[0]


def arranged(given, rows, reset_every):
    """A stateful layer over the rows, batch by batch."""
    batch, shape = given["sizes"]["batch"], (given["sizes"]["batch"], *rows.shape[1:])
    layer = keras.layers.LSTM(given["sizes"]["units"], return_sequences=True, stateful=True, dtype="float64")
    built(layer, shape, tensors(given["weights"]))
    outputs = []
    for k in range(len(rows) // batch):
        if reset_every and k % reset_every == 0:
            layer.reset_state()
        outputs += numpy([layer(rows[k * batch : (k + 1) * batch])])
    return np.concatenate(outputs)


def trained(given, training, wanted):
    """Losses and final weights of a Keras model, batch by batch in the order of rows."""
    sizes, batch = given["sizes"], given["sizes"]["batch"]
    x = cut(tensor(given["x"]), wanted["rows"], sizes["steps_of_a_piece"])
    y = cut(tensor(training["y"]), wanted["rows"], sizes["steps_of_a_piece"])
    inputs = keras.Input(batch_shape=(batch, *x.shape[1:]), dtype="float64")
    layer = keras.layers.LSTM(sizes["units"], return_sequences=True, stateful=wanted["stateful"], dtype="float64")
    dense = keras.layers.Dense(1, dtype="float64")
    model = keras.Model(inputs, dense(layer(inputs)))
    built(layer, x[:batch].shape, tensors(given["weights"]))
    dense.set_weights([tensor(training["dense"]["kernel"]), tensor(training["dense"]["bias"])])
    model.compile(optimizer=keras.optimizers.SGD(training["learning_rate"]), loss="mse")
    losses = []
    for _ in range(training["epochs"]):
        for k in range(len(x) // batch):
            if wanted["stateful"] and wanted["reset_every_batches"] and k % wanted["reset_every_batches"] == 0:
                layer.reset_state()
            rows = slice(k * batch, (k + 1) * batch)
            losses.append(float(model.train_on_batch(x[rows], y[rows])))
            model.reset_metrics()
    names = ["kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias"]
    return losses, dict(zip(names, model.get_weights()))


def refusals():
    """What Keras says to batches that do not fit a stateful layer: the first line, or "accepted"."""

    def said(action):
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever Keras raises is what is asked for
            return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
        return "accepted"

    def model(batch):
        inputs = keras.Input(batch_shape=(batch, 4, 1))
        outputs = keras.layers.Dense(1)(keras.layers.LSTM(2, stateful=True, return_sequences=True)(inputs))
        result = keras.Model(inputs, outputs)
        result.compile(optimizer="sgd", loss="mse")
        return result

    def another_batch_size():
        layer = keras.layers.LSTM(2, stateful=True)
        layer(np.zeros((3, 4, 1)))
        layer(np.zeros((2, 4, 1)))

    def unknown_batch_size():
        keras.layers.LSTM(2, stateful=True)(keras.Input((None, 1)))

    def fit(batch, rows):
        x = np.zeros((rows, 4, 1))
        model(batch).fit(x, x, batch_size=batch, shuffle=False, verbose=0)

    return {
        "another batch size in a stateful layer": said(another_batch_size),
        "stateful without a batch size": said(unknown_batch_size),
        "fit: batches of 2, the last of 1 row": said(lambda: fit(2, 5)),
        "fit: batches of 3, the last of 2 rows": said(lambda: fit(3, 5)),
        "predict with another batch size": said(lambda: model(3).predict(np.zeros((2, 4, 1)), verbose=0)),
    }


if __name__ == "__main__":
    run(__doc__, {PIECES: pieces, "lessons/stateful_alignment.json": alignment})
