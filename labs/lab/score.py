"""Holds a brief against the truth of a lab."""

import csv
import json
from collections import Counter, defaultdict

from lab import clock

SECOND = 1_000_000


class Score:
    """What brief and truth say together about one run."""

    def __init__(self):
        # Counts by name, and everything that must not be, in words.
        self.counts, self.faults = Counter(), []

    def fault(self, text):
        self.faults.append(text)

    def add(self, other):
        self.counts.update(other.counts)
        self.faults.extend(other.faults)


class Case:
    """The parts of a case folder that are compared."""

    def __init__(self, folder):
        self.brief = json.loads((folder / "brief.json").read_text())
        with open(folder / "exposure.csv", newline="") as file:
            self.exposure = list(csv.DictReader(file))
        self.listed = self.brief["sessions"]

    def of(self, truth):
        """The listed sessions in which a session of the truth lies."""
        found = [session for session in self.listed if _is_same(session, truth)]
        there = [session for session in found if truth["address"] in session["addresses"]]
        return there or found


def _is_same(session, truth):
    account = session["account"].lower().partition("@")[0]
    if account != truth["account"].lower():
        return False
    # A token may be in two hands: where the server's own sessions are named, they decide.
    if session["session_ids"]:
        return truth["server_session"] in session["session_ids"]
    return truth.get("token_id") in session["token_ids"]


def compare(truth, case):
    """Verdicts and items, both ways."""
    score = Score()
    items_of = {"mail": messages, "records": rows}[truth["lab"]]
    hostile_in = defaultdict(list)
    for session in truth["sessions"]:
        found = case.of(session)
        verdicts = {one["verdict"] for one in found}
        _verdict(session, verdicts, score)
        if session["hostile"]:
            for one in found:
                hostile_in[one["id"]].append(session)
    for session in case.listed:
        _items(session, hostile_in.get(session["id"], []), case, items_of, score)
        _presumed(session, hostile_in.get(session["id"], []), case, score)
    return score


def _covers(gap, session):
    """Whether a gap is told of this account at this time.

    A server writes its line a moment after the client began, and to the second.
    """
    first, last = clock.read(session["first"]), clock.read(session["last"])
    begin, end = clock.read(gap["from"]), clock.read(gap["to"])
    mine = gap["account"].lower().partition("@")[0] == session["account"].lower()
    return mine and begin <= last + SECOND and first <= end + SECOND


def _verdict(session, verdicts, score):
    """Whether a session of the truth is called what it must be called."""
    best = "hostile" if "hostile" in verdicts else "suspect" if verdicts else "not listed"
    score.counts[f"{session['kind']}: {best}"] += 1
    holds = {
        "hostile": best == "hostile",
        "listed": best != "not listed",
        "any": True,
        "ordinary": best == "not listed",
    }[session["expect"]]
    if not holds:
        where = f"{session['account']} from {session['address']} at {session['first']}"
        score.fault(f"{session['kind']} of {where} must be {session['expect']}, is {best}")


def _items(session, truths, case, items_of, score):
    """Whether a listed session exposes what was read in it, no more and no less."""
    expected, given = items_of(session, truths, case)
    for item in sorted(expected.keys() | given.keys()):
        there, here = expected.get(item, 0), given.get(item, 0)
        score.counts["items of the truth"] += there
        score.counts["items certain and true"] += min(there, here)
        where = f"session {session['id']} ({session['verdict']}) of {session['account']}"
        if here < there:
            score.fault(f"{where}: {item}: {there} read, {here} certain")
        if here > there:
            score.fault(f"{where}: {item}: {there} read by the intruder, {here} called certain")


def _presumed(session, truths, case, score):
    """Rows that the audit trail does not count must be presumed, not passed over."""
    tables = {table for truth in truths for table in truth.get("presumed", {})}
    given = {
        row["container"] for row in case.exposure
        if row["session"] == session["id"] and row["grade"] == "presumed"
    }
    for table in sorted(tables):
        # A copy's record names the table as its statement does, a cursor's names none.
        held = bool({table, table.rpartition(".")[2], ""} & given)
        score.counts[f"tables presumed read: {'told' if held else 'not told'}"] += 1
        if not held:
            score.fault(f"session {session['id']} of {session['account']}: {table} is not presumed read")


def messages(session, truths, case):
    """Messages as (folder, uid)."""
    expected = {
        (folder, uid): 1 for truth in truths for folder, uids in truth["read"].items() for uid in uids
    }
    given = {
        (row["container"], int(row["item"].rpartition("/")[2])): 1
        for row in certain(session, case)
    }
    return expected, given


def rows(session, truths, case):
    """Rows by table; answers of no table, and of the server's own catalogue, are not counted."""
    expected, given = Counter(), Counter()
    for truth in truths:
        expected.update(truth["rows"])
    for row in certain(session, case):
        if row["container"].partition(".")[0] not in ("", "pg_catalog", "information_schema"):
            given[row["container"]] += int(row["rows"])
    return +expected, +given


def certain(session, case):
    """The rows of `exposure.csv` that call something certain in a session."""
    return [
        row
        for row in case.exposure
        if row["session"] == session["id"] and row["grade"] == "certain"
    ]


def compare_cut(truth, case, cut):
    """With a span of the issuer's log gone: gaps, no silence, no accusation.

    A session with a forged token, in the span or not, must be listed, or a gap must say that its
    issuance is unknown; and no ordinary session may be listed.
    """
    name, span = cut
    score = Score()
    unknown = [gap for gap in case.brief["gaps"] if gap["kind"] == "issuance-unknown"]
    for session in truth["sessions"]:
        verdicts = {one["verdict"] for one in case.of(session)}
        where = f"{session['kind']} of {session['account']} from {session['address']} at {session['first']}"
        if session["expect"] == "ordinary" and verdicts:
            score.fault(f"cut ({name}): {where} is {'/'.join(sorted(verdicts))}")
        if session["expect"] == "hostile":
            place = "within" if span[0] <= session["token"]["iat"] < span[1] else "outside"
            best = "listed" if verdicts else "silent"
            if not verdicts and any(_covers(gap, session) for gap in unknown):
                best = "in a gap"
            score.counts[f"cut: {session['kind']}, {place}: {best}"] += 1
            if best == "silent":
                score.fault(f"cut ({name}): nothing is said of {where}")
    score.counts[f"cut: {name}"] += 1
    score.counts["cut: gaps of issuance"] += len(unknown)
    if not unknown:
        score.fault(f"cut ({name}): no gap is told")
    return score
