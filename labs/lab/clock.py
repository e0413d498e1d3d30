"""A monotone map from the seconds of a run to the days of a story."""

import bisect
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Days of a plan.
N_DAYS = 30
MICROSECOND = timedelta(microseconds=1)


def micros(moment):
    """Microseconds since 1970 of a date and time."""
    return (moment - EPOCH) // MICROSECOND


def moment(n_micros):
    """The date and time, UTC, of microseconds since 1970."""
    return EPOCH + n_micros * MICROSECOND


def rfc3339(n_micros):
    """As truth files write times."""
    return moment(n_micros).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(text):
    """Microseconds of an ISO 8601 time; one without a zone is UTC."""
    text = text.strip().replace("Z", "+00:00").replace(" UTC", "+00:00")
    if text[-5] in "+-" and text[-3] != ":":
        text = text[:-2] + ":" + text[-2:]
    at = datetime.fromisoformat(_six_digits(text))
    return micros(at if at.tzinfo else at.replace(tzinfo=timezone.utc))


def _six_digits(text):
    """Python before 3.11 reads three or six digits of a second only."""
    whole, point, rest = text.partition(".")
    if not point:
        return text
    n_digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{whole}.{rest[:n_digits][:6].ljust(6, '0')}{rest[n_digits:]}"


class Clock:
    """Each step of a run was done at one time and is told as of another.

    Within a step time goes as it went, and stops where the next step begins: so the map is
    monotone, durations keep their length, and no record overtakes another.
    """

    def __init__(self):
        self.done, self.told = [], []

    def over(self, n_days):
        """The same steps told over more or fewer days than the thirty of the plan."""
        first = self.told[0]
        other = Clock()
        for done, told in zip(self.done, self.told):
            other.step(done, first + (told - first) * n_days // N_DAYS)
        return other

    def step(self, done, told):
        """Notes that the step done now is told as of another time."""
        if self.done and (done <= self.done[-1] or told <= self.told[-1]):
            raise ValueError("steps must go forward in both times")
        self.done.append(done)
        self.told.append(told)

    def __call__(self, at):
        """The time told for a time of the run."""
        nth = bisect.bisect_right(self.done, at) - 1
        if nth < 0:
            # Before the first step: the server starting up.
            return self.told[0] - (self.done[0] - at)
        return self.of_step(nth, at)

    def of_step(self, nth, at):
        """The time told for a time that is known to belong to the nth step."""
        told = self.told[nth] + max(0, at - self.done[nth])
        if nth + 1 < len(self.told):
            told = min(told, self.told[nth + 1] - 1)
        return told


class AsWritten:
    """The map that changes nothing."""

    def __call__(self, at):
        return at

    def of_step(self, nth, at):
        return at
