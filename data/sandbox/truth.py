"""The planted truth: tiers and ranks as functions of the latents, never of anything measured."""

from __future__ import annotations

import numpy as np

from data.sandbox.people import ROLE, Bools, Floats, Ints, People
from data.sandbox.posting import ANYTHING, AWAY, NEIGHBOURING
from data.sandbox.settings import SEGMENTS, TOPICS

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


def shares(people: People) -> Floats:
    """Return the share of each account's words that go to each segment (n, segments), as its focus and home decide."""
    stray = 1.0 - people.focus
    result = np.repeat((stray * ANYTHING / len(TOPICS))[:, None], len(SEGMENTS), axis=1)
    inside = people.topic < len(SEGMENTS)
    result[inside] += (stray[inside] * NEIGHBOURING / len(SEGMENTS))[:, None]
    result[inside, people.topic[inside]] = people.focus[inside]
    return result


def influence(people: People) -> Floats:
    """Return the log of the attention (n, segments) one's words on each segment are expected to move.

    Audience, expertise and warmth, times the share of one's words that go there; away from home they carry less.
    """
    audience = 4.6 + 1.35 * people.fame
    personal = 0.6 * audience + 0.9 * people.expertise + 0.3 * people.warmth
    home = people.topic[:, None] == np.arange(len(SEGMENTS))
    return personal[:, None] + np.log(shares(people)) + np.where(home, 0.0, np.log(AWAY))


def speakers(people: People, author: Ints, topic: Ints) -> Bools:
    """Tell who has a place in each segment (n, segments): those at home there, and those who spoke of it at all.

    What a person said under a second account is theirs too.
    """
    owner = owners(people)
    result = people.topic[:, None] == np.arange(len(SEGMENTS))
    on_subject = topic < len(SEGMENTS)
    result[owner[author[on_subject]], topic[on_subject]] = True
    return np.asarray(result[owner])


def ranks(people: People, place: Bools, *, structured: bool) -> Ints:
    """Return each account's rank (n, segments) by `influence` among the people with a `place` there; 0 for none.

    The brief's own brands are no people, and nobody may rank those who declined to be found: neither takes a rank.
    """
    rank = np.zeros((len(people), len(SEGMENTS)), dtype=np.int64)
    if not structured:
        return rank
    value, owner = influence(people), owners(people)
    ranked = (people.primary < 0) & ~people.opted_out & (people.role != ROLE["brand"])
    for segment in range(len(SEGMENTS)):
        members = np.flatnonzero(ranked & place[:, segment])
        rank[members[np.argsort(-value[members, segment], kind="stable")], segment] = np.arange(1, len(members) + 1)
    return np.asarray(rank[owner])


def owners(people: People) -> Ints:
    """Return the first account of the person behind each account."""
    return np.where(people.primary >= 0, people.primary, np.arange(len(people)))
