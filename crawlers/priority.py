"""In which order requests are sent: the one with the best expected gain first."""

from __future__ import annotations

CURATED = {"in": 1.0, "undecided": 0.0, "out": -1.0}
HOP_DECAY = 0.7  # a step away from the seeds is worth less, whatever the texts say
FINISH = 0.6  # a list that was begun is finished before new people are visited
RECURRING = 0.3  # what changed in what is already followed comes before strangers of middling promise


def priority(
    relevance: float, *, hop: int, chain: bool = False, recurring_known: bool = False, curated: str = ""
) -> float:
    """Return how soon a request goes out; higher goes first.

    `relevance` in 0..1 is the scorer's word on what led there (0.5 when nothing was said), `hop` the distance from
    the seeds, `chain` a further page of a list, `recurring_known` something an earlier crawl already followed.
    """
    value = relevance * HOP_DECAY**hop
    if chain:
        value += FINISH
    if recurring_known:
        value += RECURRING
    return value + CURATED.get(curated, 0.0)
