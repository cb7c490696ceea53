"""Numbers of the unit tests of module Training, from real Keras (TensorFlow backend) and PyTorch.

    python training_units.py          prints three steps of every optimiser, and losses with their gradients
    python training_units.py torch    prints three steps of PyTorch's RMSprop
"""
import os
import sys
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

START = [[0.5, -1.25, 2.0, 0.03], [-0.75, 1.5]]
GRADIENTS = [[[0.1, -0.2, 0.003, 4.0], [0.7, -0.05]], [[-0.3, 0.15, 0.002, -1.0], [0.6, 0.45]], [[0.05, 0.4, -0.001, 0.5], [-0.2, 0.01]]]

OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1),
    "sgd momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "sgd nesterov": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "rmsprop momentum": lambda: keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.7, epsilon=1e-3),
    "rmsprop centered": lambda: keras.optimizers.RMSprop(0.01, momentum=0.6, centered=True, epsilon=1e-2),
    "adam": lambda: keras.optimizers.Adam(0.01),
    "adam amsgrad": lambda: keras.optimizers.Adam(0.01, beta_1=0.8, beta_2=0.5, epsilon=1e-3, amsgrad=True),
    "clip value": lambda: keras.optimizers.SGD(0.1, clipvalue=0.25),
    "clip norm": lambda: keras.optimizers.SGD(0.1, clipnorm=0.5),
    "clip global norm": lambda: keras.optimizers.SGD(0.1, global_clipnorm=0.5),
}


def show(values):
    return "[" + ", ".join(repr(float(v)) for v in np.asarray(values).reshape(-1)) + "]"


def steps(make, dtype):
    keras.config.set_floatx(dtype)
    variables = [keras.Variable(np.array(w, dtype)) for w in START]
    optimizer = make()
    optimizer.build(variables)
    for gradient in GRADIENTS:
        optimizer.apply([tf.constant(g, dtype) for g in gradient], variables)
    return np.concatenate([np.asarray(v) for v in variables])


def losses():
    keras.config.set_floatx("float64")
    p = np.array([[[0.2, 0.5, 0.4], [0.7, 0.1, 0.15]], [[0.05, 0.9, 0.3], [1e-9, 0.25, 0.6]]])
    t = np.array([[[0.1, 0.6, 0.3], [1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0], [0.35, 0.4, 0.25]]])
    labels = np.array([[2, 0], [1, 0]])
    mask = np.array([[True, False], [True, True]])
    logits = np.array([[[0.2, -1.5, 3.4], [0.7, 0.1, -2.15]], [[40.0, -900.0, 0.3], [-0.4, 0.25, 0.6]]])
    table = {
        "mse": (keras.losses.MeanSquaredError(), t, p),
        "categorical": (keras.losses.CategoricalCrossentropy(), t, p),
        "binary": (keras.losses.BinaryCrossentropy(), t, p),
        "softmax": (keras.losses.SparseCategoricalCrossentropy(from_logits=True), labels, logits),
    }
    for name, (loss, target, output) in table.items():
        for masked in (False, True):
            x = tf.constant(output)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.identity(x)
                if masked:
                    y._keras_mask = tf.constant(mask)
                value = loss(tf.constant(target), y)
            print(name, "masked" if masked else "", repr(float(value)), show(tape.gradient(value, x)))


def torch_rmsprop():
    """Epsilon outside the root.  A process of its own: TensorFlow and PyTorch do not load side by side everywhere."""
    import torch
    weights = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in START]
    optimizer = torch.optim.RMSprop(weights, lr=0.01, alpha=0.9, eps=1e-3, momentum=0.7, centered=True)
    for gradient in GRADIENTS:
        for w, g in zip(weights, gradient):
            w.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
    print("torch", torch.__version__, "rmsprop outside", show(np.concatenate([w.detach().numpy() for w in weights])))


def main():
    print("keras", keras.__version__, "tensorflow", tf.__version__)
    for name, make in OPTIMIZERS.items():
        print(name, "Double", show(steps(make, "float64")))
        print(name, "Float", show(steps(make, "float32")))
    losses()


if sys.argv[1:] == ["torch"]:
    torch_rmsprop()
else:
    import keras
    import tensorflow as tf
    main()
