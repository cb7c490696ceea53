"""Further cases from the real frameworks, for the corners that the first set leaves out: sizes of one, 17 units, long
sequences, saturated gates, masks, three bidirectional layers, peepholes, every direction, layouts and options of ONNX,
lengths, and every option of the optimisers.

  python gen_extra.py keras|tf1|torch|onnx|training reference
"""
import sys
SET = "reference"
BIG = dict(hash=True, sample=60)


def keras():
    from gen_keras import L, S, bi, gru, lstm, rnn, stack, td, SIG, lengths_mask, left_mask
    from keras_run import make_case
    R = dict(return_sequences=True)
    three = stack(bi(lstm(3, **R)), bi(gru(2, **R)), bi(rnn(4, **R)), td(2, **SIG))
    cells = lambda *c, **k: dict(layer="stacked_cells", config=dict(cells=list(c), **k))
    specs = [
        S("extra_keras_lstm_ones_f64", lstm(1, **R), 1, 1, 1, gates=True, h0=True, state_cot=True),
        S("extra_keras_gru_after_ones_f64", gru(1, **R), 1, 1, 1, gates=True, h0=True, state_cot=True),
        S("extra_keras_gru_before_one_unit_f64", gru(1, reset_after=False, **R), 3, 2, 1, gates=True, h0=True, state_cot=True),
        S("extra_keras_lstm_17_units_f32", lstm(17, **R), 3, 5, 1, dtype="float32", **BIG),
        S("extra_keras_gru_17_units_f64", gru(17), 1, 3, 5, **BIG),
        S("extra_keras_lstm_200_steps_f64", lstm(3), 1, 200, 2, hash=True, sample=40),
        S("extra_keras_gru_200_steps_f32", gru(4, **R), 2, 200, 1, hash=True, sample=40, dtype="float32"),
        S("extra_keras_lstm_saturated_f64", lstm(3, **R), 2, 6, 2, x_scale=50.0, h0=True, s_scale=5.0, state_cot=True),
        S("extra_keras_lstm_saturated_f32", lstm(3, **R), 2, 6, 2, x_scale=50.0, dtype="float32"),
        S("extra_keras_gru_saturated_f64", gru(3, **R), 2, 6, 2, x_scale=50.0, h0=True, state_cot=True),
        S("extra_keras_simple_rnn_saturated_f64", rnn(3, **R), 2, 6, 2, x_scale=50.0),
        S("extra_keras_lstm_elu_softsign_f64", lstm(3, activation="elu", recurrent_activation="softsign", **R), 2, 4, 2, gates=True, state_cot=True),
        S("extra_keras_gru_softmax_f64", gru(3, activation="softmax", recurrent_activation="hard_sigmoid", **R), 2, 4, 2, gates=True),
        S("extra_keras_simple_rnn_softmax_linear_f64", stack(rnn(3, activation="softmax", **R), rnn(2, activation="linear", **R), L("dense", units=3, activation="elu")), 2, 3, 2),
        S("extra_keras_lstm_mask_holes_h0_f64", lstm(3, **R), 3, 5, 2, mask=[[0, 1, 0, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]], h0=True, state_cot=True),
        S("extra_keras_gru_before_mask_left_backwards_f64", gru(3, reset_after=False, go_backwards=True, **R), 2, 4, 2, mask=left_mask([3, 1], 4), h0=True, state_cot=True),
        S("extra_keras_simple_rnn_mask_last_f64", rnn(3), 2, 4, 2, mask=[[1, 1, 0, 0], [0, 1, 0, 1]], state_cot=True),
        S("extra_keras_lstm_zero_output_backwards_f64", lstm(2, zero_output_for_mask=True, go_backwards=True, **R), 3, 4, 3, mask=lengths_mask([4, 1, 2], 4), state_cot=True),
        S("extra_keras_three_bidirectional_f64", three, 2, 5, 3),
        S("extra_keras_three_bidirectional_f32", three, 2, 5, 3, dtype="float32"),
        S("extra_keras_bi_mul_mask_f64", bi(gru(3, **R), "mul"), 2, 4, 2, mask=lengths_mask([4, 2], 4), state_cot=True),
        S("extra_keras_bi_none_lstm_gru_f64", bi(lstm(2, **R), None, gru(3, **R)), 2, 4, 2),
        S("extra_keras_bi_concat_lstm_rnn_last_f64", bi(lstm(2), "concat", rnn(3)), 2, 4, 2, state_cot=True),
        S("extra_keras_bi_sum_last_mask_f64", bi(lstm(3), "sum"), 3, 4, 2, mask=lengths_mask([4, 2, 1], 4), state_cot=True),
        S("extra_keras_bi_states_gru_ave_f64", bi(gru(2, reset_after=False, **R), "ave"), 2, 3, 3, states=[2, 2], state_cot=True),
        S("extra_keras_cells_three_f64", cells(lstm(2), gru(3, reset_after=False), rnn(4), return_sequences=True), 2, 4, 3, states=[2, 2, 3, 4], state_cot=True),
        S("extra_keras_cells_last_backwards_f64", cells(gru(2), lstm(3), return_sequences=False, go_backwards=True), 2, 4, 2, state_cot=True),
        S("extra_keras_cells_mask_f64", cells(lstm(2), rnn(3), return_sequences=True), 2, 4, 2, mask=lengths_mask([4, 2], 4), state_cot=True),
        S("extra_keras_masking_value_bi_f64", stack(L("masking", mask_value=-1.0), bi(lstm(2, **R)), gru(3), L("dense", units=2, activation="softmax")), 3, 4, 2,
          mask_rows=[(0, 0), (1, 2), (1, 3), (2, 3)], mask_value=-1.0),
        S("extra_keras_embedding_bi_cells_f64", stack(L("embedding", input_dim=9, output_dim=4, mask_zero=False), bi(gru(2, **R), "concat"),
          cells(rnn(3), lstm(2), return_sequences=True), td(3, activation="softmax")), 2, 4, integer_x=True, vocab=9),
        S("extra_keras_embedding_masked_last_f64", stack(L("embedding", input_dim=6, output_dim=2, mask_zero=True), lstm(3), L("dense", units=2)), 3, 5, integer_x=True, vocab=6, pad=[0, 2, 4]),
        S("extra_keras_stateful_rnn_f64", rnn(2, stateful=True, **R), 3, 6, 2, chunks=[2, 1, 3], reset_before=[False, True, False]),
        S("extra_keras_dense_2d_nobias_f32", L("dense", units=3, activation="softsign", use_bias=False), 4, 1, 5, dtype="float32"),
    ]
    return "extra_keras", [lambda s=s: make_case(SET, s) for s in specs]


