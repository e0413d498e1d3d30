#!/usr/bin/env python3
"""Measures `examine` beside the references, in one run: one command, data to pictures.

    python3 bench/run.py [--records N[,N...]] [--repeat K[,K...]] [--variants gzip,zstd,csv,add] [--work DIR]
                         [--parts N] [--one-tenant]

Makes the data with `demarche simulate`, then runs, in turn and K times each:
  examine   the whole job: read, hash, parse, store, judge, prove, brief (also of .gz, .zst and CSV;
            `add`: one thousand records of another log added to the case, and all judged again)
  limits    parts of it: reading, two SHA-256, one parse, intake, intake and settling
  duckdb    DuckDB's typed projection of the same file to Parquet: the reference
and asks a stored case four questions, beside reading the logs again for the same answer.
Writes medians, spread, CPU, peak memory, conditions and two pictures to bench/runs/DATE-RECORDS/.
With --parts, logs of so many records and more are made as tenants of so many each, packed with zstd as
soon as they are made: thirty gigabytes of text need not lie on the disk. They are measured packed.
With --one-tenant as well, such a log is that of as many people as 1,000,000 records have, for more days:
what grows with accounts stays as it is.
DuckDB comes from the Python package `duckdb`; where it cannot be had its rows say so.
Nothing here is a test: instruction counts guard the hot parts (bench/instructions.py).
"""
import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import draw  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

COLUMNS = """columns={
  CreationTime:'TIMESTAMP', Id:'VARCHAR', Operation:'VARCHAR', RecordType:'INTEGER', UserId:'VARCHAR',
  UserKey:'VARCHAR', UserType:'INTEGER', Workload:'VARCHAR', ClientIP:'VARCHAR', ClientIPAddress:'VARCHAR',
  ClientInfoString:'VARCHAR', AppId:'VARCHAR', ClientAppId:'VARCHAR', SessionId:'VARCHAR',
  MailboxOwnerUPN:'VARCHAR', MailboxGuid:'VARCHAR', ResultStatus:'VARCHAR', ObjectId:'VARCHAR',
  AppAccessContext:'STRUCT(AADSessionId VARCHAR, UniqueTokenId VARCHAR, IssuedAtTime VARCHAR)',
  Folders:'STRUCT(Path VARCHAR, FolderItems STRUCT(InternetMessageId VARCHAR, SizeInBytes BIGINT)[])[]'
}"""
DUCKDB = f"""
import duckdb, sys
source, target = sys.argv[1:3]
c = duckdb.connect()
c.execute("set threads to 2")
c.execute(f'''copy (select * from read_json('{{source}}', format='newline_delimited', {COLUMNS.replace("{", "{{").replace("}", "}}")})) to '{{target}}' (format parquet)''')
"""
ASK = """
import duckdb, sys
c = duckdb.connect()
c.execute("set threads to 2")
print(c.execute(sys.argv[1]).fetchall())
"""

# What a stored case is asked: the answer from its tables, and the same from the log itself.
# {store}, {log} and the value asked for are filled in.
QUESTIONS = {
    "an address": (
        "select actor, count(*) from '{store}/events-*.parquet' where address = '{address}' group by 1",
        "select UserId, count(*) from {log} where ClientIPAddress = '{address}' or ClientIP = '{address}' group by 1"),
    "an application": (
        "select actor, count(*), min(time)::varchar, max(time)::varchar from '{store}/events-*.parquet' where client_app = '{application}' group by 1",
        "select UserId, count(*), min(CreationTime), max(CreationTime) from {log} where ClientAppId = '{application}' group by 1"),
    "a message id": (
        "select e.actor, e.time::varchar, e.operation from '{store}/items-*.parquet' i join '{store}/events-*.parquet' e "
        "using (source, leaf, event) where i.id = '{message}'",
        "select UserId, CreationTime, Operation from {log} where list_contains(flatten(list_transform(Folders, "
        "lambda f: list_transform(f.FolderItems, lambda i: i.InternetMessageId))), '{message}')"),
    "an account's month": (
        "select operation, count(*) from '{store}/events-*.parquet' where actor = '{actor}' "
        "and time >= '{from}' and time < '{to}' group by 1",
        "select Operation, count(*) from {log} where lower(UserId) = '{actor}' "
        "and CreationTime >= '{from}' and CreationTime < '{to}' group by 1"),
}


