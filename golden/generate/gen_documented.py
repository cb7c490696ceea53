"""Writes documented.json (every number printed in the sources, and what is wrong in them)
and reference/documented.json (those that can be checked from documented inputs, as cases)."""
import json, os
import numpy as np
from common import *

REPO = "ahstat/deep-learning@3d96c72f2117141eb75d4a6ea9b8553fa64b6ebe:rnn/1_math_structure_of_rnn.py"
BLOG = "seeds/004_7fdef4f5ebc2aed9.txt"
S0, S1, S2, S3 = "seeds/000_c7b8f30fcfa20812.txt", "seeds/001_7c17513aef4a083d.txt", "seeds/002_fc396ca3633e18a8.txt", "seeds/003_02a7d4613a2103e6.txt"
FULL, NOW, SHAPE, STAT, DERIVED = "fully", "only given weights that were not printed", "shape only", "statement, no number to recompute", "fully (consistency of printed numbers)"
sig = lambda z: 1 / (1 + np.exp(-np.asarray(z, float)))
logit = lambda p: np.log(np.asarray(p) / (1 - np.asarray(p)))

N = []
def add(src, line, what, printed, digits, rec, check, verified=None, lit=None):
    d = {"id": "D%02d" % (len(N) + 1), "source": src, "line": line, "what": what, "printed": printed, "significant_digits": digits, "recomputable": rec, "check": check}
    if verified: d["verified"] = verified
    N.append(d)

# ------------------------------------------------------------------ companion code, Part A
add(REPO, "53-58, 70-84", "Part A: training set", "256 samples of x_seed [1, 0.8, 0.6, 0.2, 1, 0] -> y_seed [0.7, 0.6, 0.5, 0.3, 0.8, 0.2]; x (256, 6, 1), y (256, 6, 1)", None, FULL,
    "build both; every sample is the same; shapes (256,6,1)", "built with the printed code: all 256 rows equal")
add(REPO, "86-87", "Part A: y_seed is said to be like sigmoid(2*x_seed-1)", "[0.7, 0.6, 0.5, 0.3, 0.8, 0.2]", 1, FULL,
    "sigmoid(2x-1) = [0.7311, 0.6457, 0.5498, 0.3543, 0.7311, 0.2689]; within 0.07 of y_seed", "largest distance 0.0689 (x=1 has two targets, 0.7 and 0.8)")
add(REPO, "102", "Part A 1 to 1: training", "epochs = 500, batch_size = 32, loss mse, optimizer rmsprop", None, NOW,
    "no loss is printed. The loss of the printed predictions (D06) on the training data is 0.00114399; the smallest loss any a, b can reach is 0.00112815 (at a=2.40625, b=-1.39631), because x=1 appears with targets 0.7 and 0.8",
    "see article_training_stats.json for what today's Keras reaches after 500 epochs (0.001128 to 0.001129, 20 seeds). The documented pair (D05) is reproduced from one inferred start weight with the rule of Keras 2: case doc_train_A1")
add(REPO, "116, 129, 148", "Part A: input and output shapes", "(1, 6, 1); (2, 6, 1); (1, 8, 1)", None, SHAPE, "a model trained with T=6 takes k=2 samples and l=8 steps; output shapes equal input shapes")
add(REPO, "167", "Part A 1 to 1: trained weights", "a=2.35025001; b=-1.36052668", 9, NOW, "weights of one run (seed cannot be reproduced); used as inputs of D06. But: start a0 = -1.61479319, b0 = 0, 4000 steps of Keras 2.0.3's RMSprop give both numbers (case doc_train_A1; which of two branches the last step hits is chance, see there)",
    "b comes out as -1.36052678 at a = 2.35025001 (9.7e-8 from the printed b; float32 arithmetic scatters by 3e-7); Keras 3's rule gives -1.35839535. nine digits name one float32 each: float32(a)=2.350250005722046, float32(b)=-1.36052668094635")
add(REPO, "118-123, 132-158", "Part A 1 to 1: predictions from D05, x in {1, 0.8, 0.6, 0.2, 0}", "0.72903323 0.62707138 0.51240331 0.29101145 0.72903323 0.20415471", 8, FULL,
    "sigmoid(a*x+b) with the printed a, b. float32: equal to the printed number or the next float32 (6e-8). float64: equal to 7 significant digits, |difference| <= 4.2e-8",
    "torch float32: all six bit-equal. Keras 3.15 float32: largest difference 6.0e-8 (1 ulp). float64: 0.7290332714 0.6270713763 0.5124032864 0.2910114676 0.2041547163, largest difference 4.14e-8. The second sample of zeros is sigmoid(b) = 0.20415472")
