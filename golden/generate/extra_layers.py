"""Specifications of the corners of Keras: sizes of one, 17 units, long sequences, saturated gates, masks, training."""

from keras_specs import (
    SEQUENCES,
    SIGMOID,
    bidirectional,
    dense,
    gru,
    layer,
    left_mask,
    lengths_mask,
    lstm,
    simple_rnn,
    spec,
    stack,
    stacked_cells,
    time_distributed,
)

LARGE = {"hash": True, "sample": 60}

# ---------------------------------------------------------------- layers
THREE_BIDIRECTIONAL = stack(
    bidirectional(lstm(3, **SEQUENCES)),
    bidirectional(gru(2, **SEQUENCES)),
    bidirectional(simple_rnn(4, **SEQUENCES)),
    time_distributed(2, **SIGMOID),
)


def backwards(make, units, **config):
    """Return a layer that reads from the end and gives all outputs, in the order of reading."""
    return make(units, go_backwards=True, **SEQUENCES, **config)


KERAS = [
    spec("extra_keras_lstm_ones_f64", lstm(1, **SEQUENCES), (1, 1, 1), gates=True, h0=True, state_cot=True),
    spec("extra_keras_gru_after_ones_f64", gru(1, **SEQUENCES), (1, 1, 1), gates=True, h0=True, state_cot=True),
    spec(
        "extra_keras_gru_before_one_unit_f64",
        gru(1, reset_after=False, **SEQUENCES),
        (3, 2, 1),
        gates=True,
        h0=True,
        state_cot=True,
    ),
    spec("extra_keras_lstm_17_units_f32", lstm(17, **SEQUENCES), (3, 5, 1), dtype="float32", **LARGE),
    spec("extra_keras_gru_17_units_f64", gru(17), (1, 3, 5), **LARGE),
    spec("extra_keras_lstm_200_steps_f64", lstm(3), (1, 200, 2), hash=True, sample=40),
    spec("extra_keras_gru_200_steps_f32", gru(4, **SEQUENCES), (2, 200, 1), hash=True, sample=40, dtype="float32"),
    spec(
        "extra_keras_lstm_saturated_f64",
        lstm(3, **SEQUENCES),
        (2, 6, 2),
        x_scale=50.0,
        h0=True,
        s_scale=5.0,
        state_cot=True,
    ),
    spec("extra_keras_lstm_saturated_f32", lstm(3, **SEQUENCES), (2, 6, 2), x_scale=50.0, dtype="float32"),
    spec("extra_keras_gru_saturated_f64", gru(3, **SEQUENCES), (2, 6, 2), x_scale=50.0, h0=True, state_cot=True),
    spec("extra_keras_simple_rnn_saturated_f64", simple_rnn(3, **SEQUENCES), (2, 6, 2), x_scale=50.0),
    spec(
        "extra_keras_lstm_elu_softsign_f64",
        lstm(3, activation="elu", recurrent_activation="softsign", **SEQUENCES),
        (2, 4, 2),
        gates=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_gru_softmax_f64",
        gru(3, activation="softmax", recurrent_activation="hard_sigmoid", **SEQUENCES),
        (2, 4, 2),
        gates=True,
    ),
    spec(
        "extra_keras_simple_rnn_softmax_linear_f64",
        stack(
            simple_rnn(3, activation="softmax", **SEQUENCES),
            simple_rnn(2, activation="linear", **SEQUENCES),
            dense(3, activation="elu"),
        ),
        (2, 3, 2),
    ),
    spec(
        "extra_keras_lstm_mask_holes_h0_f64",
        lstm(3, **SEQUENCES),
        (3, 5, 2),
        mask=[[0, 1, 0, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]],
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_gru_before_mask_left_backwards_f64",
        gru(3, reset_after=False, go_backwards=True, **SEQUENCES),
        (2, 4, 2),
        mask=left_mask([3, 1], 4),
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_simple_rnn_mask_last_f64",
        simple_rnn(3),
        (2, 4, 2),
        mask=[[1, 1, 0, 0], [0, 1, 0, 1]],
        state_cot=True,
    ),
    spec(
        "extra_keras_lstm_zero_output_backwards_f64",
        lstm(2, zero_output_for_mask=True, go_backwards=True, **SEQUENCES),
        (3, 4, 3),
        mask=lengths_mask([4, 1, 2], 4),
        state_cot=True,
    ),
    spec("extra_keras_three_bidirectional_f64", THREE_BIDIRECTIONAL, (2, 5, 3)),
    spec("extra_keras_three_bidirectional_f32", THREE_BIDIRECTIONAL, (2, 5, 3), dtype="float32"),
    spec(
        "extra_keras_bi_mul_mask_f64",
        bidirectional(gru(3, **SEQUENCES), "mul"),
        (2, 4, 2),
        mask=lengths_mask([4, 2], 4),
        state_cot=True,
    ),
    spec("extra_keras_bi_none_lstm_gru_f64", bidirectional(lstm(2, **SEQUENCES), None, gru(3, **SEQUENCES)), (2, 4, 2)),
    spec(
        "extra_keras_bi_concat_lstm_rnn_last_f64",
        bidirectional(lstm(2), "concat", simple_rnn(3)),
        (2, 4, 2),
        state_cot=True,
    ),
    spec(
        "extra_keras_bi_sum_last_mask_f64",
        bidirectional(lstm(3), "sum"),
        (3, 4, 2),
        mask=lengths_mask([4, 2, 1], 4),
        state_cot=True,
    ),
    spec(
        "extra_keras_bi_states_gru_ave_f64",
        bidirectional(gru(2, reset_after=False, **SEQUENCES), "ave"),
        (2, 3, 3),
        states=[2, 2],
        state_cot=True,
    ),
    spec(
        "extra_keras_cells_three_f64",
        stacked_cells(lstm(2), gru(3, reset_after=False), simple_rnn(4), return_sequences=True),
        (2, 4, 3),
        states=[2, 2, 3, 4],
        state_cot=True,
    ),
    spec(
        "extra_keras_cells_last_backwards_f64",
        stacked_cells(gru(2), lstm(3), return_sequences=False, go_backwards=True),
        (2, 4, 2),
        state_cot=True,
    ),
    spec(
        "extra_keras_cells_mask_f64",
        stacked_cells(lstm(2), simple_rnn(3), return_sequences=True),
        (2, 4, 2),
        mask=lengths_mask([4, 2], 4),
        state_cot=True,
    ),
    spec(
        "extra_keras_masking_value_bi_f64",
        stack(
            layer("masking", mask_value=-1.0),
            bidirectional(lstm(2, **SEQUENCES)),
            gru(3),
            dense(2, activation="softmax"),
        ),
        (3, 4, 2),
        mask_rows=[(0, 0), (1, 2), (1, 3), (2, 3)],
        mask_value=-1.0,
    ),
    spec(
        "extra_keras_embedding_bi_cells_f64",
        stack(
            layer("embedding", input_dim=9, output_dim=4, mask_zero=False),
            bidirectional(gru(2, **SEQUENCES), "concat"),
            stacked_cells(simple_rnn(3), lstm(2), return_sequences=True),
            time_distributed(3, activation="softmax"),
        ),
        (2, 4),
        integer_x=True,
        vocab=9,
    ),
    spec(
        "extra_keras_embedding_masked_last_f64",
        stack(layer("embedding", input_dim=6, output_dim=2, mask_zero=True), lstm(3), dense(2)),
        (3, 5),
        integer_x=True,
        vocab=6,
        pad=[0, 2, 4],
    ),
    spec(
        "extra_keras_stateful_rnn_f64",
        simple_rnn(2, stateful=True, **SEQUENCES),
        (3, 6, 2),
        chunks=[2, 1, 3],
        reset_before=[False, True, False],
    ),
    spec(
        "extra_keras_dense_2d_nobias_f32", dense(3, activation="softsign", use_bias=False), (4, 1, 5), dtype="float32"
    ),
]

