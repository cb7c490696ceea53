"""Times the benchmark's rows with another framework: python3 peer.py {pytorch,keras,onnxruntime,numpy}

Reads one question a line and answers each with one line, as Peer.swift describes. Weights are random: they do not change the time.
"""
import json
import os
import sys
import time


def timed(call, seconds):
    """The time of each call, until `seconds` are over; at least three calls, after two that warm up. Short calls are taken together."""
    call()
    call()
    start = time.perf_counter()
    call()
    count = max(1, int(2e-4 / max(time.perf_counter() - start, 1e-9)))
    times = []
    while sum(times) * count < seconds or len(times) < 3:
        start = time.perf_counter()
        for _ in range(count):
            call()
        times.append((time.perf_counter() - start) / count)
    return times


def pytorch(q):
    import torch

    torch.set_num_threads(q["threads"])
    B, T, D, H = (q[k] for k in "BTDH")
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[q["cell"]]
    layer = kind(D, H, batch_first=True)
    x = torch.randn(B, T, D)
    if q["mode"] == "forward":

        def call():
            with torch.inference_mode():
                layer(x)

        return call
    head = torch.nn.Linear(H, q["classes"])
    labels = torch.randint(q["classes"], (B,))
    loss = torch.nn.CrossEntropyLoss()
    adam = torch.optim.Adam([*layer.parameters(), *head.parameters()])

    def call():
        adam.zero_grad()
        loss(head(layer(x)[0][:, -1]), labels).backward()
        adam.step()

    return call


def keras(q):
    import tensorflow as tf

    if not keras.is_set:
        tf.config.threading.set_intra_op_parallelism_threads(q["threads"])
        keras.is_set = True
    B, T, D, H = (q[k] for k in "BTDH")
    kind = {"lstm": tf.keras.layers.LSTM, "gru": tf.keras.layers.GRU, "simple_rnn": tf.keras.layers.SimpleRNN}[q["cell"]]
    train = q["mode"] == "train"
    layers = [tf.keras.Input((T, D), batch_size=B), kind(H, return_sequences=not train)]
    model = tf.keras.Sequential(layers + ([tf.keras.layers.Dense(q["classes"])] if train else []))
    x = tf.random.normal((B, T, D))
    if not train:
        run = tf.function(lambda: model(x, training=False), jit_compile=False)
        return lambda: run().numpy()
    labels = tf.random.uniform((B,), maxval=q["classes"], dtype=tf.int32)
    model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
    return lambda: model.train_on_batch(x, labels)


keras.is_set = False


def onnxruntime(q):
    if q["mode"] == "train":
        raise ValueError("ONNX Runtime does not train")
    import numpy as np
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    B, T, D, H = (q[k] for k in "BTDH")
    op, gates = {"lstm": ("LSTM", 4), "gru": ("GRU", 3), "simple_rnn": ("RNN", 1)}[q["cell"]]
    rng = np.random.default_rng(1)

    def weight(name, *shape):
        return numpy_helper.from_array(rng.uniform(-0.05, 0.05, shape).astype(np.float32), name)

    weights = [weight("W", 1, gates * H, D), weight("R", 1, gates * H, H), weight("B", 1, 2 * gates * H)]
    node = helper.make_node(op, ["X", "W", "R", "B"], ["Y"], hidden_size=H)
    graph = helper.make_graph(
        [node], op, [helper.make_tensor_value_info("X", TensorProto.FLOAT, [T, B, D])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [T, 1, B, H])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = q["threads"]
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = {"X": rng.standard_normal((T, B, D)).astype(np.float32)}
    return lambda: session.run(None, x)


def numpy(q):
    if q["mode"] == "train" or q["cell"] != "lstm":
        raise ValueError("only the forward LSTM is written in numpy")
    import numpy as np

    B, T, D, H = (q[k] for k in "BTDH")
    rng = np.random.default_rng(1)
    K, R, b = (rng.uniform(-0.05, 0.05, s).astype(np.float32) for s in [(D, 4 * H), (H, 4 * H), (4 * H,)])
    x = rng.standard_normal((B, T, D)).astype(np.float32)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def call():
        a = x.reshape(B * T, D) @ K + b
        a = a.reshape(B, T, 4 * H)
        h = np.zeros((B, H), np.float32)
        c = np.zeros((B, H), np.float32)
        y = np.empty((B, T, H), np.float32)
        for t in range(T):
            i, f, g, o = np.split(a[:, t] + h @ R, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            y[:, t] = h
        return y

    return call


def main():
    peers = {"pytorch": pytorch, "keras": keras, "onnxruntime": onnxruntime, "numpy": numpy}
    if len(sys.argv) != 2 or sys.argv[1] not in peers:
        sys.exit(f"usage: peer.py {{{','.join(peers)}}}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Frameworks print; the answers keep the output to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    calls = {}
    for line in sys.stdin:
        q = json.loads(line)
        try:
            key = (q["row"], q["threads"])
            if key not in calls:
                calls = {key: peers[sys.argv[1]](q)}
            answer = {"seconds": timed(calls[key], q["seconds"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


main()
