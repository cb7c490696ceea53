"""The golden cases for any Python test suite: one file, numpy alone.

Copy this file beside the folder of cases, or put `golden/` on the path. A whole test of an LSTM of your own:

    import pytest
    from reader import cases
    from mine import LSTM                                    # what you want to test

    @pytest.mark.parametrize("case", cases(layout="pytorch", layer="lstm", num_layers=1, bidirectional=False))
    def test_lstm(case):
        if "lengths" in case.inputs or case.config.get("proj_size"):
            pytest.skip("no packed sequences, no projection")
        layer = LSTM(case.config["units"], dtype=case.dtype)
        layer.load(case.weights)                             # name -> numpy array, in the layout's own shapes
        outputs, h, c = layer(case.inputs["x"], case.inputs.get("h0"), case.inputs.get("c0"))
        case.check(outputs=outputs, h=h, c=c)

With gradients, where the loss is `sum(value * case.cotangents[name])` over all names in `case.cotangents`:

        case.check(outputs=outputs, h=h, c=c,
                   gradients={"weights": {"weight_ih_l0": dW, "weight_hh_l0": dR}, "inputs": {"x": dx}})

A failure says where the numbers part for the first time:

    torch_lstm_tiny_f64: outputs, sample 0, step 2, unit 1: expected 0.125, received 0.25
    (tolerance 1e-12 + 1e-11 * |expected|; 14 of 24 numbers wrong, worst difference 0.31)

The names, axes and gate orders of every layout are in `SCHEMA.md`; `examples/test_pytorch.py` is a complete test.
"""

import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent
SCHEMA = "rnn-golden/1"
FOLDERS = ("reference", "steps")


def cases(layout=None, layer=None, *, family=None, dtype=None, name=None, training=False, folder=None, **config):
    """The cases that fit, as a list for `pytest.mark.parametrize`; their names are the ids.

    layout, layer, family, dtype: one value, or several in a list; None takes all.
    name: a part of the case's name.
    training: True for the cases that train a model, None for both; left out otherwise.
    folder: a file or folder of cases, or several; `reference` and `steps` beside this file when left out.
    config: options that must have this value (`num_layers=1`, `reset_after=True`); a case without the option fits not.
    No case that fits is an error: a test that runs nothing must not pass.
    """
    wanted = {"layout": layout, "layer": layer, "family": family, "dtype": dtype}
    found = []
    for case in read_all(folder):
        if any(want is not None and getattr(case, key) not in _several(want) for key, want in wanted.items()):
            continue
        if training is not None and training != (case.training is not None):
            continue
        if name is not None and name not in case.name:
            continue
        if any(key not in case.config or case.config[key] != value for key, value in config.items()):
            continue
        found.append(case)
    if not found:
        asked = {**{k: v for k, v in wanted.items() if v is not None}, **config}
        raise ValueError(f"no case fits {asked}" + (f", name {name!r}" if name else ""))
    return found


def read_all(folder=None):
    """Every case of the files or folders given, in the order of file names."""
    places = [ROOT / f for f in FOLDERS] if folder is None else [Path(f) for f in _several(folder)]
    result = []
    for place in places:
        if not place.exists():
            raise FileNotFoundError(f"{place}: no such file or folder of cases")
        for file in sorted(place.glob("**/*.json")) if place.is_dir() else [place]:
            with open(file, encoding="utf-8") as text:
                document = json.load(text)
            if not isinstance(document, dict) or document.get("schema") != SCHEMA:
                if place.is_dir():
                    continue  # a folder may hold other files too
                raise ValueError(f'{file}: expected "schema": "{SCHEMA}"')
            result += [Case(c, document["family"], file) for c in document["cases"]]
    return result


