"""Makes the files of golden/ anew and checks them, each framework in an environment of its own.

    python3 golden/generate list
    python3 golden/generate install --environments FOLDER keras torch
    python3 golden/generate run --environments FOLDER torch onnx check-reference
    python3 golden/generate run --environments FOLDER --all --golden SCRATCH

An environment is a virtual environment with the packages of requirements-NAME.txt, in FOLDER/NAME. Every step is also a
program of its own: `FOLDER/torch/bin/python golden/generate/gen_torch.py --help`.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = ("keras", "tf1", "torch", "onnx", "mxnet", "steps")
# One thread, no GPU, no chatter: the sums of a framework must not depend on the machine.
VARIABLES = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}


class Step(NamedTuple):
    """One run of one script."""

    name: str
    environment: str
    script: str
    arguments: tuple
    result: str
    in_all: bool = True
    golden: bool = True


# In the order in which they run: `rosetta-join` needs the five parts, `steps` needs MXNet's files.
STEPS = [
    Step("documented", "torch", "gen_documented.py", (), "reference/documented.json, training_documented.json"),
    Step("keras", "keras", "gen_keras.py", (), "reference/keras_*.json"),
    Step("tf1", "tf1", "gen_tf1.py", (), "reference/tf1_cells.json"),
    Step("torch", "torch", "gen_torch.py", (), "reference/torch.json"),
    Step("onnx", "onnx", "gen_onnx.py", (), "reference/onnx_ops.json"),
    Step("mxnet", "mxnet", "gen_mxnet.py", (), "reference/mxnet.json"),
    Step("training", "keras", "gen_training.py", (), "reference/training_*.json"),
    Step("extra-keras", "keras", "gen_extra.py", ("keras",), "reference/extra_keras.json"),
    Step("extra-options", "keras", "gen_extra.py", ("options",), "reference/extra_options.json"),
    Step("extra-tf1", "tf1", "gen_extra.py", ("tf1",), "reference/extra_tf1.json"),
    Step("extra-torch", "torch", "gen_extra.py", ("torch",), "reference/extra_torch.json"),
    Step("extra-onnx", "onnx", "gen_extra.py", ("onnx",), "reference/extra_onnx.json"),
    Step("extra-training", "keras", "gen_extra.py", ("training",), "reference/extra_training.json"),
    Step("buckets", "torch", "gen_buckets.py", (), "reference/sort_buckets.json"),
    Step("attention", "keras", "gen_attention.py", (), "reference/attention.json"),
    Step("elsewhere-keras", "keras", "gen_elsewhere.py", ("keras",), "elsewhere/constant_weights_keras.json"),
    Step("elsewhere-onnx", "onnx", "gen_elsewhere.py", ("onnx",), "elsewhere/constant_weights_onnx.json"),
    Step("rosetta-keras", "keras", "gen_rosetta.py", ("run", "keras"), "a part of the rosetta files"),
    Step("rosetta-tf1", "tf1", "gen_rosetta.py", ("run", "tf1"), "a part of the rosetta files"),
    Step("rosetta-torch", "torch", "gen_rosetta.py", ("run", "torch"), "a part of the rosetta files"),
    Step("rosetta-onnx", "onnx", "gen_rosetta.py", ("run", "onnx"), "a part of the rosetta files"),
    Step("rosetta-mxnet", "mxnet", "gen_rosetta.py", ("run", "mxnet"), "a part of the rosetta files"),
    Step("rosetta-join", "torch", "gen_rosetta.py", ("join",), "reference/rosetta_*.json"),
    Step("steps", "steps", "gen_steps.py", (), "steps/*.json"),
    Step("check-reference", "torch", "check.py", ("reference",), "reads every case once more in numpy"),
    Step("check-steps", "torch", "check.py", ("steps",), "reads every case once more in numpy"),
    Step("check-training", "torch", "check_training.py", (), "repeats every training in PyTorch"),
    Step("statistics", "keras", "article_stats.py", (), "documented/article_training_stats.json (12 minutes)", False),
    Step("units-keras", "keras", "training_units.py", ("keras",), "prints numbers of unit tests", False, False),
    Step("units-torch", "torch", "training_units.py", ("torch",), "prints numbers of unit tests", False, False),
    Step("units-mxnet", "mxnet", "training_units.py", ("mxnet",), "prints numbers of unit tests", False, False),
    Step("trajectory", "torch", "trajectory_check.py", (), "prints what explains the printed weights", False, False),
]


def print_steps(options):
    """Print the steps in their order, with their environments and what they make."""
    print(f"{'step':<16} {'environment':<12} {'script':<20} result")
    for step in STEPS:
        note = "" if step.in_all else " (not in --all)"
        print(f"{step.name:<16} {step.environment:<12} {step.script:<20} {step.result}{note}")
    return 0


def python_of(folder, environment):
    """Return the Python of an environment."""
    return folder / environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(options):
    """Make virtual environments and install their packages."""
    for environment in options.names or ENVIRONMENTS:
        folder = options.environments / environment
        print(f"{environment}: {folder}", flush=True)
        venv.create(folder, with_pip=True)
        requirements = HERE / f"requirements-{environment}.txt"
        command = [python_of(options.environments, environment), "-m", "pip", "install", "-r", requirements]
        code = subprocess.run(command, check=False).returncode
        if code:
            print(f"{environment}: pip ended with code {code}", file=sys.stderr)
            return 1
    return 0


def chosen_steps(options):
    """Return the steps to run, in their order."""
    skipped = set(options.skip)
    if not options.all:
        return [step for step in STEPS if step.name in options.names]
    steps = [step for step in STEPS if step.in_all and step.environment not in skipped]
    if skipped & {"keras", "tf1", "torch", "onnx", "mxnet"}:
        steps = [step for step in steps if not step.name.startswith("rosetta-")]
    return steps


def run(options):
    """Run steps one after the other, up to the first that fails."""
    if options.all == bool(options.names):
        print("run: name steps, or give --all; `list` shows the steps", file=sys.stderr)
        return 2
    unknown = set(options.names) - {step.name for step in STEPS}
    if unknown:
        print(f"run: no step {', '.join(sorted(unknown))}; `list` shows the steps", file=sys.stderr)
        return 2
    steps = chosen_steps(options)
    for environment in dict.fromkeys(step.environment for step in steps):
        python = python_of(options.environments, environment)
        if not python.exists():
            place = f"--environments {options.environments} {environment}"
            print(f"run: {python} is missing; `install {place}` makes it, `--skip` leaves it out", file=sys.stderr)
            return 2
    for step in steps:
        print(f"--- {step.name}", flush=True)
        place = ["--golden", options.golden] if step.golden else []
        command = [python_of(options.environments, step.environment), HERE / step.script, *place, *step.arguments]
        code = subprocess.run(command, env={**os.environ, **VARIABLES}, check=False).returncode
        if code:
            print(f"{step.name} ended with code {code}; the steps after it were not run", file=sys.stderr)
            return 1
    return 0


def parse():
    """Return the parsed command line."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python3 golden/generate", description=__doc__, formatter_class=form)
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser("list", help="show the steps, their environments, and what they make")
    show.set_defaults(function=print_steps)
    environments = {"type": Path, "required": True, "metavar": "FOLDER", "help": "where the environments are"}
    make = actions.add_parser("install", help="make virtual environments and install their packages")
    make.add_argument("--environments", **environments)
    make.add_argument("names", nargs="*", metavar="ENVIRONMENT", help=f"default all: {', '.join(ENVIRONMENTS)}")
    make.set_defaults(function=install)
    execute = actions.add_parser("run", help="run steps in their environments")
    execute.add_argument("--environments", **environments)
    golden = "read and write here in place of golden/, to compare with it"
    execute.add_argument("--golden", type=Path, default=HERE.parent, metavar="FOLDER", help=golden)
    execute.add_argument("--all", action="store_true", help="all steps but those that `list` marks")
    skip = "with --all: leave out an environment's steps, and the rosetta files, which need all five frameworks"
    execute.add_argument("--skip", action="append", default=[], choices=ENVIRONMENTS, help=skip)
    execute.add_argument("names", nargs="*", metavar="STEP", help="which steps; they run in the order of `list`")
    execute.set_defaults(function=run)
    options = parser.parse_args()
    wrong = set(options.names) - set(ENVIRONMENTS) if options.action == "install" else set()
    if wrong:
        parser.error(f"no environment {', '.join(sorted(wrong))}; known: {', '.join(ENVIRONMENTS)}")
    return options


if __name__ == "__main__":
    arguments = parse()
    sys.exit(arguments.function(arguments))
