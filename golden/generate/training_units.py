"""Prints the numbers that the unit tests of module Training expect, from real Keras, PyTorch or MXNet.

`keras` prints three steps of every optimiser, and losses with their gradients; `torch` three steps of PyTorch's
RMSprop, whose epsilon stands outside the root; `mxnet` three steps of MXNet's SGD, where the second tensor is a bias.
One process each: TensorFlow and PyTorch do not load side by side everywhere, and MXNet needs an old numpy.
"""

import argparse
import os

import numpy as np

START = [[0.5, -1.25, 2.0, 0.03], [-0.75, 1.5]]
GRADIENTS = [
    [[0.1, -0.2, 0.003, 4.0], [0.7, -0.05]],
    [[-0.3, 0.15, 0.002, -1.0], [0.6, 0.45]],
    [[0.05, 0.4, -0.001, 0.5], [-0.2, 0.01]],
]
# {name: (class of keras.optimizers, options)}
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "sgd momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "sgd nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.01}),
    "rmsprop momentum": ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.7, "epsilon": 1e-3}),
    "rmsprop centered": ("RMSprop", {"learning_rate": 0.01, "momentum": 0.6, "centered": True, "epsilon": 1e-2}),
    "adam": ("Adam", {"learning_rate": 0.01}),
    "adam amsgrad": (
        "Adam",
        {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.5, "epsilon": 1e-3, "amsgrad": True},
    ),
    "clip value": ("SGD", {"learning_rate": 0.1, "clipvalue": 0.25}),
    "clip norm": ("SGD", {"learning_rate": 0.1, "clipnorm": 0.5}),
    "clip global norm": ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
}

# {name: options of mxnet.optimizer.SGD}
MXNET = {
    "decay": {"learning_rate": 0.1, "wd": 0.05},
    "momentum": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.05, "rescale_grad": 0.25},
    "clip": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.05, "rescale_grad": 0.25, "clip_gradient": 0.06},
    "clip without momentum": {"learning_rate": 0.1, "wd": 0.05, "rescale_grad": 0.25, "clip_gradient": 0.06},
}


def text(values):
    """Return an array as a list of the shortest decimals."""
    return "[" + ", ".join(repr(float(value)) for value in np.asarray(values).reshape(-1)) + "]"


def keras_steps(name, options, dtype):
    """Return the variables after three steps of an optimiser of Keras."""
    import keras
    import tensorflow as tf

    keras.config.set_floatx(dtype)
    variables = [keras.Variable(np.array(start, dtype)) for start in START]
    optimizer = getattr(keras.optimizers, name)(**options)
    optimizer.build(variables)
    for gradients in GRADIENTS:
        optimizer.apply([tf.constant(gradient, dtype) for gradient in gradients], variables)
    return np.concatenate([np.asarray(variable) for variable in variables])


def print_losses():
    """Print Keras' losses and their gradients, with and without a mask."""
    import keras
    import tensorflow as tf

    keras.config.set_floatx("float64")
    probabilities = np.array([[[0.2, 0.5, 0.4], [0.7, 0.1, 0.15]], [[0.05, 0.9, 0.3], [1e-9, 0.25, 0.6]]])
    targets = np.array([[[0.1, 0.6, 0.3], [1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0], [0.35, 0.4, 0.25]]])
    labels = np.array([[2, 0], [1, 0]])
    mask = np.array([[True, False], [True, True]])
    logits = np.array([[[0.2, -1.5, 3.4], [0.7, 0.1, -2.15]], [[40.0, -900.0, 0.3], [-0.4, 0.25, 0.6]]])
    losses = {
        "mse": (keras.losses.MeanSquaredError(), targets, probabilities),
        "categorical": (keras.losses.CategoricalCrossentropy(), targets, probabilities),
        "binary": (keras.losses.BinaryCrossentropy(), targets, probabilities),
        "softmax": (keras.losses.SparseCategoricalCrossentropy(from_logits=True), labels, logits),
    }
    for name, (loss, target, output) in losses.items():
        for masked in (False, True):
            x = tf.constant(output)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.identity(x)
                if masked:
                    y._keras_mask = tf.constant(mask)
                value = loss(tf.constant(target), y)
            print(name, "masked" if masked else "", repr(float(value)), text(tape.gradient(value, x)))


def print_keras():
    """Print the numbers of Keras."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    print("keras", keras.__version__, "tensorflow", tf.__version__)
    for name, (optimizer, options) in OPTIMIZERS.items():
        print(name, "Double", text(keras_steps(optimizer, options, "float64")))
        print(name, "Float", text(keras_steps(optimizer, options, "float32")))
    print_losses()


def print_torch():
    """Print the numbers of PyTorch."""
    import torch

    weights = [torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in START]
    optimizer = torch.optim.RMSprop(weights, lr=0.01, alpha=0.9, eps=1e-3, momentum=0.7, centered=True)
    for gradients in GRADIENTS:
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    values = np.concatenate([weight.detach().numpy() for weight in weights])
    print("torch", torch.__version__, "rmsprop outside", text(values))


def print_mxnet():
    """Print the numbers of MXNet."""
    import mxnet

    print("mxnet", mxnet.__version__)
    for name, options in MXNET.items():
        weights = [mxnet.nd.array(start, dtype="float64") for start in START]
        optimizer = mxnet.optimizer.SGD(param_idx2name={0: "a_weight", 1: "a_bias"}, **options)
        # Asked for no factors, MXNet gives weight decay to names that end in _weight.
        optimizer.set_wd_mult({})
        update = mxnet.optimizer.get_updater(optimizer)
        for gradients in GRADIENTS:
            for k, gradient in enumerate(gradients):
                update(k, mxnet.nd.array(gradient, dtype="float64"), weights[k])
        print(name, text(np.concatenate([weight.asnumpy() for weight in weights])))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n\n")[0])
    parser.add_argument("framework", choices=["keras", "torch", "mxnet"], help="whose numbers")
    {"keras": print_keras, "torch": print_torch, "mxnet": print_mxnet}[parser.parse_args().framework]()
