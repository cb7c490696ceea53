"""What every generator shares: random values, tensors, and the JSON text of a file of cases.

Nothing in here computes a recurrent layer. Numbers always come from a real framework; this file only draws, names and
writes them. How a number is rounded to text is part of the format: see `shortest`.
"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "rnn-golden/1"

# The first word of the seed of all cases of a folder.
SEED_OF_FOLDER = {"reference": 1, "steps": 2}

# The largest file, and the size at which a family goes on in a second file, in bytes.
LARGEST_FILE = 300_000
FULL_FILE = 260_000

# The keys of a case, in the order in which they are written.
KEY_ORDER = [
    "name",
    "kind",
    "chapter",
    "source",
    "note",
    "layout",
    "dtype",
    "layer",
    "config",
    "weights",
    "inputs",
    "cotangents",
    "training",
    "expected",
    "expected_gradients",
    "expected_training",
    "tolerance",
]


# ---------------------------------------------------------------- random values
def rng(folder, case_name):
    """Return the random generator of a case: it depends on the case's folder and name alone."""
    name_hash = int.from_bytes(hashlib.sha256(case_name.encode()).digest()[:6], "big")
    return np.random.default_rng([SEED_OF_FOLDER[folder], name_hash])


def draw(random, shape, scale=0.8, digits=3):
    """Draw uniform values with few decimals, so that a file reads well."""
    values = random.uniform(-scale, scale, size=shape)
    return np.round(values, digits) + 0.0  # + 0.0 turns -0.0 into 0.0


def weight_scale(fan_in):
    """Return the largest weight for a sum of `fan_in` products: 1.2 / sqrt(fan_in), at most 0.9."""
    return round(min(0.9, 1.2 / np.sqrt(fan_in)), 2)


def power_of_two(number):
    """Return the largest power of two up to a number: exact in float32."""
    return 2.0 ** np.floor(np.log2(number))


def hash_values(seed, count, scale):
    """Return splitmix64 values; the rule is in SCHEMA.md. Exact in any language."""
    with np.errstate(over="ignore"):
        k = np.arange(count, dtype=np.uint64)
        z = (np.uint64(seed) << np.uint64(32)) + k + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    u = (z >> np.uint64(40)).astype(np.float64)
    return (u - 8388608.0) / 8388608.0 * scale


# ---------------------------------------------------------------- tensors
class Hashed:
    """A tensor that is given by rule instead of by its data."""

    def __init__(self, shape, seed, scale):
        """Keep the shape, the seed and the scale of `hash_values`."""
        self.shape, self.seed, self.scale = tuple(shape), int(seed), float(scale)

    def value(self, dtype):
        """Return the numbers."""
        count = int(np.prod(self.shape))
        return hash_values(self.seed, count, self.scale).reshape(self.shape).astype(dtype)


class Tiled:
    """A tensor whose first axis repeats one block."""

    def __init__(self, block, times):
        """Keep the block and how often it is repeated."""
        self.block, self.times = np.asarray(block), int(times)
        self.shape = (self.times, *self.block.shape)

    def value(self, dtype):
        """Return the numbers."""
        return np.tile(self.block.astype(dtype)[None], (self.times,) + (1,) * self.block.ndim)


class Tensor:
    """A tensor to be written: all its numbers, or only those at the flat indices `sample`."""

    def __init__(self, values, sample=None):
        """Keep an array, or a tensor that is given by rule."""
        self.sample = sample
        if isinstance(values, (Hashed, Tiled)):
            self.rule, self.array = values, None
        else:
            self.rule, self.array = None, np.asarray(values)


def value(tensor, dtype):
    """Return the numbers of a tensor, whether given by rule or by data."""
    if isinstance(tensor, (Hashed, Tiled)):
        return tensor.value(dtype)
    return np.asarray(tensor, dtype=dtype)


def rounded(tensor, stored, computed):
    """Return the numbers as the file stores them (in dtype `stored`), in the dtype of the computation."""
    return value(value(tensor, stored), computed)


