"""The JSON Schemas against every golden case, against broken ones, and against lines of the protocol.

    python check_schemas.py [FILE of protocol lines …]

pip install jsonschema. Every file of cases must validate, every broken copy of a case must not.
"""

import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

GOLDEN = Path(__file__).resolve().parent.parent
FOLDERS = ("reference", "steps", "elsewhere")


def schema(name):
    """A validator, after a check of the schema itself."""
    document = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def breakages(document):
    """(what is broken, a copy of a file that is broken in this way)."""

    def broken(what, change):
        result = copy.deepcopy(document)
        change(result, result["cases"][0])
        return what, result

    def weight(case):
        return next(iter(case["weights"].values()))

    yield broken("another schema", lambda d, c: d.update(schema="rnn-golden/2"))
    yield broken("no family", lambda d, c: d.pop("family"))
    yield broken("no cases", lambda d, c: d.update(cases=[]))
    yield broken("an unknown key of the file", lambda d, c: d.update(more=1))
    yield broken("an unknown key of a case", lambda d, c: c.update(expect={}))
    yield broken("an unknown layout", lambda d, c: c.update(layout="caffe"))
    yield broken("a layer of another layout", lambda d, c: c.update(layout="onnx", layer="basic_lstm_cell"))
    yield broken("an unknown dtype", lambda d, c: c.update(dtype="float16"))
    yield broken("an unknown kind", lambda d, c: c.update(kind="guessed"))
    yield broken("a name that is a number", lambda d, c: c.update(name=1))
    yield broken("no tolerance", lambda d, c: c.pop("tolerance"))
    yield broken("a negative tolerance", lambda d, c: c["tolerance"].update(abs=-1e-6))
    yield broken("an unknown key of the tolerance", lambda d, c: c["tolerance"].update(absolute=1e-6))
    yield broken("a weight without a shape", lambda d, c: weight(c).pop("shape"))
    yield broken("a weight with a negative size", lambda d, c: weight(c).update(shape=[-1, 2]))
    yield broken("a weight with text as a number", lambda d, c: weight(c).update(data=["0.5"]))
    yield broken("a weight with data and hash", lambda d, c: weight(c).update(data=[1], hash={"seed": 1, "scale": 1}))
    yield broken("neither inputs nor training", lambda d, c: (c.pop("inputs", 0), c.pop("training", 0)))
    yield broken("no numbers in a reference case", lambda d, c: (c.update(kind="reference"), c.update(expected=None)))


def lines():
    """(valid, a line of the protocol)."""
    tensor = {"shape": [1, 2], "data": [0.5, 1]}
    case = {"name": "a", "layout": "keras", "layer": "dense", "dtype": "float64", "config": {"units": 2}}
    case |= {"weights": {"kernel": tensor}, "inputs": {"x": tensor}, "wants": ["outputs"]}
    yield True, case
    yield True, {"name": "a", "results": {"outputs": tensor}, "forward_only": True, "no_steps": True}
    yield True, {"name": "a", "skip": "no GRU"}
    yield True, {"name": "a", "error": "ValueError"}
    yield True, {"name": "a", "results": {"outputs": tensor}, "dtype": "float32"}
    yield False, {"name": "a", "results": {"outputs": tensor}, "dtype": "int8"}
    yield False, {"name": "a", "skip": "no GRU", "error": "ValueError"}
    yield False, {"results": {"outputs": tensor}}
    yield False, {"name": "a"}
    yield False, {"name": "a", "skip": "no GRU", "results": {}}
    yield False, {"name": "a", "results": {"outputs": [0.5, 1]}}
    yield False, {"name": "a", "results": {"outputs": {"shape": [1], "data": [None]}}}
    yield False, {"name": "a", "results": {}, "forward": True}
    yield False, {key: value for key, value in case.items() if key != "wants"}
    yield False, case | {"inputs": {"x": {"shape": [2], "hash": {"seed": 1, "scale": 1}}}}


def main(files):
    """Check cases, broken cases and lines; the exit code."""
    cases, protocol = schema("case.schema.json"), schema("protocol.schema.json")
    bad = count = refused = 0
    for folder in FOLDERS:
        for path in sorted((GOLDEN / folder).glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            errors = sorted(cases.iter_errors(document), key=lambda e: list(map(str, e.path)))
            for error in errors[:3]:
                print(f"{path.name}: {'/'.join(map(str, error.path))}: {error.message[:160]}")
            bad, count = bad + bool(errors), count + len(document["cases"])
            for what, broken in breakages(document):
                if cases.is_valid(broken):
                    print(f"{path.name}: {what} is valid")
                    bad += 1
                else:
                    refused += 1
    print(f"{count} cases validate; {refused} broken files do not")
    for valid, line in lines():
        if protocol.is_valid(line) != valid:
            print(f"expected {'a valid' if valid else 'an invalid'} line: {json.dumps(line)[:160]}")
            bad += 1
    for name in files:
        text = Path(name).read_text(encoding="utf-8").splitlines()
        wrong = [k for k, line in enumerate(text, 1) if not protocol.is_valid(json.loads(line))]
        print(f"{name}: {len(text)} lines, invalid: {wrong}")
        bad += bool(wrong)
    print("bad" if bad else "good")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
