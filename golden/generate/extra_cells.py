"""Specifications of the corners of TensorFlow 1, PyTorch and ONNX: options, directions, lengths, saturated gates."""

from cell_specs import BIDIRECTIONAL, REVERSE, cell, multi, spec

LARGE = {"hash": True, "sample": 60}
BOTH = {"bidirectional": True}
ODD_ACTIVATIONS = dict(
    activations=["HardSigmoid", "ScaledTanh", "Softsign"], activation_alpha=[0.3, 1.5], activation_beta=[0.4, 0.75]
)

TF1 = [
    spec(
        "extra_tf1_lstm_all_options_lengths_f64",
        cell("lstm_cell", 4, use_peepholes=True, num_proj=3, cell_clip=0.5, proj_clip=0.2, forget_bias=0.25),
        (3, 5, 2),
        lengths=[5, 2, 0],
        h0=True,
        state_cot=True,
        x_scale=2.0,
    ),
    spec(
        "extra_tf1_lstm_clip_f64", cell("lstm_cell", 3, cell_clip=0.3), (2, 5, 2), h0=True, state_cot=True, x_scale=3.0
    ),
    spec("extra_tf1_lstm_projection_f32", cell("lstm_cell", 5, num_proj=2), (2, 4, 3), dtype="float32"),
    spec(
        "extra_tf1_lstm_proj_wide_f64",
        cell("lstm_cell", 2, num_proj=3),
        (2, 3, 2),
        h0=True,
        state_cot=True,
        note="a projection may be wider than the units",
    ),
    spec("extra_tf1_gru_lengths_f64", cell("gru_cell", 3), (3, 4, 2), lengths=[2, 4, 1], h0=True, state_cot=True),
    spec("extra_tf1_rnn_lengths_f64", cell("basic_rnn_cell", 3), (2, 4, 2), lengths=[3, 4], state_cot=True, h0=True),
    spec(
        "extra_tf1_multi_mixed_lengths_f64",
        multi(
            cell("lstm_cell", 3, use_peepholes=True),
            cell("gru_cell", 2),
            cell("basic_rnn_cell", 4),
            cell("basic_lstm_cell", 2, forget_bias=0.5),
        ),
        (2, 4, 3),
        lengths=[4, 2],
        h0=True,
        state_cot=True,
    ),
    spec("extra_tf1_basic_lstm_ones_f64", cell("basic_lstm_cell", 1), (1, 1, 1), gates=True, h0=True, state_cot=True),
    spec(
        "extra_tf1_basic_lstm_saturated_f64",
        cell("basic_lstm_cell", 3, forget_bias=2.0),
        (2, 4, 2),
        x_scale=50.0,
        gates=True,
    ),
    spec(
        "extra_tf1_concat_state_lengths_f64",
        cell("lstm_cell", 3, state_is_tuple=False, num_proj=2),
        (2, 4, 2),
        lengths=[1, 3],
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_tf1_multi_lstm_17_f64",
        multi(cell("basic_lstm_cell", 17), cell("basic_lstm_cell", 2)),
        (1, 2, 3),
        state_cot=True,
        grads=False,
    ),
]

TORCH = [
    spec("extra_torch_rnn_cell_f64", cell("rnn_cell", 3), (2, 3, 2), h0=True, state_cot=True),
    spec(
        "extra_torch_rnn_cell_relu_nobias_f64", cell("rnn_cell", 3, nonlinearity="relu", bias=False), (2, 3, 2), h0=True
    ),
    spec("extra_torch_lstm_cell_nobias_f64", cell("lstm_cell", 2, bias=False), (2, 3, 4), h0=True, state_cot=True),
    spec("extra_torch_gru_cell_one_f64", cell("gru_cell", 1), (1, 1, 1), h0=True, state_cot=True),
    spec("extra_torch_lstm_three_bi_f64", cell("lstm", 2, num_layers=3, **BOTH), (2, 4, 3), h0=True, state_cot=True),
    spec(
        "extra_torch_gru_three_bi_lengths_f64",
        cell("gru", 2, num_layers=3, **BOTH),
        (3, 4, 3),
        lengths=[1, 4, 3],
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_torch_rnn_bi2_lengths_f64",
        cell("simple_rnn", 3, num_layers=2, nonlinearity="relu", **BOTH),
        (2, 4, 2),
        lengths=[4, 2],
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_torch_lstm_proj_bi2_lengths_f64",
        cell("lstm", 4, proj_size=3, num_layers=2, **BOTH),
        (2, 4, 2),
        lengths=[2, 4],
        h0=True,
        state_cot=True,
    ),
    spec("extra_torch_gru_nobias_f32", cell("gru", 17, bias=False), (1, 3, 1), dtype="float32", **LARGE),
    spec("extra_torch_lstm_saturated_f64", cell("lstm", 3, **BOTH), (2, 5, 2), x_scale=50.0),
    spec("extra_torch_lstm_200_steps_f64", cell("lstm", 3), (1, 200, 2), hash=True, sample=40),
    spec("extra_torch_rnn_nobias_two_layers_f64", cell("simple_rnn", 2, bias=False, num_layers=2), (3, 3, 1), h0=True),
]

