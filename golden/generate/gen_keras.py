"""Keras 3: dense layers, simple RNNs, LSTMs, GRUs, bidirectional layers, masks, stacks, and large layers."""

import sys

from command import generate
from keras_case import make_case
from keras_specs import (
    SIGMOID,
    bidirectional,
    gru,
    layer,
    lengths_mask,
    lstm,
    simple_rnn,
    spec,
    stack,
    stacked_cells,
    time_distributed,
)

# The inputs of the article's models of Parts B and C, and of Parts D and E.
ARTICLE_BC = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]]
ARTICLE_DE = [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]

LARGE = {"hash": True, "sample": 300, "dtype": "float32"}

FAMILIES = {
    "keras_dense": [
        spec("keras_td_dense_1to1_f32", time_distributed(1, **SIGMOID), (2, 6, 1), dtype="float32"),
        spec("keras_td_dense_2to3_f64", time_distributed(3, **SIGMOID), (2, 6, 2)),
        spec("keras_td_dense_softmax_f64", time_distributed(4, activation="softmax"), (2, 3, 5)),
        spec("keras_td_dense_relu_nobias_f64", time_distributed(4, activation="relu", use_bias=False), (3, 2, 3)),
    ],
    "keras_simple_rnn": [
        spec("keras_simple_rnn_tiny_f64", simple_rnn(3, return_sequences=True), (1, 3, 2), gates=True),
        spec("keras_simple_rnn_f32", simple_rnn(4, return_sequences=True), (2, 5, 3), gates=True, dtype="float32"),
        spec(
            "keras_simple_rnn_last_backwards_h0_f64",
            simple_rnn(4, go_backwards=True),
            (2, 5, 3),
            h0=True,
            state_cot=True,
        ),
        spec(
            "keras_simple_rnn_relu_nobias_f64",
            simple_rnn(4, activation="relu", use_bias=False, return_sequences=True),
            (2, 4, 3),
        ),
        spec(
            "keras_simple_rnn_mask_holes_f64",
            simple_rnn(3, return_sequences=True),
            (2, 5, 2),
            mask=[[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]],
            state_cot=True,
        ),
    ],
    "keras_lstm": [
        spec("keras_lstm_tiny_f64", lstm(3, return_sequences=True), (1, 3, 2), gates=True),
        spec("keras_lstm_h0_f64", lstm(3, return_sequences=True), (2, 4, 2), gates=True, h0=True, state_cot=True),
        spec("keras_lstm_f32", lstm(5, return_sequences=True), (3, 6, 4), gates=True, dtype="float32"),
        spec("keras_lstm_last_backwards_f64", lstm(4, go_backwards=True), (2, 5, 3), gates=True),
        spec(
            "keras_lstm_hard_sigmoid_relu_f64",
            lstm(4, recurrent_activation="hard_sigmoid", activation="relu", return_sequences=True),
            (2, 4, 3),
            x_scale=4.0,
            note="Keras 3 hard_sigmoid is relu6(x+3)/6, not the clip(0.2x+0.5) of Keras 2",
        ),
        spec("keras_lstm_article_shape_f64", lstm(13, return_sequences=True), (2, 6, 7)),
        spec(
            "keras_lstm_forget_all_f64",
            lstm(3, return_sequences=True),
            (1, 4, 2),
            gates=True,
            h0=True,
            grads=False,
            fixed={"bias": [60] * 3 + [-60] * 3 + [0] * 3 + [0] * 3},
            note="i=1, f=0: the cell forgets",
        ),
        spec(
            "keras_lstm_keep_all_f64",
            lstm(3, return_sequences=True),
            (1, 4, 2),
            gates=True,
            h0=True,
            grads=False,
            fixed={"bias": [-60] * 3 + [60] * 3 + [0] * 3 + [0] * 3},
            note="f=1, i=0: the cell state is kept (seed 002: f=1,i=0)",
        ),
    ],
    "keras_gru": [
        spec("keras_gru_after_tiny_f64", gru(3, reset_after=True, return_sequences=True), (1, 3, 2), gates=True),
        spec("keras_gru_before_tiny_f64", gru(3, reset_after=False, return_sequences=True), (1, 3, 2), gates=True),
        spec(
            "keras_gru_after_h0_f64",
            gru(4, reset_after=True, return_sequences=True),
            (2, 4, 3),
            gates=True,
            h0=True,
            state_cot=True,
        ),
        spec(
            "keras_gru_before_h0_f64",
            gru(4, reset_after=False, return_sequences=True),
            (2, 4, 3),
            gates=True,
            h0=True,
            state_cot=True,
        ),
        spec("keras_gru_after_f32", gru(5, reset_after=True), (2, 5, 4), dtype="float32"),
        spec("keras_gru_before_f32", gru(5, reset_after=False), (2, 5, 4), dtype="float32"),
        spec(
            "keras_gru_after_nobias_backwards_f64",
            gru(4, reset_after=True, use_bias=False, go_backwards=True, return_sequences=True),
            (2, 4, 3),
        ),
        spec("keras_gru_article_shape_before_f64", gru(13, reset_after=False, return_sequences=True), (2, 6, 7)),
    ],
    "keras_bidirectional": [
        spec(
            "keras_bi_lstm_concat_f64",
            bidirectional(lstm(3, return_sequences=True), "concat"),
            (2, 4, 2),
            state_cot=True,
        ),
        spec("keras_bi_gru_sum_f64", bidirectional(gru(3, return_sequences=True), "sum"), (2, 4, 2)),
        spec("keras_bi_simple_rnn_ave_last_f64", bidirectional(simple_rnn(3), "ave"), (2, 4, 2)),
        spec("keras_bi_lstm_mul_f32", bidirectional(lstm(3, return_sequences=True), "mul"), (2, 4, 2), dtype="float32"),
        spec(
            "keras_bi_gru_before_none_f64",
            bidirectional(
                gru(2, return_sequences=True, reset_after=False), None, gru(3, return_sequences=True, reset_after=False)
            ),
            (2, 4, 2),
        ),
        spec(
            "keras_bi_lstm_states_f64",
            bidirectional(lstm(2, return_sequences=True), "concat"),
            (2, 3, 2),
            states=[2, 2, 2, 2],
            state_cot=True,
        ),
        spec(
            "keras_bi_lstm_mask_f64",
            bidirectional(lstm(3, return_sequences=True), "concat"),
            (3, 5, 2),
            mask=lengths_mask([5, 3, 1], 5),
        ),
    ],
    "keras_masking": [
        spec(
            "keras_masking_lstm_f64",
            stack(layer("masking", mask_value=0.0), lstm(3, return_sequences=True)),
            (2, 5, 2),
            mask_rows=[(0, 3), (0, 4), (1, 1), (1, 4)],
            mask_value=0.0,
        ),
        spec(
            "keras_embedding_gru_td_f64",
            stack(
                layer("embedding", input_dim=7, output_dim=3, mask_zero=True),
                gru(4, return_sequences=True),
                time_distributed(2, **SIGMOID),
            ),
            (2, 5),
            integer_x=True,
            vocab=7,
            pad=[0, 2],
        ),
        spec(
            "keras_lstm_zero_output_mask_f64",
            lstm(3, return_sequences=True, zero_output_for_mask=True),
            (2, 5, 2),
            mask=lengths_mask([5, 2], 5),
        ),
        spec("keras_gru_last_mask_f64", gru(3), (3, 5, 2), mask=lengths_mask([5, 3, 1], 5), state_cot=True),
    ],
    "keras_stacks": [
        spec(
            "keras_stacked_cells_lstm_gru_f64",
            stacked_cells(lstm(2), gru(3), return_sequences=True),
            (2, 4, 2),
            states=[2, 2, 3],
            state_cot=True,
        ),
        spec(
            "keras_stateful_gru_f64",
            gru(3, return_sequences=True, stateful=True),
            (2, 9, 2),
            chunks=[3, 4, 2],
            reset_before=[False, False, True],
        ),
        spec(
            "keras_stateful_lstm_f64",
            lstm(3, return_sequences=True, stateful=True),
            (2, 7, 2),
            chunks=[1, 4, 2],
            reset_before=[False, False, False],
        ),
        spec(
            "keras_model_B_f64",
            stack(simple_rnn(5, return_sequences=True), time_distributed(2, **SIGMOID)),
            (1, 3, 3),
            x=ARTICLE_BC,
            note="Part B of the article: same shapes and new_input, own weights",
        ),
        spec(
            "keras_model_B_f32",
            stack(simple_rnn(5, return_sequences=True), time_distributed(2, **SIGMOID)),
            (1, 3, 3),
            x=ARTICLE_BC,
            dtype="float32",
        ),
        spec(
            "keras_model_C_f64",
            stack(
                simple_rnn(5, return_sequences=True),
                simple_rnn(7, return_sequences=True),
                time_distributed(2, **SIGMOID),
            ),
            (1, 3, 3),
            x=ARTICLE_BC,
            note="Part C",
        ),
        spec(
            "keras_model_D_f64",
            stack(lstm(13, return_sequences=True), time_distributed(5, **SIGMOID)),
            (1, 2, 7),
            x=ARTICLE_DE,
            note="Part D",
        ),
        spec(
            "keras_model_E_before_f64",
            stack(gru(13, return_sequences=True, reset_after=False), time_distributed(5, **SIGMOID)),
            (1, 2, 7),
            x=ARTICLE_DE,
            note="Part E, as in Keras 2.0.3 (reset before)",
        ),
        spec(
            "keras_model_E_after_f64",
            stack(gru(13, return_sequences=True, reset_after=True), time_distributed(5, **SIGMOID)),
            (1, 2, 7),
            x=ARTICLE_DE,
            note="Part E, as today's default (reset after)",
        ),
    ],
    "keras_large": [
        spec("keras_simple_rnn_28x28_f32", simple_rnn(64, return_sequences=True), (32, 28, 28), **LARGE),
        spec("keras_lstm_28x28_f32", lstm(64), (32, 28, 28), **LARGE),
        spec("keras_gru_after_28x28_f32", gru(64, reset_after=True), (32, 28, 28), **LARGE),
        spec("keras_gru_before_28x28_f32", gru(64, reset_after=False), (32, 28, 28), **LARGE),
        spec("keras_lstm_28x28_f64", lstm(64), (32, 28, 28), hash=True, sample=300),
    ],
}

if __name__ == "__main__":
    sys.exit(generate(__doc__, FAMILIES, make_case))
