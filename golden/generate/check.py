"""Reads every case once more in numpy (numpy_layers): a check of the files, never the source of a number.

Forward values, those of every step included, are recomputed for every case, and every gradient of weights and inputs is
compared with a central difference along a random direction (of large cases: two numbers of each tensor).
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy_layers import RUN, read

ROOT = Path(__file__).resolve().parent.parent

# A larger x makes central differences too slow.
LARGEST_INPUT = 40_000


# ---------------------------------------------------------------- values
def loss_of(case, cotangents, results):
    """Return the loss of a case: the sum over all cotangents of sum(value * cotangent)."""
    if case["layer"] == "bi_lstm_sort":
        return results["loss"]
    loss = 0.0
    for key, factor in cotangents.items():
        if isinstance(factor, list):
            loss += sum(np.sum(a * b) for a, b in zip(results[key], factor, strict=True))
        else:
            loss += np.sum(results[key] * factor)
    return loss


def pairs(expected, results, path=""):
    """Yield (path, stored tensor, recomputed array) of everything that is expected."""
    if isinstance(expected, dict) and "shape" not in expected:
        for key, item in expected.items():
            yield from pairs(item, results[key], f"{path}/{key}")
    elif isinstance(expected, list):
        for index, (item, result) in enumerate(zip(expected, results, strict=True)):
            yield from pairs(item, result, f"{path}/{index}")
    else:
        yield path, expected, results


def compare(expected, results, absolute, relative):
    """Return the worst |difference| and the worst fraction of the tolerance."""
    worst = worst_fraction = 0.0
    for path, stored, result in pairs(expected, results):
        assert list(np.shape(result)) == stored["shape"], (path, np.shape(result), stored["shape"])
        known, result = np.array(stored["data"], float), np.asarray(result, float).reshape(-1)
        if "indices" in stored:
            result = result[stored["indices"]]
        differences = np.abs(known - result)
        worst = max(worst, float(differences.max()))
        fractions = differences / (absolute + relative * np.abs(known) + 1e-300)
        worst_fraction = max(worst_fraction, float(np.max(fractions)))
    return worst, worst_fraction


# ---------------------------------------------------------------- gradients
class Losses:
    """The loss of a case as a function of one of its tensors."""

    def __init__(self, case, weights, inputs, cotangents):
        """Keep the case and its tensors."""
        self.case, self.cotangents = case, cotangents
        self.tensors = {"weights": weights, "inputs": inputs}

    def array(self, kind, key, index=None):
        """Return a tensor; index: its place in a list."""
        item = self.tensors[kind][key]
        return item if index is None else item[index]

    def loss(self, kind, key, index, array):
        """Return the loss with another array in the place of a tensor."""
        old = self.tensors[kind][key]
        new = array if index is None else [*old[:index], array, *old[index + 1 :]]
        tensors = {**self.tensors, kind: {**self.tensors[kind], key: new}}
        results = RUN[self.case["layout"]](self.case, tensors["weights"], tensors["inputs"])
        return loss_of(self.case, self.cotangents, results)

    def slope(self, kind, key, index, direction, h):
        """Return the central difference of fourth order along a direction, with steps of h and 2h."""
        start = self.array(kind, key, index)
        far, near, back, far_back = (self.loss(kind, key, index, start + k * h * direction) for k in (2, 1, -1, -2))
        return (-far + 8 * near - 8 * back + far_back) / (12 * h)


def targets(gradients):
    """Yield (kind, key, place in a list or None, stored gradient) of weights and inputs (gates: see gen_steps.py)."""
    for kind in ("weights", "inputs"):
        for key, item in gradients[kind].items():
            if isinstance(item, list):
                yield from ((kind, key, index, stored) for index, stored in enumerate(item))
            else:
                yield kind, key, None, item


def check_entries(losses, gradients, limits, random):
    """Compare two numbers of each gradient; return the worst difference and fraction of the tolerance."""
    worst = worst_fraction = 0.0
    for kind, key, index, stored in targets(gradients):
        if index is not None:
            continue
        places = stored.get("indices", list(range(len(stored["data"]))))
        for choice in random.choice(len(places), 2, replace=False):
            direction = np.zeros(stored["shape"])
            direction.reshape(-1)[places[choice]] = 1
            slope = losses.slope(kind, key, None, direction, 1e-3)
            difference = abs(slope - stored["data"][choice])
            limit = limits.get("grad_abs", 1e-6) + limits.get("grad_rel", 1e-4) * abs(slope)
            worst = max(worst, difference)
            worst_fraction = max(worst_fraction, difference / (limit + 1e-8 * max(1.0, abs(slope))))
    return worst, worst_fraction


def check_directions(losses, gradients, limits, random):
    """Compare each gradient along one random direction; return the worst difference and fraction of the tolerance."""
    worst = worst_fraction = 0.0
    masking = '"masking"' in json.dumps(losses.case["config"])
    for kind, key, index, stored in targets(gradients):
        if key == "x" and masking:
            continue  # a step away from the mask value is no longer masked
        direction = random.normal(size=losses.array(kind, key, index).shape)
        direction /= np.sqrt((direction * direction).sum()) + 1e-300
        coarse, fine = (losses.slope(kind, key, index, direction, h) for h in (1e-3, 5e-4))
        slope = (16 * fine - coarse) / 15
        known = float(np.sum(np.array(stored["data"], float).reshape(stored["shape"]) * direction))
        difference = abs(slope - known)
        noise = 3 * abs(fine - coarse) + 1e-9 * max(1, abs(known)) + 1e-10
        limit = limits.get("grad_abs", 1e-6) * np.sqrt(direction.size) + limits.get("grad_rel", 1e-4) * abs(known)
        worst = max(worst, difference)
        worst_fraction = max(worst_fraction, difference / (limit + noise))
    return worst, worst_fraction


def check_case(case, random):
    """Return (difference, fraction of the tolerance) of the values, and of the gradients (None: not checked)."""
    weights, inputs, cotangents = read(case)
    results = RUN[case["layout"]](case, weights, inputs)
    limits = case["tolerance"]
    values = compare(case["expected"], results, limits["abs"], limits["rel"])
    gradients = case.get("expected_gradients")
    if not gradients:
        return values, None
    losses = Losses(case, weights, inputs, cotangents)
    if not any("indices" in stored for _, stored, _ in pairs(gradients, gradients)):
        return values, check_directions(losses, gradients, limits, random)
    if np.prod(np.shape(inputs["x"])) < LARGEST_INPUT:
        return values, check_entries(losses, gradients, limits, random)
    return values, None


def is_smooth(case):
    """Whether a case has no kinks, where a central difference may step over one."""
    config = json.dumps(case["config"])
    return not any(kink in config for kink in ('relu"', "hard_sigmoid", "_clip", "elu"))


# ---------------------------------------------------------------- the report
def verdict(case, values, gradients):
    """Return what is wrong with a case, and whether it counts as bad."""
    words, bad = [], values[1] > 1
    if bad:
        words.append("FORWARD MISMATCH")
    if gradients and gradients[1] > 1:
        smooth = is_smooth(case)
        words.append("GRADIENT MISMATCH" if smooth else "(gradient differs: kinks)")
        bad = bad or smooth
    return "  ".join(words), bad


def print_table(worst):
    """Print the worst case of each layer."""
    print(f"\n{'layout':<12} {'layer':<24} {'dtype':<8} {'cases':>5} {'max diff':>9} {'tol':>6} {'grad':>6}")
    for (layout, layer, dtype), rows in sorted(worst.items()):
        difference, fraction, gradient = (max(column) for column in zip(*rows))
        print(f"{layout:<12} {layer:<24} {dtype:<8} {len(rows):5d} {difference:9.1e} {fraction:6.2f} {gradient:6.2f}")


def check_folder(folder, part):
    """Check all cases of a folder whose names contain a part; return the exit code."""
    random = np.random.default_rng(5)
    worst, bad, with_gradients = {}, 0, 0
    for path in sorted(folder.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            if part not in case["name"] or case["layout"] not in RUN or "training" in case:
                continue
            try:
                values, gradients = check_case(case, random)
            except Exception as error:  # a case that cannot be read must not hide the others
                print(f"ERROR {case['name']:<46} {type(error).__name__} {str(error)[:200]}")
                bad += 1
                continue
            text, is_bad = verdict(case, values, gradients)
            bad += is_bad
            with_gradients += gradients is not None
            row = (*values, gradients[1] if gradients else 0.0)
            worst.setdefault((case["layout"], case["layer"], case["dtype"]), []).append(row)
            if text or part:
                of_gradients = f"{gradients[0]:.1e} ({gradients[1]:.2f})" if gradients else "-"
                of_values = f"max diff {values[0]:.1e} ({values[1]:.2f} of tolerance)"
                print(f"{case['name']:<50} {of_values}  gradient {of_gradients}  {text}")
    print_table(worst)
    count = sum(map(len, worst.values()))
    print(f"{folder.name}: {count} cases recomputed, {with_gradients} with gradients, {bad} bad")
    if not count and not bad:
        print(f"{folder}: no case with {part!r} in its name", file=sys.stderr)
        return 2
    return 1 if bad else 0


def main():
    """Parse the command line and check one folder."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n\n")[0])
    parser.add_argument("--golden", type=Path, default=ROOT, metavar="FOLDER", help="read here in place of golden/")
    parser.add_argument("folder", choices=["reference", "steps"], help="which cases")
    parser.add_argument("part", nargs="?", default="", help="only cases whose names contain this")
    options = parser.parse_args()
    return check_folder(options.golden / options.folder, options.part)


if __name__ == "__main__":
    sys.exit(main())
