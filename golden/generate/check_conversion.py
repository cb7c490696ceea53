"""Weights of real Keras models through `convert-weights` into real PyTorch models and back.

    swift build
    python golden/generate/check_conversion.py .build/debug/convert-weights

Needs tensorflow-cpu, torch, numpy and safetensors from pip. For each model: Keras' own weights are written as safetensors, converted to
PyTorch's layout, loaded by torch.nn with `load_state_dict`, and both frameworks run on the same inputs. The outputs must agree to
1e-6 (float32), and the weights converted back must have the same bits.
"""
import os, subprocess, sys, tempfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import keras, torch
from safetensors.numpy import load_file, save_file

L = keras.layers


def models(kind):
    layer = {"simple-rnn": L.SimpleRNN, "lstm": L.LSTM, "gru": L.GRU}[kind]
    one = lambda: layer(5, return_sequences=True)
    yield 1, False, [one()]
    yield 2, False, [one(), one()]
    yield 3, True, [L.Bidirectional(one()) for _ in range(3)]


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
            a, b, c = (os.path.join(folder, name) for name in ("keras.safetensors", "torch.safetensors", "back.safetensors"))
            original = {w.path: w.numpy() for w in model.weights}
            save_file(original, a)
            subprocess.run([program, "--from", "keras", "--to", "pytorch", a, b, "--verify"], check=True, capture_output=True)
            subprocess.run([program, "--from", "pytorch", "--to", "keras", b, c], check=True, capture_output=True)

            net = classes[kind](3, 5, num_layers=layers, bidirectional=bidirectional, batch_first=True)
            net.load_state_dict({k: torch.tensor(v) for k, v in load_file(b).items()})
            x = random.uniform(-1, 1, (4, 9, 3)).astype(np.float32)
            with torch.no_grad():
                difference = np.abs(net(torch.tensor(x))[0].numpy() - np.array(model(x))).max()
            back = load_file(c)
            # On the way back tensors get the names of the case schema: `1/backward/kernel`.
            same = 0
            for w in model.weights:
                index = [i for i, l in enumerate(stack) if any(w is v for v in l.weights)][0]
                direction = "backward/" if "backward_" in w.path else "forward/" if "forward_" in w.path else ""
                name = ("%d/" % index if layers > 1 else "") + direction + w.path.split("/")[-1]
                same += back[name].tobytes() == original[w.path].tobytes()
            ok = difference <= 1e-6 and same == len(original)
            failures += not ok
            print("%-10s %d layers%s: outputs differ by %.1e, %d of %d tensors come back bit for bit%s"
                  % (kind, layers, ", both directions" if bidirectional else "", difference, same, len(original), "" if ok else "  WRONG"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
