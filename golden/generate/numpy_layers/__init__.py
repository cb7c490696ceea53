"""An independent reading of the cases: every layer of every layout in plain numpy loops, float64, no framework.

It checks the files (check.py), is the example implementation numpy_rnn.py, and states readably what each layout means.
It is never the source of a number.
"""

from numpy_layers.basics import sub, tensor
from numpy_layers.keras import run_keras
from numpy_layers.onnx import run_onnx
from numpy_layers.rows import run_mxnet, run_torch
from numpy_layers.tensorflow1 import run_tf1

__all__ = ["RUN", "read", "sub", "tensor"]

# Functions of case, weights and inputs that return outputs, states and the values of all steps.
RUN = {"keras": run_keras, "tensorflow1": run_tf1, "pytorch": run_torch, "mxnet": run_mxnet, "onnx": run_onnx}


def read(case):
    """Return weights, inputs and cotangents of a case as arrays of its dtype, held in float64."""

    def arrays(item):
        if isinstance(item, list):
            return [tensor(element, case["dtype"]) for element in item]
        return tensor(item, case["dtype"])

    weights = {key: arrays(item) for key, item in case.get("weights", {}).items()}
    inputs = {key: item if key == "lengths" else arrays(item) for key, item in case.get("inputs", {}).items()}
    cotangents = {key: arrays(item) for key, item in case.get("cotangents", {}).items()}
    return weights, inputs, cotangents