def sampled(array, count, seed):
    """Keep `count` flat indices of a larger tensor (sorted; the first and the last always)."""
    array = np.asarray(array)
    if array.size <= count:
        return Tensor(array)
    random = np.random.default_rng([77, seed])
    inner = random.choice(array.size, count - 2, replace=False)
    indices = np.unique(np.concatenate([[0, array.size - 1], inner]))
    return Tensor(array, sample=indices.astype(int))


def in_dtype(tree, stored, computed, exact=()):
    """Round a tree of tensors to the dtype of the file, then to that of the computation; but for the keys `exact`."""
    if isinstance(tree, dict):
        return {key: item if key in exact else in_dtype(item, stored, computed) for key, item in tree.items()}
    if isinstance(tree, list):
        return [in_dtype(item, stored, computed) for item in tree]
    return rounded(tree, stored, computed)


def shown(tree, dtype):
    """Return a tree of tensors to be written in a dtype."""
    if isinstance(tree, dict):
        return {key: shown(item, dtype) for key, item in tree.items()}
    if isinstance(tree, list):
        return [shown(item, dtype) for item in tree]
    return Tensor(tree) if isinstance(tree, (Hashed, Tiled)) else Tensor(np.asarray(tree, dtype))


def cut(tree, count, seed=0):
    """Return a tree of tensors to be written, of large ones only `count` numbers (None: all)."""
    if isinstance(tree, dict):
        return {key: cut(item, count, seed + 7 * index) for index, (key, item) in enumerate(tree.items())}
    if isinstance(tree, list):
        return [cut(item, count, seed + index) for index, item in enumerate(tree)]
    return Tensor(tree) if count is None else sampled(tree, count, seed)


def leaves(tree):
    """Return all arrays of a tree of dictionaries, lists and tensors, in float64."""
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [leaf for key in tree for leaf in leaves(tree[key])]
    if isinstance(tree, (list, tuple)):
        return [leaf for item in tree for leaf in leaves(item)]
    if isinstance(tree, Tensor):
        return leaves(tree.array)
    return [np.asarray(tree, dtype=np.float64)]


# ---------------------------------------------------------------- JSON
def shortest(number):
    """Return the shortest decimal that reads back to exactly this number."""
    if isinstance(number, (bool, np.bool_)):
        return "1" if number else "0"
    if isinstance(number, (int, np.integer)):
        return str(int(number))
    number = number if isinstance(number, np.float32) else np.float64(number)
    if not np.isfinite(number):
        raise ValueError("not finite")
    if number == 0:
        return "-0.0" if np.signbit(number) else "0"
    positional = np.format_float_positional(number, unique=True, trim="-")
    scientific = np.format_float_scientific(number, unique=True, trim="-", exp_digits=1)
    text = positional if len(positional) <= max(len(scientific), 9) else scientific
    assert type(number)(float(text)) == number, (text, number)
    return text


def numbers_a_line(shape):
    """Return how many numbers stand on one line: the last axis that is longer than one."""
    return next((size for size in reversed(shape) if size != 1), 1) or 1


def data_lines(numbers, width, indent):
    """Write a flat list of numbers, `width` to a row and at most 64 to a line."""
    lines = []
    for start in range(0, len(numbers), width):
        row = numbers[start : start + width]
        lines += [", ".join(map(shortest, row[first : first + 64])) for first in range(0, len(row), 64)]
    if len(lines) == 1 and len(lines[0]) < 100:
        return "[" + lines[0] + "]"
    return "[\n" + ",\n".join(indent + "  " + line for line in lines) + "\n" + indent + "]"


def tensor_text(tensor, indent):
    """Write one tensor."""
    deeper = indent + "  "
    rule, array = tensor.rule, tensor.array
    if isinstance(rule, Hashed):
        return f'{{"shape": {list(rule.shape)}, "hash": {{"seed": {rule.seed}, "scale": {shortest(rule.scale)}}}}}'
    if isinstance(rule, Tiled):
        block = rule.block
        data = data_lines(list(block.reshape(-1)), numbers_a_line(block.shape), deeper)
        return f'{{"shape": {list(rule.shape)}, "tile": {rule.times},\n{deeper}"data": {data}}}'
    shape = list(array.shape)
    if tensor.sample is not None:
        indices = data_lines(list(tensor.sample), 16, deeper)
        data = data_lines(list(array.reshape(-1)[tensor.sample]), 16, deeper)
        return f'{{"shape": {shape},\n{deeper}"indices": {indices},\n{deeper}"data": {data}}}'
    data = data_lines(list(array.reshape(-1)), numbers_a_line(array.shape), deeper)
    separator = " " if "\n" not in data else "\n" + deeper
    return f'{{"shape": {shape},{separator}"data": {data}}}'


