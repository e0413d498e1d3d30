"""The records lab's parts: how its story is played, written, and cut."""

from plan import Plan
from story import Story
from stretch import write

__all__ = ["cuts", "play", "write"]


def play(house, seed):
    """Plays the story of a seed on a real server."""
    story = Story(house, Plan(seed))
    story.play()
    return story


def cuts(story, folder, truth):
    """No issuer stands beside the records server: there is no log of one to cut."""
    return []