class Case:
    """One case: what goes in, and `check` for what must come out.

    weights, inputs, cotangents: name -> numpy array in the case's dtype (integers after an embedding; `mask` is
    boolean, `lengths` an array of integers, `initial_states` a list of arrays).
    config: the layer's options. training: the description of a fit, or None.
    expected: name -> array, or `Sampled` where a file gives only some positions of a large tensor.
    """

    def __init__(self, document, family, file):
        """Take a case as the JSON has it."""
        self.document, self.family, self.file = document, family, file
        self.name, self.layout, self.layer = document["name"], document["layout"], document["layer"]
        self.kind, self.dtype, self.config = document["kind"], document["dtype"], document["config"]
        self.note, self.tolerance = document.get("note", ""), document["tolerance"]
        self.__name__ = self.name  # pytest takes it as the id

    def __repr__(self):
        """The case by its name."""
        return f"<case {self.name}>"

    @property
    def weights(self):
        """The tensors by name."""
        return self._tensors(self.document["weights"])

    @property
    def inputs(self):
        """The tensors by name."""
        given = self._tensors(self.document.get("inputs", {}))
        if _reads_integers(self.layer, self.config) and "x" in given:
            given["x"] = given["x"].astype(np.int64)
        if "mask" in given:
            given["mask"] = given["mask"].astype(bool)
        for key in ("lengths", "label"):
            if key in given:
                given[key] = np.asarray(given[key]).astype(np.int64)
        return given

    @property
    def cotangents(self):
        """The tensors by name."""
        return self._tensors(self.document.get("cotangents", {}))

    @property
    def training(self):
        """The description of a fit with its arrays, or None."""
        fit = self.document.get("training")
        return None if fit is None else self._tensors(fit)

    @property
    def expected(self):
        """All expected values under flat names: `outputs`, `states[0]`, `gates.f`, `gradients.weights.kernel`."""
        result = _flat(self.document.get("expected") or {})
        result.update(_flat(self.document.get("expected_gradients") or {}, "gradients."))
        result.update(_flat(self.document.get("expected_training") or {}))
        return {name: _expected(value) for name, value in result.items() if value is not None}

    def check(self, *, atol=None, rtol=None, **received):
        """Compare; an AssertionError names the first divergence.

        received: `outputs=`, `h=`, `c=`, `states=[…]`, `gates={…}`, `gradients={"weights": {…}, "inputs": {…}}`; of a
        training `loss_per_epoch=`, `final_weights={…}`, `prediction=`. Whatever numpy reads as an array will do.
        atol, rtol: instead of the case's tolerance, for an engine that computes in fewer digits than the case.
        What is not given is not compared; a name that the case does not know is an error, and so is nothing at all.
        None for a tensor that the case does not have (the c of a GRU) is passed over.
        """
        expected = self.expected
        given = {k: v for k, v in _flat(received).items() if v is not None or k in expected}
        unknown = sorted(set(given) - set(expected))
        if unknown:
            raise ValueError(f"{self.name} expects no {', '.join(unknown)}; it has {', '.join(sorted(expected))}")
        if not given:
            raise ValueError(f"{self.name}: nothing to compare; it has {', '.join(sorted(expected))}")
        faults = []
        for place, name in enumerate(expected):
            if name in given:
                fault = self._compare(name, expected[name], given[name], atol, rtol)
                if fault:
                    step, text = fault
                    faults.append(((name.startswith("gradients."), step), place, text))
        if faults:
            faults.sort(key=lambda fault: fault[:2])
            more = f"\nand {len(faults) - 1} more of {len(given)} tensors are wrong" if len(faults) > 1 else ""
            raise AssertionError(f"{self.name}: {faults[0][2]}{more}")

    def bounds(self, name):
        """(absolute, relative) tolerance of an expected tensor."""
        t = self.tolerance
        if name.startswith("gradients."):
            return t["grad_abs"], t["grad_rel"]
        if name == "loss_per_epoch":
            return t["loss_abs"], 0
        if name.startswith("final_weights."):
            return t["weights_abs"], 0
        if name == "prediction":
            return t["prediction_abs"], 0
        return t["abs"], t["rel"]

    def _compare(self, name, want, value, atol, rtol):
        """None where all is right, else (the step of the first wrong number, the message)."""
        if value is None:
            return -1, f"{name}: expected {_form(want.shape)}, received None"
        try:
            got = np.asarray(_detached(value), np.float64)
        except (TypeError, ValueError) as error:
            return -1, f"{name}: expected numbers, received {type(value).__name__} ({error})"
        if got.shape != want.shape:
            return -1, f"{name}: expected the shape {_form(want.shape)}, received {_form(got.shape)}"
        absolute, relative = self.bounds(name)
        absolute, relative = absolute if atol is None else atol, relative if rtol is None else rtol
        places = want.places if isinstance(want, Sampled) else np.arange(want.size)
        wanted = want.values if isinstance(want, Sampled) else want.reshape(-1)
        numbers = got.reshape(-1)[places]
        with np.errstate(invalid="ignore"):
            difference = np.abs(numbers - wanted)
            wrong = np.flatnonzero(~(difference <= absolute + relative * np.abs(wanted)))
        if not wrong.size:
            return None
        axes = self._axes(name, want.shape)
        where = np.stack(np.unravel_index(places[wrong], want.shape), 1) if want.shape else np.zeros((1, 0), int)
        steps = where[:, axes.index("step")] if "step" in axes else np.full(len(wrong), np.iinfo(int).max)
        first = int(np.argmin(steps))  # the first of several: the order of the data
        position = ", ".join(f"{axis} {k}" for axis, k in zip(axes, where[first]))
        worst = difference[wrong]
        worst = "nan" if np.isnan(worst).any() else f"{worst.max():.2g}"
        return int(steps[first]), (
            f"{name}{', ' + position if position else ''}: expected {wanted[wrong[first]]!s}, "
            f"received {numbers[wrong[first]]!s}\n(tolerance {absolute:g} + {relative:g} * |expected|; "
            f"{wrong.size} of {wanted.size} numbers wrong, worst difference {worst})"
        )

    def _axes(self, name, shape):
        """What the axes of a tensor are called in a message."""
        rank, last = len(shape), name.rsplit(".", 1)[-1]
        if name == "loss_per_epoch":
            return ["epoch"]
        if "gates." in name:
            return ["sample", "step", "unit"] if rank == 3 else ["sample", "unit"]
        if self.layout == "onnx" and last in ("outputs", "x"):
            if self.config.get("layout", 0) == 0:
                names = ["step", "direction", "sample", "unit"] if rank == 4 else ["step", "sample", "feature"]
            else:
                names = ["sample", "step", "direction", "unit"] if rank == 4 else ["sample", "step", "feature"]
            return names if len(names) == rank else [f"axis {k}:" for k in range(rank)]
        if last.startswith(("outputs", "layer_outputs", "x")) and self.layer != "bi_lstm_sort":
            unit = "feature" if last == "x" else "unit"
            if rank in (2, 3):
                return ["sample", "step", unit] if rank == 3 else ["sample", unit]
        if last.startswith(("h", "c", "states", "initial_states")) and rank in (2, 3) and self.layer != "bi_lstm_sort":
            if rank == 2:
                return ["sample", "unit"]
            return ["sample", "direction", "unit"] if self.config.get("layout") == 1 else ["layer", "sample", "unit"]
        return ["row", "column"] if rank == 2 else [f"axis {k}:" for k in range(rank)]

    def _tensors(self, value):
        """The tensors below, as arrays in the case's dtype; everything else as it stands."""
        if isinstance(value, dict):
            if "shape" in value:
                return tensor(value).astype(self.dtype)
            return {key: self._tensors(part) for key, part in value.items()}
        if isinstance(value, list) and any(isinstance(part, dict) for part in value):
            return [self._tensors(part) for part in value]
        return value


