"""Weights of real Keras models through `convert-weights` into real PyTorch and ONNX Runtime models and back.

    swift build --product convert-weights
    python golden/generate/check_conversion.py .build/debug/convert-weights

Runs in the environment `steps` (requirements-steps.txt). For each model: Keras' own weights are written as safetensors,
converted to PyTorch's layout, loaded by torch.nn with `load_state_dict`, and to ONNX' layout, given to the operators of
ONNX Runtime; the three run on the same inputs. The outputs must agree to 1e-6 (float32), and the weights converted back
must have the same bits. A GRU whose reset gate acts before the product goes to ONNX alone; PyTorch's layout must refuse
it.
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

FEATURES, UNITS = 3, 5
LIMIT = 1e-6
LAYERS = {"simple-rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
MODULES = {"simple-rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
OPERATORS = {"simple-rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def models(kind):
    """Yield (bidirectional, layers) of each model of a kind."""

    def layer():
        return LAYERS[kind](UNITS, return_sequences=True)

    yield False, [layer()]
    yield False, [layer(), layer()]
    yield True, [keras.layers.Bidirectional(layer()) for _ in range(3)]


def randomise(model, random):
    """Give every weight a random value: Keras' biases begin at zero, and must count."""
    for weight in model.weights:
        weight.assign(random.uniform(-0.7, 0.7, weight.shape))


def run_operator(kind, feed, reset_after):
    """Run one ONNX operator; return outputs [T, directions, N, units]."""
    directions, _, units = feed["R"].shape
    attributes = {"hidden_size": units, "direction": "bidirectional" if directions == 2 else "forward"}
    if kind == "gru":
        attributes["linear_before_reset"] = int(reset_after)
    node = onnx.helper.make_node(OPERATORS[kind], ["X", "W", "R", "B"], ["Y"], **attributes)

    def tensor(name, shape):
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)

    inputs = [tensor(name, array.shape) for name, array in feed.items()]
    graph = onnx.helper.make_graph([node], "one", inputs, [tensor("Y", None)])
    opset = [onnx.helper.make_opsetid("", 14)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feed)[0]


def run_onnx(kind, tensors, layers, x, reset_after=True):
    """Run ONNX' operators, one after the other; return outputs [N, T, directions * units]."""
    y = x.transpose(1, 0, 2)
    for layer in range(layers):
        prefix = f"{layer}/" if layers > 1 else ""
        feed = {"X": y, **{name: tensors[prefix + name] for name in "WRB"}}
        out = run_operator(kind, feed, reset_after)
        y = out.transpose(0, 2, 1, 3).reshape(out.shape[0], out.shape[2], -1).astype(np.float32)
    return y.transpose(1, 0, 2)


def convert(program, source, target, from_layout, to_layout, *options, check=True):
    """Run convert-weights."""
    command = [program, "--from", from_layout, "--to", to_layout, source, target, *options]
    return subprocess.run(command, check=check, capture_output=True, text=True)


def layer_path(layer):
    """Return the path of a layer, without the words of direction and cell."""
    return layer.weights[0].path.rsplit("/", 3 if isinstance(layer, keras.layers.Bidirectional) else 2)[0]


def case_name(model_weight, layers):
    """Return the name of a weight in the case schema, such as `1/backward/kernel`: what comes back is named so."""
    index = next(i for i, layer in enumerate(layers) if any(model_weight is own for own in layer.weights))
    direction = next((f"{side}/" for side in ("forward", "backward") if f"{side}_" in model_weight.path), "")
    return (f"{index}/" if len(layers) > 1 else "") + direction + model_weight.path.split("/")[-1]


def check_model(program, kind, bidirectional, layers, random):
    """Check one model; return whether all is right."""
    model = keras.Sequential([keras.Input((None, FEATURES)), *layers])
    randomise(model, random)
    original = {weight.path: weight.numpy() for weight in model.weights}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.safetensors" for name in ("keras", "torch", "back", "onnx", "again")}
        save_file(original, paths["keras"])
        # One network of all layers, at the top of the file.
        stack = ["--stack", ",".join(layer_path(layer) for layer in layers), "--as", "."]
        convert(program, paths["keras"], paths["torch"], "keras", "pytorch", "--verify", *stack)
        convert(program, paths["torch"], paths["back"], "pytorch", "keras")
        convert(program, paths["keras"], paths["onnx"], "keras", "onnx", "--verify", *stack)
        reset = ["--reset-after", "yes"] if kind == "gru" else []
        convert(program, paths["onnx"], paths["again"], "onnx", "keras", *reset)
        tensors = {name: load_file(path) for name, path in paths.items()}

    options = {"num_layers": len(layers), "bidirectional": bidirectional, "batch_first": True}
    module = MODULES[kind](FEATURES, UNITS, **options)
    module.load_state_dict({name: torch.tensor(array) for name, array in tensors["torch"].items()})
    x = random.uniform(-1, 1, (4, 9, FEATURES)).astype(np.float32)
    with torch.no_grad():
        expected = np.array(model(x))
        of_torch = module(torch.tensor(x))[0].numpy()
    of_onnx = run_onnx(kind, tensors["onnx"], len(layers), x)
    difference = max(np.abs(of_torch - expected).max(), np.abs(of_onnx - expected).max())
    same = 0
    for weight in model.weights:
        name = case_name(weight, layers)
        copies = {array.tobytes() for array in (tensors["back"][name], tensors["again"][name], original[weight.path])}
        same += len(copies) == 1
    right = difference <= LIMIT and same == len(original)
    directions = ", both directions" if bidirectional else ""
    print(
        f"{kind:<10} {len(layers)} layers{directions}: outputs differ by {difference:.1e}, "
        f"{same} of {len(original)} tensors come back bit for bit{'' if right else '  WRONG'}"
    )
    return right


def check_reset_before(program, random):
    """Check a GRU with reset_after=False; return whether all is right."""
    layer = keras.layers.GRU(UNITS, return_sequences=True, reset_after=False)
    model = keras.Sequential([keras.Input((None, FEATURES)), layer])
    randomise(model, random)
    with tempfile.TemporaryDirectory() as folder:
        own, target = Path(folder) / "keras.safetensors", Path(folder) / "onnx.safetensors"
        save_file({weight.path: weight.numpy() for weight in model.weights}, own)
        refused = convert(program, own, target, "keras", "pytorch", check=False)
        convert(program, own, target, "keras", "onnx", "--verify", "--as", ".")
        tensors = load_file(target)
    x = random.uniform(-1, 1, (4, 9, FEATURES)).astype(np.float32)
    difference = np.abs(run_onnx("gru", tensors, 1, x, False) - np.array(model(x))).max()
    told = refused.returncode == 2 and "reset gate acts before the product" in refused.stderr
    right = difference <= LIMIT and told
    end = "" if right else "  WRONG"
    print(f"{'gru':<10} reset before the product: outputs differ by {difference:.1e}, PyTorch refused{end}")
    return right


def main():
    """Parse the command line and check all models."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("program", help="the built program convert-weights")
    program = parser.parse_args().program
    keras.utils.set_random_seed(11)
    random = np.random.default_rng(12)
    right = [check_model(program, kind, *model, random) for kind in LAYERS for model in models(kind)]
    right.append(check_reset_before(program, random))
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
