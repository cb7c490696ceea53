"""Training trajectories by real Keras fit().  python gen_training.py reference"""
import sys
from keras_run import *
from gen_keras import L, lstm, gru, rnn, td, stack, bi, SIG

DEFAULTS = {
    "rmsprop": dict(learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False),
    "adam": dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False),
    "sgd": dict(learning_rate=0.01, momentum=0.0, nesterov=False),
}
CLS = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
LOSS = {"mse": "mse", "categorical_crossentropy": "categorical_crossentropy", "binary_crossentropy": "binary_crossentropy"}


def model(spec, dtype, x_shape, W):
    keras.backend.clear_session()
    m = keras.Sequential([keras.Input(shape=x_shape[1:], dtype=dtype)])
    for pre, l, c in layers_of(spec):
        o = build(l, c, dtype)
        # inside Sequential a layer must give one tensor
        if l in RECURRENT: o.return_state = False
        if l == "bidirectional": o.return_state = False; o.forward_layer.return_state = False; o.backward_layer.return_state = False
        m.add(o)
    for (pre, l, c), o in zip(layers_of(spec), m.layers):
        for k, v in variables(l, o).items():
            assert tuple(v.shape) == W[pre + k].shape
            v.assign(W[pre + k].astype(dtype))
    return m


def train(spec, dtype, W, x, y):
    keras.config.set_floatx(dtype)
    m = model(spec, dtype, x.shape, W)
    o = dict(spec["optimizer"]); name = o.pop("name")
    opt = CLS[name](**dict(DEFAULTS[name], **o))
    m.compile(loss=LOSS[spec.get("loss", "mse")], optimizer=opt)
    h = m.fit(x.astype(dtype), y.astype(dtype), epochs=spec["epochs"], batch_size=spec.get("batch", 32), shuffle=False, verbose=0)
    fw = {pre + k: np.asarray(v.value.numpy()) for (pre, l, c), lay in zip(layers_of(spec), m.layers) for k, v in variables(l, lay).items()}
    e = {"loss_per_epoch": np.asarray(h.history["loss"], dtype=np.float64), "final_weights": fw}
    if "probe" in spec:
        e["prediction"] = m.predict(np.asarray(spec["probe"]).astype(dtype), verbose=0)
    keras.config.set_floatx("float32")
    return e


def make(set_name, spec):
    r = rng(set_name, spec["name"])
    dtype = spec.get("dtype", "float64")
    N, Tn, m = spec["N"], spec["T"], spec["m"]
    shapes = weight_shapes(spec, (N, Tn, m))
    W = {k: draw(r, s, round(min(0.9, 1.0 / np.sqrt(s[0] if len(s) > 1 else 25)), 2)) for k, s in shapes.items()}
    for k in W:
        if k.endswith("bias") and not spec.get("random_bias"): W[k] = np.zeros(shapes[k])
    if "x_seed" in spec:
        xb = np.repeat(np.asarray(spec["x_seed"], float)[:, None], m, 1)
        yb = np.repeat(np.asarray(spec["y_seed"], float)[:, None], spec["m_out"], 1)
        X, Y = Tiled(xb, N), Tiled(yb, N)
    else:
        X = draw(r, (N, Tn, m), 1.0, 2)
        out = spec["y_shape"]
        if spec.get("one_hot"):
            Y = np.eye(out[-1])[r.integers(0, out[-1], size=(N,) + tuple(out[:-1]))]
        elif spec.get("binary"):
            Y = r.integers(0, 2, size=(N,) + tuple(out)).astype(float)
        else:
            Y = np.round(r.uniform(0.05, 0.95, size=(N,) + tuple(out)), 2)
    q = lambda v: value(value(v, dtype), "float64")
    args = ({k: q(v) for k, v in W.items()}, q(X), q(Y))
    e = train(spec, dtype, *args)
    e64 = e if dtype == "float64" else train(spec, "float64", *args)
    if dtype == "float32":
        tol = {"loss_abs": _up_(8 * np.max(np.abs(e["loss_per_epoch"] - e64["loss_per_epoch"])), 1e-7),
               "weights_abs": _up_(8 * maxdiff(e["final_weights"], e64["final_weights"]), 1e-6)}
        if "prediction" in e: tol["prediction_abs"] = _up_(8 * maxdiff(e["prediction"], e64["prediction"]), 1e-6)
        e["loss_per_epoch"] = e["loss_per_epoch"].astype(np.float32)
    else:
        tol = {"loss_abs": 1e-12, "weights_abs": 1e-10}
        if "prediction" in e: tol["prediction_abs"] = 1e-10
    if "loose" in spec:
        tol = {"loss_abs": spec["loose"][0], "weights_abs": spec["loose"][1], **({"prediction_abs": spec["loose"][1]} if "prediction" in e else {})}
    show = lambda v: T(v) if isinstance(v, Tiled) else T(np.asarray(v, dtype))
    o = dict(spec["optimizer"]); name = o.pop("name")
    tr = {"x": show(X), "y": show(Y), "loss": spec.get("loss", "mse"), "optimizer": {"name": name, **DEFAULTS[name], **o},
          "epochs": spec["epochs"], "batch_size": spec.get("batch", 32), "shuffle": False}
    if "probe" in spec: tr["predict"] = show(np.asarray(spec["probe"], float))
    c = {"name": spec["name"], "kind": "reference", "source": {"framework": "keras", "version": VERSION, "how": "gen/gen_training.py: model.compile, model.fit(shuffle=False)"},
         "layout": "keras", "dtype": dtype, "layer": spec["layer"], "config": explicit(spec["layer"], spec["config"]),
         "weights": {k: show(v) for k, v in W.items()}, "training": tr, "expected_training": e, "tolerance": tol}
    if "note" in spec: c["note"] = spec["note"]
    print("%-44s loss %.6g -> %.6g" % (spec["name"], e["loss_per_epoch"][0], e["loss_per_epoch"][-1]), {k: v for k, v in tol.items()}, flush=True)
    return c


