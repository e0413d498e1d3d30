#!/usr/bin/env python3
"""Compares two cases of the same logs, made by two versions: are their answers the same?

    python3 bench/same.py BEFORE AFTER

Every file of the case folder but `evidence/`, `case.json` and `brief.html`, which hold keys, times
and salts; `brief.json` without its proof. A Parquet file whose bytes differ is compared row by row
in its order, through DuckDB: another version may compress otherwise. Ends with 1 where anything
differs.
"""
import json
import os
import sys

APART = ("evidence", "case.json", "brief.html")


def files(case):
    """Paths within a case that have to be the same."""
    found = (os.path.relpath(os.path.join(folder, name), case)
             for folder, _, names in os.walk(case) for name in names)
    return sorted(path for path in found if path.split(os.sep)[0] not in APART)


def rows(path):
    """A digest of the rows of a Parquet file, in their order."""
    import duckdb
    text = ("select md5(string_agg(h::varchar, ',' order by i)), count(*) from "
            f"(select hash(t) h, row_number() over () i from read_parquet('{path}') t)")
    return duckdb.sql(text).fetchall()


def verdict(path, before, after):
    """`same`, `same rows` or `DIFFERS`."""
    with open(before, "rb") as one, open(after, "rb") as two:
        one, two = one.read(), two.read()
    if one == two:
        return "same"
    if os.path.basename(path) == "brief.json":
        briefs = [json.loads(text) for text in (one, two)]
        for brief in briefs:
            brief.pop("proof", None)
        return "same" if briefs[0] == briefs[1] else "DIFFERS"
    if path.endswith(".parquet") and rows(before) == rows(after):
        return "same rows"
    return "DIFFERS"


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    before, after = sys.argv[1:]
    lists = files(before), files(after)
    for path in sorted(set(lists[0]) ^ set(lists[1])):
        print(f"DIFFERS: {path} is in one of them only")
    both = [path for path in lists[0] if path in lists[1]]
    verdicts = {path: verdict(path, os.path.join(before, path), os.path.join(after, path)) for path in both}
    for path, said in verdicts.items():
        if said == "DIFFERS":
            print(f"DIFFERS: {path}")
    counts = {said: list(verdicts.values()).count(said) for said in ("same", "same rows", "DIFFERS")}
    print(f"{counts['same']} files are the same bytes, {counts['same rows']} tables the same rows in the same order, "
          f"{counts['DIFFERS'] + len(set(lists[0]) ^ set(lists[1]))} differ")
    raise SystemExit(1 if counts["DIFFERS"] or lists[0] != lists[1] else 0)


if __name__ == "__main__":
    main()
