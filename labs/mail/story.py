"""Plays a plan on the real servers, step by step, and notes the truth."""

import heapq
import imaplib
import re
import time
import uuid

from client import Program
from issuer import CLIENTS, Issuer
from key import claims_of
from lab.clock import Clock, micros, moment
from plan import DAY, TOKEN_LIFE_SECONDS
from server import Server, Tail

COMMAND, LOGIN, GONE = b'"event":"imap_command_finished"', b" Login: ", b"Disconnected"
# Stretched times begin on a Monday.
BEGIN = "2026-03-02T00:00:00"


class Story:
    """One run of a plan: the servers, the clock, and what was truly done."""

    def __init__(self, house, plan):
        self.plan, self.clock = plan, Clock()
        self.issuer = Issuer(house, plan.people)
        self.server = Server(house, self.issuer.key, CLIENTS, plan.people)
        self.tail = Tail(self.server.log)
        self.tail.read()
        # Where each step begins in each log: what lies behind it belongs to it.
        self.offsets = {"dovecot.log": [], "token-issuer.jsonl": []}
        self.tokens, self.issued, self.truth, self.validity = {}, {}, [], {}
        self.told = -1
        self.queue, self.n_queued = [], 0

    def play(self):
        """Does everything in the order of the story."""
        for visit in self.plan.visits:
            self._queue(visit.at, self._visit(visit))
        for guess in self.plan.guesses:
            self._queue(guess.at, self._guess(guess))
        while self.queue:
            at, _, steps = heapq.heappop(self.queue)
            self._step(at)
            pause = next(steps, None)
            if pause is not None:
                self._queue(at + pause, steps)
        self.server.stop()
        self.tail.read()

    def _queue(self, at, steps):
        self.n_queued += 1
        heapq.heappush(self.queue, (at, self.n_queued, steps))

    def _step(self, at):
        """Begins a step: from now on time is told from `at`, in seconds of the story."""
        self.tail.read()
        done = time.time_ns() // 1000
        if self.clock.done and done <= self.clock.done[-1]:
            time.sleep(0.001)
            done = time.time_ns() // 1000
        told = START + int((at + DAY) * 1_000_000)
        self.told = max(told, self.told + 1_000_000)
        self.clock.step(done, self.told)
        self.offsets["dovecot.log"].append(self.tail.offset)
        self.offsets["token-issuer.jsonl"].append(self.issuer.log.stat().st_size)

    def _guess(self, guess):
        """A wrong password at the issuer."""
        answer = self.issuer.ask(
            guess.address, guess.client, grant_type="password", username=guess.account,
            password=f"Spring{guess.at:.0f}!",
        )
        assert answer is None, "a wrong password was accepted"
        return
        yield

    def _visit(self, visit):
        """One connection: enter, look, read, leave. Each yield is a pause of the story."""
        if visit.token in ("password", "refresh"):
            owner = self.plan.person(visit.account)
            token = self.issuer.token(
                visit.token, visit.address, visit.client, visit.account, owner.password
            )
            self.tokens[visit.key] = token
            self.issued[token] = self.clock.done[-1]
            # The token is shown a little after it was issued.
            yield 2
        elif visit.token == "forged":
            token = self.issuer.key.forge(self._claims(visit))
            self.issued[token] = self.clock.done[-1]
        else:
            token = self.tokens[visit.token]
        program = self._enter(visit.account, token, visit.address, visit.mechanism)
        done = {
            "kind": visit.kind,
            "account": visit.account,
            "client_id": visit.client,
            "address": visit.address,
            "token_id": claims_of(token)["jti"],
            "server_session": re.search(r"session=<([^>]*)>", self.tail.last_login).group(1),
            "hostile": visit.hostile,
            "expect": visit.expect,
            "step_first": len(self.clock.done) - 1,
            "at": self.clock.done[-1],
            "read": {},
        }
        claims = claims_of(token)
        done["token"] = (self.issued[token], claims["exp"] - claims["iat"])
        self.truth.append(done)
        for folder, uids, what in visit.reads:
            if uids:
                yield visit.pace
                self._read(program, visit, (folder, uids, what), done)
        yield visit.pace
        done["step_last"] = len(self.clock.done) - 1
        self._leave(program)

    def _read(self, program, visit, reading, done):
        folder, uids, what = reading
        validity = self._do(lambda: program.choose(folder, visit.examine))
        self.validity[f"{visit.account}/{folder}"] = validity
        # Looking at a list of messages reads none of them.
        self._do(lambda: program.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE)"))
        got = self._do(lambda: program.fetch_uids(uids, what))
        assert got == uids, f"asked for {uids}, got {got}"
        done["read"].setdefault(folder, []).extend(got)

    def _claims(self, visit):
        now = int(time.time())
        return {
            "jti": str(uuid.uuid4()), "sub": visit.account, "azp": visit.client,
            "client_id": visit.client, "iss": "http://127.0.0.1", "aud": "urn:lab:mail",
            "scope": "mail", "iat": now, "nbf": now, "exp": now + TOKEN_LIFE_SECONDS,
            "sid": str(uuid.uuid4()),
        }

    def _do(self, command):
        """Does one command and waits until the log has it."""
        count = self.tail.counts.get(COMMAND, 0)
        answer = command()
        self.tail.wait(COMMAND, count + 1)
        return answer

    def _enter(self, account, token, address, mechanism):
        count = self.tail.counts.get(LOGIN, 0)
        program = Program(address, self.server.port)
        try:
            program.enter(account, token, mechanism)
        except imaplib.IMAP4.error as error:
            raise RuntimeError(f"the mail server refused {account} from {address}: {error}") from error
        self.tail.wait(LOGIN, count + 1)
        return program

    def _leave(self, program):
        count = self.tail.counts.get(GONE, 0)
        self._do(program.logout)
        self.tail.wait(GONE, count + 1)


def _start():
    from lab.clock import read

    return read(BEGIN)


START = _start()