def _up_(v, lo):
    import common
    return common._up(max(float(v), lo))


A_X, A_Y = [1, 0.8, 0.6, 0.2, 1, 0], [0.7, 0.6, 0.5, 0.3, 0.8, 0.2]
B_X = [1, 0, 0, 0, 0, 0]
RMS = dict(name="rmsprop")
ART = dict(N=256, T=6, y_seed=A_Y)
PB, PD = [[[4, 2, 1], [1, 1, 1], [1, 1, 1]]], [[[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]]]


def S(name, l, **k): return dict(name=name, **l, **k)


def article(prefix, dtypes):
    mB = stack(rnn(5, return_sequences=True), td(2, **SIG))
    out = []
    for dt in dtypes:
        s = "_" + dt[0] + dt[-2:]
        k = dict(dtype=dt, optimizer=RMS, **ART)
        out += [
            S(prefix + "train_A1" + s, stack(td(1, **SIG)), x_seed=A_X, m=1, m_out=1, epochs=10, probe=[[[1], [0.8], [0.6], [0.2], [1], [0], [1], [1]]], note="Part A, 1 to 1", **k),
            S(prefix + "train_A2" + s, stack(td(3, **SIG)), x_seed=A_X, m=2, m_out=3, epochs=10, probe=[[[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]], note="Part A, 2 to 3", **k),
            S(prefix + "train_B" + s, mB, x_seed=B_X, m=3, m_out=2, epochs=10, probe=PB, note="Part B", **k),
            S(prefix + "train_C" + s, stack(rnn(5, return_sequences=True), rnn(7, return_sequences=True), td(2, **SIG)), x_seed=B_X, m=3, m_out=2, epochs=10, probe=PB, note="Part C", **k),
            S(prefix + "train_D" + s, stack(lstm(13, return_sequences=True), td(5, **SIG)), x_seed=B_X, m=7, m_out=5, epochs=5, probe=PD, note="Part D (bias starts at zero here; Keras' own default starts the forget bias at 1)", **k),
            S(prefix + "train_E_before" + s, stack(gru(13, return_sequences=True, reset_after=False), td(5, **SIG)), x_seed=B_X, m=7, m_out=5, epochs=5, probe=PD, note="Part E as in Keras 2.0.3", **k),
            S(prefix + "train_E_after" + s, stack(gru(13, return_sequences=True, reset_after=True), td(5, **SIG)), x_seed=B_X, m=7, m_out=5, epochs=5, probe=PD, note="Part E with today's default", **k),
        ]
    return out, mB


def cases_of_this_script():
    a64, mB = article("", ["float64"])
    a32, _ = article("", ["float32"])
    k = dict(x_seed=B_X, m=3, m_out=2, epochs=6, probe=PB, **ART)
    exact = dict(beta_1=0.875, beta_2=0.9990234375)
    quirk = "Keras 3 casts the Python floats beta_1, beta_2 (for the bias correction) and momentum through float32 even in float64 (tf.cast(0.9, 'float64') is 0.8999999761581421); hence the wide tolerance"
    more = [
        S("train_B_adam_f64", mB, optimizer=dict(name="adam"), note=quirk, loose=(2e-7, 5e-6), **k),
        S("train_B_adam_f32", mB, optimizer=dict(name="adam"), dtype="float32", **k),
        S("train_B_adam_exact_f64", mB, optimizer=dict(name="adam", learning_rate=0.01, **exact), note="betas that float32 holds exactly, see train_B_adam_f64", **k),
        S("train_B_sgd_f64", mB, optimizer=dict(name="sgd", learning_rate=0.5), **k),
        S("train_B_sgd_momentum_f64", mB, optimizer=dict(name="sgd", learning_rate=0.1, momentum=0.9), note=quirk, loose=(1e-8, 5e-7), **k),
        S("train_B_sgd_momentum_clipnorm_f64", mB, optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.875, clipnorm=0.01), note="clipnorm acts on each variable by itself", **k),
        S("train_B_sgd_nesterov_global_clipnorm_f64", mB, optimizer=dict(name="sgd", learning_rate=0.25, momentum=0.75, nesterov=True, global_clipnorm=0.004), **k),
        S("train_B_rmsprop_clipvalue_f64", mB, optimizer=dict(name="rmsprop", learning_rate=0.01, clipvalue=0.001), **k),
        S("train_partial_batch_f64", stack(lstm(4, return_sequences=True), td(2, **SIG)), N=40, T=3, m=2, y_shape=(3, 2), epochs=3, random_bias=True, optimizer=dict(name="adam", learning_rate=0.01, **exact),
          note="40 samples, batches of 32 and 8: the epoch loss is weighted by batch size"),
        S("train_rows_softmax_f64", stack(lstm(8), L("dense", units=4, activation="softmax")), N=24, T=6, m=6, y_shape=(4,), one_hot=True, loss="categorical_crossentropy", epochs=4, batch=8,
          optimizer=dict(name="adam", learning_rate=0.02, **exact), note="the task of seed 000 in small: one image row per step, softmax on the last output"),
    ]
    return {"training_article_f64": a64, "training_article_f32": a32, "training_optimizers": more}




if __name__ == "__main__":
    for fam, specs in {"reference": cases_of_this_script}[sys.argv[1]]().items():
        cases = []
        for s in specs:
            try: cases.append(make(sys.argv[1], s))
            except Exception as e:
                print("FAILED", s["name"], type(e).__name__, str(e)[:600], flush=True)
                import traceback; traceback.print_exc()
        write(sys.argv[1], fam, cases)
