"""Times the benchmark's rows with another framework: python3 peer.py {pytorch,keras,onnxruntime,numpy}

Reads one question a line and answers each with one line, as Peer.swift describes. Weights are random: they do not change the time.
"""
import importlib.metadata
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


def pytorch_training(call_loss, parameters, q):
    import torch

    if q["update"] == "sgd":
        update = torch.optim.SGD(parameters, 0.1, momentum=0.9 if q["network"] == "sorting" else 0)
    else:
        update = torch.optim.Adam(parameters)

    def call():
        update.zero_grad()
        call_loss().backward()
        update.step()

    return call


def pytorch_words(q):
    """An embedding, recurrent layers, and a dense layer over the vocabulary at every step."""
    import torch

    B, T, D, H = (q[k] for k in "BTDH")
    both = q["network"] == "sorting"
    embedding = torch.nn.Embedding(q["classes"], D)
    layer = torch.nn.LSTM(D, H, num_layers=q["layers"], bidirectional=both, batch_first=True)
    head = torch.nn.Linear(2 * H if both else H, q["classes"])
    words = torch.randint(q["classes"], (B, T))
    labels = torch.randint(q["classes"], (B * T,))
    loss = torch.nn.CrossEntropyLoss()

    def logits():
        return head(layer(embedding(words))[0])

    if q["mode"] == "forward":

        def call():
            with torch.inference_mode():
                logits()

        return call
    parameters = [*embedding.parameters(), *layer.parameters(), *head.parameters()]
    return pytorch_training(lambda: loss(logits().flatten(0, 1), labels), parameters, q)


def pytorch_layer(q):
    import torch

    B, T, D, H = (q[k] for k in "BTDH")
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[q["cell"]]
    options = {"nonlinearity": "relu"} if q["option"] == "relu" else {}
    if q["option"] not in ("none", "relu", "mask"):
        raise ValueError(f"PyTorch has no option {q['option']}")
    return kind(
        D, H, num_layers=q["layers"], bidirectional=q["network"] == "bidirectional", batch_first=True, **options)


def pytorch(q):
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    torch.set_num_threads(q["threads"])
    if q["network"] in ("language", "sorting"):
        return pytorch_words(q)
    layer = pytorch_layer(q)
    B, T, D, H = (q[k] for k in "BTDH")
    x = torch.randn(B, T, D)
    lengths = q.get("lengths")
    if lengths:
        lengths = torch.tensor(lengths)

        def outputs():
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            return pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=T)[0]

    else:

        def outputs():
            return layer(x)[0]

    if q["network"] == "stream":

        def call():
            state = None
            with torch.inference_mode():
                for _ in range(q["steps"]):
                    _, state = layer(x, state)

        return call
    if q["mode"] == "forward":

        def call():
            with torch.inference_mode():
                outputs()

        return call
    if q["mode"] == "gradient":
        x.requires_grad_()

        def call():
            layer.zero_grad()
            x.grad = None
            y = outputs()
            y.backward(y.detach())

        return call
    head = torch.nn.Linear(H, q["classes"])
    labels = torch.randint(q["classes"], (B,))
    loss = torch.nn.CrossEntropyLoss()
    parameters = [*layer.parameters(), *head.parameters()]
    return pytorch_training(lambda: loss(head(outputs()[:, -1]), labels), parameters, q)


def keras(q):
    if q["network"] not in ("layer", "classifier") or q["option"] != "none":
        raise ValueError("only plain layers are written with Keras")
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


def onnx_options(q):
    """The attributes of a node, and its further weights."""
    H = q["H"]
    if q["option"] == "hardSigmoid":
        names = {"lstm": ["HardSigmoid", "Tanh", "Tanh"], "gru": ["HardSigmoid", "Tanh"]}[q["cell"]]
        return {"activations": names, "activation_alpha": [0.2], "activation_beta": [0.5]}, {}
    if q["option"] == "peepholes":
        return {}, {"P": (1, 3 * H)}
    if q["option"] == "clips":
        return {"clip": 3.0}, {}
    if q["option"] == "relu":
        return {"activations": ["Relu"]}, {}
    return {}, {}


def onnxruntime(q):
    if q["mode"] != "forward":
        raise ValueError("ONNX Runtime does not train")
    if q["network"] not in ("layer", "stream", "bidirectional"):
        raise ValueError("only single layers are written with ONNX Runtime")
    import numpy as np
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    B, T, D, H = (q[k] for k in "BTDH")
    op, gates = {"lstm": ("LSTM", 4), "gru": ("GRU", 3), "simple_rnn": ("RNN", 1)}[q["cell"]]
    directions = 2 if q["network"] == "bidirectional" else 1
    rng = np.random.default_rng(1)

    def weight(name, *shape):
        return numpy_helper.from_array(rng.uniform(-0.05, 0.05, shape).astype(np.float32), name)

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    attributes, further = onnx_options(q)
    if directions == 2:
        attributes["direction"] = "bidirectional"
    if q["cell"] == "gru":
        attributes["linear_before_reset"] = 1
    weights = [
        weight("W", directions, gates * H, D), weight("R", directions, gates * H, H),
        weight("B", directions, 2 * gates * H), *(weight(name, *shape) for name, shape in further.items())]
    names, inputs = ["X", "W", "R", "B", "", "", ""], [value("X", T, B, D)]
    outputs = ["Y"]
    x = {"X": rng.standard_normal((T, B, D)).astype(np.float32)}
    if q.get("lengths"):
        weights.append(numpy_helper.from_array(np.array(q["lengths"], np.int32), "lengths"))
        names[4] = "lengths"
    if q["network"] == "stream":
        names[5:] = ["h", "c"]
        inputs += [value("h", 1, B, H), value("c", 1, B, H)]
        outputs = ["Y", "Y_h", "Y_c"]
    while not further and names[-1] == "":
        names.pop()
    names += list(further)
    node = helper.make_node(op, names, outputs, hidden_size=H, **attributes)
    shapes = {"Y": (T, directions, B, H), "Y_h": (1, B, H), "Y_c": (1, B, H)}
    graph = helper.make_graph([node], op, inputs, [value(name, *shapes[name]) for name in outputs], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = q["threads"]
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    if q["network"] != "stream":
        return lambda: session.run(None, x)

    def call():
        h = c = np.zeros((1, B, H), np.float32)
        for _ in range(q["steps"]):
            _, h, c = session.run(None, {"X": x["X"], "h": h, "c": c})

    return call


def numpy(q):
    if q["mode"] != "forward" or q["network"] != "layer" or q["cell"] != "lstm" or q["option"] != "none":
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


PACKAGES = {"pytorch": ("PyTorch", "torch"), "keras": ("Keras", "keras"),
            "onnxruntime": ("ONNX Runtime", "onnxruntime"), "numpy": ("numpy", "numpy")}


def peer_name(peer):
    """The framework's name with the first two numbers of its version."""
    title, package = PACKAGES[peer]
    return title + " " + ".".join(importlib.metadata.version(package).split("+")[0].split(".")[:2])


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
            answer = {"seconds": timed(calls[key], q["seconds"]), "name": peer_name(sys.argv[1])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "name": peer_name(sys.argv[1])}
        print(json.dumps(answer), file=answers, flush=True)


main()
