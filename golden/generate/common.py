"""Shared by every generator: tensors, the JSON writer, seeds, tolerances.

Nothing in here computes a recurrent layer.  Numbers always come from a real
framework; this file only names, rounds and writes them.
"""
import hashlib, json, math, os
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FAMILY = {"reference": 1}
SCHEMA = "rnn-golden/1"


def rng(set_name, case_name):
    h = int.from_bytes(hashlib.sha256(case_name.encode()).digest()[:6], "big")
    return np.random.default_rng([FAMILY[set_name], h])


def draw(r, shape, scale=0.8, digits=3):
    """Uniform values with few decimals, so that a file reads well."""
    v = r.uniform(-scale, scale, size=shape)
    return np.round(v, digits) + 0.0            # + 0.0 turns -0.0 into 0.0


# ---------------------------------------------------------------- hash tensors
def hash_values(seed, count, scale):
    """splitmix64 values; the rule is in SCHEMA.md.  Exact in any language."""
    with np.errstate(over="ignore"):
        k = np.arange(count, dtype=np.uint64)
        z = (np.uint64(seed) << np.uint64(32)) + k + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    u = (z >> np.uint64(40)).astype(np.float64)
    return (u - 8388608.0) / 8388608.0 * scale


class Hashed:
    """A tensor that is given by rule instead of by its data."""
    def __init__(self, shape, seed, scale):
        self.shape, self.seed, self.scale = tuple(shape), int(seed), float(scale)

    def value(self, dtype):
        n = int(np.prod(self.shape))
        return hash_values(self.seed, n, self.scale).reshape(self.shape).astype(dtype)


class Tiled:
    """A tensor whose first axis repeats one block."""
    def __init__(self, block, times):
        self.block, self.times = np.asarray(block), int(times)
        self.shape = (self.times,) + self.block.shape

    def value(self, dtype):
        return np.tile(self.block.astype(dtype)[None], (self.times,) + (1,) * self.block.ndim)


def value(t, dtype):
    if isinstance(t, (Hashed, Tiled)):
        return t.value(dtype)
    return np.asarray(t, dtype=dtype)


def num(v):
    """Shortest decimal that reads back to exactly this value."""
    if isinstance(v, (bool, np.bool_)):
        return "1" if v else "0"
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    if isinstance(v, np.float32):
        if not np.isfinite(v):
            raise ValueError("not finite")
        if v == 0:
            return "-0.0" if np.signbit(v) else "0"
        a = np.format_float_positional(v, unique=True, trim="-")
        b = np.format_float_scientific(v, unique=True, trim="-", exp_digits=1)
        s = a if len(a) <= max(len(b), 9) else b
        assert np.float32(float(s)) == v, (s, v)
        return s
    v = float(v)
    if not math.isfinite(v):
        raise ValueError("not finite")
    if v == 0:
        return "-0.0" if math.copysign(1, v) < 0 else "0"
    a = np.format_float_positional(np.float64(v), unique=True, trim="-")
    b = np.format_float_scientific(np.float64(v), unique=True, trim="-", exp_digits=1)
    s = a if len(a) <= max(len(b), 9) else b
    assert float(s) == v
    return s


class T:
    """A tensor to be written.  dtype: None keeps the array's own."""
    def __init__(self, v, sample=None):
        self.sample = sample
        if isinstance(v, (Hashed, Tiled)):
            self.src, self.a = v, None
        else:
            self.src, self.a = None, np.asarray(v)


def sampled(a, how_many, seed):
    """Only some flat indices of a large tensor (sorted, first and last always)."""
    a = np.asarray(a)
    if a.size <= how_many:
        return T(a)
    r = np.random.default_rng([77, seed])
    idx = np.unique(np.concatenate([[0, a.size - 1], r.choice(a.size, how_many - 2, replace=False)]))
    return T(a, sample=idx.astype(int))


def _rows(shape, n):
    """How many numbers stand on one line."""
    if not shape:
        return 1
    w = shape[-1]
    k = len(shape) - 2
    while w == 1 and k >= 0:
        w = shape[k]
        k -= 1
    return max(1, w)


def _data_lines(flat, width, pad):
    lines = []
    for i in range(0, len(flat), width):
        row = flat[i:i + width]
        for j in range(0, len(row), 64):
            lines.append(", ".join(num(v) for v in row[j:j + 64]))
    if len(lines) == 1 and len(lines[0]) < 100:
        return "[" + lines[0] + "]"
    return "[\n" + ",\n".join(pad + "  " + l for l in lines) + "\n" + pad + "]"


def _is_flat(o):
    return isinstance(o, (list, tuple)) and all(isinstance(v, (int, float, str, bool, type(None), np.floating, np.integer)) for v in o)


def _plain(o):
    """No tensors anywhere below."""
    if isinstance(o, dict):
        return all(_plain(v) for v in o.values())
    if isinstance(o, (list, tuple)):
        return all(_plain(v) for v in o)
    return not isinstance(o, (T, np.ndarray))