ONNX = [
    spec(
        "extra_onnx_lstm_all_bidirectional",
        cell("lstm", 3, clip=0.6, **BIDIRECTIONAL),
        (3, 5, 2),
        P=True,
        h0=True,
        lengths=[5, 2, 4],
        x_scale=3.0,
    ),
    spec("extra_onnx_lstm_input_forget", cell("lstm", 3, input_forget=1), (2, 4, 2), h0=True),
    spec(
        "extra_onnx_lstm_input_forget_bidirectional",
        cell("lstm", 2, input_forget=1, **BIDIRECTIONAL),
        (2, 3, 3),
        P=True,
    ),
    spec("extra_onnx_lstm_reverse_peephole", cell("lstm", 2, **REVERSE), (2, 4, 3), P=True, h0=True),
    spec("extra_onnx_lstm_nobias_one", cell("lstm", 1), (1, 1, 1), B=False),
    spec("extra_onnx_lstm_saturated", cell("lstm", 3), (2, 4, 2), x_scale=50.0, h0=True, s_scale=3.0),
    spec("extra_onnx_lstm_17", cell("lstm", 17), (1, 2, 3), w_scale=0.3),
    spec(
        "extra_onnx_gru_bidirectional_after_lengths",
        cell("gru", 3, linear_before_reset=1, **BIDIRECTIONAL),
        (3, 4, 2),
        lengths=[4, 1, 3],
        h0=True,
    ),
    spec(
        "extra_onnx_gru_before_clip", cell("gru", 3, linear_before_reset=0, clip=0.5), (2, 4, 2), x_scale=3.0, h0=True
    ),
    spec(
        "extra_onnx_gru_reverse_before_lengths",
        cell("gru", 2, linear_before_reset=0, **REVERSE),
        (2, 4, 3),
        lengths=[2, 4],
        h0=True,
    ),
    spec(
        "extra_onnx_gru_activations",
        cell(
            "gru",
            3,
            activations=["HardSigmoid", "Relu"],
            activation_alpha=[0.25],
            activation_beta=[0.375],
            linear_before_reset=1,
        ),
        (2, 4, 2),
        h0=True,
    ),
    spec("extra_onnx_rnn_reverse_lengths", cell("simple_rnn", 3, **REVERSE), (3, 4, 2), lengths=[4, 3, 1], h0=True),
    spec(
        "extra_onnx_rnn_bidirectional_different",
        cell("simple_rnn", 3, activations=["Tanh", "LeakyRelu"], activation_alpha=[0.125], **BIDIRECTIONAL),
        (2, 4, 2),
        h0=True,
    ),
    spec(
        "extra_onnx_rnn_elu_clip",
        cell("simple_rnn", 2, activations=["Elu"], activation_alpha=[0.5], clip=0.75),
        (2, 4, 3),
        x_scale=2.0,
    ),
    spec(
        "extra_onnx_rnn_affine",
        cell("simple_rnn", 2, activations=["Affine"], activation_alpha=[0.5], activation_beta=[0.25]),
        (2, 3, 3),
    ),
    spec(
        "extra_onnx_rnn_thresholded",
        cell("simple_rnn", 3, activations=["ThresholdedRelu"], activation_alpha=[0.3]),
        (2, 3, 2),
    ),
    spec("extra_onnx_rnn_softplus", cell("simple_rnn", 2, activations=["Softplus"]), (2, 3, 2), w_scale=0.3),
    spec("extra_onnx_lstm_activations", cell("lstm", 3, **ODD_ACTIVATIONS), (2, 4, 2), x_scale=2.0),
    # Each option alone, for every operator.
    spec("extra_onnx_lstm_clip", cell("lstm", 3, clip=0.4), (2, 4, 2), x_scale=3.0, h0=True),
    spec("extra_onnx_lstm_clip_reverse", cell("lstm", 2, clip=0.3, **REVERSE), (2, 3, 3), x_scale=3.0),
    spec("extra_onnx_gru_after_clip", cell("gru", 2, linear_before_reset=1, clip=0.4), (2, 3, 3), x_scale=3.0, h0=True),
    spec("extra_onnx_rnn_clip", cell("simple_rnn", 3, clip=0.4), (2, 4, 2), x_scale=3.0, h0=True),
    spec("extra_onnx_lstm_lengths", cell("lstm", 3), (3, 4, 2), lengths=[2, 4, 1], h0=True),
    spec("extra_onnx_gru_before_lengths", cell("gru", 3, linear_before_reset=0), (3, 4, 2), lengths=[4, 2, 3], h0=True),
    spec("extra_onnx_rnn_lengths", cell("simple_rnn", 3), (3, 4, 2), lengths=[1, 3, 4]),
    spec("extra_onnx_rnn_reverse", cell("simple_rnn", 2, **REVERSE), (2, 4, 3), h0=True),
    spec(
        "extra_onnx_lstm_bidirectional_different",
        cell("lstm", 2, activations=["Sigmoid", "Tanh", "Tanh", "HardSigmoid", "Softsign", "Relu"], **BIDIRECTIONAL),
        (2, 4, 3),
        h0=True,
    ),
    spec(
        "extra_onnx_gru_bidirectional_different",
        cell(
            "gru", 3, linear_before_reset=1, activations=["Sigmoid", "Tanh", "HardSigmoid", "Softsign"], **BIDIRECTIONAL
        ),
        (2, 3, 2),
        h0=True,
    ),
]
ONNX_LAYOUT_1 = [
    spec("extra_onnx_lstm_layout_1", cell("lstm", 3), (2, 4, 3), h0=True, P=True),
    spec("extra_onnx_gru_layout_1", cell("gru", 2, linear_before_reset=1), (3, 4, 2), h0=True),
    spec("extra_onnx_rnn_layout_1", cell("simple_rnn", 3), (2, 5, 2), h0=True),
]