def tf1():
    from gen_tf1 import C, M, S, make_case
    specs = [
        S("extra_tf1_lstm_all_options_lengths_f64", C("lstm_cell", 4, use_peepholes=True, num_proj=3, cell_clip=0.5, proj_clip=0.2, forget_bias=0.25), 3, 5, 2, lengths=[5, 2, 0], h0=True, state_cot=True, x_scale=2.0),
        S("extra_tf1_lstm_clip_f64", C("lstm_cell", 3, cell_clip=0.3), 2, 5, 2, h0=True, state_cot=True, x_scale=3.0),
        S("extra_tf1_lstm_projection_f32", C("lstm_cell", 5, num_proj=2), 2, 4, 3, dtype="float32"),
        S("extra_tf1_lstm_proj_wide_f64", C("lstm_cell", 2, num_proj=3), 2, 3, 2, h0=True, state_cot=True, note="a projection may be wider than the units"),
        S("extra_tf1_gru_lengths_f64", C("gru_cell", 3), 3, 4, 2, lengths=[2, 4, 1], h0=True, state_cot=True),
        S("extra_tf1_rnn_lengths_f64", C("basic_rnn_cell", 3), 2, 4, 2, lengths=[3, 4], state_cot=True, h0=True),
        S("extra_tf1_multi_mixed_lengths_f64", M(C("lstm_cell", 3, use_peepholes=True), C("gru_cell", 2), C("basic_rnn_cell", 4), C("basic_lstm_cell", 2, forget_bias=0.5)), 2, 4, 3, lengths=[4, 2], h0=True, state_cot=True),
        S("extra_tf1_basic_lstm_ones_f64", C("basic_lstm_cell", 1), 1, 1, 1, gates=True, h0=True, state_cot=True),
        S("extra_tf1_basic_lstm_saturated_f64", C("basic_lstm_cell", 3, forget_bias=2.0), 2, 4, 2, x_scale=50.0, gates=True),
        S("extra_tf1_concat_state_lengths_f64", C("lstm_cell", 3, state_is_tuple=False, num_proj=2), 2, 4, 2, lengths=[1, 3], h0=True, state_cot=True),
        S("extra_tf1_multi_lstm_17_f64", M(C("basic_lstm_cell", 17), C("basic_lstm_cell", 2)), 1, 2, 3, state_cot=True, grads=False),
    ]
    return "extra_tf1", [lambda s=s: make_case(SET, s) for s in specs]


