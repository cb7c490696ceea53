"""Trains the article's models with today's Keras, its own initialisers, 20 seeds.
Writes ../article_training_stats.json."""
import json, os, sys, time
for k, v in dict(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", OMP_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="").items(): os.environ.setdefault(k, v)
import numpy as np, tensorflow as tf, keras
from keras.layers import Dense, TimeDistributed, SimpleRNN, LSTM, GRU
from common import ROOT

SEEDS = list(range(1, 21))


def reshape_training(vect_seed, dim, sample_size):          # verbatim from the companion code
    T = len(vect_seed)
    vect_train = np.array([vect_seed]*dim)
    vect_train = np.repeat(vect_train, sample_size)
    vect_train = np.reshape(vect_train, (sample_size, T, dim), order = 'F')
    return(vect_train)


A_X, A_Y, B_X = [1, 0.8, 0.6, 0.2, 1, 0], [0.7, 0.6, 0.5, 0.3, 0.8, 0.2], [1, 0, 0, 0, 0, 0]
out = lambda u: TimeDistributed(Dense(activation="sigmoid", units=u))
PA1, PA2 = [[[1], [0.8], [0.6], [0.2], [1], [0]]], [[[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]]
PB, PD = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]], [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]
zero = keras.initializers.Constant(0)
M = {
    "A_1_to_1": (A_X, 1, 1, 500, PA1, lambda: [out(1)]),
    "A_2_to_3": (A_X, 2, 3, 100, PA2, lambda: [out(3)]),
    "B_simple_rnn": (B_X, 3, 2, 100, PB, lambda: [SimpleRNN(5, return_sequences=True), out(2)]),
    "C_two_simple_rnn": (B_X, 3, 2, 100, PB, lambda: [SimpleRNN(5, return_sequences=True), SimpleRNN(7, return_sequences=True), out(2)]),
    "D_lstm": (B_X, 7, 5, 5, PD, lambda: [LSTM(13, return_sequences=True, recurrent_activation="sigmoid", activation="tanh"), out(5)]),
    "E_gru_reset_after_false": (B_X, 7, 5, 5, PD, lambda: [GRU(13, return_sequences=True, recurrent_activation="sigmoid", activation="tanh", recurrent_initializer=zero, reset_after=False), out(5)]),
    "E_gru_reset_after_true": (B_X, 7, 5, 5, PD, lambda: [GRU(13, return_sequences=True, recurrent_activation="sigmoid", activation="tanh", recurrent_initializer=zero, reset_after=True), out(5)]),
}
for a in (reshape_training(A_X, 2, 256), reshape_training(B_X, 7, 256)):
    assert all((a[i] == a[0]).all() for i in range(256)) and all((a[0][:, j] == a[0][:, 0]).all() for j in range(a.shape[2]))


def stat(v):
    v = np.asarray(v, float)
    return {"mean": float(v.mean()), "min": float(v.min()), "max": float(v.max()), "std": float(v.std())}


res = {"version": "keras %s, tensorflow %s" % (keras.__version__, tf.__version__),
       "how": "model.fit as in the article: loss mse, optimizer rmsprop (Keras defaults), batch_size 32, 256 samples that are all the same, default initialisers (E: recurrent weights start at zero as in the companion), float32; keras.utils.set_random_seed(1..20). The loss of an epoch is the mean over its 8 batches, each taken before its update.",
       "seeds": SEEDS, "models": {}}
only = sys.argv[1:] or list(M)
path = os.path.join(ROOT, "generate", "article_training_stats.json")
for name in only:
    xs, m, mo, epochs, probe, mk = M[name]
    X, Y = reshape_training(xs, m, 256).astype("float32"), reshape_training(A_Y, mo, 256).astype("float32")
    if m == 1: X, Y = np.array([[xs] * 256]).reshape(256, 6, 1), np.array([[A_Y] * 256]).reshape(256, 6, 1)
    curves, preds, final, train_pred = [], [], [], []
    t0 = time.time()
    for s in SEEDS:
        keras.backend.clear_session(); keras.utils.set_random_seed(s)
        mod = keras.Sequential([keras.Input(shape=(None, m))] + mk())
        mod.compile(loss="mse", optimizer="rmsprop")
        h = mod.fit(X, Y, epochs=epochs, batch_size=32, verbose=0)
        curves.append(h.history["loss"]); preds.append(mod.predict(np.array(probe, dtype="float32"), verbose=0)[0])
        final.append(float(mod.evaluate(X[:32], Y[:32], verbose=0)))
        if name == "A_1_to_1": train_pred.append([float(w.reshape(-1)[0]) for w in mod.get_weights()])
    C = np.array(curves)
    at = sorted({1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 300, 400, 500} & set(range(1, epochs + 1)))
    r = {"epochs": epochs, "loss_at_epoch": {str(e): stat(C[:, e - 1]) for e in at}, "loss_after_training": stat(final),
         "mean_curve": [float("%.6g" % v) for v in C.mean(0)[:: (5 if epochs == 500 else 1)]], "mean_curve_step": 5 if epochs == 500 else 1,
         "monotone_seeds": int(sum((np.diff(c) <= 1e-6).all() for c in C)),
         "per_seed_first_last": [[float("%.6g" % c[0]), float("%.6g" % c[-1])] for c in C],
         "prediction_mean": np.round(np.mean(preds, 0), 5).tolist(), "prediction_min": np.round(np.min(preds, 0), 5).tolist(), "prediction_max": np.round(np.max(preds, 0), 5).tolist()}
    if train_pred: r["final_a_b_per_seed"] = [[float("%.6g" % a), float("%.6g" % b)] for a, b in train_pred]
    res["models"][name] = r
    print("%-26s %5.0fs  " % (name, time.time() - t0), {e: "%.5f [%.5f, %.5f]" % (v["mean"], v["min"], v["max"]) for e, v in r["loss_at_epoch"].items()}, "after", "%.6f" % r["loss_after_training"]["mean"], flush=True)
    if len(only) == len(M): json.dump(res, open(path, "w"), indent=1)