def is_scalar(item):
    """Whether an item is written as one word."""
    return item is None or isinstance(item, (int, float, str, bool, np.floating, np.integer))


def has_tensors(tree):
    """Whether a tensor stands anywhere in a tree."""
    if isinstance(tree, dict):
        return any(has_tensors(item) for item in tree.values())
    if isinstance(tree, (list, tuple)):
        return any(has_tensors(item) for item in tree)
    return isinstance(tree, (Tensor, np.ndarray))


def object_text(members, indent):
    """Write a dictionary, on one line if it is short and holds no tensor."""
    if not members:
        return "{}"
    if not has_tensors(members):
        line = "{" + ", ".join(json.dumps(key) + ": " + dump(item) for key, item in members.items()) + "}"
        if len(line) < 120 and "\n" not in line:
            return line
    deeper = indent + "  "
    lines = [deeper + json.dumps(key) + ": " + dump(item, deeper) for key, item in members.items()]
    return "{\n" + ",\n".join(lines) + "\n" + indent + "}"


def list_text(items, indent):
    """Write a list, on one line if it is short and holds no tensor."""
    if all(map(is_scalar, items)):
        line = "[" + ", ".join(dump(item) for item in items) + "]"
        if len(line) < 110:
            return line
        if not any(isinstance(item, str) for item in items):
            return data_lines(list(items), 8, indent)
    if not has_tensors(items):
        line = "[" + ", ".join(dump(item) for item in items) + "]"
        if len(line) < 120 and "\n" not in line:
            return line
    deeper = indent + "  "
    return "[\n" + ",\n".join(deeper + dump(item, deeper) for item in items) + "\n" + indent + "]"


def dump(tree, indent=""):
    """Write a tree of dictionaries, lists, tensors and scalars as JSON, one row of a tensor to a line."""
    if isinstance(tree, (Tensor, np.ndarray)):
        return tensor_text(tree if isinstance(tree, Tensor) else Tensor(tree), indent)
    if isinstance(tree, dict):
        return object_text(tree, indent)
    if isinstance(tree, (list, tuple)):
        return list_text(tree, indent)
    if isinstance(tree, str) or tree is None or isinstance(tree, bool):
        return json.dumps(tree, ensure_ascii=False)
    return shortest(tree)


def write_file(path, cases):
    """Write one file of cases; it must be JSON and below the largest size."""
    ordered = [{key: case[key] for key in KEY_ORDER if key in case} for case in cases]
    text = f'{{"schema": "{SCHEMA}",\n "family": "{path.stem}",\n "cases": [\n'
    text += ",\n".join("  " + dump(case, "  ") for case in ordered)
    text += "\n]}\n"
    json.loads(text)
    size = len(text.encode())
    assert size < LARGEST_FILE, (path.name, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{f'{path.parent.name}/{path.name}':<60} {len(text):7d} bytes {len(cases):3d} cases", flush=True)


def write(folder, family, cases):
    """Write the cases of a family into a folder: FAMILY.json, then FAMILY_2.json where one file would be too large."""
    files, size = [[]], 0
    for case in cases:
        unknown = set(case) - set(KEY_ORDER)
        assert not unknown, unknown
        length = len(dump(case).encode())
        if files[-1] and size + length > FULL_FILE:
            files.append([])
            size = 0
        files[-1].append(case)
        size += length
    for part, group in enumerate(files, 1):
        name = family if len(files) == 1 else f"{family}_{part}"
        write_file(Path(folder) / f"{name}.json", group)


def round_up(number):
    """Round up to one significant digit."""
    if number <= 0:
        return 0.0
    exponent = math.floor(math.log10(number))
    digit = math.ceil(number / 10**exponent - 1e-9)
    return float(f"{digit}e{exponent}")
