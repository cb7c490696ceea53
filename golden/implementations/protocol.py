"""The protocol's loop, shared by the adapters of this folder: cases in, answers out (../PROTOCOL.md)."""

import json
import sys

import numpy as np


class Skip(Exception):  # noqa: N818 - it is an answer, not a fault
    """Raised by an adapter for a case that its engine has no layer or option for; the text says which."""


def arrays(value, dtype):
    """The tensors below a JSON value as arrays; everything else as it stands."""
    if isinstance(value, dict):
        if "shape" in value:
            return np.array(value["data"], dtype=dtype).reshape(value["shape"])
        return {key: arrays(part, dtype) for key, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [arrays(part, dtype) for part in value]
    return value


def serve(run, **flags):
    """Answer every case. run(case, weights, inputs) gives name -> array under the protocol's names, or raises Skip.

    flags: `forward_only=True`, `no_steps=True`, as the protocol has them.
    """
    for line in sys.stdin:
        case = json.loads(line)
        try:
            if "training" in case:
                raise Skip("no training")
            results = run(case, arrays(case["weights"], case["dtype"]), arrays(case["inputs"], case["dtype"]))
            answer = {"results": {name: tensor(value) for name, value in results.items()}, **flags}
        except Skip as reason:
            answer = {"skip": str(reason)}
        except Exception as error:  # a failure must not end the engine: the next case goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"name": case["name"], **answer}), flush=True)


def tensor(value):
    """An array of any library as the protocol's tensor."""
    value = np.asarray(value)
    return {"shape": list(value.shape), "data": value.astype(np.float64).reshape(-1).tolist()}


def require(config, **only):
    """Raise Skip unless every option that is given has the one value that the engine knows."""
    for key, value in only.items():
        if key in config and config[key] != value:
            raise Skip(f"no {key} {config[key]}")
