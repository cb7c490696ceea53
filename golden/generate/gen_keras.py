"""Keras 3 cases.  python gen_keras.py reference"""
import sys
from keras_run import *

SIG = dict(activation="sigmoid")


def L(layer, **c):
    return dict(layer=layer, config=c)


def lstm(u, **k): return L("lstm", units=u, **k)
def gru(u, **k): return L("gru", units=u, **k)
def rnn(u, **k): return L("simple_rnn", units=u, **k)
def td(u, **k): return L("time_distributed_dense", units=u, **k)


def S(name, layer, N, T, m=None, **k):
    d = dict(name=name, N=N, T=T, **layer, **k)
    if m is not None: d["m"] = m
    return d


def stack(*layers): return dict(layer="stack", config=dict(layers=list(layers)))


def bi(fwd, mode="concat", back=None):
    c = dict(merge_mode=mode, forward=fwd)
    if back: c["backward"] = back
    return dict(layer="bidirectional", config=c)


def lengths_mask(lengths, T):
    return [[1 if t < k else 0 for t in range(T)] for k in lengths]


def left_mask(lengths, T):
    return [[1 if t >= T - k else 0 for t in range(T)] for k in lengths]


ARTICLE_BC = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]]
ARTICLE_DE = [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]


def cases_of_this_script():
    f = {}
    f["keras_dense"] = [
        S("keras_td_dense_1to1_f32", td(1, **SIG), 2, 6, 1, dtype="float32"),
        S("keras_td_dense_2to3_f64", td(3, **SIG), 2, 6, 2),
        S("keras_td_dense_softmax_f64", td(4, activation="softmax"), 2, 3, 5),
        S("keras_td_dense_relu_nobias_f64", td(4, activation="relu", use_bias=False), 3, 2, 3),
    ]
    f["keras_simple_rnn"] = [
        S("keras_simple_rnn_tiny_f64", rnn(3, return_sequences=True), 1, 3, 2, gates=True),
        S("keras_simple_rnn_f32", rnn(4, return_sequences=True), 2, 5, 3, gates=True, dtype="float32"),
        S("keras_simple_rnn_last_backwards_h0_f64", rnn(4, go_backwards=True), 2, 5, 3, h0=True, state_cot=True),
        S("keras_simple_rnn_relu_nobias_f64", rnn(4, activation="relu", use_bias=False, return_sequences=True), 2, 4, 3),
        S("keras_simple_rnn_mask_holes_f64", rnn(3, return_sequences=True), 2, 5, 2, mask=[[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]], state_cot=True),
    ]
    f["keras_lstm"] = [
        S("keras_lstm_tiny_f64", lstm(3, return_sequences=True), 1, 3, 2, gates=True),
        S("keras_lstm_h0_f64", lstm(3, return_sequences=True), 2, 4, 2, gates=True, h0=True, state_cot=True),
        S("keras_lstm_f32", lstm(5, return_sequences=True), 3, 6, 4, gates=True, dtype="float32"),
        S("keras_lstm_last_backwards_f64", lstm(4, go_backwards=True), 2, 5, 3, gates=True),
        S("keras_lstm_hard_sigmoid_relu_f64", lstm(4, recurrent_activation="hard_sigmoid", activation="relu", return_sequences=True), 2, 4, 3, x_scale=4.0,
          note="Keras 3 hard_sigmoid is relu6(x+3)/6, not the clip(0.2x+0.5) of Keras 2"),
        S("keras_lstm_article_shape_f64", lstm(13, return_sequences=True), 2, 6, 7),
        S("keras_lstm_forget_all_f64", lstm(3, return_sequences=True), 1, 4, 2, gates=True, h0=True, grads=False,
          fixed={"bias": [60] * 3 + [-60] * 3 + [0] * 3 + [0] * 3}, note="i=1, f=0: the cell forgets"),
        S("keras_lstm_keep_all_f64", lstm(3, return_sequences=True), 1, 4, 2, gates=True, h0=True, grads=False,
          fixed={"bias": [-60] * 3 + [60] * 3 + [0] * 3 + [0] * 3}, note="f=1, i=0: the cell state is kept (seed 002: f=1,i=0)"),
    ]
    f["keras_gru"] = [
        S("keras_gru_after_tiny_f64", gru(3, reset_after=True, return_sequences=True), 1, 3, 2, gates=True),
        S("keras_gru_before_tiny_f64", gru(3, reset_after=False, return_sequences=True), 1, 3, 2, gates=True),
        S("keras_gru_after_h0_f64", gru(4, reset_after=True, return_sequences=True), 2, 4, 3, gates=True, h0=True, state_cot=True),
        S("keras_gru_before_h0_f64", gru(4, reset_after=False, return_sequences=True), 2, 4, 3, gates=True, h0=True, state_cot=True),
        S("keras_gru_after_f32", gru(5, reset_after=True), 2, 5, 4, dtype="float32"),
        S("keras_gru_before_f32", gru(5, reset_after=False), 2, 5, 4, dtype="float32"),
        S("keras_gru_after_nobias_backwards_f64", gru(4, reset_after=True, use_bias=False, go_backwards=True, return_sequences=True), 2, 4, 3),
        S("keras_gru_article_shape_before_f64", gru(13, reset_after=False, return_sequences=True), 2, 6, 7),
    ]
    f["keras_bidirectional"] = [
        S("keras_bi_lstm_concat_f64", bi(lstm(3, return_sequences=True), "concat"), 2, 4, 2, state_cot=True),
        S("keras_bi_gru_sum_f64", bi(gru(3, return_sequences=True), "sum"), 2, 4, 2),
        S("keras_bi_simple_rnn_ave_last_f64", bi(rnn(3), "ave"), 2, 4, 2),
        S("keras_bi_lstm_mul_f32", bi(lstm(3, return_sequences=True), "mul"), 2, 4, 2, dtype="float32"),
        S("keras_bi_gru_before_none_f64", bi(gru(2, return_sequences=True, reset_after=False), None, gru(3, return_sequences=True, reset_after=False)), 2, 4, 2),
        S("keras_bi_lstm_states_f64", bi(lstm(2, return_sequences=True), "concat"), 2, 3, 2, states=[2, 2, 2, 2], state_cot=True),
        S("keras_bi_lstm_mask_f64", bi(lstm(3, return_sequences=True), "concat"), 3, 5, 2, mask=lengths_mask([5, 3, 1], 5)),
    ]
    f["keras_masking"] = [
        S("keras_masking_lstm_f64", stack(L("masking", mask_value=0.0), lstm(3, return_sequences=True)), 2, 5, 2,
          mask_rows=[(0, 3), (0, 4), (1, 1), (1, 4)], mask_value=0.0),
        S("keras_embedding_gru_td_f64", stack(L("embedding", input_dim=7, output_dim=3, mask_zero=True), gru(4, return_sequences=True), td(2, **SIG)),
          2, 5, integer_x=True, vocab=7, pad=[0, 2]),
        S("keras_lstm_zero_output_mask_f64", lstm(3, return_sequences=True, zero_output_for_mask=True), 2, 5, 2, mask=lengths_mask([5, 2], 5)),
        S("keras_gru_last_mask_f64", gru(3), 3, 5, 2, mask=lengths_mask([5, 3, 1], 5), state_cot=True),
    ]
    f["keras_stacks"] = [
        S("keras_stacked_cells_lstm_gru_f64", dict(layer="stacked_cells", config=dict(return_sequences=True, cells=[lstm(2), gru(3)])),
          2, 4, 2, states=[2, 2, 3], state_cot=True),
        S("keras_stateful_gru_f64", gru(3, return_sequences=True, stateful=True), 2, 9, 2, chunks=[3, 4, 2], reset_before=[False, False, True]),
        S("keras_stateful_lstm_f64", lstm(3, return_sequences=True, stateful=True), 2, 7, 2, chunks=[1, 4, 2], reset_before=[False, False, False]),
        S("keras_model_B_f64", stack(rnn(5, return_sequences=True), td(2, **SIG)), 1, 3, 3, x=ARTICLE_BC, note="Part B of the article: same shapes and new_input, own weights"),
        S("keras_model_B_f32", stack(rnn(5, return_sequences=True), td(2, **SIG)), 1, 3, 3, x=ARTICLE_BC, dtype="float32"),
        S("keras_model_C_f64", stack(rnn(5, return_sequences=True), rnn(7, return_sequences=True), td(2, **SIG)), 1, 3, 3, x=ARTICLE_BC, note="Part C"),
        S("keras_model_D_f64", stack(lstm(13, return_sequences=True), td(5, **SIG)), 1, 2, 7, x=ARTICLE_DE, note="Part D"),
        S("keras_model_E_before_f64", stack(gru(13, return_sequences=True, reset_after=False), td(5, **SIG)), 1, 2, 7, x=ARTICLE_DE, note="Part E, as in Keras 2.0.3 (reset before)"),
        S("keras_model_E_after_f64", stack(gru(13, return_sequences=True, reset_after=True), td(5, **SIG)), 1, 2, 7, x=ARTICLE_DE, note="Part E, as today's default (reset after)"),
    ]
    big = dict(hash=True, sample=300, dtype="float32")
    f["keras_large"] = [
        S("keras_simple_rnn_28x28_f32", rnn(64, return_sequences=True), 32, 28, 28, **big),
        S("keras_lstm_28x28_f32", lstm(64), 32, 28, 28, **big),
        S("keras_gru_after_28x28_f32", gru(64, reset_after=True), 32, 28, 28, **big),
        S("keras_gru_before_28x28_f32", gru(64, reset_after=False), 32, 28, 28, **big),
        S("keras_lstm_28x28_f64", lstm(64), 32, 28, 28, hash=True, sample=300),
    ]
    return f




if __name__ == "__main__":
    which = sys.argv[1]
    only = sys.argv[2:] or None
    for fam, specs in {"reference": cases_of_this_script}[which]().items():
        if only and fam not in only: continue
        cases = []
        for s in specs:
            try:
                cases.append(make_case(which, s))
            except Exception as e:
                print("FAILED", s["name"], type(e).__name__, str(e)[:400], flush=True)
                import traceback; traceback.print_exc()
        write(which, fam, cases)
