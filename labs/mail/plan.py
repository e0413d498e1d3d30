"""Who uses the mail server in thirty days, and who should not: drawn from a seed."""

import random
from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60, 3600, 86400
N_DAYS = 30
# Tokens live for two days, here as in the story: so that around each use enough others are used.
TOKEN_LIFE_SECONDS = 2 * DAY
# Intruders come when there is a history to tell them from.
FIRST_HOSTILE_DAY = 16

TITLES = ["secretary", "ambassador", "deputy", "counsellor", "attache"]


@dataclass
class Person:
    """An account, its mailboxes, and the networks its owner uses."""

    name: str
    password: str
    office: str
    home: str
    mobile: str
    folders: dict = field(default_factory=dict)


@dataclass
class Visit:
    """One connection to the mail server, and what it does there."""

    kind: str
    account: str
    client: str
    address: str
    at: float
    # password, refresh, forged, or the key of the visit whose token is used again.
    token: str
    reads: list = field(default_factory=list)
    key: str = ""
    hostile: bool = False
    # What must be said of it: hostile, listed (at least suspect), ordinary, or any.
    expect: str = "ordinary"
    # Seconds between its steps.
    pace: float = 20.0
    examine: bool = False
    mechanism: str = "XOAUTH2"


@dataclass
class Guess:
    """One wrong password tried at the issuer."""

    account: str
    client: str
    address: str
    at: float