add(REPO, "177", "Part A 1 to 1: the same by hand", "[0.7290, 0.6271, 0.5124, 0.2910, 0.7290, 0.2042]", 4, FULL, "round(sigmoid(a*x+b), 4)", "all six agree after rounding to 4 digits")
add(REPO, "169-170", "Part A 1 to 1: weight shapes", "(1,1) and (1,)", None, SHAPE, "Dense(1) on 1 feature; 2 parameters")
add(REPO, "182-198", "Part A 2 to 3: data", "sample_size 256, dim_in 2, dim_out 3, x rows [1,1] [0.8,0.8] [0.6,0.6] [0.2,0.2] [1,1] [0,0]", None, FULL, "reshape_training repeats one vector over features and samples (order='F')",
    "reshape_training run as printed: every sample and every feature column equal")
add(REPO, "206", "Part A 2 to 3: training", "epochs = 100, batch_size = 32", None, NOW, "the printed predictions (D12) have mse 0.0213405 on the training targets: compare with the loss after 100 epochs", "0.02134050 computed from the 18 printed numbers; case doc_train_A2 reproduces all 18 from three inferred start values")
add(REPO, "209, 217", "Part A 2 to 3: shapes", "(1, 6, 2) -> (1, 6, 3)", None, SHAPE, "TimeDistributed(Dense(3)) on 2 features")
P = np.array([[0.67353392, 0.59669352, 0.57625091], [0.61093992, 0.56769931, 0.55657816], [0.54446143, 0.53823376, 0.53672636], [0.40912622, 0.47870329, 0.4967348], [0.67353392, 0.59669352, 0.57625091], [0.34512752, 0.44905871, 0.47672269]])
b2 = logit(P[5]); s2 = logit(P[0]) - b2
xs = np.array([1, 0.8, 0.6, 0.2, 1, 0])
aff = sig(xs[:, None] * s2 + b2)
add(REPO, "211-216", "Part A 2 to 3: predictions (6 rows of 3)", "\n".join(" ".join(("%.8f" % v).rstrip("0") for v in r) for r in P), 8, DERIVED,
    "the weights were not printed, but both inputs are equal in every row, so logit(y) must be affine in x: b = logit(row 6), w1+w2 = logit(row 1) - b; rows 2, 3, 4 follow and must agree to 1.2e-7",
    "b = [%s], w1+w2 = [%s]; largest difference of rows 2-4: %.1e. One start value per column reproduces b to 1.1e-7 with RMSprop epsilon 1e-7 outside the root (2.2e-5 with 1e-8, 1e-2 with Keras 3's rule)" % (", ".join("%.8f" % v for v in b2), ", ".join("%.8f" % v for v in s2), np.max(np.abs(aff - P))))
add(REPO, "226", "Part A 2 to 3: number of parameters", "9", None, SHAPE, "2*3 + 3 = 9")
# ------------------------------------------------------------------ companion code, Part B, C
add(REPO, "251-262", "Part B: sizes", "256 samples, dim_in 3, dim_out 2, nb_units 5, T 6, x_seed [1,0,0,0,0,0]", None, SHAPE, "x (256,6,3), y (256,6,2)")
add(REPO, "284-290", "Part B: weight shapes", "(3,5) (5,5) (5,) (5,2) (2,)", None, SHAPE, "SimpleRNN(5) on 3 features, Dense(2): 57 parameters")
add(REPO, "322-324", "Part B: predictions for [[4,2,1],[1,1,1],[1,1,1]] (float32)", "0.55979645 0.57693499 / 0.74226248 0.74133486 / 0.63655949 0.6355176", 8, NOW, "cannot be recomputed; the model with its weights must reproduce its own predict by hand (D17)")
add(REPO, "341, 352, 363", "Part B: the same by hand in float64", "0.5597964507974701 0.5769349825548512 / 0.7422624674301803 0.7413348457274395 / 0.6365595486435094 0.6355176253524718", 16, DERIVED,
    "documented agreement between float32 predict and a float64 recomputation from the same weights: |difference| <= 6e-8", "differences of the printed numbers: 8.0e-10 7.4e-9 1.3e-8 1.4e-8 5.9e-8 2.5e-8")
add(REPO, "409-416", "Part C: weight shapes", "(3,5) (5,5) (5,1) (5,7) (7,7) (7,1) (7,2) (2,1)", None, SHAPE, "biases are really (5,), (7,), (2,); 152 parameters")
add(REPO, "456-458", "Part C: predictions for [[4,2,1],[1,1,1],[1,1,1]] (float32)", "0.73741674 0.70267308 / 0.73841119 0.70142651 / 0.46848312 0.42730641", 8, NOW, "as D16")
add(REPO, "478, 494, 510", "Part C: the same by hand in float64", "0.7374167703539019 0.7026730621971279 / 0.738411158352165 0.7014265342794316 / 0.4684830640827 0.4273064183103436", 16, DERIVED,
    "as D17: |difference| <= 6e-8", "differences of the printed numbers: 3.0e-8 1.8e-8 3.2e-8 2.4e-8 5.6e-8 8.3e-9")
