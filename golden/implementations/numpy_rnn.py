"""All layouts with numpy, forward only: the protocol around the independent reading in ../generate/check.py."""
import json, os, sys
import numpy as np
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "generate"))
from check import RUN, read


def flat(name, value):
    """gates and lists under the names of the protocol"""
    if isinstance(value, dict):
        for k, v in value.items(): yield "%s.%s" % (name, k), v
    elif isinstance(value, list):
        for k, v in enumerate(value): yield "%s[%d]" % (name, k), v
    else:
        yield name, value


def run(case):
    if "training" in case: return {"skip": "no training"}
    W, I, _ = read(case)
    results = {}
    for name, value in RUN[case["layout"]](case, W, I).items():
        for k, v in flat(name, value):
            if k in case["wants"]: results[k] = {"shape": list(np.shape(v)), "data": np.asarray(v, float).reshape(-1).tolist()}
    return {"results": results, "forward_only": True}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **run(case)}), flush=True)
