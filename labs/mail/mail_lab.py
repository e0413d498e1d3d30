"""The mail lab's parts: how its story is played, written, and cut."""

import bisect
import json
import shutil
from pathlib import Path

from lab import clock
from plan import Plan
from story import Story
from stretch import write

__all__ = ["cuts", "play", "write"]


def play(house, seed):
    """Plays the story of a seed on real servers."""
    story = Story(house, Plan(seed))
    story.mappings = [Path(__file__).parent / "issuer.toml"]
    story.play()
    return story


def cuts(story, folder, truth):
    """The same logs with a span of the issuer's log gone, at several places."""
    forged = sorted(one["token"]["iat"] for one in truth["sessions"] if one["expect"] == "hostile")
    lines = (folder / "logs" / "token-issuer.jsonl").read_text().splitlines(keepends=True)
    seconds = [clock.read(json.loads(line)["time"]) // 1_000_000 for line in lines]
    at = lambda part: forged[min(len(forged) - 1, part * len(forged) // 5)]
    middle = len(forged) // 2
    spans = {
        "two fifths of the forged uses": (at(1), at(3) + 1),
        "the first forged uses": (at(0) - 1, at(1) + 1),
        "the last forged uses": (at(4), at(5) + 1),
        "one forged use": _around(forged[middle], seconds),
        "half of the log": (seconds[len(seconds) // 4], seconds[3 * len(seconds) // 4]),
    }
    for nth, (name, span) in enumerate(spans.items()):
        cut = folder / f"cut-{nth}"
        shutil.copytree(folder / "logs", cut / "logs")
        kept = [line for line, at in zip(lines, seconds) if not span[0] <= at < span[1]]
        (cut / "logs" / "token-issuer.jsonl").write_text("".join(kept))
        yield name, span, cut


def _around(at, seconds):
    """The shortest span around a time that takes six records with it."""
    nth = bisect.bisect_right(seconds, at)
    nth = max(3, min(nth, len(seconds) - 3))
    return min(at, seconds[nth - 3]), max(at, seconds[nth + 2]) + 1
