"""Who uses the records server in thirty days, and who should not: drawn from a seed."""

import random
from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60, 3600, 86400
N_DAYS = 30
# Intruders come when there is a history to tell them from.
FIRST_HOSTILE_DAY = 16

N_PERSONS, N_CHECKS, N_PRINTS = 2400, 2400, 900
# Name: columns, rows, values of the nth row.
TABLES = {
    "personnel": (
        "id int primary key, name text, unit text, ssn text",
        N_PERSONS,
        "n, 'name ' || n, 'unit ' || n % 12, lpad(n::text, 9, '0')",
    ),
    "background_check": (
        "person_id int primary key, form text", N_CHECKS, "n, repeat('form ' || n || ' ', 8)",
    ),
    "fingerprint": ("id int primary key, minutiae text", N_PRINTS, "n, md5(n::text)"),
    "access_note": ("id int, note text", 1, "n, 'begin'"),
}

PERSONNEL, CHECKS, PRINTS = "public.personnel", "public.background_check", "public.fingerprint"


@dataclass
class Statement:
    """One thing asked of the server, and the tables whose rows come back."""

    text: str
    tables: tuple
    # query, prepared, cursor, copy (of a whole table), psql or pg_dump.
    how: str = "query"
    values: tuple = ()


@dataclass
class Visit:
    """One connection to the records server, and what it asks."""

    kind: str
    account: str
    application: str
    address: str
    at: float
    statements: list = field(default_factory=list)
    hostile: bool = False
    # What must be said of it: listed (at least suspect), ordinary, or any.
    expect: str = "ordinary"
    pace: float = 20.0
    password: str = ""


