"""Training trajectories by Keras' own fit(): losses, final weights and predictions."""

import sys

import keras
import numpy as np
from command import generate
from common import Tiled, draw, rng, round_up, shown, value
from keras_layers import RECURRENT, VERSION, build, explicit, layers_of, variables, weight_shapes
from keras_specs import SEQUENCES, SIGMOID, dense, gru, lstm, simple_rnn, spec, stack, time_distributed
from tolerances import largest_difference

OPTIMIZERS = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
DEFAULTS = {
    "rmsprop": {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "sgd": {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False},
}


def optimizer_options(spec):
    """Return the optimiser's name and all its options, defaults written out."""
    given = {key: item for key, item in spec["optimizer"].items() if key != "name"}
    name = spec["optimizer"]["name"]
    return name, {**DEFAULTS[name], **given}


# ---------------------------------------------------------------- the run
def build_model(spec, dtype, x_shape, weights):
    """Build a Sequential with the weights of the case."""
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input(shape=x_shape[1:], dtype=dtype)])
    for _, layer, config in layers_of(spec):
        built = build(layer, config, dtype)
        # Inside Sequential a layer must give one tensor.
        parts = [built, built.forward_layer, built.backward_layer] if layer == "bidirectional" else [built]
        for part in parts:
            if layer == "bidirectional" or layer in RECURRENT:
                part.return_state = False
        model.add(built)
    for name, variable in model_variables(spec, model).items():
        assert tuple(variable.shape) == weights[name].shape
        variable.assign(weights[name].astype(dtype))
    return model


def model_variables(spec, model):
    """Return the variables of a model by the names of the case."""
    found = {}
    for (prefix, layer, _), built in zip(layers_of(spec), model.layers):
        for key, variable in variables(layer, built).items():
            found[prefix + key] = variable
    return found


def train(spec, dtype, weights, x, y):
    """Compile and fit; return the loss of every epoch, the final weights, and the prediction for the probe."""
    keras.config.set_floatx(dtype)
    model = build_model(spec, dtype, x.shape, weights)
    name, options = optimizer_options(spec)
    model.compile(loss=spec.get("loss", "mse"), optimizer=OPTIMIZERS[name](**options))
    fit = {"epochs": spec["epochs"], "batch_size": spec.get("batch", 32), "shuffle": False, "verbose": 0}
    history = model.fit(x.astype(dtype), y.astype(dtype), **fit)
    result = {
        "loss_per_epoch": np.asarray(history.history["loss"], dtype=np.float64),
        "final_weights": {
            name: np.asarray(variable.value.numpy()) for name, variable in model_variables(spec, model).items()
        },
    }
    if "probe" in spec:
        result["prediction"] = model.predict(np.asarray(spec["probe"]).astype(dtype), verbose=0)
    keras.config.set_floatx("float32")
    return result


# ---------------------------------------------------------------- the case
def draw_weights(spec, random, shapes):
    """Return the start weights; biases begin at zero unless the case says otherwise."""
    weights = {}
    for name, shape in shapes.items():
        fan_in = shape[0] if len(shape) > 1 else 25
        weights[name] = draw(random, shape, round(min(0.9, 1.0 / np.sqrt(fan_in)), 2))
    for name, shape in shapes.items():
        if name.endswith("bias") and not spec.get("random_bias"):
            weights[name] = np.zeros(shape)
    return weights


def draw_data(spec, random):
    """Return inputs and targets: the article's repeated sample, or drawn ones."""
    N, m = spec["N"], spec["m"]
    if "x_seed" in spec:
        x = np.repeat(np.asarray(spec["x_seed"], float)[:, None], m, 1)
        y = np.repeat(np.asarray(spec["y_seed"], float)[:, None], spec["m_out"], 1)
        return Tiled(x, N), Tiled(y, N)
    x = draw(random, (N, spec["T"], m), 1.0, 2)
    shape = (N, *spec["y_shape"])
    if spec.get("one_hot"):
        classes = shape[-1]
        return x, np.eye(classes)[random.integers(0, classes, size=shape[:-1])]
    if spec.get("binary"):
        return x, random.integers(0, 2, size=shape).astype(float)
    return x, np.round(random.uniform(0.05, 0.95, size=shape), 2)


