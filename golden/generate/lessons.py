"""Shared by the generators of the lessons' numbers (`gen_lessons_*.py`): read, recompute, compare, write.

A generator takes inputs and weights from the JSON file itself, runs the real framework again and yields every expected
value as `(path, value, (absolute, relative))`. `--check` (the default) compares with the file and exits 1 when a number
is outside its tolerance; `--write` puts the new numbers in.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parent.parent
EXACT = (0.0, 0.0)


def tensor(document):
    """The array of a `{"shape", "data"}` tensor."""
    return np.asarray(document["data"], np.float64).reshape(document["shape"])


def tensors(documents):
    """Name -> array for a table of tensors."""
    return {name: tensor(document) for name, document in documents.items()}


def bounds(tolerance, absolute="abs", relative="rel"):
    """(absolute, relative) of a file's tolerance; what it does not name is 0."""
    return tolerance.get(absolute, 0.0), tolerance.get(relative, 0.0)


def at(document, path):
    """What stands at a path of keys and positions."""
    for key in path:
        document = document[key]
    return document


def is_tensor(value):
    """Whether a JSON value is a `{"shape", "data"}` tensor."""
    return isinstance(value, dict) and set(value) == {"shape", "data"}


def differences(stored, made, bound):
    """(worst absolute difference, wrong numbers, numbers in all); shapes must be equal, NaN is wrong."""
    if isinstance(made, str) or (isinstance(made, list) and made and isinstance(made[0], str)):
        return (0.0, 0, 1) if stored == made else (float("inf"), 1, 1)
    want = tensor(stored) if is_tensor(stored) else np.asarray(stored, np.float64)
    got = np.asarray(made, np.float64)
    if want.shape != got.shape:
        return float("inf"), want.size, want.size
    difference = np.abs(got - want)
    wrong = ~(difference <= bound[0] + bound[1] * np.abs(want))
    return float(difference.max(initial=0.0)), int(wrong.sum()), want.size


def put(document, path, made):
    """Replace what stands at a path, in the form that it has there."""
    place, last = at(document, path[:-1]), path[-1]
    if is_tensor(place[last]):
        place[last]["data"] = [float(v) + 0.0 for v in np.asarray(made, np.float64).reshape(-1)]
    elif isinstance(made, (str, list)):
        place[last] = made
    else:
        place[last] = np.asarray(made, np.float64).tolist()


def text(value, pad=""):
    """JSON with one row of numbers a line."""
    inner = pad + " "
    if is_tensor(value):
        width = max(1, value["shape"][-1] if value["shape"] else 1)
        if width == 1 and len(value["shape"]) > 1:
            width = value["shape"][-2]
        rows = [json.dumps(value["data"][i : i + width])[1:-1] for i in range(0, len(value["data"]), width)]
        joint = ", ".join(rows) if len(rows) == 1 else "\n" + ",\n".join(inner + row for row in rows)
        return f'{{"shape": {json.dumps(value["shape"])}, "data": [{joint}]}}'
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) < 100 or not isinstance(value, (dict, list)):
        return flat
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(k, ensure_ascii=False)}: {text(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + pad + "}"
    if all(isinstance(v, (int, float)) for v in value):
        rows = [json.dumps(value[i : i + 8])[1:-1] for i in range(0, len(value), 8)]
        return "[\n" + ",\n".join(inner + row for row in rows) + "\n" + pad + "]"
    return "[\n" + ",\n".join(inner + text(v, inner) for v in value) + "\n" + pad + "]"


def load(name):
    """The JSON of a file below golden/."""
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def run(description, files):
    """The command line of a generator. files: name below golden/ -> generator of (path, value, bound)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="compare with the files (the default)")
    group.add_argument("--write", action="store_true", help="put the new numbers into the files")
    parser.add_argument("--only", default="", metavar="TEXT", help="only files whose name contains TEXT")
    arguments = parser.parse_args()
    chosen = [name for name in files if arguments.only in name]
    if not chosen:
        parser.error(f"no file contains {arguments.only!r}; there are {', '.join(files)}")
    bad = 0
    for name in chosen:
        document = load(name)
        values = worst = wrong = numbers = 0
        for path, made, bound in files[name](document):
            largest, faults, count = differences(at(document, path), made, bound)
            values, numbers, wrong, worst = values + 1, numbers + count, wrong + faults, max(worst, largest)
            if faults:
                place = "/".join(str(key) for key in path)
                print(f"  {place}: {faults} of {count} wrong, worst difference {largest:.2g}, allowed {bound}")
            if arguments.write:
                put(document, path, made)
        print(f"{name}: {numbers} numbers of {values} values made again, {wrong} wrong, worst difference {worst:.2g}")
        bad += wrong
        if arguments.write:
            (GOLDEN / name).write_text(text(document) + "\n", encoding="utf-8")
    sys.exit(1 if bad and not arguments.write else 0)
