"""Weights of real Keras models through `convert-weights` into real PyTorch and ONNX Runtime models and back.

    swift build
    python golden/generate/check_conversion.py .build/debug/convert-weights

Needs tensorflow-cpu, torch, onnx, onnxruntime, numpy and safetensors from pip. For each model: Keras' own weights are written as safetensors, converted to
PyTorch's layout, loaded by torch.nn with `load_state_dict`, and to ONNX' layout, given to the operators of ONNX Runtime; the three run on
the same inputs. The outputs must agree to 1e-6 (float32), and the weights converted back must have the same bits. A GRU whose reset gate
acts before the product goes to ONNX alone; PyTorch's layout must refuse it.
"""
import os, subprocess, sys, tempfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import keras, onnx, onnxruntime, torch
from safetensors.numpy import load_file, save_file

L = keras.layers


def models(kind):
    layer = {"simple-rnn": L.SimpleRNN, "lstm": L.LSTM, "gru": L.GRU}[kind]
    one = lambda: layer(5, return_sequences=True)
    yield 1, False, [one()]
    yield 2, False, [one(), one()]
    yield 3, True, [L.Bidirectional(one()) for _ in range(3)]


def run_onnx(kind, tensors, layers, x, reset_after):
    """ONNX' operators, one after the other: outputs [N, T, directions * units]"""
    y = x.transpose(1, 0, 2)
    for layer in range(layers):
        feed = {k: tensors[("%d/" % layer if layers > 1 else "") + k] for k in "WRB"}
        attributes = dict(hidden_size=feed["R"].shape[2], direction=["forward", "bidirectional"][feed["W"].shape[0] - 1])
        if kind == "gru": attributes["linear_before_reset"] = int(reset_after)
        node = onnx.helper.make_node({"simple-rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}[kind], ["X", "W", "R", "B"], ["Y"], **attributes)
        value = lambda name, shape: onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        graph = onnx.helper.make_graph([node], "one", [value("X", y.shape)] + [value(k, v.shape) for k, v in feed.items()], [value("Y", None)])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 14)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        out = session.run(None, {"X": y, **feed})[0]                     # [T, directions, N, units]
        y = out.transpose(0, 2, 1, 3).reshape(out.shape[0], out.shape[2], -1).astype(np.float32)
    return y.transpose(1, 0, 2)


def main(program):
    keras.utils.set_random_seed(11)
    random = np.random.default_rng(12)
    classes = {"simple-rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    failures = 0
    for kind in classes:
        for layers, bidirectional, stack in models(kind):
            model = keras.Sequential([keras.Input((None, 3))] + stack)
            for w in model.weights:                                  # biases begin at zero: make every weight count
                w.assign(random.uniform(-0.7, 0.7, w.shape))
            folder = tempfile.mkdtemp()
            a, b, c, o, d = (os.path.join(folder, name + ".safetensors") for name in ("keras", "torch", "back", "onnx", "again"))
            original = {w.path: w.numpy() for w in model.weights}
            save_file(original, a)
            subprocess.run([program, "--from", "keras", "--to", "pytorch", a, b, "--verify"], check=True, capture_output=True)
            subprocess.run([program, "--from", "pytorch", "--to", "keras", b, c], check=True, capture_output=True)
            after = ["--reset-after", "yes"] if kind == "gru" else []
            subprocess.run([program, "--from", "keras", "--to", "onnx", a, o, "--verify"], check=True, capture_output=True)
            subprocess.run([program, "--from", "onnx", "--to", "keras", o, d] + after, check=True, capture_output=True)

            net = classes[kind](3, 5, num_layers=layers, bidirectional=bidirectional, batch_first=True)
            net.load_state_dict({k: torch.tensor(v) for k, v in load_file(b).items()})
            x = random.uniform(-1, 1, (4, 9, 3)).astype(np.float32)
            with torch.no_grad():
                want = np.array(model(x))
                difference = max(np.abs(net(torch.tensor(x))[0].numpy() - want).max(),
                                 np.abs(run_onnx(kind, load_file(o), layers, x, True) - want).max())
            back, again = load_file(c), load_file(d)
            # On the way back tensors get the names of the case schema: `1/backward/kernel`.
            same = 0
            for w in model.weights:
                index = [i for i, l in enumerate(stack) if any(w is v for v in l.weights)][0]
                direction = "backward/" if "backward_" in w.path else "forward/" if "forward_" in w.path else ""
                name = ("%d/" % index if layers > 1 else "") + direction + w.path.split("/")[-1]
                same += back[name].tobytes() == again[name].tobytes() == original[w.path].tobytes()
            ok = difference <= 1e-6 and same == len(original)
            failures += not ok
            print("%-10s %d layers%s: outputs differ by %.1e, %d of %d tensors come back bit for bit%s"
                  % (kind, layers, ", both directions" if bidirectional else "", difference, same, len(original), "" if ok else "  WRONG"))
    return 1 if failures + before(program, random) else 0


def before(program, random):
    """A GRU with reset_after=False."""
    model = keras.Sequential([keras.Input((None, 3)), L.GRU(5, return_sequences=True, reset_after=False)])
    for w in model.weights: w.assign(random.uniform(-0.7, 0.7, w.shape))
    folder = tempfile.mkdtemp()
    a, o = (os.path.join(folder, name + ".safetensors") for name in ("keras", "onnx"))
    save_file({w.path: w.numpy() for w in model.weights}, a)
    refused = subprocess.run([program, "--from", "keras", "--to", "pytorch", a, o], capture_output=True, text=True)
    subprocess.run([program, "--from", "keras", "--to", "onnx", a, o, "--verify"], check=True, capture_output=True)
    x = random.uniform(-1, 1, (4, 9, 3)).astype(np.float32)
    difference = np.abs(run_onnx("gru", load_file(o), 1, x, False) - np.array(model(x))).max()
    ok = difference <= 1e-6 and refused.returncode == 2 and "reset gate acts before the product" in refused.stderr
    print("%-10s reset before the product: outputs differ by %.1e, PyTorch refused%s" % ("gru", difference, "" if ok else "  WRONG"))
    return not ok


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