def training_tolerance(spec, dtype, result, double):
    """Return the tolerance: fixed for float64, for float32 eight times the distance to the float64 run."""
    with_prediction = "prediction" in result
    if "loose" in spec:
        loss, weights = spec["loose"]
        prediction = weights
    elif dtype == "float64":
        loss, weights, prediction = 1e-12, 1e-10, 1e-10
    else:

        def limit(key, smallest):
            return round_up(max(8 * largest_difference(result[key], double[key]), smallest))

        loss, weights = limit("loss_per_epoch", 1e-7), limit("final_weights", 1e-6)
        prediction = limit("prediction", 1e-6) if with_prediction else None
    limits = {"loss_abs": loss, "weights_abs": weights}
    return {**limits, "prediction_abs": prediction} if with_prediction else limits


def make_case(folder, spec):
    """Make a training by its specification."""
    name, dtype = spec["name"], spec.get("dtype", "float64")
    random = rng(folder, name)
    weights = draw_weights(spec, random, weight_shapes(spec, (spec["N"], spec["T"], spec["m"])))
    x, y = draw_data(spec, random)

    def stored(tensor):
        return value(value(tensor, dtype), "float64")

    start = {key: stored(array) for key, array in weights.items()}
    result = train(spec, dtype, start, stored(x), stored(y))
    double = result if dtype == "float64" else train(spec, "float64", start, stored(x), stored(y))
    limits = training_tolerance(spec, dtype, result, double)
    if dtype == "float32":
        result["loss_per_epoch"] = result["loss_per_epoch"].astype(np.float32)

    optimizer, options = optimizer_options(spec)
    training = {
        "x": shown(x, dtype),
        "y": shown(y, dtype),
        "loss": spec.get("loss", "mse"),
        "optimizer": {"name": optimizer, **options},
        "epochs": spec["epochs"],
        "batch_size": spec.get("batch", 32),
        "shuffle": False,
    }
    if "probe" in spec:
        training["predict"] = shown(np.asarray(spec["probe"], float), dtype)
    case = {
        "name": name,
        "kind": "reference",
        "source": {
            "framework": "keras",
            "version": VERSION,
            "how": "gen/gen_training.py: model.compile, model.fit(shuffle=False)",
        },
        "layout": "keras",
        "dtype": dtype,
        "layer": spec["layer"],
        "config": explicit(spec["layer"], spec["config"]),
        "weights": shown(weights, dtype),
        "training": training,
        "expected_training": result,
        "tolerance": limits,
    }
    if "note" in spec:
        case["note"] = spec["note"]
    losses = result["loss_per_epoch"]
    print(f"{name:<44} loss {losses[0]:.6g} -> {losses[-1]:.6g} {limits}", flush=True)
    return case


# ---------------------------------------------------------------- the article's models
A_X, A_Y = [1, 0.8, 0.6, 0.2, 1, 0], [0.7, 0.6, 0.5, 0.3, 0.8, 0.2]
B_X = [1, 0, 0, 0, 0, 0]
PROBE_A1 = [[[1], [0.8], [0.6], [0.2], [1], [0], [1], [1]]]
PROBE_A2 = [[[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]]
PROBE_B = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]]
PROBE_D = [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]
ARTICLE = {"N": 256, "T": 6, "y_seed": A_Y}
MODEL_B = stack(simple_rnn(5, **SEQUENCES), time_distributed(2, **SIGMOID))
MODEL_C = stack(simple_rnn(5, **SEQUENCES), simple_rnn(7, **SEQUENCES), time_distributed(2, **SIGMOID))
MODEL_D = stack(lstm(13, **SEQUENCES), time_distributed(5, **SIGMOID))
MODEL_E_BEFORE = stack(gru(13, **SEQUENCES, reset_after=False), time_distributed(5, **SIGMOID))
MODEL_E_AFTER = stack(gru(13, **SEQUENCES, reset_after=True), time_distributed(5, **SIGMOID))