add(REPO, "271, 403", "Parts B, C: training", "epochs = 100, batch_size = 32", None, NOW, "no loss printed; see article_training_stats.json")
# ------------------------------------------------------------------ companion code, Part D, E
add(REPO, "527-539, 573", "Part D: sizes and training", "256 samples, dim_in 7, dim_out 5, nb_units 13, T 6, epochs 5, batch 32; x (256,6,7), y (256,6,5)", None, SHAPE, "build")
add(REPO, "584-589", "Part D: weight shapes", "(7,13*4) (13,13*4) (13*4,) (13,5) (5,)", None, SHAPE, "LSTM(13) on 7 features, Dense(5): 1162 parameters")
add(REPO, "642-664, 671-687", "Part D: gate order and update", "W_x = [W_ix, W_fx, W_Cx, W_ox]; C = f*C + i*hatC; h = o*tanh(C)", None, FULL, "gate order i, f, c, o; equal to Keras LSTM with recurrent_activation sigmoid", "every keras_lstm case")
add(REPO, "709-728", "Part D: probe input", "x_1 = [1,1,1,1,2,3,4], x_2 = [1,2,3,4,3,2,1], h_0 = C_0 = 0", None, NOW, "no output printed; by hand = model.predict for any weights", "case keras_model_D_f64")
add(REPO, "747-759, 796", "Part E: sizes and training", "as Part D with GRU, recurrent_initializer = Constant(0), epochs 5", None, SHAPE, "build")
add(REPO, "810-815", "Part E: weight shapes", "(7,13*3) (13,13*3) (13*3,) (13,5) (5,)", None, SHAPE, "889 parameters with reset_after=False; today's default gives bias (2,39) and 928")
add(REPO, "884-919", "Part E: gate order and update", "W_x = [W_zx, W_rx, W_ox]; code: h = z*h + (1-z)*hath; hath = tanh(x W_o + (r*h) U_o + b_o)", None, FULL, "GRU with reset_after=False, recurrent_activation sigmoid", "cases keras_gru_before_*, keras_model_E_before_f64")
add(REPO, "942-963", "Part E: probe input", "x_1, x_2 as in D, h_0 = 0", None, NOW, "no output printed; by hand = model.predict for any weights", "case keras_model_E_before_f64")
add(REPO, "8", "versions", "tensorflow 1.1.0 and keras 2.0.3", None, STAT, "Keras 2.0.3 (read from its sdist): LSTM/GRU default recurrent_activation is hard_sigmoid = clip(0.2x+0.5, 0, 1); no reset_after; RMSprop epsilon 1e-8 outside the root")
# ------------------------------------------------------------------ the article (seed 004)
add(BLOG, "43, 53", "Part A: T, m, m'", "T = 6, m = 1, m' = 1", None, SHAPE, "x (N,6,1), y (N,6,1)")
add(BLOG, "59-60", "Part A: an input of 8 steps", "(1, 8, 1)", None, SHAPE, "np.array([[[1],[0.8],[0.6],[0.2],[1],[0],[1],[1]]]).shape")
add(BLOG, "63", "Part A 2 to 3: sizes", "N=256, T=6, m=2, m'=3; (256,6,2), (256,6,3)", None, SHAPE, "build")
add(BLOG, "73", "Part A 2 to 3: training", "epochs = 100, batch_size = 32", None, NOW, "see article_training_stats.json")
add(BLOG, "80", "Part A 2 to 3: prediction for [1, 1]", "0.70669621 0.70633912 0.65635538", 8, "partly (weights printed to 2 digits only)",
    "from D38's weights: |difference| <= 0.004 (three roundings of 0.005 in the sum move it by at most 0.015, the sigmoid by at most a quarter of that)",
    "sigmoid([0.88, 0.88, 0.64]) = 0.70682222 0.70682222 0.65475346; differences 1.3e-4 4.8e-4 1.6e-3. logit of the printed numbers: 0.87939 0.87767 0.64709")