def torch():
    from gen_torch import C, S, make_case
    T = dict(bidirectional=True)
    specs = [
        S("extra_torch_rnn_cell_f64", C("rnn_cell", 3), 2, 3, 2, h0=True, state_cot=True),
        S("extra_torch_rnn_cell_relu_nobias_f64", C("rnn_cell", 3, nonlinearity="relu", bias=False), 2, 3, 2, h0=True),
        S("extra_torch_lstm_cell_nobias_f64", C("lstm_cell", 2, bias=False), 2, 3, 4, h0=True, state_cot=True),
        S("extra_torch_gru_cell_one_f64", C("gru_cell", 1), 1, 1, 1, h0=True, state_cot=True),
        S("extra_torch_lstm_three_bi_f64", C("lstm", 2, num_layers=3, **T), 2, 4, 3, h0=True, state_cot=True),
        S("extra_torch_gru_three_bi_lengths_f64", C("gru", 2, num_layers=3, **T), 3, 4, 3, lengths=[1, 4, 3], h0=True, state_cot=True),
        S("extra_torch_rnn_bi2_lengths_f64", C("simple_rnn", 3, num_layers=2, nonlinearity="relu", **T), 2, 4, 2, lengths=[4, 2], h0=True, state_cot=True),
        S("extra_torch_lstm_proj_bi2_lengths_f64", C("lstm", 4, proj_size=3, num_layers=2, **T), 2, 4, 2, lengths=[2, 4], h0=True, state_cot=True),
        S("extra_torch_gru_nobias_f32", C("gru", 17, bias=False), 1, 3, 1, dtype="float32", **BIG),
        S("extra_torch_lstm_saturated_f64", C("lstm", 3, **T), 2, 5, 2, x_scale=50.0),
        S("extra_torch_lstm_200_steps_f64", C("lstm", 3), 1, 200, 2, hash=True, sample=40),
        S("extra_torch_rnn_nobias_two_layers_f64", C("simple_rnn", 2, bias=False, num_layers=2), 3, 3, 1, h0=True),
    ]
    return "extra_torch", [lambda s=s: make_case(SET, s) for s in specs]