def article(dtype):
    """Return the trainings of the article's Parts A to E in a dtype."""
    suffix = {"float32": "_f32", "float64": "_f64"}[dtype]
    common = {"dtype": dtype, "optimizer": {"name": "rmsprop"}, **ARTICLE}
    part_a = {"x_seed": A_X, "epochs": 10, **common}
    part_b = {"x_seed": B_X, "m": 3, "m_out": 2, "epochs": 10, "probe": PROBE_B, **common}
    part_d = {"x_seed": B_X, "m": 7, "m_out": 5, "epochs": 5, "probe": PROBE_D, **common}
    model_a1, model_a2 = stack(time_distributed(1, **SIGMOID)), stack(time_distributed(3, **SIGMOID))
    zero_bias = "Part D (bias starts at zero here; Keras' own default starts the forget bias at 1)"
    return [
        spec("train_A1" + suffix, model_a1, m=1, m_out=1, probe=PROBE_A1, note="Part A, 1 to 1", **part_a),
        spec("train_A2" + suffix, model_a2, m=2, m_out=3, probe=PROBE_A2, note="Part A, 2 to 3", **part_a),
        spec("train_B" + suffix, MODEL_B, note="Part B", **part_b),
        spec("train_C" + suffix, MODEL_C, note="Part C", **part_b),
        spec("train_D" + suffix, MODEL_D, note=zero_bias, **part_d),
        spec("train_E_before" + suffix, MODEL_E_BEFORE, note="Part E as in Keras 2.0.3", **part_d),
        spec("train_E_after" + suffix, MODEL_E_AFTER, note="Part E with today's default", **part_d),
    ]


# ---------------------------------------------------------------- the optimisers
B = {"x_seed": B_X, "m": 3, "m_out": 2, "epochs": 6, "probe": PROBE_B, **ARTICLE}
EXACT_BETAS = {"beta_1": 0.875, "beta_2": 0.9990234375}
ROUNDED_OPTIONS = (
    "Keras 3 casts the Python floats beta_1, beta_2 (for the bias correction) and momentum through float32 even in "
    "float64 (tf.cast(0.9, 'float64') is 0.8999999761581421); hence the wide tolerance"
)
OPTIMIZER_SPECS = [
    spec("train_B_adam_f64", MODEL_B, optimizer=dict(name="adam"), note=ROUNDED_OPTIONS, loose=(2e-7, 5e-6), **B),
    spec("train_B_adam_f32", MODEL_B, optimizer=dict(name="adam"), dtype="float32", **B),
    spec(
        "train_B_adam_exact_f64",
        MODEL_B,
        optimizer=dict(name="adam", learning_rate=0.01, **EXACT_BETAS),
        note="betas that float32 holds exactly, see train_B_adam_f64",
        **B,
    ),
    spec("train_B_sgd_f64", MODEL_B, optimizer=dict(name="sgd", learning_rate=0.5), **B),
    spec(
        "train_B_sgd_momentum_f64",
        MODEL_B,
        optimizer=dict(name="sgd", learning_rate=0.1, momentum=0.9),
        note=ROUNDED_OPTIONS,
        loose=(1e-8, 5e-7),
        **B,
    ),
    spec(
        "train_B_sgd_momentum_clipnorm_f64",
        MODEL_B,
        optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.875, clipnorm=0.01),
        note="clipnorm acts on each variable by itself",
        **B,
    ),
    spec(
        "train_B_sgd_nesterov_global_clipnorm_f64",
        MODEL_B,
        optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.75, nesterov=True, global_clipnorm=0.004),
        **B,
    ),
    spec(
        "train_B_rmsprop_clipvalue_f64",
        MODEL_B,
        optimizer=dict(name="rmsprop", learning_rate=0.01, clipvalue=0.001),
        **B,
    ),
    spec(
        "train_partial_batch_f64",
        stack(lstm(4, **SEQUENCES), time_distributed(2, **SIGMOID)),
        N=40,
        T=3,
        m=2,
        y_shape=(3, 2),
        epochs=3,
        random_bias=True,
        optimizer=dict(name="adam", learning_rate=0.01, **EXACT_BETAS),
        note="40 samples, batches of 32 and 8: the epoch loss is weighted by batch size",
    ),
    spec(
        "train_rows_softmax_f64",
        stack(lstm(8), dense(4, activation="softmax")),
        N=24,
        T=6,
        m=6,
        y_shape=(4,),
        one_hot=True,
        loss="categorical_crossentropy",
        epochs=4,
        batch=8,
        optimizer=dict(name="adam", learning_rate=0.02, **EXACT_BETAS),
        note="the task of seed 000 in small: one image row per step, softmax on the last output",
    ),
]

FAMILIES = {
    "training_article_f64": article("float64"),
    "training_article_f32": article("float32"),
    "training_optimizers": OPTIMIZER_SPECS,
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