add(BLOG, "78, 81", "Part A 2 to 3: shapes", "(1, 1, 2) -> (1, 1, 3)", None, SHAPE, "see inconsistency I07")
add(BLOG, "90", "Part A 2 to 3: number of parameters", "9", None, SHAPE, "2*3 + 3")
add(BLOG, "98", "Part A 2 to 3: weights", "W_y = [[0.76, 0.68, 0.66], [0.92, 0.99, 0.52]], b_y = [-0.80, -0.79, -0.54], x_t = [1, 1]", 2, FULL, "inputs of D39")
add(BLOG, "98", "Part A 2 to 3: W_y^T x_t + b_y", "[0.88, 0.88, 0.65]", 2, FULL, "from the printed 2-digit weights: [0.88, 0.88, 0.64]; the third is 0.65 only with the unrounded weights (0.647 from D35). Check within 0.02", "0.88 0.88 0.64")
add(BLOG, "98", "Part A 2 to 3: y_t", "[0.71, 0.71, 0.66]", 2, FULL, "from the printed weights: [0.7068, 0.7068, 0.6548] -> 0.71 0.71 0.65; the printed 0.66 rounds 0.65635538 (D35). Check within 0.01", "0.71 0.71 0.65 from the 2-digit weights")
add(BLOG, "106, 130", "Part B: sizes", "dim_in=3; dim_out=2; nb_units=5 and then dim_in = 2; dim_out = 3; nb_units = 5", None, SHAPE, "the printed prediction needs 3 -> 5 -> 2")
add(BLOG, "137", "Part B: training", "epochs = 100, batch_size = 32", None, NOW, "see article_training_stats.json")
add(BLOG, "141-145", "Part B: weight shapes", "(3,5) (5,5) (5,1) (5,2) (2,1)", None, SHAPE, "biases are really (5,) and (2,)")
add(BLOG, "151-154", "Part B: predictions for [[4,2,1],[1,1,1],[1,1,1]]", "0.79032147 0.42571515 / 0.59781438 0.55316663 / 0.87601596 0.86248338; (1, 3, 2)", 8, NOW, "another run than D16; cannot be recomputed")
add(BLOG, "166-171", "Part C: sizes", "dim_in 3, units 5 and 7, dim_out 2", None, SHAPE, "second layer gets 5 features although the code says input_shape=(None,4)")
add(BLOG, "209-221", "Part D: shapes", "dim_in 7, nb_units 13; 7x13, 13x13, 13; 7x52, 13x52, 52", None, SHAPE, "kernel (7,52), recurrent_kernel (13,52), bias (52,)")
add(BLOG, "249", "GRU has 3 sets of weights, LSTM 4", "3, 4", None, SHAPE, "39 = 3*13 and 52 = 4*13 columns")
add(BLOG, "269-281", "Part E: shapes", "7x13, 13x13, 13; 7x39, 13x39, 39", None, SHAPE, "kernel (7,39), recurrent_kernel (13,39), bias (39,) with reset_after=False")
# ------------------------------------------------------------------ the other seeds
add(S0, "16", "MNIST rows as a sequence", "28 * 28 pixel; [batch_size, 28, 28] -> transpose -> [28, batch_size, 28]", None, SHAPE, "transpose(1,0,2), reshape to (28*batch, 28), split into 28 blocks of (batch, 28); block t row n = row t of image n (as line 16 says for block 1)", "pure data movement: exact check with x[n,t,p] = n*10000+t*100+p")
add(S0, "18, 21", "number of blocks / steps", "28", None, SHAPE, "T = 28")
add(S0, "20", "accuracy without the transposition", "about 10% (one of 10 digits)", 2, "no (no data, no seed)", "chance level 1/10; a qualitative training check only")
add(S0, "22", "accuracy after about 10 rounds", "above 90% after about 10 rounds", 2, "no (no data, no seed)", "a qualitative training check: rows as steps reach 90% quickly")
add(S0, "6, 9", "range of the gates", "0-1", None, FULL, "every gate lies in [0, 1]; f=0 forgets the old state, f=1 keeps it", "cases keras_lstm_forget_all_f64, keras_lstm_keep_all_f64")
add(S0, "13", "gate order of the TensorFlow code", "I, j, f, o", None, FULL, "columns of the kernel are i, j, f, o (j = new input)", "cases tf1_basic_lstm_*")
add(S1, "84-92", "sizes of an example", "batch 10, input 300, units 200: W [300,200], U [200,200], x [10,300], h [10,200], b [200]", None, SHAPE, "BasicRNNCell: kernel (500,200) holds W over U; BasicLSTMCell: kernel (500,800), bias (800,)", "TensorFlow gives these shapes")
add(S1, "93", "broadcast of the bias", "[[1,2],[3,4]] + [1,1] = [[2,3],[4,5]]", None, FULL, "exact")
add(S1, "55, 62", "BasicRNNCell", "output = new_state = activation(W * input + U * state + B)", None, FULL, "cases tf1_basic_rnn_*")
add(S1, "112-133", "BasicLSTMCell", "new_c = c*sigmoid(f+forget_bias) + sigmoid(i)*act(j); new_h = act(new_c)*sigmoid(o)", None, FULL, "cases tf1_basic_lstm_*")
add(S2, "52", "closed and open gates", "f=1, i=0 keeps the state; f=0, i=1 forgets; a variant uses i=1-f", None, FULL, "c_t = c_(t-1) exactly when f=1, i=0; the coupled variant is ONNX input_forget=1", "keras_lstm_keep_all_f64, keras_lstm_forget_all_f64, h_onnx_lstm_input_forget")
add(S2, "66", "range of a gate", "[0,1]", None, FULL, "as D53")
add(S2, "120", "derivative of tanh at zero", "1", None, FULL, "d tanh(0) = 1 (sigmoid: 0.25)")
add(S2, "128-129, 134", "interfaces", "pytorch (h, c); tensorflow (c, h); in a plain RNN output = c_t = h_t", None, FULL, "state order of the two families; the tensorflow line means lstm(inputs, (c, h)) -> new_h, (new_c, new_h)")
add(S2, "242", "cost relative to a plain RNN", "four times", None, SHAPE, "4 gate matrices: 4*(m*u + u*u + u) parameters")
add(S2, "217-232", "BasicLSTMCell source", "same function as seed 001 (one kernel for [inputs, h], gates i, j, f, o, forget_bias added to f)", None, FULL, "cases tf1_basic_lstm_*")
add(S3, "11-34", "LSTM step of example/bi-lstm-sort", "slices in, transform, forget, out of i2h + h2h, each with num_hidden*4 rows; no forget bias", None, FULL, "gate order i, g, f, o", "case mxnet_bi_lstm_sort_f64 (the printed functions run by MXNet 1.9.1)")
add(S3, "35-87", "bidirectional network", "forward and backward hidden, Concat on features, Concat over time, FullyConnected, SoftmaxOutput", None, FULL, "outputs in time-major order", "case mxnet_bi_lstm_sort_f64")
add(S3, "6, 7, 9, 109-110", "literature numbers", "a 2015 review; fewer than 200 lines; MXNet-V1.0; page 20; page 17, Figure 3.1", None, STAT, "none")