# Options of a single layer that no other case has for this cell: together they fill the table of options and cells.
OPTIONS = [
    spec("extra_keras_lstm_backwards_h0_f64", backwards(lstm, 3), (2, 4, 2), gates=True, h0=True, state_cot=True),
    spec("extra_keras_lstm_nobias_backwards_f64", backwards(lstm, 2, use_bias=False), (2, 3, 4), state_cot=True),
    spec("extra_keras_simple_rnn_backwards_h0_f64", backwards(simple_rnn, 3), (2, 4, 2), h0=True, state_cot=True),
    spec(
        "extra_keras_gru_before_nobias_backwards_h0_f64",
        backwards(gru, 3, reset_after=False, use_bias=False),
        (2, 4, 2),
        h0=True,
        state_cot=True,
    ),
    spec("extra_keras_gru_after_backwards_h0_f64", backwards(gru, 2), (3, 4, 2), h0=True, state_cot=True),
    spec("extra_keras_gru_after_last_backwards_f64", gru(3, go_backwards=True), (2, 4, 2), state_cot=True),
    spec(
        "extra_keras_gru_before_last_backwards_h0_f64",
        gru(3, reset_after=False, go_backwards=True),
        (2, 3, 2),
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_gru_after_mask_backwards_h0_f64",
        backwards(gru, 3),
        (3, 4, 2),
        mask=lengths_mask([4, 1, 3], 4),
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_simple_rnn_mask_backwards_h0_f64",
        backwards(simple_rnn, 3),
        (2, 4, 2),
        mask=left_mask([3, 2], 4),
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_gru_before_mask_last_f64",
        gru(3, reset_after=False),
        (3, 4, 2),
        mask=[[1, 1, 0, 0], [0, 1, 0, 1], [1, 1, 1, 0]],
        state_cot=True,
    ),
    spec(
        "extra_keras_lstm_mask_last_h0_f64",
        lstm(3),
        (3, 4, 2),
        mask=[[1, 0, 1, 0], [0, 1, 1, 1], [1, 1, 0, 0]],
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_gru_before_relu_hard_sigmoid_f64",
        gru(3, reset_after=False, activation="relu", recurrent_activation="hard_sigmoid", **SEQUENCES),
        (2, 4, 2),
        gates=True,
        h0=True,
    ),
    spec(
        "extra_keras_gru_after_zero_output_f64",
        gru(2, zero_output_for_mask=True, **SEQUENCES),
        (2, 4, 3),
        mask=lengths_mask([2, 4], 4),
        state_cot=True,
    ),
    spec(
        "extra_keras_simple_rnn_zero_output_f64",
        simple_rnn(3, zero_output_for_mask=True, **SEQUENCES),
        (2, 4, 3),
        mask=lengths_mask([3, 1], 4),
        h0=True,
        state_cot=True,
    ),
    spec(
        "extra_keras_stateful_gru_before_f64",
        gru(2, reset_after=False, stateful=True, **SEQUENCES),
        (2, 5, 3),
        chunks=[2, 2, 1],
        reset_before=[False, False, True],
    ),
]

