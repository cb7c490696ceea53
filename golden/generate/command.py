"""The command line that all generators share."""

import argparse
import sys
import traceback
from pathlib import Path

from common import ROOT, write


def parser(description):
    """Return a parser with the options of every generator."""
    result = argparse.ArgumentParser(description=description.strip().split("\n\n")[0])
    result.add_argument(
        "--golden",
        type=Path,
        default=ROOT,
        metavar="FOLDER",
        help="the folder to write to, in place of golden/ (its subfolders are those of golden/)",
    )
    return result


def write_families(folder, families):
    """Make and write families of cases: {family: [(name of the case, function that makes it), ...]}.

    Return the exit code: a family with a case that fails is not written, and the code is 1.
    """
    code = 0
    for family, makers in families.items():
        cases, failed = [], []
        for name, make in makers:
            try:
                cases.append(make())
            except Exception:  # one case that fails must not hide what the others do
                traceback.print_exc()
                failed.append(name)
        if failed:
            print(f"{family}.json is not written: {', '.join(failed)} failed", file=sys.stderr)
            code = 1
        else:
            write(folder, family, cases)
    return code


def generate(description, families, make_case):
    """Run a generator of golden/reference: families of specifications, and the function that makes a case of one."""
    arguments = parser(description)
    arguments.add_argument("family", nargs="*", help=f"which files to make (default all): {', '.join(families)}")
    options = arguments.parse_args()
    unknown = set(options.family) - set(families)
    if unknown:
        arguments.error(f"no such family: {', '.join(sorted(unknown))}; known: {', '.join(families)}")
    chosen = {family: specs for family, specs in families.items() if not options.family or family in options.family}
    makers = {
        family: [(spec["name"], lambda spec=spec: make_case("reference", spec)) for spec in specs]
        for family, specs in chosen.items()
    }
    return write_families(options.golden / "reference", makers)