I = []
def inc(src, line, says, wrong, right, ):
    I.append({"id": "I%02d" % (len(I) + 1), "source": src, "line": line, "says": says, "problem": wrong, "correct": right})

inc(REPO, "218", "# Note that first column and second column have been trained differently", "the printed output has three columns", "each of the three columns has its own weights")
inc(REPO, "220-221", "a = ... # this is a (3,2) matrix; b = ... # (3,1) vector", "Keras' kernel is (inputs, units)", "a is (2,3), b is (3,)")
inc(REPO, "86-87", "y_seed chosen to be like sigmoid(2*x_seed-1)", "x=1 occurs twice with targets 0.7 and 0.8, and 0.3, 0.8, 0.2 are not the rounded values (0.35, 0.73, 0.27)", "only roughly alike; the smallest possible mse is 0.00112815")
inc(REPO, "301, 304, 330, 411-416, 432-444", "bias is a (5,1), (7,1), (2,1) vector", "a Keras bias has one axis", "(5,), (7,), (2,)")
inc(REPO, "397", "SimpleRNN(input_shape=(None,4), units=7) as second layer", "the layer gets 5 features; Keras ignores input_shape on a later layer", "5 features, kernel (5,7); article line 167 has the same")
inc(REPO, "418-422, 444 against 294, 330", "Part C counts from h_0 = 0 and x_1; Part B from h_{-1} = 0 and x_0", "two time indices", "same computation; h before the first step is zero")
inc(BLOG, "77-79", "new_input = model.predict(np.array([[[1,1]]])); new_input.shape # (1, 1, 2); model.predict(new_input)", "predict returns (1,1,3), which the model cannot take as input", "new_input = np.array([[[1,1]]]), shape (1,1,2); predict gives (1,1,3)")
inc(BLOG, "98", "W_y^T x_t + b_y = [0.88, 0.88, 0.65] and y = [0.71, 0.71, 0.66]", "0.66 + 0.52 - 0.54 = 0.64 and sigmoid(0.64) = 0.65", "the third entries come from the unrounded weights (0.647, 0.65635538)")
inc(BLOG, "87", "b_y # this is a (3,1) vector", "one axis", "(3,)")
inc(BLOG, "116, 175", "h_t = sigma(W_x x_t + W_h h_{t-1} + b_h)", "sigma is the sigmoid elsewhere (line 39); SimpleRNN's default activation is tanh, as the companion computes", "h_t = tanh(...); only y_t uses the sigmoid")
inc(BLOG, "118", "m = 3, m' = 2, and then x_t is two-dimensional and y_t three-dimensional", "turned round", "x_t has 3, y_t has 2 components")
inc(BLOG, "126-136 against 141-149", "full example with N=256, T=6, m=2, m'=3 and dim_in = 2, dim_out = 3", "the weights listed below it are (3,5) and (5,2), and new_input has 3 features and 2 outputs", "dim_in = 3, dim_out = 2 as in the companion (lines 252-253)")
inc(BLOG, "118, 243", "sequences (x_0, ..., x_T), (h_0, ..., h_T)", "T+1 elements although T = 6 steps are used", "x_0, ..., x_{T-1}")
inc(BLOG, "181", "x_t, h_t, h'_t, y_t have sizes 2, 5, 7, 3", "the code above has dim_in 3, dim_out 2", "3, 5, 7, 2")
inc(BLOG, "143-145", "b_h (5,1), b_y (2,1)", "one axis", "(5,), (2,)")
inc(BLOG, "212", "W_ih, W_fh, W_cx, W_oh are 13x13", "W_cx is listed twice (line 211 says 7x13)", "W_ch is 13x13")
inc(BLOG, "213", "biases b_i, b_j, b_c, b_o", "b_j does not exist", "b_i, b_f, b_c, b_o")
inc(BLOG, "201", "f_t c_{t-1}, i_t c~_t, o_t tanh(c_t)", "products without a sign", "element by element")
inc(BLOG, "261", "W_oh r_t h_{t-1}", "reads as a matrix product with r_t", "W_oh (r_t * h_{t-1}), element by element first: reset_after=False")
inc(BLOG, "253-281", "GRU(...) and bias b_h of length 39", "with today's Keras the default is reset_after=True: candidate tanh(W_ox x + b_io + r*(W_oh h + b_ho)) and bias (2,39)", "pass reset_after=False to get the printed equations")
inc(BLOG, "277", "in Keras' implementation of LSTM", "the list is about the GRU", "GRU")
inc(BLOG, "283", "用户手册 (the user manual) describes Part E in detail", "mistranslated: the companion code is meant", "companion code, Part E")
inc(BLOG, "267", "z_t weights the new information", "by the equation of line 261 the new part is weighted by 1 - z_t", "h_t = z_t*h_{t-1} + (1-z_t)*h~_t")
inc(REPO, "869-871", "z_t = sigma(W_z . [h, x]) + b_z (also r_t and hat h_t)", "the bias stands outside the activation; the code adds it inside", "sigma(W_z . [h, x] + b_z)")
inc(REPO, "889 against 919", "h_t = (1 - z_t) * h_{t-1} + z_t * hat h_t in the comment", "Colah's form; the code computes z*h + (1-z)*hat h as Keras does", "h_t = z_t*h_{t-1} + (1-z_t)*hat h_t")
inc(REPO, "680, 904, 918", "line numbers 1750, 1257, 1343 of keras/layers/recurrent.py", "they are of a later master; recurrent.py of Keras 2.0.3 has 1141 lines", "gate orders i,f,c,o and z,r,h are right")
inc(REPO, "671, 896", "raw_t has size 52 x 1, 39 x 1", "one axis", "(52,), (39,)")
inc(BLOG, "137, 72", "rmsprop", "the rule changed: Keras 2.0.3 to 2.1.2 divide by sqrt(a)+1e-8, 2.1.3 on by sqrt(a)+1e-7, Keras 3 by sqrt(a+1e-7); a run of then and one of today differ from the first steps on", "reference trajectories are Keras 3's; documented ones need the epsilon outside the root (training_documented.json)")
inc(REPO, "8 against 211-216", "(using tensorflow 1.1.0 and keras 2.0.3)", "the printed Part A 2 to 3 predictions fit epsilon 1e-7 to 1e-7 and miss by 2.2e-5 with Keras 2.0.3's 1e-8 (all three columns); the printed a, b of Part A 1 to 1 fit 1e-8 better (9.7e-8 against 1.0e-6, float32 noise 3e-7). The file was committed on 2018-06-15", "Part A 2 to 3 was probably run again with Keras 2.1.3 or later")
inc(BLOG, "151-153 against companion 322-324", "Part B predictions differ between article and companion", "two training runs; np.random.seed(1337) does not seed TensorFlow's initialisers and the article does not seed at all", "neither can be reproduced; both need their own weights")
inc(S0, "8-13", "Paper and code order", "paper i, f, o, c~; TensorFlow i, j, f, o where j is the candidate and forget_bias (1.0) is added to f", "layout i, g, f, o")
inc(S0, "18-21", "28 LSTM units / cells", "one cell used at 28 steps with the same weights", "T = 28, one set of weights; units is another number")
inc(S1, "119-123, 132", "array_ops.split(1, 4, concat), array_ops.concat(1, ...)", "argument order of TensorFlow before 1.0", "tf.split(value, 4, axis=1), tf.concat([...], 1)")
inc(S1, "106", "dot product (点乘) of two vectors for the circled sign", "an element-wise product is meant", "element by element")
inc(S1, "163-165", "new_h joined with new_c is returned", "only with state_is_tuple=False; otherwise a tuple (c, h)", "the pair is (new_c, new_h); the first return value is new_h")
inc(S2, "68", "an open gate has a gradient near 1, so nothing vanishes", "the sigmoid's own slope is at most 0.25 and near 0 when saturated; what is near 1 is d c_t / d c_{t-1} = f_t", "f_t near 1 keeps the gradient along c")
inc(S2, "222", "split(value=gate_inputs, num_or_size_splits=4, axis=one)", "one is constant_op.constant(1), its definition was cut", "axis 1")
inc(S3, "44", "i2h_bias=mx.sym.Variable(\"c\")", "copying error; with it the forward bias has another name than lines 97's l0_i2h_bias", "l0_i2h_bias")
inc(S3, "85", "mx.sym.Reshape(data=label, target_shape=(0,))", "target_shape is deprecated", "shape=(-1,)")
inc(S3, "28-31 against mx.rnn.LSTMCell", "slices in, transform, forget, out", "mx.rnn.LSTMCell and mx.gluon use in, forget, transform, out", "two MXNet gate orders exist; weights must not be mixed")
inc(S3, "100-105", "each node updates the shared weights with its own gradient (a guess)", "shared variables get the sum of the gradients of all steps", "gradients are summed over time, then one update")

