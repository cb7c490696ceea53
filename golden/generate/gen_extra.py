"""Further cases, for the corners that the first set leaves out (specifications: extra_layers.py, extra_cells.py).

Sizes of one, 17 units, long sequences, saturated gates, masks, three bidirectional layers, peepholes, every direction,
layouts and options of ONNX, lengths, and every option of the optimisers.
"""

import sys

from command import parser, write_families


def keras():
    """Return the makers of Keras' cases."""
    import extra_layers
    from keras_case import make_case

    return [(spec, make_case) for spec in extra_layers.KERAS]


def options():
    """Return the makers of Keras' options that the other cases lack for a cell."""
    import extra_layers
    from keras_case import make_case

    return [(spec, make_case) for spec in extra_layers.OPTIONS]


def tf1():
    """Return the makers of TensorFlow 1's cases."""
    import extra_cells
    from gen_tf1 import make_case

    return [(spec, make_case) for spec in extra_cells.TF1]


def torch():
    """Return the makers of PyTorch's cases."""
    import extra_cells
    from gen_torch import make_case

    return [(spec, make_case) for spec in extra_cells.TORCH]


def onnx():
    """Return the makers of ONNX' cases."""
    import extra_cells
    from gen_onnx import make_case

    own = [(spec, make_case) for spec in extra_cells.ONNX]
    return own + [(spec, onnx_layout_1) for spec in extra_cells.ONNX_LAYOUT_1]


def training():
    """Return the makers of Keras' trainings."""
    import extra_layers
    from gen_training import make_case

    return [(spec, make_case) for spec in extra_layers.TRAINING]


def onnx_layout_1(folder, spec):
    """Make a case of ONNX with layout 1.

    ONNX Runtime refuses layout 1, so the outputs are those of onnx's own evaluator (whose last states are wrong there
    when T > 1, and are left out). The same node with layout 0 in ONNX Runtime must agree.
    """
    import gen_onnx
    import numpy as np
    from common import Tensor
    from onnx.reference import ReferenceEvaluator

    case = gen_onnx.make_case(folder, spec)
    swapped = {key: np.ascontiguousarray(tensor.array.swapaxes(0, 1)) for key, tensor in case["inputs"].items()}
    feed = {key: tensor.array for key, tensor in case["weights"].items()}
    node_names = {name: key for key, name in gen_onnx.INPUT_NAMES.items()}
    feed.update({node_names[key]: array for key, array in swapped.items()})
    model = gen_onnx.build(spec["layer"], {**spec["config"], "layout": 1}, feed)
    outputs = ReferenceEvaluator(model).run(None, feed)[0]
    known = case["expected"]["outputs"].transpose(2, 0, 1, 3)
    assert outputs.shape == known.shape, (outputs.shape, known.shape)
    assert np.max(np.abs(outputs - known)) < 1e-6
    case["config"]["layout"] = 1
    case["inputs"] = {key: Tensor(array) for key, array in swapped.items()}
    case["expected"] = {"outputs": outputs}
    case["source"]["how"] = (
        "gen/gen_extra.py: one node with layout 1, run by onnx.reference in float32; ONNX Runtime agrees with layout 0"
    )
    return case


FRAMEWORKS = {"keras": keras, "options": options, "tf1": tf1, "torch": torch, "onnx": onnx, "training": training}


def main():
    """Parse the command line and write one file of golden/reference."""
    arguments = parser(__doc__)
    arguments.add_argument("framework", choices=FRAMEWORKS, help="whose cases")
    options = arguments.parse_args()
    makers = [
        (spec["name"], lambda spec=spec, make=make: make("reference", spec))
        for spec, make in FRAMEWORKS[options.framework]()
    ]
    return write_families(options.golden / "reference", {f"extra_{options.framework}": makers})


if __name__ == "__main__":
    sys.exit(main())
