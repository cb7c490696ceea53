"""Whole checkpoints of real models through `convert-weights` into other real frameworks.

    swift build --product convert-weights
    python golden/generate/check_checkpoints.py .build/debug/convert-weights

Runs in the environment `steps` (requirements-steps.txt). Each check makes a whole checkpoint with random weights, lets
`convert-weights` find the recurrent networks in it, loads the result into the target framework, and compares the
outputs on the same inputs, to 1e-6 (float32, another order of sums).

| Checkpoint                                                            | from         | to                    |
|-----------------------------------------------------------------------|--------------|-----------------------|
| encoder and decoder GRUs, an embedding, a linear layer, optimizer     | PyTorch      | Keras, an ONNX model  |
| three LSTM layers of a Sequential, stacked by --stack                  | Keras        | PyTorch               |
| a bidirectional stack behind an embedding                             | PyTorch      | an ONNX model, Keras  |
| BasicLSTMCells in a MultiRNNCell, a Dense layer, slots of Adam        | TensorFlow 1 | PyTorch               |
| a model with two recurrent nodes, one of them with other activations  | ONNX         | Keras                 |
| a `.npz` and half precision                                           | PyTorch      | Keras                 |
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.numpy import load_file, save_file

LIMIT = 1e-6


class Checks:
    """Runs the program in a folder and keeps count of what was right."""

    def __init__(self, program, folder):
        """Keep the program and the folder."""
        self.program, self.folder, self.right = program, Path(folder), True
        self.random = np.random.default_rng(5)

    def path(self, name):
        """Return a path in the folder."""
        return self.folder / name

    def convert(self, source, target, *options):
        """Run convert-weights with --verify; return what it printed."""
        command = [self.program, *options, "--verify", str(source), str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.right = False
            print(f"WRONG: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def compare(self, what, actual, expected, limit=LIMIT):
        """Compare two arrays."""
        same_shape = np.shape(actual) == np.shape(expected)
        difference = np.abs(np.asarray(actual) - np.asarray(expected)).max() if same_shape else np.inf
        right = bool(difference <= limit)
        self.right &= right
        print(f"{what:<64} outputs differ by {difference:.1e}{'' if right else '  WRONG'}")

    def uniform(self, *shape):
        """Return random inputs."""
        return self.random.uniform(-1, 1, shape).astype(np.float32)


def state(module):
    """Return the tensors of a PyTorch module as NumPy arrays."""
    return {name: tensor.detach().numpy() for name, tensor in module.state_dict().items()}


def keras_outputs(layer, tensors, prefix, x):
    """Load tensors under a path into a Keras layer and run it."""
    model = keras.Sequential([keras.Input(x.shape[1:]), layer])
    own = [prefix + weight.path.split("/")[-1] for weight in layer.weights]
    layer.set_weights([tensors[name] for name in own])
    return np.array(model(x))


def onnx_outputs(path, feed):
    """Run an ONNX model; return its outputs by name."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, feed), strict=True))


def check_encoder_decoder(checks):
    """Check a translation model with the state of its optimizer."""
    model = torch.nn.ModuleDict(
        {
            "embedding": torch.nn.Embedding(19, 5),
            "encoder": torch.nn.GRU(5, 4, num_layers=2, batch_first=True),
            "decoder": torch.nn.GRU(6, 4, batch_first=True),
            "head": torch.nn.Linear(4, 19),
        }
    )
    tensors = {**state(model), "optimizer.exp_avg.encoder.weight_ih_l0": checks.uniform(12, 5), "step": np.array([3])}
    save_file(tensors, checks.path("translation.safetensors"))
    checks.convert(checks.path("translation.safetensors"), checks.path("k.safetensors"), "--to", "keras")
    checks.convert(checks.path("translation.safetensors"), checks.path("t.onnx"), "--to", "onnx")
    converted = load_file(checks.path("k.safetensors"))
    x, y = checks.uniform(3, 7, 5), checks.uniform(3, 7, 6)
    with torch.no_grad():
        encoded, decoded = model["encoder"](torch.tensor(x))[0].numpy(), model["decoder"](torch.tensor(y))[0].numpy()
    low = keras_outputs(keras.layers.GRU(4, return_sequences=True), converted, "encoder/0/", x)
    high = keras_outputs(keras.layers.GRU(4, return_sequences=True), converted, "encoder/1/", low)
    checks.compare("PyTorch encoder, two GRU layers, to Keras", high, encoded)
    out = keras_outputs(keras.layers.GRU(4, return_sequences=True), converted, "decoder/", y)
    checks.compare("PyTorch decoder GRU to Keras", out, decoded)
    outputs = onnx_outputs(
        checks.path("t.onnx"), {"encoder/X": x.transpose(1, 0, 2), "decoder/X": y.transpose(1, 0, 2)}
    )
    checks.compare("PyTorch encoder to an ONNX model", outputs["encoder/Y"].transpose(1, 0, 2), encoded)
    checks.compare("PyTorch decoder to an ONNX model", outputs["decoder/Y"].transpose(1, 0, 2), decoded)


