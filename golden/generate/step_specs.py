"""The cases of golden/steps: one layer each, of the smallest sizes that tell all axes apart."""

from step_compute import Spec
from step_formulas import GATES, Cell

# Samples, steps, features, units, units of a second layer or direction: no two alike.
SIZES = {"N": 2, "T": 4, "m": 5, "u": 3, "v": 6}
M, U, V = SIZES["m"], SIZES["u"], SIZES["v"]

KERAS, TF1, TORCH, ONNX, MXNET = "keras", "tensorflow1", "pytorch", "onnx", "mxnet"
SIMPLE_RNN, TWO_LAYERS, LSTM, GRU, BASIC = (
    f"chapter-{name}" for name in ("simple-rnn", "two-layer-rnn", "lstm", "gru", "basic-lstm-cell")
)
SEQUENCE = {"units": U, "return_sequences": True}
ENDS = ["forward/*", "backward/*"]


def draw_cell(pool, kind, features, units, two_biases=False, peepholes=False, **options):
    """Draw the weights of a cell."""

    def by_gate(*shape):
        return {gate: pool(*shape) for gate in GATES[kind]}

    K, R, b = by_gate(features, units), by_gate(units, units), by_gate(units)
    s = by_gate(units) if two_biases else None
    p = {gate: pool(units) for gate in "ifo"} if peepholes else None
    return Cell(kind, K, R, b, s, p, **options)


# ---------------------------------------------------------------- networks: functions from a pool to layers
def one_cell(kind, **options):
    """Return one layer of one direction."""
    return lambda pool: [[("", draw_cell(pool, kind, M, U, **options), False)]]


def both_directions(kind, units=U, names=("forward/", "backward/"), **options):
    """Return one layer of two directions; units: of the backward one."""
    return lambda pool: [
        [
            (names[0], draw_cell(pool, kind, M, U, **options), False),
            (names[1], draw_cell(pool, kind, M, units, **options), True),
        ]
    ]


def two_layers(kind, **options):
    """Return two layers of different sizes."""
    return lambda pool: [
        [("0/", draw_cell(pool, kind, M, U, **options), False)],
        [("1/", draw_cell(pool, kind, U, V, **options), False)],
    ]


def equal_layers(kind, **options):
    """Return two layers of the same size."""
    return lambda pool: [
        [("l0/", draw_cell(pool, kind, M, U, **options), False)],
        [("l1/", draw_cell(pool, kind, U, U, **options), False)],
    ]


def lstm_then_gru(pool):
    """Return an LSTM and a GRU, one after the other."""
    return [
        [("0/", draw_cell(pool, "lstm", M, U, two_biases=True), False)],
        [("1/", draw_cell(pool, "gru", U, V, two_biases=True), False)],
    ]


def layer(name, units, **config):
    """Return a layer or cell inside another."""
    return {"layer": name, "config": {"units": units, **config}}