# ---------------------------------------------------------------- training
EXACT_BETAS = dict(beta_1=0.875, beta_2=0.9990234375)
SMALL = stack(simple_rnn(3, **SEQUENCES), time_distributed(2, **SIGMOID))
SIZES = dict(N=10, T=3, m=2, y_shape=(3, 2), epochs=3, batch=4, random_bias=True)
SOFTMAX_GRU = stack(gru(3), dense(3, activation="softmax"))
BINARY_BIDIRECTIONAL = stack(bidirectional(lstm(2, **SEQUENCES)), time_distributed(2, **SIGMOID))
PROBE = [[[0.5, -0.25], [1.0, 0.125]]]
TRAINING = [
    spec(
        "extra_train_rmsprop_momentum_f64",
        SMALL,
        optimizer=dict(name="rmsprop", learning_rate=0.01, momentum=0.75, rho=0.75),
        **SIZES,
    ),
    spec(
        "extra_train_rmsprop_centered_f64",
        SMALL,
        optimizer=dict(name="rmsprop", learning_rate=0.01, centered=True, epsilon=1e-3),
        **SIZES,
    ),
    spec(
        "extra_train_rmsprop_centered_momentum_f64",
        SMALL,
        optimizer=dict(name="rmsprop", learning_rate=0.01, centered=True, momentum=0.5, epsilon=1e-3, clipnorm=0.05),
        **SIZES,
    ),
    spec(
        "extra_train_adam_amsgrad_f64",
        SMALL,
        optimizer=dict(name="adam", learning_rate=0.02, amsgrad=True, **EXACT_BETAS),
        **SIZES,
    ),
    spec(
        "extra_train_adam_clipvalue_f32",
        SMALL,
        optimizer=dict(name="adam", learning_rate=0.02, clipvalue=0.01, **EXACT_BETAS),
        dtype="float32",
        **SIZES,
    ),
    spec(
        "extra_train_adam_global_clipnorm_f64",
        SMALL,
        optimizer=dict(name="adam", learning_rate=0.02, epsilon=0.01, global_clipnorm=0.05, **EXACT_BETAS),
        **SIZES,
    ),
    spec(
        "extra_train_sgd_nesterov_f64",
        SMALL,
        optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.5, nesterov=True),
        **SIZES,
    ),
    spec(
        "extra_train_sgd_nesterov_lstm_f64",
        stack(lstm(2, **SEQUENCES), time_distributed(2, **SIGMOID)),
        optimizer=dict(name="sgd", learning_rate=0.5, momentum=0.75, nesterov=True),
        **SIZES,
    ),
    spec(
        "extra_train_adam_amsgrad_gru_f64",
        stack(gru(2, **SEQUENCES), time_distributed(2, **SIGMOID)),
        optimizer=dict(name="adam", learning_rate=0.25, amsgrad=True, **EXACT_BETAS),
        **SIZES,
    ),
    spec(
        "extra_train_gru_clipnorm_f64",
        stack(gru(3, **SEQUENCES), time_distributed(2, **SIGMOID)),
        optimizer=dict(name="sgd", learning_rate=0.5, clipnorm=0.02),
        probe=PROBE,
        note="the bias of a reset-after GRU is one variable of two rows, and is clipped as one",
        **SIZES,
    ),
    spec(
        "extra_train_softmax_gru_f64",
        SOFTMAX_GRU,
        optimizer=dict(name="rmsprop", learning_rate=0.02),
        loss="categorical_crossentropy",
        one_hot=True,
        **dict(SIZES, y_shape=(3,)),
    ),
    spec(
        "extra_train_binary_bidirectional_f64",
        BINARY_BIDIRECTIONAL,
        optimizer=dict(name="adam", learning_rate=0.02, **EXACT_BETAS),
        loss="binary_crossentropy",
        binary=True,
        probe=PROBE,
        **SIZES,
    ),
    spec(
        "extra_train_three_layers_f64",
        stack(
            lstm(3, **SEQUENCES),
            bidirectional(gru(2, **SEQUENCES), "sum"),
            simple_rnn(3),
            dense(1, activation="linear"),
        ),
        optimizer=dict(name="adam", learning_rate=0.02, **EXACT_BETAS),
        **dict(SIZES, y_shape=(1,)),
    ),
    spec(
        "extra_train_gru_before_softmax_steps_f64",
        stack(gru(3, reset_after=False, **SEQUENCES), time_distributed(3, activation="softmax")),
        optimizer=dict(name="sgd", learning_rate=0.5, clipvalue=0.01),
        loss="categorical_crossentropy",
        one_hot=True,
        **dict(SIZES, y_shape=(3, 3)),
    ),
    spec(
        "extra_train_adam_epsilon_lstm_f64",
        stack(lstm(2, **SEQUENCES), time_distributed(2, **SIGMOID)),
        optimizer=dict(name="adam", learning_rate=0.05, epsilon=0.001, **EXACT_BETAS),
        **SIZES,
    ),
    spec(
        "extra_train_adam_clipnorm_f64",
        SMALL,
        optimizer=dict(name="adam", learning_rate=0.02, epsilon=0.01, clipnorm=0.03, **EXACT_BETAS),
        **SIZES,
    ),
    spec("extra_train_sgd_clipnorm_f64", SMALL, optimizer=dict(name="sgd", learning_rate=0.5, clipnorm=0.04), **SIZES),
    spec(
        "extra_train_sgd_global_clipnorm_f64",
        SMALL,
        optimizer=dict(name="sgd", learning_rate=1.0, global_clipnorm=0.03),
        **SIZES,
    ),
    spec(
        "extra_train_sgd_global_clipnorm_lstm_f64",
        stack(lstm(2, **SEQUENCES), time_distributed(2, **SIGMOID)),
        optimizer=dict(name="sgd", learning_rate=0.5, momentum=0.5, global_clipnorm=0.03),
        **SIZES,
    ),
    spec(
        "extra_train_one_sample_a_batch_f64",
        stack(lstm(1), dense(1)),
        optimizer=dict(name="sgd", learning_rate=0.1),
        **dict(SIZES, N=3, m=1, y_shape=(1,), batch=1),
    ),
]
