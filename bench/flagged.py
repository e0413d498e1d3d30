#!/usr/bin/env python3
"""Examines every file below some folders by itself; what is listed, what is a lead, what is not.

usage: bench/flagged.py PROGRAM PATH... [-- OPTION...]

One line a file, tab-separated: records, hostile and suspect sessions with their rows of the verdict
table, kinds of findings and of steps in actions, path as given. Options behind `--` are handed to
every examination.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path


def main(arguments):
    options = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1 :]
    if len(arguments) < 2:
        sys.exit(__doc__)
    program = str(Path(arguments[0]).resolve())
    work = Path(tempfile.mkdtemp(prefix="demarche-flagged-"))
    try:
        for path in map(Path, arguments[1:]):
            files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
            for file in files:
                print(*_row(program, file, work / "case", options), sep="\t", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _row(program, file, case, options):
    shutil.rmtree(case, ignore_errors=True)
    case.with_suffix(".vkey").unlink(missing_ok=True)
    done = subprocess.run(
        [program, "examine", str(file), "--case", str(case), "-q", *options],
        env={**os.environ, "DEMARCHE_CONFIG": str(case.parent / "keys")},
        capture_output=True, text=True,
    )
    brief = case / "brief.json"
    if not brief.exists():
        return ["-", (done.stderr.strip().splitlines() or [""])[0], "", file]
    told = json.loads(brief.read_text())
    records = sum(row["records"] for row in told["accounting"])
    listed = Counter(f"{one['verdict']} (row {one['row']})" for one in told["sessions"])
    found = Counter(f"{one['kind']} {one['verdict']}" for one in told["findings"])
    return [records, _words(listed) or "nothing", _words(found), file]


def _words(counts):
    return ", ".join(f"{n} {name}" if n > 1 else name for name, n in sorted(counts.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