def check_three_lstms(checks):
    """Check three layers of a Keras model that become one module of PyTorch."""
    layers = [keras.layers.LSTM(4, return_sequences=True, name=name) for name in ("lstm2", "lstm10", "top")]
    model = keras.Sequential([keras.Input((None, 4)), *layers, keras.layers.Dense(2)])
    for weight in model.weights:
        weight.assign(checks.random.uniform(-0.7, 0.7, weight.shape))
    save_file({weight.path: weight.numpy() for weight in model.weights}, checks.path("three.safetensors"))
    paths = [layer.weights[0].path.rsplit("/", 2)[0] for layer in layers]
    options = ["--from", "keras", "--to", "pytorch", "--stack", ",".join(paths), "--as", "."]
    checks.convert(checks.path("three.safetensors"), checks.path("three-torch.safetensors"), *options)
    module = torch.nn.LSTM(4, 4, num_layers=3, batch_first=True)
    converted = load_file(checks.path("three-torch.safetensors"))
    module.load_state_dict({name: torch.tensor(array) for name, array in converted.items()})
    x = checks.uniform(3, 7, 4)
    expected = keras.Sequential([keras.Input((None, 4)), *layers])(x)
    with torch.no_grad():
        checks.compare("three Keras LSTMs to PyTorch, --stack", module(torch.tensor(x))[0].numpy(), np.array(expected))


def check_tagger(checks):
    """Check a bidirectional stack behind an embedding."""
    rnn = torch.nn.LSTM(5, 4, num_layers=2, bidirectional=True, batch_first=True)
    model = torch.nn.ModuleDict({"embed": torch.nn.Embedding(19, 5), "rnn": rnn, "tags": torch.nn.Linear(8, 3)})
    save_file(state(model), checks.path("tagger.safetensors"))
    text = checks.convert(checks.path("tagger.safetensors"), checks.path("tagger.onnx"), "--to", "onnx")
    checks.right &= "left out: 3 other tensors" in text
    checks.convert(checks.path("tagger.safetensors"), checks.path("tagger-k.safetensors"), "--to", "keras")
    x = checks.uniform(3, 7, 5)
    with torch.no_grad():
        expected = rnn(torch.tensor(x))[0].numpy()
    outputs = onnx_outputs(checks.path("tagger.onnx"), {"rnn/X": x.transpose(1, 0, 2)})
    checks.compare("bidirectional PyTorch stack to an ONNX model", outputs["rnn/Y"].transpose(1, 0, 2), expected)
    converted, y = load_file(checks.path("tagger-k.safetensors")), x
    for number in range(2):
        layer = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
        keras.Sequential([keras.Input(y.shape[1:]), layer])
        sides = [f"rnn/{number}/{side}/" for side in ("forward", "backward")]
        layer.set_weights([converted[s + n] for s in sides for n in ("kernel", "recurrent_kernel", "bias")])
        y = np.array(layer(y))
    checks.compare("bidirectional PyTorch stack to Keras", y, expected)
    checks.convert(
        checks.path("tagger.onnx"),
        checks.path("tagger-t.safetensors"),
        "--to",
        "pytorch",
        "--stack",
        "rnn/0,rnn/1",
        "--as",
        "rnn",
    )
    back, own = load_file(checks.path("tagger-t.safetensors")), state(model)
    same = all(np.array_equal(back[name], own[name]) for name in own if name.startswith("rnn."))
    checks.right &= same
    print(f"{'and from the ONNX model back to PyTorch':<64} {'bit for bit' if same else 'WRONG'}")


def check_tensorflow(checks):
    """Check a graph of TensorFlow 1 by its formulas: names, shapes and slots as its checkpoints have them."""
    features, units = 3, 4
    scope = "rnn/multi_rnn_cell/cell_{}/basic_lstm_cell/{}"
    tensors = {}
    for number, rows in enumerate([features + units, 2 * units]):
        tensors[scope.format(number, "kernel")] = checks.uniform(rows, 4 * units)
        tensors[scope.format(number, "bias")] = checks.uniform(4 * units)
    slots = {f"{name}/{slot}": array * 0 for name, array in tensors.items() for slot in ("Adam", "Adam_1")}
    others = {"dense/kernel": checks.uniform(units, 2), "dense/bias": checks.uniform(2), "global_step": np.array(7)}
    save_file({**tensors, **slots, **others, "beta1_power": np.float32([0.9])}, checks.path("tf1.safetensors"))
    options = ["--from", "tensorflow1", "--to", "pytorch"]
    checks.convert(checks.path("tf1.safetensors"), checks.path("tf1-torch.safetensors"), *options)
    module = torch.nn.LSTM(features, units, num_layers=2, batch_first=True)
    converted = load_file(checks.path("tf1-torch.safetensors"))
    module.load_state_dict({name.removeprefix("rnn."): torch.tensor(array) for name, array in converted.items()})
    x = checks.uniform(3, 7, features)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    sequence = x
    for number in range(2):
        kernel, bias = tensors[scope.format(number, "kernel")], tensors[scope.format(number, "bias")]
        h = c = np.zeros((3, units), np.float32)
        outputs = []
        for step in range(7):
            i, g, f, o = np.split(np.concatenate([sequence[:, step], h], 1) @ kernel + bias, 4, axis=1)
            c = c * sigmoid(f + 1) + sigmoid(i) * np.tanh(g)
            h = np.tanh(c) * sigmoid(o)
            outputs.append(h)
        sequence = np.stack(outputs, 1)
    with torch.no_grad():
        checks.compare("TensorFlow 1 cells with slots of Adam to PyTorch", module(torch.tensor(x))[0].numpy(), sequence)


