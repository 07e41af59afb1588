"""The planted truth: tiers and ranks as functions of the latents, never of anything measured."""

from __future__ import annotations

import numpy as np

from data.sandbox.people import ROLE, Floats, Ints, People
from data.sandbox.settings import SEGMENTS

TIERS = ("", "macro", "magic_middle", "micro")


def tiers(people: People, *, structured: bool) -> Ints:
    """Return the code in `TIERS` of each account.

    A person of the subject is macro when known far beyond their peers (fame ≥ 2), magic middle when an expert below
    that (expertise ≥ 1.2), micro when warm, at ease with the subject and little known. All others have none.
    """
    tier = np.zeros(len(people), dtype=np.int64)
    if not structured:
        return tier
    eligible = (people.topic < len(SEGMENTS)) & ~np.isin(
        people.role, [ROLE["brand"], ROLE["media"], ROLE["automated"], ROLE["spammer"]]
    )
    famous, expert = people.fame >= 2, people.expertise >= 1.2
    warm = (people.warmth >= 0.9) & (people.expertise >= -1) & (people.fame < 1.2)
    tier[eligible & warm & ~expert & ~famous] = 3
    tier[eligible & expert & ~famous] = 2
    tier[eligible & famous] = 1
    return tier


def influence(people: People) -> Floats:
    """Log of the attention one's word on the home topic is expected to move: audience, expertise, warmth, focus."""
    audience = 4.6 + 1.35 * people.fame
    return 0.6 * audience + 0.9 * people.expertise + 0.3 * people.warmth + np.log(people.focus)


def ranks(people: People, *, structured: bool) -> Ints:
    """Return each account's rank by `influence` among the persons of its segment, best is 1; 0 where there is none."""
    rank = np.zeros(len(people), dtype=np.int64)
    if not structured:
        return rank
    value = influence(people)
    owner = np.where(people.primary >= 0, people.primary, np.arange(len(people)))
    for segment in range(len(SEGMENTS)):
        members = np.flatnonzero((people.topic == segment) & (people.primary < 0))
        rank[members[np.argsort(-value[members], kind="stable")]] = np.arange(1, len(members) + 1)
    return rank[owner]
