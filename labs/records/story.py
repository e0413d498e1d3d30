"""Plays a plan on the real server, step by step, and notes the truth."""

import heapq
import os
import subprocess
import time
from collections import Counter

from client import Connection, Relay
from lab.clock import Clock, read
from lab.house import wait_for
from plan import DAY, TABLES
from server import Server

# Stretched times begin on a Monday.
START = read("2026-03-02T00:00:00")


class Story:
    """One run of a plan: the server, the clock, and what was truly done."""

    mappings = ()

    def __init__(self, house, plan):
        self.plan, self.clock = plan, Clock()
        self.server = Server(house, TABLES, plan.passwords)
        self.log = open(self.server.data / "log" / "postgresql.json", "rb")
        self.n_gone, self.rest = 0, b""
        self.truth, self.told = [], -1
        self.queue, self.n_queued = [], 0

    def play(self):
        """Does everything in the order of the story."""
        for visit in self.plan.visits:
            self._queue(visit.at, self._visit(visit))
        while self.queue:
            at, _, steps = heapq.heappop(self.queue)
            self._step(at)
            pause = next(steps, None)
            if pause is not None:
                self._queue(at + pause, steps)
        self.server.stop()
        self.log.close()

    def _queue(self, at, steps):
        self.n_queued += 1
        heapq.heappush(self.queue, (at, self.n_queued, steps))

    def _step(self, at):
        """Begins a step in a millisecond of its own: the server's times have no finer grain."""
        last = self.clock.done[-1] if self.clock.done else 0
        while (now := time.time_ns() // 1_000_000) * 1000 <= last or self._is_same(now):
            time.sleep(0.0003)
        self.told = max(START + int((at + DAY) * 1_000_000), self.told + 1_000_000)
        self.clock.step(now * 1000, self.told)

    def _is_same(self, now):
        """Whether the step before was still busy in this millisecond."""
        return now <= getattr(self, "busy", 0)

    def _visit(self, visit):
        """One connection: enter, ask, leave. Each yield is a pause of the story."""
        if visit.password:
            self._refused(visit)
            return
        done = {
            "kind": visit.kind, "account": visit.account, "application": visit.application,
            "address": visit.address, "hostile": visit.hostile, "expect": visit.expect,
            "at": self.clock.done[-1], "rows": Counter(), "presumed": Counter(), "statements": [],
        }
        self.truth.append(done)
        tool = visit.statements and visit.statements[0].how in ("psql", "pg_dump")
        connection = None if tool else self._enter(visit, self.plan.passwords[visit.account])
        if connection:
            done["process"] = connection.process
        for statement in visit.statements:
            yield visit.pace
            self._ask(connection, visit, statement, done)
            self.busy = time.time_ns() // 1_000_000
        done["last"] = self.clock.done[-1]
        if connection:
            yield visit.pace
            self._gone(connection.close)

    def _enter(self, visit, password):
        about = {"user": visit.account, "database": "lab", "application_name": visit.application}
        connection = Connection(visit.address, self.server.port, about, password)
        self.busy = time.time_ns() // 1_000_000
        return connection

    def _refused(self, visit):
        try:
            self._enter(visit, visit.password)
        except PermissionError:
            self.busy = time.time_ns() // 1_000_000
            return
        raise AssertionError("a wrong password was accepted")

    def _ask(self, connection, visit, statement, done):
        """Asks, and notes how many rows of which tables came."""
        done["statements"].append(statement.text)
        logged = True
        if statement.how == "query":
            n_rows = connection.query(statement.text)
        elif statement.how == "prepared":
            n_rows = connection.prepared(statement.text, *statement.values)
        elif statement.how == "copy":
            # The audit trail names a whole table's copy, and not its rows.
            n_rows, logged = connection.query(statement.text), False
        elif statement.how == "cursor":
            n_rows, logged = _through_cursor(connection, statement), False
        else:
            n_rows = self._tool(visit, statement, done)
            logged = statement.how == "psql"
        for table in statement.tables:
            done["rows" if logged else "presumed"][table] += n_rows

    def _tool(self, visit, statement, done):
        """Runs one of PostgreSQL's own programs, from an address of one's choice."""
        relay = Relay(visit.address, self.server.port)
        environment = dict(
            os.environ, PGPASSWORD=self.plan.passwords[visit.account], PGHOST="127.0.0.1",
            PGPORT=str(relay.port), PGUSER=visit.account, PGDATABASE="lab", PGSSLMODE="disable",
            PGAPPNAME=visit.application, PGGSSENCMODE="disable", PSQLRC=os.devnull,
        )
        arguments = {
            "psql": ["-A", "-t", "-q", "-c", statement.text],
            "pg_dump": ["--data-only", "-t", statement.text],
        }[statement.how]
        program = str(self.server.programs / statement.how)
        lines = []

        def run():
            ran = subprocess.run(
                [program, *arguments], env=environment, capture_output=True, text=True, check=True
            )
            lines.extend(ran.stdout.splitlines())

        self._gone(run)
        relay.close()
        done["far_port"] = relay.far_port
        if statement.how == "pg_dump":
            begin = next(nth for nth, line in enumerate(lines) if line.startswith("COPY "))
            return lines.index("\\.") - begin - 1
        return len(lines)

    def _gone(self, leave):
        """Leaves, and waits until the server has noted it."""
        self._read()
        count = self.n_gone
        leave()

        def holds():
            self._read()
            return self.n_gone > count

        wait_for("the end of a connection in the log", holds)
        self.busy = time.time_ns() // 1_000_000

    def _read(self):
        *lines, self.rest = (self.rest + self.log.read()).split(b"\n")
        self.n_gone += sum(b'"message":"disconnection: ' in line for line in lines)


def _through_cursor(connection, statement):
    size, n_times = statement.values
    connection.query("begin")
    connection.query(f"declare reader cursor for {statement.text}")
    n_rows = sum(connection.query(f"fetch {size} from reader") for _ in range(n_times))
    connection.query("commit")
    return n_rows