def check_onnx(checks):
    """Check a model with two recurrent nodes, one of which has attributes of its own."""
    arrays = {
        "W1": checks.uniform(1, 4, 3),
        "R1": checks.uniform(1, 4, 4),
        "B1": checks.uniform(1, 8),
        "W2": checks.uniform(1, 15, 4),
        "R2": checks.uniform(1, 15, 5),
        "B2": checks.uniform(1, 30),
    }
    nodes = [
        onnx.helper.make_node(
            "RNN", ["X", "W1", "R1", "B1"], ["Y1"], name="/low/RNN", hidden_size=4, activations=["Relu"]
        ),
        onnx.helper.make_node("Squeeze", ["Y1", "one"], ["y1"]),
        onnx.helper.make_node(
            "GRU",
            ["y1", "W2", "R2", "B2"],
            ["Y"],
            name="/up/GRU",
            hidden_size=5,
            direction="reverse",
            activations=["HardSigmoid", "Tanh"],
            linear_before_reset=1,
        ),
    ]
    value = onnx.helper.make_tensor_value_info
    inputs, outputs = [value("X", 1, [7, 3, 3])], [value("Y", 1, None), value("Y1", 1, None)]
    constants = [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()]
    constants.append(onnx.numpy_helper.from_array(np.array([1]), "one"))
    graph = onnx.helper.make_graph(nodes, "two", inputs, outputs, constants)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 14)], ir_version=8)
    onnx.save(model, checks.path("two.onnx"))
    text = checks.convert(checks.path("two.onnx"), checks.path("two-k.safetensors"), "--to", "keras")
    checks.right &= "assumes" not in text
    x = checks.uniform(7, 3, 3)
    expected = onnx_outputs(checks.path("two.onnx"), {"X": x})
    converted = load_file(checks.path("two-k.safetensors"))
    low = keras_outputs(
        keras.layers.SimpleRNN(4, activation="relu", return_sequences=True), converted, "low/RNN/", x.transpose(1, 0, 2)
    )
    checks.compare("ONNX RNN with relu to Keras", low, expected["Y1"][:, 0].transpose(1, 0, 2))
    # ONNX' hard sigmoid is that of Keras 2; Keras gives outputs in the order of its steps.
    layer = keras.layers.GRU(
        5, recurrent_activation=lambda z: keras.ops.clip(0.2 * z + 0.5, 0, 1), go_backwards=True, return_sequences=True
    )
    up = keras_outputs(layer, converted, "up/GRU/", low)[:, ::-1]
    checks.compare("ONNX GRU, reverse, hard sigmoid, to Keras", up, expected["Y"][:, 0].transpose(1, 0, 2))


def check_other_files(checks):
    """Check a .npz, compressed or not, and half precision."""
    module = torch.nn.RNN(3, 4, batch_first=True, nonlinearity="relu")
    x = checks.uniform(3, 7, 3)
    with torch.no_grad():
        expected = module(torch.tensor(x))[0].numpy()
    options = ["--from", "pytorch", "--to", "keras", "--activations", "relu"]
    for save in (np.savez, np.savez_compressed):
        save(checks.path("own.npz"), **state(module))
        checks.convert(checks.path("own.npz"), checks.path("npz-k.safetensors"), *options)
        layer = keras.layers.SimpleRNN(4, activation="relu", return_sequences=True)
        out = keras_outputs(layer, load_file(checks.path("npz-k.safetensors")), "", x)
        checks.compare(f"{save.__name__} of a PyTorch RNN with relu to Keras", out, expected)
    half = module.half()
    save_file(state(half), checks.path("half.safetensors"))
    checks.convert(checks.path("half.safetensors"), checks.path("half-k.safetensors"), *options)
    with torch.no_grad():
        expected = half.float()(torch.tensor(x))[0].numpy()
    layer = keras.layers.SimpleRNN(4, activation="relu", return_sequences=True)
    out = keras_outputs(layer, load_file(checks.path("half-k.safetensors")), "", x)
    checks.compare("half precision of PyTorch to Keras", out, expected)


def main():
    """Parse the command line and run all checks."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("program", help="the built program convert-weights")
    program = parser.parse_args().program
    keras.utils.set_random_seed(3)
    torch.manual_seed(4)
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(program, folder)
        for check in (
            check_encoder_decoder,
            check_three_lstms,
            check_tagger,
            check_tensorflow,
            check_onnx,
            check_other_files,
        ):
            check(checks)
    return 0 if checks.right else 1


if __name__ == "__main__":
    sys.exit(main())