doc = {"about": "Every number printed in the seed articles and in the companion code, what it is worth as a check, and what is wrong in the texts. Companion lines count in the file of the named commit.",
       "recomputable_values": [FULL, DERIVED, NOW, SHAPE, STAT], "numbers": N, "inconsistencies": I}
json.dump(doc, open(os.path.join(ROOT, "generate", "documented.json"), "w"), indent=1, ensure_ascii=False)
print("documented.json: %d entries, %d inconsistencies" % (len(N), len(I)))

# ---------------------------------------------------------------- as cases
A = {"kernel": T(np.array([[2.35025001]])), "bias": T(np.array([-1.36052668]))}
def case(name, src, line, layer, cfg, W, x, y, tol, note, dtype="float32"):
    return {"name": name, "kind": "documented", "source": {"title": "RNN with Keras: Understanding computations" if src in (REPO, BLOG) else src, "file": src, "line": line, "how": "number printed in the source"},
            "note": note, "layout": "keras", "dtype": dtype, "layer": layer, "config": cfg, "weights": W, "inputs": {"x": T(np.asarray(x, float))}, "expected": {"outputs": T(np.asarray(y, float))}, "tolerance": tol}
sg = {"units": 1, "activation": "sigmoid", "use_bias": True}
v = {1: 0.72903323, 0.8: 0.62707138, 0.6: 0.51240331, 0.2: 0.29101145, 0: 0.20415471}
col = lambda seq: [[s] for s in seq]
X6 = [1, 0.8, 0.6, 0.2, 1, 0]
t8 = {"abs": 1.2e-7, "rel": 0}
cs = [case("doc_A1_k1_l6", REPO, "113-123", "time_distributed_dense", sg, A, [col(X6)], [col([v[q] for q in X6])], t8, "7 significant digits: two float32 steps"),
      case("doc_A1_k2_l6", REPO, "127-144", "time_distributed_dense", sg, A, [col(X6), col([0] * 6)], [col([v[q] for q in X6]), col([v[0]] * 6)], t8, "two samples at once"),
      case("doc_A1_k1_l8", REPO, "147-158", "time_distributed_dense", sg, A, [col(X6 + [1, 1])], [col([v[q] for q in X6 + [1, 1]])], t8, "eight steps; the article prints this input at line 59"),
      case("doc_A1_4_digits", REPO, "177", "time_distributed_dense", sg, A, [col(X6)], [col([0.7290, 0.6271, 0.5124, 0.2910, 0.7290, 0.2042])], {"abs": 5.1e-5, "rel": 0}, "rounded to four digits")]