def dump(o, pad=""):
    nx = pad + "  "
    if isinstance(o, T):
        if o.src is not None:
            s = o.src
            if isinstance(s, Hashed):
                return '{"shape": %s, "hash": {"seed": %d, "scale": %s}}' % (list(s.shape), s.seed, num(s.scale))
            b = s.block
            return '{"shape": %s, "tile": %d,\n%s"data": %s}' % (
                list(s.shape), s.times, nx, _data_lines(list(b.reshape(-1)), _rows(b.shape, b.size), nx))
        a = o.a
        if o.sample is not None:
            f = a.reshape(-1)[o.sample]
            return '{"shape": %s,\n%s"indices": %s,\n%s"data": %s}' % (
                list(a.shape), nx, _data_lines(list(o.sample), 16, nx), nx, _data_lines(list(f), 16, nx))
        body = _data_lines(list(a.reshape(-1)), _rows(a.shape, a.size), nx)
        sep = " " if "\n" not in body else "\n" + nx
        return '{"shape": %s,%s"data": %s}' % (list(a.shape), sep, body)
    if isinstance(o, np.ndarray):
        return dump(T(o), pad)
    if isinstance(o, dict):
        if not o:
            return "{}"
        if _plain(o):
            s = "{" + ", ".join(json.dumps(k) + ": " + dump(v) for k, v in o.items()) + "}"
            if len(s) < 120 and "\n" not in s:
                return s
        return "{\n" + ",\n".join(nx + json.dumps(k) + ": " + dump(v, nx) for k, v in o.items()) + "\n" + pad + "}"
    if isinstance(o, (list, tuple)):
        if _is_flat(o):
            s = "[" + ", ".join(dump(v) for v in o) + "]"
            if len(s) < 110:
                return s
            if all(not isinstance(v, str) for v in o):
                return _data_lines(list(o), 8, pad)
        if not o:
            return "[]"
        if _plain(o):
            s = "[" + ", ".join(dump(v) for v in o) + "]"
            if len(s) < 120 and "\n" not in s:
                return s
        return "[\n" + ",\n".join(nx + dump(v, nx) for v in o) + "\n" + pad + "]"
    if isinstance(o, str) or o is None or isinstance(o, bool):
        return json.dumps(o, ensure_ascii=False)
    return num(o)


KEY_ORDER = ["name", "kind", "chapter", "source", "note", "layout", "dtype", "layer", "config", "weights", "inputs",
             "cotangents", "training", "expected", "expected_gradients", "expected_training", "tolerance"]


def write(set_name, family, cases, split=None):
    """One file per family; every file stays below 300 KB or we stop."""
    d = os.path.join(ROOT, set_name)
    os.makedirs(d, exist_ok=True)
    out, part, size, made = [], 1, 0, []

    def flush(cs, name):
        txt = '{"schema": "%s",\n "family": "%s",\n "cases": [\n' % (SCHEMA, name)
        txt += ",\n".join("  " + dump({k: c[k] for k in KEY_ORDER if k in c}, "  ") for c in cs)
        txt += "\n]}\n"
        json.loads(txt)
        assert len(txt.encode()) < 300_000, (name, len(txt))
        p = os.path.join(d, name + ".json")
        open(p, "w").write(txt)
        made.append((p, len(txt), len(cs)))

    for c in cases:
        unknown = set(c) - set(KEY_ORDER)
        assert not unknown, unknown
        n = len(dump(c).encode())
        if out and size + n > 260_000:
            flush(out, "%s_%d" % (family, part)); part += 1; out, size = [], 0
        out.append(c); size += n
    flush(out, family if part == 1 else "%s_%d" % (family, part))
    for p, n, k in made:
        print("%-60s %7d bytes %3d cases" % (os.path.relpath(p, ROOT), n, k), flush=True)


# ------------------------------------------------------------------ tolerances
def _up(v):
    """Round up to one significant digit."""
    if v <= 0:
        return 0.0
    e = math.floor(math.log10(v))
    m = math.ceil(v / 10 ** e - 1e-9)
    return float("%de%d" % (m, e))


def maxdiff(a, b):
    d = 0.0
    for x, y in zip(flat(a), flat(b)):
        if x.size:
            d = max(d, float(np.max(np.abs(np.asarray(x, np.float64) - np.asarray(y, np.float64)))))
    return d


def maxabs(a):
    return max([float(np.max(np.abs(x))) for x in flat(a) if x.size] or [0.0])


def flat(o):
    if o is None:
        return []
    if isinstance(o, dict):
        return [z for k in o for z in flat(o[k])]
    if isinstance(o, (list, tuple)):
        return [z for v in o for z in flat(v)]
    if isinstance(o, T):
        return flat(o.a)
    return [np.asarray(o, dtype=np.float64)]


def tolerance(dtype, fwd, fwd64=None, grad=None, grad64=None):
    """float64: fixed and tight.  float32: eight times the distance between the
    framework's float32 run and its float64 run of the same numbers (at least 1e-6)."""
    if dtype == "float64":
        t = {"abs": _up(1e-12 * max(1.0, maxabs(fwd))), "rel": 1e-11}
        if grad is not None:
            t["grad_abs"] = _up(1e-12 * max(1.0, maxabs(grad)))
            t["grad_rel"] = 1e-10
        return t
    t = {"abs": 1e-6, "rel": 1e-5}
    if fwd64 is not None:
        t["abs"] = _up(max(1e-6, 8 * maxdiff(fwd, fwd64)))
    if grad is not None:
        t["grad_abs"] = 1e-6 * max(1.0, maxabs(grad))
        if grad64 is not None:
            t["grad_abs"] = max(t["grad_abs"], 8 * maxdiff(grad, grad64))
        t["grad_abs"] = _up(t["grad_abs"])
        t["grad_rel"] = 1e-4
    return t
