"""Writes the logs and the truth of a records story, as they were or stretched over its days."""

import json
import re

from lab import clock

# The fields of a CSV record up to the start of the session.
CSV = re.compile(
    r'^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC),'
    r'(?P<a>(?:(?:"(?:[^"]|"")*"|[^",\n]*),){4})'
    r"(?P<id>[0-9a-f]+\.[0-9a-f]+),"
    r'(?P<b>\d+,(?:"(?:[^"]|"")*"|[^",\n]*),)'
    r"(?P<start>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC),",
    re.M,
)
JSON = re.compile(
    r'^\{"timestamp":"(?P<time>[^"]*)"(?P<a>.*?),"session_id":"(?P<id>[^"]*)"'
    r'(?P<b>.*?),"session_start":"(?P<start>[^"]*)"',
    re.M,
)
SESSION_TIME = re.compile(r"disconnection: session time: [\d:.]+")


def write(story, told, folder):
    """Writes `logs/` and `truth.json` with the times as told."""
    logs = folder / "logs"
    logs.mkdir(parents=True)
    starts = starts_of(story, told)
    for name, pattern, form in (("csv", CSV, _csv), ("json", JSON, _json)):
        text = (story.server.data / "log" / f"postgresql.{name}").read_text()
        if not isinstance(told, clock.AsWritten):
            text = Retold(told, starts, form).text(pattern, text)
        (logs / f"postgresql.{name}").write_text(text)
    truth = truth_of(story, told, starts)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return truth


def starts_of(story, told):
    """When each session began as told, by its id as written: its first record tells."""
    starts = {}
    for record in _records(story):
        at = told(clock.read(record["timestamp"]))
        starts.setdefault(record["session_id"], at)
    return starts


def _records(story):
    with open(story.server.data / "log" / "postgresql.json") as file:
        for line in file:
            yield json.loads(line)


def renamed(session, starts, told):
    """A session id is the second of its start and the process, both in hex."""
    if isinstance(told, clock.AsWritten):
        return session
    return f"{starts[session] // 1_000_000:x}.{session.partition('.')[2]}"


class Retold:
    """All records of one log with other times."""

    def __init__(self, told, starts, form):
        self.told, self.starts, self.form = told, starts, form

    def text(self, pattern, text):
        """The log with the times, session ids and session lengths as told."""
        out, at, end = [], None, 0
        for match in pattern.finditer(text):
            out.append(self._lengths(text[end : match.start()], at))
            at = (match["id"], self.told(clock.read(match["time"])))
            out.append(self._head(match, at))
            end = match.end()
        out.append(self._lengths(text[end:], at))
        return "".join(out)

    def _head(self, match, at):
        session, now = at
        start = clock.moment(self.starts[session]).strftime("%Y-%m-%d %H:%M:%S UTC")
        time = clock.moment(now).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"
        return self.form(time, match, renamed(session, self.starts, self.told), start)

    def _lengths(self, text, at):
        if at is None:
            return text
        millis = (at[1] - self.starts[at[0]]) // 1000
        hours, rest = divmod(millis, 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        length = f"{hours}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
        return SESSION_TIME.sub(f"disconnection: session time: {length}", text)


def _csv(time, match, session, start):
    return f"{time},{match['a']}{session},{match['b']}{start},"


def _json(time, match, session, start):
    return (
        f'{{"timestamp":"{time}"{match["a"]},"session_id":"{session}"'
        f'{match["b"]},"session_start":"{start}"'
    )


def truth_of(story, told, starts):
    """What was truly done, by whom, when."""
    by_process, by_port = {}, {}
    for record in _records(story):
        by_process.setdefault(record["pid"], record["session_id"])
        if "remote_port" in record:
            by_port.setdefault((record["remote_host"], record["remote_port"]), record["session_id"])
    sessions = []
    for done in story.truth:
        if "process" in done:
            session = by_process[done["process"]]
        else:
            session = by_port[done["address"], done["far_port"]]
        sessions.append(
            {
                **{name: done[name] for name in KEPT},
                "server_session": renamed(session, starts, told),
                "first": clock.rfc3339(told(done["at"])),
                "last": clock.rfc3339(told(done["last"])),
            }
        )
    return {"lab": "records", "sessions": sessions}


KEPT = [
    "kind", "account", "application", "address", "hostile", "expect", "rows", "presumed", "statements",
]