W2 = {"kernel": T(np.array([[0.76, 0.68, 0.66], [0.92, 0.99, 0.52]])), "bias": T(np.array([-0.80, -0.79, -0.54]))}
cs += [case("doc_A2_preactivation", BLOG, "98", "time_distributed_dense", {"units": 3, "activation": "linear", "use_bias": True}, W2, [[[1, 1]]], [[[0.88, 0.88, 0.65]]], {"abs": 0.02, "rel": 0}, "two-digit weights: 0.64 against the printed 0.65"),
       case("doc_A2_output_2_digits", BLOG, "98", "time_distributed_dense", {"units": 3, "activation": "sigmoid", "use_bias": True}, W2, [[[1, 1]]], [[[0.71, 0.71, 0.66]]], {"abs": 0.01, "rel": 0}, "two-digit weights: 0.6548 against the printed 0.66"),
       case("doc_A2_output_8_digits", BLOG, "80", "time_distributed_dense", {"units": 3, "activation": "sigmoid", "use_bias": True}, W2, [[[1, 1]]], [[[0.70669621, 0.70633912, 0.65635538]]], {"abs": 0.004, "rel": 0}, "the prediction of the unrounded weights"),
       case("doc_A2_affine", REPO, "208-216", "time_distributed_dense", {"units": 3, "activation": "sigmoid", "use_bias": True},
            {"kernel": T(np.stack([s2 / 2, s2 / 2])), "bias": T(b2)}, [[[q, q] for q in X6]], [P.tolist()], {"abs": 1.2e-7, "rel": 0},
            "weights were not printed: bias = logit(row 6), w1+w2 = logit(row 1) - bias, halved; rows 2 to 4 are the check", "float64"),
       case("doc_seed001_bias_broadcast", S1, "93", "dense", {"units": 2, "activation": "linear", "use_bias": True}, {"kernel": T(np.eye(2)), "bias": T(np.array([1.0, 1.0]))}, [[1, 2], [3, 4]], [[2, 3], [4, 5]], {"abs": 0, "rel": 0}, "[[1,2],[3,4]] + [1,1] = [[2,3],[4,5]]", "float64")]
