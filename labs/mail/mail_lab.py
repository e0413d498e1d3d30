"""The mail lab's parts: how its story is played, written, and cut."""

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
    """The same logs with a span of the issuer's log gone, about two fifths of the forged uses in it."""
    forged = sorted(one["token"]["iat"] for one in truth["sessions"] if one["expect"] == "hostile")
    span = (forged[len(forged) // 5], forged[3 * len(forged) // 5] + 1)
    cut = folder / "cut"
    shutil.copytree(folder / "logs", cut / "logs")
    path = cut / "logs" / "token-issuer.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    kept = [
        line
        for line in lines
        if not span[0] <= clock.read(json.loads(line)["time"]) // 1_000_000 < span[1]
    ]
    path.write_text("".join(kept))
    yield "cut", span, cut
