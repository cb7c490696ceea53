"""Engines that run ONNX, for the cases of layout onnx.

    python3 onnx_rnn.py ENGINE [OPSET]

ENGINE: onnxruntime, reference (onnx.reference), openvino, tract. OPSET: 14 when left out (7 has no `layout`).
Every case becomes a model of one node RNN, LSTM or GRU with all the attributes that the case gives. Forward only.
pip install onnx numpy, and onnxruntime, openvino or tract.
"""

import os
import sys
import tempfile

import numpy as np
import onnx
from onnx import helper, numpy_helper
from protocol import Skip, serve

OPERATORS = {"simple_rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
ATTRIBUTES = ("direction", "activations", "activation_alpha", "activation_beta", "clip", "input_forget")
ATTRIBUTES += ("linear_before_reset", "layout")


def model_of(case, weights, inputs, opset=14):
    """(the model of one node, what is fed to it, the names of its outputs)."""
    config, operator = case["config"], OPERATORS[case["layer"]]
    feeds = {"X": inputs["x"]}
    if "lengths" in inputs:
        feeds["sequence_lens"] = np.array(inputs["lengths"], np.int32)
    feeds |= {name: inputs[key] for key, name in (("h0", "initial_h"), ("c0", "initial_c")) if key in inputs}
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"][: 8 if operator == "LSTM" else 6]
    names = [name if name in feeds or name in weights else "" for name in order]
    while not names[-1]:
        names.pop()
    attributes = {key: config[key] for key in ATTRIBUTES if key in config and (key, config[key]) != ("layout", 0)}
    outputs = ["Y", "Y_h", "Y_c"][: 3 if operator == "LSTM" else 2]
    node = helper.make_node(operator, names, outputs, hidden_size=config["units"], **attributes)
    kind = helper.np_dtype_to_tensor_dtype(inputs["x"].dtype)
    given = [
        helper.make_tensor_value_info(name, onnx.TensorProto.INT32 if name == "sequence_lens" else kind, value.shape)
        for name, value in feeds.items()
    ]
    results = [helper.make_tensor_value_info(name, kind, None) for name in outputs]
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph([node], case["layer"], given, results, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9), feeds, outputs


def file_of(model):
    """The model in a file, for engines that read no bytes; the caller removes it."""
    with tempfile.NamedTemporaryFile(suffix=".onnx", delete=False) as file:
        file.write(model.SerializeToString())
    return file.name


def onnxruntime(model, feeds, outputs):
    """ONNX Runtime on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(outputs, feeds)


def reference(model, feeds, outputs):
    """ONNX' own evaluator in numpy."""
    import onnx.reference

    return onnx.reference.ReferenceEvaluator(model).run(outputs, feeds)


def openvino(model, feeds, outputs):
    """OpenVINO's CPU plugin, in single precision."""
    import openvino

    name, core = file_of(model), openvino.Core()
    try:
        compiled = core.compile_model(core.read_model(name), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    finally:
        os.remove(name)
    results = compiled(feeds)
    return [results[k] for k in range(len(outputs))]


def tract(model, feeds, outputs):
    """tract, with the shapes of the inputs given."""
    import tract

    name = file_of(model)
    try:
        loaded = tract.onnx().load(name)
    finally:
        os.remove(name)
    kinds = {"float32": "f32", "float64": "f64", "int32": "i32"}
    for k, value in enumerate(feeds.values()):
        loaded.set_input_fact(k, ",".join([*map(str, value.shape), kinds[str(value.dtype)]]))
    loaded.analyse()
    runnable = loaded.into_model().into_runnable()
    return [value.to_numpy() for value in runnable.run([np.ascontiguousarray(value) for value in feeds.values()])]


ENGINES = {"onnxruntime": onnxruntime, "reference": reference, "openvino": openvino, "tract": tract}


def run(case, weights, inputs):
    """outputs, h and c; a case that the engine refuses to load or to run is skipped with its own words."""
    if case["layout"] != "onnx":
        raise Skip("other layouts")
    opset = int(sys.argv[2]) if len(sys.argv) > 2 else 14
    model, feeds, outputs = model_of(case, weights, inputs, opset)
    try:
        values = ENGINES[sys.argv[1]](model, feeds, outputs)
    except ImportError:
        raise
    except Exception as error:
        words = " ".join(str(error).split())
        short = words if len(words) < 130 else words[:60] + " … " + words[-70:]
        raise Skip(f"refused: {type(error).__name__} {short}") from error
    return dict(zip(("outputs", "h", "c"), values))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ENGINES:
        sys.exit(f"usage: onnx_rnn.py {'|'.join(ENGINES)} [OPSET]")
    serve(run, forward_only=True, no_steps=True)