# Days that `demarche simulate` covers where it is not told.
DAYS = 35


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


def programs(options):
    """Paths of the program and of the limits, built unless they are given."""
    release = options.release or built(["-p", "demarche", "--no-default-features"])
    limits = os.path.join(release, "examples", "limits")
    if not options.release:
        built(["-p", "demarche-store", "--no-default-features", "--example", "limits"])
    return os.path.join(release, "demarche"), limits


def data(program, work, records, log, seed=1):
    """The log of so many records, made where it is not there yet."""
    folder = os.path.join(work, f"records-{records}" + (f"-{seed}" if seed > 1 else ""))
    if not os.path.isdir(folder):
        subprocess.run(
            [program, "simulate", "--seed", str(seed), "--records", str(records), "--form", "jsonl", "--out", folder],
            check=True, stdout=log, stderr=log)
    files = (os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f.endswith(".jsonl"))
    return max(files, key=os.path.getsize)


def parts(program, work, records, each, log):
    """Logs of several tenants, so many records in all, packed; and how many bytes they unpack to."""
    folder = os.path.join(work, f"parts-{records}")
    os.makedirs(folder, exist_ok=True)
    for seed in range(1, records // each + 1):
        target = os.path.join(folder, f"tenant-{seed}.jsonl.zst")
        if not os.path.exists(target):
            made = data(program, work, each, log, seed)
            subprocess.run(["zstd", "-q", "-1", made, "-o", target + ".part"], check=True)
            os.rename(target + ".part", target)
            shutil.rmtree(os.path.dirname(made))
    sizes = (subprocess.run(["zstd", "-lv", os.path.join(folder, name)], capture_output=True, text=True,
                            check=True).stdout for name in os.listdir(folder))
    n_bytes = sum(int(re.search(r"Decompressed Size:.*\((\d+) B\)", text)[1]) for text in sizes)
    return folder, n_bytes


def one_tenant(program, work, records, log):
    """The log of one tenant of the same people for more days, packed while it is written."""
    folder = os.path.join(work, f"one-tenant-{records}")
    target = os.path.join(folder, "tenant.jsonl.zst")
    size = os.path.join(work, f"one-tenant-{records}.bytes")
    if not os.path.exists(size):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        made = os.path.join(work, "one-tenant-written")
        shutil.rmtree(made, ignore_errors=True)
        os.makedirs(made)
        pipe = os.path.join(made, "unified-audit.jsonl")
        os.mkfifo(pipe)
        with open(target, "wb") as out:
            packing = subprocess.Popen(["zstd", "-q", "-1", "-c", pipe], stdout=out)
            subprocess.run(
                [program, "simulate", "--seed", "1", "--records", str(records), "--days",
                 str(DAYS * records // 1_000_000), "--form", "jsonl", "--out", made],
                check=True, stdout=log, stderr=log)
            if packing.wait() != 0:
                raise SystemExit(f"{target}: zstd failed")
        n_bytes = int(subprocess.run(f"zstd -dc '{target}' | wc -c", shell=True, capture_output=True, text=True,
                                     check=True).stdout)
        with open(size, "w", encoding="utf-8") as out:
            out.write(str(n_bytes))
    with open(size, encoding="utf-8") as held:
        return folder, int(held.read())


def by_zstd(source):
    """The same log packed with zstd."""
    target = source + ".zst"
    if not os.path.exists(target):
        subprocess.run(["zstd", "-q", "-1", source, "-o", target + ".part"], check=True)
        os.rename(target + ".part", target)
    return target


def packed(source):
    """The same log compressed."""
    target = source + ".gz"
    if not os.path.exists(target):
        with open(source, "rb") as plain, gzip.open(target + ".part", "wb", compresslevel=3) as out:
            shutil.copyfileobj(plain, out, 1 << 20)
        os.rename(target + ".part", target)
    # A folder of its own, or the plain file beside it would be examined too where folders are given.
    return target


def wrapped(source):
    """The same log as rows of the portal: the record in a cell (semantics C2)."""
    target = os.path.join(os.path.dirname(source), "portal.csv")
    if not os.path.exists(target):
        with open(source, encoding="utf-8") as plain, open(target + ".part", "w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData",
                           "AssociatedAdminUnits", "AssociatedAdminUnitsNames"])
            for line in plain:
                line = line.rstrip("\n")
                record = json.loads(line)
                rows.writerow([record["Id"], record["CreationTime"] + ".0000000Z", record["RecordType"],
                               record["Operation"], record["UserId"], line, "", ""])
        os.rename(target + ".part", target)
    return target


def duckdb_there():
    try:
        import duckdb  # noqa: F401
        return True
    except ImportError:
        print("duckdb is not installed (pip install duckdb): its rows are left out", file=sys.stderr)
        return False


def runs_of(options, program, limits, work, logs, with_duckdb):
    """What is run in turn, by name; the case that `add` adds to is that of the run before it."""
    source, small = logs
    case = os.path.join(work, "case")
    examine = lambda path: [program, "examine", path, "--case", case, "--clobber", "--quiet"]  # noqa: E731
    runs = {"examine": examine(source)}
    variants = options.variants.split(",")
    if "add" in variants:
        runs["add"] = [program, "examine", small, "--case", case, "--add", "--quiet"]
    if "gzip" in variants:
        runs["examine gzip"] = examine(packed(source))
    if "zstd" in variants:
        runs["examine zstd"] = examine(by_zstd(source))
    if "csv" in variants:
        runs["examine csv"] = examine(wrapped(source))
    for part in ["read", "hash", "parse", "intake", "settle"]:
        runs[part] = [limits, part, source]
    if with_duckdb:
        target = os.path.join(work, "duckdb.parquet")
        runs["duckdb"] = [sys.executable, "-c", DUCKDB, source, target]
        if "gzip" in variants:
            runs["duckdb gzip"] = [sys.executable, "-c", DUCKDB, packed(source), target]
        if "zstd" in variants:
            runs["duckdb zstd"] = [sys.executable, "-c", DUCKDB, by_zstd(source), target]
    return runs, case


def asked(case, source, log, repeat):
    """Times of the questions: of the stored case, and of the log again."""
    import duckdb
    store = os.path.join(case, "store")
    one = lambda text: duckdb.sql(text.format(store=store)).fetchall()[0]  # noqa: E731
    values = {
        "store": store,
        "log": f"read_json('{source}', format='newline_delimited', {COLUMNS})",
        "address": one("select address from '{store}/events-03.parquet' group by 1 having count(*) between 5 and 500 order by count(*) desc, 1 limit 1")[0],
        "application": one("select client_app from '{store}/events-03.parquet' where client_app is not null group by 1 order by count(*), 1 limit 1")[0],
        "message": one("select id from '{store}/items-05.parquet' where id like '<%' order by 1 limit 1")[0],
        "actor": one("select actor from '{store}/actors.parquet' order by events desc, 1 limit 1")[0],
        "from": "2026-03-05",
        "to": "2026-04-05",
    }
    figures = {}
    for name, (stored, again) in QUESTIONS.items():
        turns = [[measured([sys.executable, "-c", ASK, text.format(**values)], log)[0] for _ in range(repeat)]
                 for text in (stored, again)]
        figures[name] = [statistics.median(turn) for turn in turns]
    empty = [measured([sys.executable, "-c", ASK, "select 1"], log)[0] for _ in range(repeat)]
    return figures, statistics.median(empty)


def runs_of_parts(program, work, folder, with_duckdb):
    """The same for logs that are there packed only."""
    case = os.path.join(work, "case")
    runs = {"examine zstd": [program, "examine", folder, "--case", case, "--clobber", "--quiet"]}
    if with_duckdb:
        logs = os.path.join(folder, "*.jsonl.zst")
        runs["duckdb zstd"] = [sys.executable, "-c", DUCKDB, logs, os.path.join(work, "duckdb.parquet")]
    return runs, case


def measure(options, records, repeat, program, limits, work, log):
    """Everything about one number of records."""
    with_duckdb = duckdb_there()
    in_parts = options.parts and records >= options.parts
    if in_parts:
        if options.one_tenant:
            source, n_bytes = one_tenant(program, work, records, log)
        else:
            source, n_bytes = parts(program, work, records, options.parts, log)
        runs, case = runs_of_parts(program, work, source, with_duckdb)
    else:
        source = data(program, work, records, log)
        n_bytes = os.path.getsize(source)
        small = data(program, work, 1000, log, 2) if "add" in options.variants else None
        runs, case = runs_of(options, program, limits, work, (source, small), with_duckdb)
    figures = {name: [] for name in runs}
    load = [os.getloadavg()]
    for turn in range(repeat):
        for name, command in runs.items():
            if name.startswith("examine"):
                shutil.rmtree(case, ignore_errors=True)
            figures[name].append(measured(command, log))
            print(f"{records} records, turn {turn + 1}, {name}: {figures[name][-1][0]:.2f} s", file=sys.stderr)
    load.append(os.getloadavg())
    questions = ({}, 0.0)
    if with_duckdb and not in_parts:
        shutil.rmtree(case, ignore_errors=True)
        measured(runs["examine"], log)
        questions = asked(case, source, log, repeat)
    stored = sum(os.path.getsize(os.path.join(case, "store", f)) for f in os.listdir(os.path.join(case, "store")))
    return {"records": records, "bytes": n_bytes, "stored": stored, "load": load,
            "figures": figures, "questions": questions[0], "asking_nothing": questions[1]}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", default="1000000", help="numbers of records, parted by commas")
    options.add_argument("--repeat", default="5", help="turns; one number, or one for each number of records")
    options.add_argument("--variants", default="gzip,zstd,csv,add")
    options.add_argument("--parts", type=int, default=0, help="records of one part of a larger log")
    options.add_argument("--one-tenant", action="store_true", help="larger logs are of the same people, for longer")
    options.add_argument("--work", help="where data is made and kept; a new folder without it")
    options.add_argument("--release", help="folder of programs that are built already")
    options.add_argument("--note", default="", help="conditions, in words")
    options.add_argument("--name", default="")
    options = options.parse_args()
    program, limits = programs(options)
    work = os.path.abspath(options.work) if options.work else tempfile.mkdtemp(prefix="demarche-bench-")
    os.makedirs(work, exist_ok=True)
    # Keys of cases that are thrown away do not belong among the user's own.
    os.environ["DEMARCHE_CONFIG"] = os.path.join(work, "config")
    with open(os.path.join(work, "log.txt"), "w+", encoding="utf-8") as log:
        numbers = [int(records) for records in options.records.split(",")]
        turns = [int(turns) for turns in options.repeat.split(",")]
        turns += [turns[-1]] * (len(numbers) - len(turns))
        measured_all = []
        for records, repeat in zip(numbers, turns):
            measured_all.append(measure(options, records, repeat, program, limits, work, log))
            # Written after each: a run that is ended has told what it measured.
            write(options, measured_all, max(numbers))


def median(figures, name, at):
    return statistics.median(turn[at] for turn in figures[name])


def table(one):
    """The table of one number of records."""
    figures, size = one["figures"], one["bytes"]
    bases = [name for name in ("duckdb", "duckdb zstd") if name in figures]
    base = median(figures, bases[0], 0) if bases else None
    lines = [
        f"## {one['records']:,} records, {size / 1e9:.3f} GB; store {one['stored'] / 1e6:.0f} MB",
        "",
        "| run | wall, s | spread | CPU, s | peak memory, MiB | GB/s | ratio to DuckDB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, turns in figures.items():
        wall = median(figures, name, 0)
        lines.append("| {} | {:.2f} | {:.2f} to {:.2f} | {:.2f} | {:.0f} | {:.2f} | {} |".format(
            name, wall, min(t[0] for t in turns), max(t[0] for t in turns),
            median(figures, name, 1), max(t[2] for t in turns),
            size / 1e9 / wall, f"{wall / base:.2f}" if base else "no DuckDB"))
    if one["questions"]:
        nothing = one["asking_nothing"]
        lines += ["", f"Questions, asked through DuckDB in a process of its own; asking nothing takes {nothing:.2f} s, "
                  "which is taken off below.", "",
                  "| question | stored case, s | logs again, s | times faster |", "|---|---|---|---|"]
        for name, (stored, again) in one["questions"].items():
            stored, again = max(stored - nothing, 0.001), again - nothing
            lines.append(f"| {name} | {stored:.3f} | {again:.2f} | {again / stored:.0f} |")
    return lines


def growth(measured_all):
    first = measured_all[0]
    lines = ["## Growth", "", "| records | times | form | wall, times | CPU, times | peak memory, MiB |",
             "|---|---|---|---|---|---|"]
    for form in ("examine", "examine zstd", "duckdb", "duckdb zstd"):
        for one in (one for one in measured_all if form in one["figures"] and form in first["figures"]):
            wall, cpu = (median(one["figures"], form, at) / median(first["figures"], form, at) for at in (0, 1))
            lines.append(f"| {one['records']:,} | {one['records'] / first['records']:.0f} | {form} | {wall:.2f} | "
                         f"{cpu:.2f} | {max(t[2] for t in one['figures'][form]):.0f} |")
    return lines


def write(options, measured_all, largest):
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: E731
    commit = git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "-uno") else "")
    day = datetime.date.today().isoformat()
    folder = os.path.join(ROOT, "bench", "runs", f"{day}-{largest}{options.name}")
    os.makedirs(folder, exist_ok=True)
    loads = ", ".join(f"{before[0]:.1f} to {after[0]:.1f}" for before, after in (one["load"] for one in measured_all))
    lines = [
        f"# Up to {largest:,} records on {os.cpu_count()} cores, commit {commit}",
        "",
        f"Command: `python3 bench/run.py --records {options.records} --repeat {options.repeat} "
        f"--variants {options.variants}{f' --parts {options.parts}' if options.parts else ''}{' --one-tenant' if options.one_tenant else ''}`; "
        f"{platform.machine()}, {platform.system()} {platform.release()}, Python {platform.python_version()}.",
        f"Load average, before to after: {loads}. {options.note}",
        "Medians of the turns; spread is lowest to highest wall time, peak memory the highest. Ratio is to "
        "DuckDB's wall time on the plain file in the same run (on the packed one where there is no other). `read`, `hash` (two SHA-256), `parse` run on one core; "
        "`intake` and `settle` are the parts of `examine` of that name without sealing and judging.",
        "",
    ]
    for one in measured_all:
        lines += table(one) + [""]
    if len(measured_all) > 1:
        lines += growth(measured_all) + [""]
    lines += ["![time against records](time.svg)", "", "![share of the parts](parts.svg)"]
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "raw.json"), "w", encoding="utf-8") as out:
        json.dump(measured_all, out, indent=1)
    with open(os.path.join(folder, "time.svg"), "w", encoding="utf-8") as out:
        out.write(draw.time_against_records(measured_all))
    with open(os.path.join(folder, "parts.svg"), "w", encoding="utf-8") as out:
        out.write(draw.parts(next(one for one in reversed(measured_all) if "settle" in one["figures"])))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