class Plan:
    """Everything that happens, in no order yet."""

    def __init__(self, seed):
        self.random = random.Random(f"mail {seed}")
        self.people = self._people()
        self.visits, self.guesses = [], []
        self.n_keys = 0
        self._ordinary()
        self._forged()
        self._slow_forged()
        self._replays()
        self._stolen_password(with_spray=seed % 2 == 0)

    def _people(self):
        draw = self.random
        n_officers = draw.randint(4, 6)
        names = TITLES + [f"officer{nth:02}" for nth in range(n_officers)]
        people = []
        for nth, name in enumerate(names):
            folders = {"INBOX": draw.randint(20, 40), "Archive": draw.randint(5, 12)}
            people.append(
                Person(
                    name=name,
                    password=f"{draw.getrandbits(64):x}",
                    office=f"127.10.0.{10 + nth}",
                    home=f"127.20.{10 + nth}.2",
                    mobile=f"127.30.0.{10 + nth}",
                    folders=folders,
                )
            )
        return people

    def _key(self):
        self.n_keys += 1
        return f"visit {self.n_keys}"

    def _some(self, person, folder, share):
        """Some of the messages of a folder, in order."""
        return [uid for uid in range(1, person.folders[folder] + 1) if self.random.random() < share]

    def _few(self, person, n_most):
        n_all = person.folders["INBOX"]
        return sorted(self.random.sample(range(1, n_all + 1), self.random.randint(1, n_most)))

    def _ordinary(self):
        for day in range(N_DAYS):
            for person in self.people:
                weekend = day % 7 >= 5
                if self.random.random() < (0.3 if weekend else 0.75):
                    self._desk(person, day, at_home=weekend or self.random.random() < 0.15)
                if self.random.random() < 0.35:
                    self._phone(person, day)

    def _desk(self, person, day, at_home):
        draw = self.random
        start = day * DAY + draw.uniform(7.5, 10) * HOUR
        visit = Visit(
            kind="own desktop",
            account=person.name,
            client="desktop",
            address=person.home if at_home else person.office,
            at=start,
            token=draw.choice(["password", "refresh", "refresh"]),
            reads=[("INBOX", self._few(person, 6), "BODY[]")],
            key=self._key(),
            mechanism=draw.choice(["XOAUTH2", "OAUTHBEARER"]),
        )
        self.visits.append(visit)
        if draw.random() < 0.3:
            again = self._again(visit, "own desktop, same token", draw.uniform(1, 6) * HOUR)
            if draw.random() < 0.3:
                again.reads.append(("Archive", self._some(person, "Archive", 0.2), "BODY[]"))

    def _phone(self, person, day):
        draw = self.random
        first, then = person.home, draw.choice([person.mobile, person.office])
        visit = Visit(
            kind="own phone",
            account=person.name,
            client="phone",
            address=first,
            at=day * DAY + draw.uniform(6, 7.4) * HOUR,
            token="refresh",
            reads=[("INBOX", self._few(person, 3), "BODY.PEEK[]")],
            key=self._key(),
        )
        self.visits.append(visit)
        if draw.random() < 0.5:
            moved = self._again(visit, "own phone, roaming", draw.uniform(1.2, 5) * HOUR)
            moved.address = then

    def _again(self, visit, kind, after):
        """Another connection of the owner with the same token."""
        person = self.person(visit.account)
        again = Visit(
            kind=kind,
            account=visit.account,
            client=visit.client,
            address=visit.address,
            at=visit.at + after,
            token=visit.key,
            reads=[("INBOX", self._few(person, 4), visit.reads[0][2])],
            key=self._key(),
        )
        self.visits.append(again)
        return again

    def _late(self):
        day = self.random.randint(FIRST_HOSTILE_DAY, N_DAYS - 3)
        return day * DAY + self.random.uniform(0, 23) * HOUR

    def _forged(self):
        """Tokens made with a copy of the signing key, over many accounts."""
        draw = self.random
        for person in draw.sample(self.people, draw.randint(4, 7)):
            reads = [("INBOX", self._some(person, "INBOX", draw.uniform(0.3, 1)), "BODY.PEEK[]")]
            if draw.random() < 0.5:
                reads.append(("Archive", self._some(person, "Archive", 0.9), "BODY.PEEK[]"))
            self.visits.append(
                Visit(
                    kind="forged token, never issued",
                    account=person.name,
                    client="webmail",
                    address=f"127.66.0.{draw.randint(1, 3)}",
                    at=self._late(),
                    token="forged",
                    reads=reads,
                    key=self._key(),
                    hostile=True,
                    expect="hostile",
                    examine=draw.random() < 0.7,
                    pace=draw.uniform(2, 90),
                )
            )

    def _slow_forged(self):
        """One mailbox read by a few messages a day, a new forged token each day."""
        draw = self.random
        person = draw.choice(self.people)
        uids = list(range(1, person.folders["INBOX"] + 1))
        for day in range(FIRST_HOSTILE_DAY, N_DAYS - 2):
            few, uids = uids[:2], uids[2:]
            if not few:
                return
            self.visits.append(
                Visit(
                    kind="forged token, slow reader",
                    account=person.name,
                    client="webmail",
                    address="127.67.0.4",
                    at=day * DAY + draw.uniform(8, 18) * HOUR,
                    token="forged",
                    reads=[("INBOX", few, "BODY.PEEK[]")],
                    key=self._key(),
                    hostile=True,
                    expect="hostile",
                    examine=True,
                )
            )

    def _replays(self):
        """A copy of a real token, used from elsewhere between two uses by its owner."""
        draw = self.random
        at_desk = [
            visit
            for visit in self.visits
            if visit.kind == "own desktop" and visit.at > FIRST_HOSTILE_DAY * DAY
        ]
        for owner in draw.sample(at_desk, 2):
            person = self.person(owner.account)
            # The owner is there before, and again within the hour.
            self._again(owner, "own desktop, same token", 10 * MINUTE)
            self._again(owner, "own desktop, same token", 50 * MINUTE)
            self.visits.append(
                Visit(
                    kind="issued token used from elsewhere",
                    account=owner.account,
                    client=owner.client,
                    address="127.77.0.9",
                    at=owner.at + 25 * MINUTE,
                    token=owner.key,
                    reads=[("INBOX", self._some(person, "INBOX", 0.6), "BODY.PEEK[]")],
                    key=self._key(),
                    hostile=True,
                    expect="listed",
                    examine=True,
                    pace=draw.uniform(5, 60),
                )
            )

    def _stolen_password(self, with_spray):
        """A real token from the issuer for someone else's password, guessed or stolen."""
        draw = self.random
        person, start = draw.choice(self.people), self._late()
        address = "127.88.0.7"
        if with_spray:
            for nth in range(draw.randint(12, 25)):
                name = self.people[nth % len(self.people)].name
                self.guesses.append(Guess(name, "webmail", address, start - 30 * MINUTE + nth * 40))
        self.visits.append(
            Visit(
                kind="guessed password" if with_spray else "stolen password",
                account=person.name,
                client="webmail",
                address=address,
                at=start,
                token="password",
                reads=[("INBOX", self._some(person, "INBOX", 0.5), "BODY.PEEK[]")],
                key=self._key(),
                hostile=True,
                expect="hostile" if with_spray else "any",
            )
        )

    def person(self, name):
        """The owner of an account."""
        return next(person for person in self.people if person.name == name)