def onnx():
    from gen_onnx import C, S, BI, RV, make_case
    hs = dict(activations=["HardSigmoid", "ScaledTanh", "Softsign"], activation_alpha=[0.3, 1.5], activation_beta=[0.4, 0.75])
    specs = [
        S("extra_onnx_lstm_all_bidirectional", C("lstm", 3, clip=0.6, **BI), 3, 5, 2, P=True, h0=True, lengths=[5, 2, 4], x_scale=3.0),
        S("extra_onnx_lstm_input_forget", C("lstm", 3, input_forget=1), 2, 4, 2, h0=True),
        S("extra_onnx_lstm_input_forget_bidirectional", C("lstm", 2, input_forget=1, **BI), 2, 3, 3, P=True),
        S("extra_onnx_lstm_reverse_peephole", C("lstm", 2, **RV), 2, 4, 3, P=True, h0=True),
        S("extra_onnx_lstm_nobias_one", C("lstm", 1), 1, 1, 1, B=False),
        S("extra_onnx_lstm_saturated", C("lstm", 3), 2, 4, 2, x_scale=50.0, h0=True, s_scale=3.0),
        S("extra_onnx_lstm_17", C("lstm", 17), 1, 2, 3, w_scale=0.3),
        S("extra_onnx_gru_bidirectional_after_lengths", C("gru", 3, linear_before_reset=1, **BI), 3, 4, 2, lengths=[4, 1, 3], h0=True),
        S("extra_onnx_gru_before_clip", C("gru", 3, linear_before_reset=0, clip=0.5), 2, 4, 2, x_scale=3.0, h0=True),
        S("extra_onnx_gru_reverse_before_lengths", C("gru", 2, linear_before_reset=0, **RV), 2, 4, 3, lengths=[2, 4], h0=True),
        S("extra_onnx_gru_activations", C("gru", 3, activations=["HardSigmoid", "Relu"], activation_alpha=[0.25], activation_beta=[0.375], linear_before_reset=1), 2, 4, 2, h0=True),
        S("extra_onnx_rnn_reverse_lengths", C("simple_rnn", 3, **RV), 3, 4, 2, lengths=[4, 3, 1], h0=True),
        S("extra_onnx_rnn_bidirectional_different", C("simple_rnn", 3, activations=["Tanh", "LeakyRelu"], activation_alpha=[0.125], **BI), 2, 4, 2, h0=True),
        S("extra_onnx_rnn_elu_clip", C("simple_rnn", 2, activations=["Elu"], activation_alpha=[0.5], clip=0.75), 2, 4, 3, x_scale=2.0),
        S("extra_onnx_rnn_affine", C("simple_rnn", 2, activations=["Affine"], activation_alpha=[0.5], activation_beta=[0.25]), 2, 3, 3),
        S("extra_onnx_rnn_thresholded", C("simple_rnn", 3, activations=["ThresholdedRelu"], activation_alpha=[0.3]), 2, 3, 2),
        S("extra_onnx_rnn_softplus", C("simple_rnn", 2, activations=["Softplus"]), 2, 3, 2, w_scale=0.3),
        S("extra_onnx_lstm_activations", C("lstm", 3, **hs), 2, 4, 2, x_scale=2.0),
    ]
    layout_1 = [
        S("extra_onnx_lstm_layout_1", C("lstm", 3), 2, 4, 3, h0=True, P=True),
        S("extra_onnx_gru_layout_1", C("gru", 2, linear_before_reset=1), 3, 4, 2, h0=True),
        S("extra_onnx_rnn_layout_1", C("simple_rnn", 3), 2, 5, 2, h0=True),
    ]
    return "extra_onnx", [lambda s=s: make_case(SET, s) for s in specs] + [lambda s=s: onnx_layout_1(s) for s in layout_1]


def onnx_layout_1(spec):
    """ONNX Runtime refuses layout 1, so the outputs are those of onnx's own evaluator (whose last states are wrong there
    when T > 1, and are left out). The same node with layout 0 in ONNX Runtime must agree."""
    import numpy as np
    from onnx.reference import ReferenceEvaluator
    import gen_onnx as G
    case = G.make_case(SET, spec)
    swap = lambda t: np.ascontiguousarray(t.a.swapaxes(0, 1))
    names = {"x": "X", "h0": "initial_h", "c0": "initial_c"}
    feed = {k: case["weights"][k].a for k in case["weights"]}
    feed.update({names[k]: swap(v) for k, v in case["inputs"].items()})
    mod = G.model(spec["layer"], dict(spec["config"], layout=1), feed, G.TP.FLOAT, {k: list(v.shape) for k, v in feed.items()})
    y = ReferenceEvaluator(mod).run(None, feed)[0]
    want = case["expected"]["outputs"].transpose(2, 0, 1, 3)
    assert y.shape == want.shape and np.max(np.abs(y - want)) < 1e-6, (y.shape, want.shape)
    case["config"]["layout"] = 1
    case["inputs"] = {k: G.T(swap(v)) for k, v in case["inputs"].items()}
    case["expected"] = {"outputs": y}
    case["source"]["how"] = "gen/gen_extra.py: one node with layout 1, run by onnx.reference in float32; ONNX Runtime agrees with layout 0"
    return case