class Plan:
    """Everything that happens, in no order yet."""

    def __init__(self, seed):
        self.random = draw = random.Random(f"records {seed}")
        names = ["hr_app", "payroll", "analyst_kim", "analyst_lee", "contractor", "dba"]
        self.passwords = {name: f"{draw.getrandbits(64):x}" for name in names}
        self.visits = []
        for day in range(N_DAYS):
            if day % 7 < 5:
                self._applications(day)
                self._people(day)
        self._paging_contractor()
        self._slow_contractor()
        self._bulk_application(with_dump=seed % 2 == 0)
        self._join_analyst()
        # Drawn apart, so that what was drawn before stays as it is.
        self.random = random.Random(f"records twins {seed}")
        self._twins(with_move=seed % 2 == 1)

    def _add(self, kind, who, at, statements, **more):
        account, application, address = who
        visit = Visit(kind, account, application, address, at, statements, **more)
        self.visits.append(visit)
        return visit

    def _key(self):
        return self.random.randint(1, N_PERSONS)

    def _applications(self, day):
        draw = self.random
        # A pool: some connections that live for hours, each serving many requests.
        for nth in range(2):
            lookups = [self._lookup() for _ in range(draw.randint(4, 12))]
            self._add(
                "application pool", ("hr_app", "hr-portal", f"127.40.0.{1 + nth}"),
                day * DAY + draw.uniform(7, 9) * HOUR, lookups, pace=draw.uniform(200, 1800),
            )
        if day % 7 in (0, 3):
            start = draw.randint(0, 40) * 40
            pages = [
                Statement(f"select id, name from personnel where id between {low} and {low + 39}", (PERSONNEL,))
                for low in range(start + 1, start + 1 + 40 * draw.randint(1, 3), 40)
            ]
            self._add(
                "batch", ("payroll", "payroll-batch", "127.40.0.5"),
                day * DAY + draw.uniform(1, 2) * HOUR, pages, pace=5,
            )

    def _lookup(self):
        draw, key = self.random, self._key()
        return draw.choice(
            [
                Statement("select * from personnel where id=$1", (PERSONNEL,), "prepared", (key,)),
                Statement(f"select * from personnel where id={key}", (PERSONNEL,)),
                Statement(
                    "select p.name, b.form from personnel p join background_check b"
                    f" on b.person_id = p.id where p.id={key}", (PERSONNEL, CHECKS),
                ),
                Statement(f"insert into access_note values ({key}, 'seen, by the portal')", ()),
            ]
        )

    def _people(self, day):
        draw = self.random
        for nth, name in enumerate(("analyst_kim", "analyst_lee")):
            if draw.random() < 0.6:
                self._add(
                    "analyst", (name, "psql", f"127.41.0.{10 + nth}"),
                    day * DAY + draw.uniform(9, 16) * HOUR,
                    [self._question() for _ in range(draw.randint(1, 4))], pace=draw.uniform(30, 600),
                )
        if draw.random() < 0.7:
            keys = [self._key() for _ in range(draw.randint(2, 8))]
            self._add(
                "contractor", ("contractor", "psql", "127.42.0.7"),
                day * DAY + draw.uniform(9, 17) * HOUR,
                [Statement(f"select * from personnel where id={key}", (PERSONNEL,)) for key in keys],
                pace=draw.uniform(20, 300),
            )
        if draw.random() < 0.4:
            self._add(
                "administrator", ("dba", "psql", "127.43.0.9"),
                day * DAY + draw.uniform(8, 18) * HOUR,
                [Statement("select count(*) from personnel", (PERSONNEL,))],
            )
        if draw.random() < 0.1:
            self._add(
                "mistyped password", ("contractor", "psql", "127.42.0.7"),
                day * DAY + draw.uniform(8, 9) * HOUR, [], password="wrong",
            )

    def _question(self):
        draw = self.random
        return draw.choice(
            [
                Statement("select unit, count(*)\nfrom personnel\ngroup by unit", (PERSONNEL,)),
                Statement(
                    f"select id, name from personnel where unit = 'unit {draw.randint(0, 11)}'"
                    f" limit {draw.randint(5, 20)}", (PERSONNEL,),
                ),
                Statement("select max(person_id) from background_check", (CHECKS,)),
            ]
        )

    def _late(self):
        day = self.random.randint(FIRST_HOSTILE_DAY, N_DAYS - 3)
        return day * DAY + self.random.uniform(0, 23) * HOUR

    def _intruder(self, kind, who, at, statements, **more):
        more.setdefault("expect", "listed")
        return self._add(kind, who, at, statements, hostile=True, **more)

    def _paging_contractor(self):
        """The first intruder: a contractor's valid credential, page after page."""
        draw, who = self.random, ("contractor", "psql", "127.88.0.4")
        start, size = self._late(), draw.choice([150, 200, 300])
        pages = [
            Statement(f"select * from {table} order by {key} limit {size} offset {offset}", (name,))
            for table, key, name in (
                ("personnel", "id", PERSONNEL), ("background_check", "person_id", CHECKS),
            )
            for offset in range(0, size * draw.randint(3, 6), size)
        ]
        half = len(pages) // 2
        self._intruder("intruder, paging", who, start, pages[:half], pace=draw.uniform(5, 60))
        self._intruder(
            "intruder, paging", who, start + draw.uniform(2, 30) * HOUR, pages[half:],
            pace=draw.uniform(5, 60),
        )
        cursor = Statement("select * from fingerprint", (PRINTS,), "cursor", (draw.randint(100, 300), 3))
        self._intruder("intruder, cursor", who, self._late(), [cursor])

    def _slow_contractor(self):
        """The same credential from another place: a few rows a night, under any threshold."""
        draw, low = self.random, 1
        for day in range(FIRST_HOSTILE_DAY - 2, N_DAYS - 1):
            # No more in a night than the contractor asks for in a day.
            n_rows = draw.randint(12, 25) // 3 + 1
            self._intruder(
                "intruder, slow", ("contractor", "psql", "127.89.3.5"),
                day * DAY + draw.uniform(1, 4) * HOUR,
                [
                    Statement(
                        f"select * from background_check where person_id >= {low} order by person_id limit {n_rows}",
                        (CHECKS,),
                    )
                ],
            )
            low += n_rows

    def _bulk_application(self, with_dump):
        """The second intruder, at the same time: the application's own credential, whole tables."""
        draw, who = self.random, ("hr_app", "pg_dump", "127.99.0.8")
        at = self._late()
        self._intruder(
            "intruder, bulk", who, at, [Statement("select id, minutiae from fingerprint", (PRINTS,))]
        )
        part = draw.randint(800, N_PERSONS)
        self._intruder(
            "intruder, copy of a query", who, self._late(),
            [Statement(f"copy (select * from personnel where id <= {part}) to stdout", (PERSONNEL,))],
        )
        if with_dump:
            whole = Statement("background_check", (CHECKS,), "pg_dump")
        else:
            whole = Statement("copy background_check to stdout", (CHECKS,), "copy")
        self._intruder("intruder, copy of a table", who, self._late(), [whole])

    def _join_analyst(self):
        """An analyst's credential from elsewhere: two tables at once."""
        low = self.random.randint(1, 900)
        self._intruder(
            "intruder, join", ("analyst_kim", "psql", "127.99.0.8"), self._late(),
            [
                Statement(
                    "select p.*, b.form from personnel p join background_check b on b.person_id = p.id"
                    f" where p.id between {low} and {low + self.random.randint(600, 1400)}",
                    (PERSONNEL, CHECKS), "psql",
                )
            ],
        )

    def _twins(self, with_move):
        """Ordinary use that looks like the intruders' from one side."""
        self._new_colleague()
        self._reporting_tool()
        self._work_at_home()
        self._graphical_tool()
        if with_move:
            self._move()

    def _new_colleague(self):
        """An account of its own from the tenth day on, at the desk beside the analysts'."""
        draw = self.random
        self.passwords["analyst_new"] = f"{draw.getrandbits(64):x}"
        for day in _working_days(10):
            keys = [self._key() for _ in range(draw.randint(2, 6))]
            self._add(
                "new colleague", ("analyst_new", "psql", "127.41.0.12"),
                day * DAY + draw.uniform(9, 16) * HOUR,
                [Statement(f"select * from background_check where person_id={key}", (CHECKS,)) for key in keys],
                pace=draw.uniform(30, 300),
            )

    def _reporting_tool(self):
        """A new program on a new machine, with an old credential: the same reports every night."""
        draw = self.random
        shown = draw.randint(15, 40)
        reports = [
            Statement("select unit, count(*) from personnel group by unit", (PERSONNEL,)),
            Statement(
                f"select person_id from background_check order by person_id desc limit {shown}", (CHECKS,)
            ),
        ]
        for day in range(15, N_DAYS - 1):
            self._add(
                "new reporting tool", ("payroll", "reports", "127.50.0.3"),
                day * DAY + draw.uniform(3, 3.2) * HOUR, reports, pace=5,
            )

    def _work_at_home(self):
        """An analyst at home now and then, at the same work."""
        draw = self.random
        for day in _working_days(12):
            if draw.random() < 0.4:
                self._add(
                    "analyst at home", ("analyst_lee", "psql", "127.60.7.2"),
                    day * DAY + draw.uniform(18, 21) * HOUR,
                    [self._question() for _ in range(draw.randint(1, 4))], pace=draw.uniform(30, 600),
                )

    def _graphical_tool(self):
        """A program that asks the server for the names of everything before it shows a row."""
        draw = self.random
        names = [
            Statement(f"select * from pg_catalog.{table}", ())
            for table in ("pg_class", "pg_attribute", "pg_namespace")
        ]
        for day in _working_days(20):
            if draw.random() < 0.5:
                self._add(
                    "graphical tool", ("dba", "tool with windows", "127.43.0.9"),
                    day * DAY + draw.uniform(9, 18) * HOUR,
                    [*names, Statement("select count(*) from background_check", (CHECKS,))],
                )

    def _move(self):
        """The portal moves to other machines and does there what it did."""
        day = self.random.randint(14, 20)
        for visit in self.visits:
            if visit.kind == "application pool" and visit.at >= day * DAY:
                visit.kind = "application pool, moved"
                visit.address = visit.address.replace("127.40.", "127.70.")


def _working_days(first):
    return [day for day in range(first, N_DAYS) if day % 7 < 5]