class Sampled:
    """Some positions of a large tensor: `values[k]` stands at the flat index `places[k]`."""

    def __init__(self, shape, places, values):
        """Take the shape of the whole tensor, flat indices and their numbers."""
        self.shape, self.places, self.values = tuple(shape), np.asarray(places), np.asarray(values, np.float64)


def tensor(document):
    """The array of a tensor in any of the forms of SCHEMA.md, in double precision."""
    shape = tuple(document["shape"])
    if "hash" in document:
        count = int(np.prod(shape))
        return hash_values(document["hash"]["seed"], count, document["hash"]["scale"]).reshape(shape)
    data = np.asarray(document["data"], np.float64)
    if "tile" in document:
        data = np.tile(data.reshape(-1), document["tile"])
    return data.reshape(shape)


def hash_values(seed, count, scale):
    """The numbers of `"hash"`: splitmix64 of (seed << 32) + k, its 24 highest bits as a signed fraction."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed) << np.uint64(32)) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) - 8388608) / 8388608 * scale


def _several(value):
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def _form(shape):
    return "[" + ", ".join(str(n) for n in shape) + "]"


def _detached(value):
    """A framework's tensor as something that numpy reads."""
    return value.detach().cpu() if hasattr(value, "detach") else value


def _reads_integers(layer, config):
    if layer == "stack":
        return _reads_integers(config["layers"][0]["layer"], config["layers"][0]["config"])
    return layer in ("embedding", "bi_lstm_sort")


def _expected(value):
    """A tensor (or a plain list of numbers) as an array or `Sampled`."""
    if not isinstance(value, dict):
        return np.asarray(value, np.float64)
    if "indices" in value:
        return Sampled(value["shape"], value["indices"], value["data"])
    return tensor(value)


def _flat(value, prefix=""):
    """Nested dictionaries and lists of tensors under the flat names of PROTOCOL.md."""
    result = {}
    for key, part in value.items():
        name = prefix + key
        if isinstance(part, dict) and "shape" not in part:
            result.update(_flat(part, name + "."))
        elif key in ("states", "initial_states", "layer_outputs") and isinstance(part, (list, tuple)):
            result.update({f"{name}[{k}]": v for k, v in enumerate(part)})
        else:
            result[name] = part
    return result