def training():
    from gen_training import S, L, lstm, gru, rnn, td, stack, bi, SIG, make
    exact = dict(beta_1=0.875, beta_2=0.9990234375)
    R = dict(return_sequences=True)
    small = stack(rnn(3, **R), td(2, **SIG))
    k = dict(N=10, T=3, m=2, y_shape=(3, 2), epochs=3, batch=4, random_bias=True)
    gruk = dict(k, random_bias=True)
    soft = stack(gru(3), L("dense", units=3, activation="softmax"))
    bin_ = stack(bi(lstm(2, **R)), td(2, **SIG))
    probe = [[[0.5, -0.25], [1.0, 0.125]]]
    specs = [
        S("extra_train_rmsprop_momentum_f64", small, optimizer=dict(name="rmsprop", learning_rate=0.01, momentum=0.75, rho=0.75), **k),
        S("extra_train_rmsprop_centered_f64", small, optimizer=dict(name="rmsprop", learning_rate=0.01, centered=True, epsilon=1e-3), **k),
        S("extra_train_rmsprop_centered_momentum_f64", small, optimizer=dict(name="rmsprop", learning_rate=0.01, centered=True, momentum=0.5, epsilon=1e-3, clipnorm=0.05), **k),
        S("extra_train_adam_amsgrad_f64", small, optimizer=dict(name="adam", learning_rate=0.02, amsgrad=True, **exact), **k),
        S("extra_train_adam_clipvalue_f32", small, optimizer=dict(name="adam", learning_rate=0.02, clipvalue=0.01, **exact), dtype="float32", **k),
        S("extra_train_adam_global_clipnorm_f64", small, optimizer=dict(name="adam", learning_rate=0.02, epsilon=0.01, global_clipnorm=0.05, **exact), **k),
        S("extra_train_sgd_nesterov_f64", small, optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.5, nesterov=True), **k),
        S("extra_train_sgd_nesterov_lstm_f64", stack(lstm(2, **R), td(2, **SIG)), optimizer=dict(name="sgd", learning_rate=0.5, momentum=0.75, nesterov=True), **k),
        S("extra_train_adam_amsgrad_gru_f64", stack(gru(2, **R), td(2, **SIG)), optimizer=dict(name="adam", learning_rate=0.25, amsgrad=True, **exact), **k),
        S("extra_train_gru_clipnorm_f64", stack(gru(3, **R), td(2, **SIG)), optimizer=dict(name="sgd", learning_rate=0.5, clipnorm=0.02), probe=probe,
          note="the bias of a reset-after GRU is one variable of two rows, and is clipped as one", **gruk),
        S("extra_train_softmax_gru_f64", soft, optimizer=dict(name="rmsprop", learning_rate=0.02), loss="categorical_crossentropy", one_hot=True, **dict(k, y_shape=(3,))),
        S("extra_train_binary_bidirectional_f64", bin_, optimizer=dict(name="adam", learning_rate=0.02, **exact), loss="binary_crossentropy", binary=True, probe=probe, **k),
        S("extra_train_three_layers_f64", stack(lstm(3, **R), bi(gru(2, **R), "sum"), rnn(3), L("dense", units=1, activation="linear")),
          optimizer=dict(name="adam", learning_rate=0.02, **exact), **dict(k, y_shape=(1,))),
        S("extra_train_gru_before_softmax_steps_f64", stack(gru(3, reset_after=False, **R), td(3, activation="softmax")),
          optimizer=dict(name="sgd", learning_rate=0.5, clipvalue=0.01), loss="categorical_crossentropy", one_hot=True, **dict(k, y_shape=(3, 3))),
        S("extra_train_one_sample_a_batch_f64", stack(lstm(1), L("dense", units=1)), optimizer=dict(name="sgd", learning_rate=0.1), **dict(k, N=3, m=1, y_shape=(1,), batch=1)),
    ]
    return "extra_training", [lambda s=s: make(SET, s) for s in specs]


if __name__ == "__main__":
    family, makers = {"keras": keras, "tf1": tf1, "torch": torch, "onnx": onnx, "training": training}[sys.argv[1]]()
    from common import write
    cases = []
    for make_one in makers:
        try:
            cases.append(make_one())
        except Exception as e:
            import traceback
            print("FAILED", type(e).__name__, str(e)[:500], flush=True)
            traceback.print_exc(limit=3)
    write(SET, family, cases)
