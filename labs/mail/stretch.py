"""Writes the logs and the truth of a mail story, as they were or stretched over its days."""

import bisect
import json
import re

from lab import clock

PREFIX = re.compile(rb"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}) ")
FIELD = re.compile(rb'"(start_time|end_time|last_run_time)":"([^"]*)"')

KEPT = [
    "kind", "account", "client_id", "address", "token_id", "server_session", "hostile", "expect", "read",
]


def write(story, told, folder):
    """Writes `logs/` and `truth.json` with the times as told."""
    logs = folder / "logs"
    logs.mkdir(parents=True)
    for name, path, line_of in (
        ("dovecot.log", story.server.log, Dovecot(told).line),
        ("token-issuer.jsonl", story.issuer.log, Ledger(told).line),
    ):
        with open(path, "rb") as read, open(logs / name, "wb") as out:
            offset = 0
            for line in read:
                nth = max(0, bisect.bisect_right(story.offsets[name], offset) - 1)
                out.write(line_of(line, nth))
                offset += len(line)
    truth = truth_of(story, told)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return truth


class Dovecot:
    """Lines of the mail server: a prefix in whole seconds, events with microseconds."""

    def __init__(self, told):
        self.told, self.last = told, 0

    def line(self, line, nth):
        match = PREFIX.match(line)
        if not match or isinstance(self.told, clock.AsWritten):
            return line
        ends = [clock.read(m.group(2).decode()) for m in FIELD.finditer(line) if m.group(1) == b"end_time"]
        at = self.told.of_step(nth, ends[0] if ends else clock.read(match.group(1).decode()))
        self.last = max(self.last, at // 1_000_000)
        prefix = clock.moment(self.last * 1_000_000).strftime("%Y-%m-%dT%H:%M:%S+0000").encode()
        return prefix + FIELD.sub(self._field, line[match.end(1) :])

    def _field(self, match):
        at = self.told(clock.read(match.group(2).decode()))
        return b'"%s":"%s"' % (match.group(1), clock.rfc3339(at).encode())


class Ledger:
    """Lines of the issuer: the time, and the life of the token, which keeps its length."""

    def __init__(self, told):
        self.told = told

    def line(self, line, nth):
        if isinstance(self.told, clock.AsWritten):
            return line
        record = json.loads(line)
        at = self.told.of_step(nth, clock.read(record["time"]))
        record["time"] = clock.rfc3339(at)[:-4] + "Z"
        if "issued_at" in record:
            life = record["expires_at"] - record["issued_at"]
            record["issued_at"] = at // 1_000_000
            record["expires_at"] = record["issued_at"] + life
        return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def truth_of(story, told):
    """What was truly done, by whom, when."""
    sessions = []
    for done in story.truth:
        session = {name: done[name] for name in KEPT}
        issued, life = done["token"]
        iat = told(issued) // 1_000_000
        session["token"] = {"iat": iat, "exp": iat + life}
        session["first"] = clock.rfc3339(told(done["at"]))
        session["last"] = clock.rfc3339(told(story.clock.done[done["step_last"]]))
        sessions.append(session)
    return {"lab": "mail", "uidvalidity": story.validity, "sessions": sessions}
