"""All layouts with numpy, forward only: the protocol around the independent reading in ../generate/numpy_layers."""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "generate"))
from numpy_layers import RUN, read


def named(name, value):
    """Yield the arrays of a result under the names of the protocol: `gates.i`, `states[0]`."""
    if isinstance(value, dict):
        for key, array in value.items():
            yield f"{name}.{key}", array
    elif isinstance(value, list):
        for index, array in enumerate(value):
            yield f"{name}[{index}]", array
    else:
        yield name, value


def answer(case):
    """Return the answer to a case."""
    if "training" in case:
        return {"skip": "no training"}
    weights, inputs, _ = read(case)
    results = {}
    for result, value in RUN[case["layout"]](case, weights, inputs).items():
        for name, array in named(result, value):
            if name in case["wants"]:
                data = np.asarray(array, float).reshape(-1).tolist()
                results[name] = {"shape": list(np.shape(array)), "data": data}
    return {"results": results, "forward_only": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **answer(case)}), flush=True)