write("reference", "documented", cs)

# ---------------------------------------------------------------- documented results of training
tj = json.load(open(os.path.join(ROOT, "generate", "trajectory_check.json")))
A_X, A_Y = [1, 0.8, 0.6, 0.2, 1, 0], [0.7, 0.6, 0.5, 0.3, 0.8, 0.2]
def trained(name, line, units, m, W, eps, epochs, exp, tol, note, probe):
    return {"name": name, "kind": "documented", "source": {"title": "RNN with Keras: Understanding computations", "file": REPO, "line": line, "how": "numbers printed in the source; the start weights were not printed and are inferred by gen/trajectory_check.py (one start value per column explains two printed numbers)"},
            "note": note, "layout": "keras", "dtype": "float64", "layer": "stack", "config": {"layers": [{"layer": "time_distributed_dense", "config": {"units": units, "activation": "sigmoid", "use_bias": True}}]},
            "weights": W, "training": {"x": T(Tiled(np.repeat(np.array(A_X)[:, None], m, 1), 256)), "y": T(Tiled(np.repeat(np.array(A_Y)[:, None], units, 1), 256)), "loss": "mse",
                                       "optimizer": {"name": "rmsprop", "learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": eps, "centered": False, "epsilon_outside_root": True},
                                       "epochs": epochs, "batch_size": 32, "shuffle": False, "predict": T(np.array(probe, float))},
            "expected_training": exp, "tolerance": tol}
st = [r["start"] for r in tj["A_2_to_3_companion"]["rows"] if r["rule"].startswith("outside 1e-7")]
wr = [trained("doc_train_A1", "102, 167, 118-123", 1, 1, {"0/kernel": T(np.array([[tj["A_1_to_1"]["start"]]])), "0/bias": T(np.zeros(1))}, 1e-8, 500,
              {"final_weights": {"0/kernel": T(np.array([[2.35025001]])), "0/bias": T(np.array([-1.36052668]))}, "prediction": T(np.array([[[v[q]] for q in X6]]))},
              {"weights_abs": 1e-3, "prediction_abs": 3e-4}, "RMSprop as in Keras 2.0.3 (epsilon 1e-8 outside the root). Late in training the bias swings between two branches 8.3e-4 apart and which one the last step hits depends on the last bit, hence the tolerance; on the right branch (a, b) agrees to 1e-7. With Keras 3's rule the bias misses by 2e-3 at the documented a", [[[q] for q in X6]]),
      trained("doc_train_A2", "206-216", 3, 2, {"0/kernel": T(np.array([[q / 2 for q in st]] * 2)), "0/bias": T(np.zeros(3))}, 1e-7, 100,
              {"prediction": T(P[None])}, {"prediction_abs": 2e-7}, "epsilon 1e-7 outside the root (K.epsilon(), the default from Keras 2.1.3 on); with 1e-8 the bias misses by 2e-5, with Keras 3's rule by 1e-2. Only the sums of the two rows of the kernel matter", [[[q, q] for q in X6]])]
write("reference", "training_documented", wr)
