#!/usr/bin/env python3
"""Measures `examine` on a million records, beside the references, in one run.

    python3 bench/run.py [--records N] [--repeat K] [--work DIR]

Makes the data with `demarche simulate`, then runs, in turn and K times each:
  examine   the whole job: read, hash, parse, store, judge, brief
  hash      two SHA-256 over the same bytes (whole, and per record): a limit
  parse     every record's members walked once: a limit
  duckdb    DuckDB's typed projection of the same file to Parquet: the reference
Writes medians, spread, CPU and peak memory to bench/runs/DATE-NAME/. DuckDB comes from the
Python package `duckdb`; where it cannot be had its row says so. Nothing here is a test.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

DUCKDB = """
import duckdb, sys
source, target = sys.argv[1:3]
c = duckdb.connect()
c.execute("set threads to 2")
c.execute(f'''copy (select * from read_json('{source}', format='newline_delimited', columns={{
  CreationTime:'TIMESTAMP', Id:'VARCHAR', Operation:'VARCHAR', RecordType:'INTEGER', UserId:'VARCHAR',
  UserKey:'VARCHAR', UserType:'INTEGER', Workload:'VARCHAR', ClientIP:'VARCHAR', ClientIPAddress:'VARCHAR',
  ClientInfoString:'VARCHAR', AppId:'VARCHAR', ClientAppId:'VARCHAR', SessionId:'VARCHAR',
  MailboxOwnerUPN:'VARCHAR', MailboxGuid:'VARCHAR', ResultStatus:'VARCHAR', ObjectId:'VARCHAR',
  AppAccessContext:'STRUCT(AADSessionId VARCHAR, UniqueTokenId VARCHAR, IssuedAtTime VARCHAR)',
  Folders:'STRUCT(Path VARCHAR, FolderItems STRUCT(InternetMessageId VARCHAR, SizeInBytes BIGINT)[])[]'
}})) to '{target}' (format parquet)''')
"""


def measured(command, log):
    """Runs a command; returns wall seconds, CPU seconds and peak memory in MiB."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=log, stderr=log)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"{command[0]}: ended with status {status}; see {log.name}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def built(profile_args):
    subprocess.run(["cargo", "build", "--release", *profile_args], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(target, "release")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--work")
    options.add_argument("--name", default="")
    options = options.parse_args()
    release = built(["-p", "demarche", "--no-default-features"])
    built(["-p", "demarche-store", "--no-default-features", "--example", "limits"])
    program = os.path.join(release, "demarche")
    limits = os.path.join(release, "examples", "limits")
    work = options.work or tempfile.mkdtemp(prefix="demarche-bench-")
    os.makedirs(work, exist_ok=True)
    # Keys of cases that are thrown away do not belong among the user's own.
    os.environ["DEMARCHE_CONFIG"] = os.path.join(work, "config")
    data = os.path.join(work, f"records-{options.records}")
    log = open(os.path.join(work, "log.txt"), "w+")
    if not os.path.isdir(data):
        subprocess.run(
            [program, "simulate", "--seed", "1", "--records", str(options.records), "--form", "jsonl", "--out", data],
            check=True, stdout=log, stderr=log)
    source = max((os.path.join(d, f) for d, _, fs in os.walk(data) for f in fs if f.endswith("l")),
                 key=os.path.getsize)
    case = os.path.join(work, "case")
    runs = {
        "examine": [program, "examine", source, "--case", case, "--clobber", "--quiet"],
        "hash": [limits, "hash", source],
        "parse": [limits, "parse", source],
    }
    try:
        import duckdb  # noqa: F401
        runs["duckdb"] = [sys.executable, "-c", DUCKDB, source, os.path.join(work, "duckdb.parquet")]
    except ImportError:
        print("duckdb is not installed (pip install duckdb): its row is left out", file=sys.stderr)
    figures = {name: [] for name in runs}
    for turn in range(options.repeat):
        for name, command in runs.items():
            if name == "examine" and os.path.isdir(case):
                shutil.rmtree(case)
            figures[name].append(measured(command, log))
            print(f"turn {turn + 1} {name}: {figures[name][-1][0]:.2f} s", file=sys.stderr)
    write(options, source, figures)


def write(options, source, figures):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    day = datetime.date.today().isoformat()
    folder = os.path.join(ROOT, "bench", "runs", f"{day}-{options.records}{options.name}")
    os.makedirs(folder, exist_ok=True)
    size = os.path.getsize(source)
    lines = [
        f"# {options.records:,} records, {size / 1e9:.3f} GB, {os.cpu_count()} cores, commit {commit}",
        "",
        f"Command: `python3 bench/run.py --records {options.records} --repeat {options.repeat}`; {platform.machine()}, Python {platform.python_version()}.",
        "Medians of the turns; spread is lowest to highest wall time. Ratio is to DuckDB's wall time in the same run.",
        "",
        "| run | wall, s | spread | CPU, s | peak memory, MiB | GB/s | ratio to DuckDB |",
        "|---|---|---|---|---|---|---|",
    ]
    base = statistics.median([f[0] for f in figures["duckdb"]]) if "duckdb" in figures else None
    for name, turns in figures.items():
        wall = statistics.median(t[0] for t in turns)
        lines.append("| {} | {:.2f} | {:.2f} to {:.2f} | {:.2f} | {:.0f} | {:.2f} | {} |".format(
            name, wall, min(t[0] for t in turns), max(t[0] for t in turns),
            statistics.median(t[1] for t in turns), statistics.median(t[2] for t in turns),
            size / 1e9 / wall, f"{wall / base:.2f}" if base else "no DuckDB"))
    with open(os.path.join(folder, "README.md"), "w") as out:
        out.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "raw.json"), "w") as out:
        json.dump(figures, out, indent=1)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