SPECS = [
    Spec("steps_keras_simple_rnn", SIMPLE_RNN, KERAS, "simple_rnn", SEQUENCE, one_cell("simple_rnn"), ["*"], "single"),
    Spec(
        "steps_torch_rnn_cell",
        SIMPLE_RNN,
        TORCH,
        "rnn_cell",
        dict(units=U),
        one_cell("simple_rnn", two_biases=True),
        ["*"],
        "single",
    ),
    Spec(
        "steps_torch_rnn",
        SIMPLE_RNN,
        TORCH,
        "simple_rnn",
        dict(units=U),
        one_cell("simple_rnn", two_biases=True),
        ["*_l0"],
        "stacked",
    ),
    Spec(
        "steps_onnx_rnn",
        SIMPLE_RNN,
        ONNX,
        "simple_rnn",
        dict(units=U),
        one_cell("simple_rnn", two_biases=True),
        ["*"],
        "stacked",
    ),
    Spec(
        "steps_mxnet_rnn_cell",
        SIMPLE_RNN,
        MXNET,
        "rnn_cell",
        dict(units=U, activation="tanh"),
        one_cell("simple_rnn", two_biases=True),
        ["*"],
        "single",
    ),
    Spec(
        "steps_mxnet_rnn",
        SIMPLE_RNN,
        MXNET,
        "simple_rnn",
        dict(units=U),
        one_cell("simple_rnn", two_biases=True),
        ["l0_*"],
        "stacked",
    ),
    Spec(
        "steps_keras_two_simple_rnn",
        TWO_LAYERS,
        KERAS,
        "stack",
        dict(layers=[layer("simple_rnn", U, return_sequences=True), layer("simple_rnn", V)]),
        two_layers("simple_rnn"),
        ["0/*", "1/*"],
        "none",
        last_only=True,
    ),
    Spec(
        "steps_keras_stacked_cells",
        TWO_LAYERS,
        KERAS,
        "stacked_cells",
        dict(cells=[layer("simple_rnn", U), layer("simple_rnn", V)], return_sequences=True),
        two_layers("simple_rnn"),
        ["0/*", "1/*"],
        "list",
    ),
    Spec(
        "steps_torch_rnn_two_layers",
        TWO_LAYERS,
        TORCH,
        "simple_rnn",
        dict(units=U, num_layers=2),
        equal_layers("simple_rnn", two_biases=True),
        ["*_l0", "*_l1"],
        "stacked",
    ),
    Spec("steps_keras_lstm", LSTM, KERAS, "lstm", SEQUENCE, one_cell("lstm"), ["*"], "single"),
    Spec(
        "steps_keras_bidirectional_lstm",
        LSTM,
        KERAS,
        "bidirectional",
        dict(
            merge_mode="concat",
            forward=layer("lstm", U, return_sequences=True),
            backward=layer("lstm", V, return_sequences=True),
        ),
        both_directions("lstm", V),
        ENDS,
        "list",
    ),
    Spec(
        "steps_torch_lstm_cell",
        LSTM,
        TORCH,
        "lstm_cell",
        dict(units=U),
        one_cell("lstm", two_biases=True),
        ["*"],
        "single",
    ),
    Spec(
        "steps_torch_lstm", LSTM, TORCH, "lstm", dict(units=U), one_cell("lstm", two_biases=True), ["*_l0"], "stacked"
    ),
    Spec(
        "steps_torch_lstm_bidirectional",
        LSTM,
        TORCH,
        "lstm",
        dict(units=U, bidirectional=True),
        both_directions("lstm", names=("l0/", "l0_reverse/"), two_biases=True),
        ["*_l0", "*_l0_reverse"],
        "stacked",
    ),
    Spec(
        "steps_onnx_lstm_peepholes",
        LSTM,
        ONNX,
        "lstm",
        dict(units=U),
        one_cell("lstm", two_biases=True, peepholes=True),
        ["*"],
        "stacked",
    ),
    Spec(
        "steps_onnx_lstm_bidirectional",
        LSTM,
        ONNX,
        "lstm",
        dict(units=U, direction="bidirectional"),
        both_directions("lstm", two_biases=True),
        ["*", "*"],
        "stacked",
    ),
    Spec(
        "steps_mxnet_lstm_cell",
        LSTM,
        MXNET,
        "lstm_cell",
        dict(units=U),
        one_cell("lstm", two_biases=True),
        ["*"],
        "single",
    ),
    Spec(
        "steps_mxnet_lstm", LSTM, MXNET, "lstm", dict(units=U), one_cell("lstm", two_biases=True), ["l0_*"], "stacked"
    ),
    Spec(
        "steps_mxnet_bidirectional_cell",
        LSTM,
        MXNET,
        "bidirectional_cell",
        dict(
            forward=layer("lstm_cell", U, gate_order=list("ifgo")),
            backward=layer("lstm_cell", V, gate_order=list("ifgo")),
        ),
        both_directions("lstm", V, two_biases=True),
        ENDS,
        "list",
    ),
    Spec(
        "steps_mxnet_sequential_cell",
        LSTM,
        MXNET,
        "sequential_cell",
        dict(cells=[layer("lstm_cell", U, gate_order=list("ifgo")), layer("gru_cell", V, gate_order=list("rzg"))]),
        lstm_then_gru,
        ["0/*", "1/*"],
        "list",
    ),
    Spec("steps_keras_gru_after", GRU, KERAS, "gru", SEQUENCE, one_cell("gru", two_biases=True), ["*"], "single"),
    Spec(
        "steps_keras_gru_before",
        GRU,
        KERAS,
        "gru",
        dict(SEQUENCE, reset_after=False),
        one_cell("gru", reset_after=False),
        ["*"],
        "single",
    ),
    Spec(
        "steps_torch_gru_cell", GRU, TORCH, "gru_cell", dict(units=U), one_cell("gru", two_biases=True), ["*"], "single"
    ),
    Spec("steps_torch_gru", GRU, TORCH, "gru", dict(units=U), one_cell("gru", two_biases=True), ["*_l0"], "stacked"),
    Spec(
        "steps_onnx_gru_after",
        GRU,
        ONNX,
        "gru",
        dict(units=U, linear_before_reset=1),
        one_cell("gru", two_biases=True),
        ["*"],
        "stacked",
    ),
    Spec(
        "steps_onnx_gru_before",
        GRU,
        ONNX,
        "gru",
        dict(units=U, linear_before_reset=0),
        one_cell("gru", two_biases=True, reset_after=False),
        ["*"],
        "stacked",
    ),
    Spec(
        "steps_mxnet_gru_cell", GRU, MXNET, "gru_cell", dict(units=U), one_cell("gru", two_biases=True), ["*"], "single"
    ),
    Spec("steps_mxnet_gru", GRU, MXNET, "gru", dict(units=U), one_cell("gru", two_biases=True), ["l0_*"], "stacked"),
    Spec("steps_tf1_basic_rnn", BASIC, TF1, "basic_rnn_cell", dict(units=U), one_cell("simple_rnn"), ["*"], "single"),
    Spec(
        "steps_tf1_basic_lstm",
        BASIC,
        TF1,
        "basic_lstm_cell",
        dict(units=U, forget_bias=1.0),
        one_cell("lstm", forget_bias=1.0),
        ["*"],
        "single",
    ),
    Spec(
        "steps_tf1_lstm_peepholes",
        BASIC,
        TF1,
        "lstm_cell",
        dict(units=U, forget_bias=0.7, use_peepholes=True),
        one_cell("lstm", forget_bias=0.7, peepholes=True),
        ["*"],
        "single",
    ),
    Spec("steps_tf1_gru", BASIC, TF1, "gru_cell", dict(units=U), one_cell("gru", reset_after=False), ["*"], "single"),
    Spec(
        "steps_tf1_multi",
        BASIC,
        TF1,
        "multi_rnn_cell",
        dict(cells=[layer("basic_lstm_cell", U, forget_bias=1.0), layer("basic_lstm_cell", V, forget_bias=1.0)]),
        two_layers("lstm", forget_bias=1.0),
        ["0/*", "1/*"],
        "list c h",
    ),
]
