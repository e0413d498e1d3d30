#!/usr/bin/env python3
"""Examines every file below some folders by itself; file, kind, records and rejects as a table.

usage: bench/table.py PROGRAM PATH... [--out FILE] [-- OPTION...]

One line a source (a file, or a member of an archive), tab-separated: exit code, records, rejected,
kind (empty: unknown), path as given. Options behind `--` are handed to every examination.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main(arguments):
    options = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1 :]
    out = sys.stdout
    if "--out" in arguments:
        at = arguments.index("--out")
        out = open(arguments[at + 1], "w")
        del arguments[at : at + 2]
    if len(arguments) < 2:
        sys.exit(__doc__)
    program = str(Path(arguments[0]).resolve())
    files = sorted(file for path in arguments[1:] for file in _files(Path(path)))
    work = Path(tempfile.mkdtemp(prefix="demarche-table-"))
    try:
        for file in files:
            for row in _examined(program, file, work, options):
                print(*row, sep="\t", file=out, flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _files(path):
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def _examined(program, file, work, options):
    case = work / "case"
    for left in (case, work / "case.vkey"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    done = subprocess.run(
        [program, "examine", str(file), "--case", str(case), "-q", *options],
        env={**os.environ, "DEMARCHE_CONFIG": str(work / "keys")}, capture_output=True, text=True,
    )
    brief = case / "brief.json"
    if not brief.exists():
        reason = (done.stderr.strip().splitlines() or [""])[0]
        return [(done.returncode, "-", "-", reason, file)]
    rows = json.loads(brief.read_text())["accounting"]
    return [
        (done.returncode, row["records"], row["rejected"], row["kind"] or "", _name(file, row["path"]))
        for row in rows
    ]


def _name(file, path):
    """The path as given; behind it the member of an archive."""
    _, mark, member = path.partition("!")
    return f"{file}{mark}{member}"


if __name__ == "__main__":
    main(sys.argv[1:])
