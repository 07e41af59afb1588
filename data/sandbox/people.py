"""The people of a world: roles, and the latent qualities from which everything seen of them follows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.sandbox.settings import BRANDS, LANGUAGES, SEGMENTS, TOPICS, Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROLES = ("casual", "fan", "expert", "figure", "celebrity", "media", "brand", "spammer", "pod", "automated")
ROLE = {name: code for code, name in enumerate(ROLES)}
# role: share, expertise, fame, warmth, log activity, focus. The shares of the first and of brands are what remains.
_LATENTS = {
    "casual": (0.0, -1.0, -0.4, 0.0, -0.6, 0.25),
    "fan": (0.23, -0.2, -0.2, 1.5, 0.3, 0.55),
    "expert": (0.06, 2.0, 0.5, 0.4, 0.2, 0.65),
    "figure": (0.025, 0.8, 2.7, -0.2, 0.6, 0.55),
    "celebrity": (0.006, -1.2, 4.5, -0.8, 0.4, 0.5),
    "media": (0.02, 0.3, 1.6, -0.6, 1.2, 0.5),
    "brand": (0.0, 0.2, 1.2, 0.2, 0.8, 0.6),
    "spammer": (0.03, -2.5, -0.2, -1.0, 2.2, 0.8),
    "pod": (0.03, -0.6, 0.2, -0.2, 0.7, 0.55),
    "automated": (0.025, -1.0, -0.1, -1.5, 1.9, 0.7),
}
_LANGUAGE_SHARES = (0.56, 0.34, 0.05, 0.05)
_DOUBLES = 0.03
_BLOGS = 0.04
_POD_SIZE = 6


@dataclass(slots=True)
class People:
    """One row per account, as columns of equal length; -1 stands for none in columns of codes."""

    role: Ints
    topic: Ints
    language: Ints
    community: Ints
    second: Ints  # another community that one is partly at home in, else the same
    person: Ints
    primary: Ints  # the account this one is a double of, else -1
    pod: Ints
    expertise: Floats
    fame: Floats
    warmth: Floats
    activity: Floats
    focus: Floats
    audience: Floats
    blog: Bools
    declared: Bools  # a double whose owner says so by reciprocal links
    discoverable: Bools
    indexable: Bools
    noindex: Bools
    nobot: Bools
    instance: Ints

    def __len__(self) -> int:
        return len(self.role)

    @property
    def opted_out(self) -> Bools:
        """Accounts whose owner declined to be found, indexed or crawled."""
        return ~self.discoverable | ~self.indexable | self.noindex | self.nobot

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return every column by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def populate(settings: Settings, rng: np.random.Generator) -> People:
    """Draw the accounts of a world: roles first, then latents around the role's mean, then doubles and blogs."""
    n = settings.accounts
    role = _roles(n, rng)
    topic = _topics(role, settings, rng)
    language = rng.choice(len(LANGUAGES), size=n, p=_LANGUAGE_SHARES)
    language[(topic >= len(SEGMENTS)) & (language > 1)] = 1
    language[role == ROLE["brand"]] = 0
    means = np.array([_LATENTS[name][1:] for name in ROLES])[role]
    drawn = means + rng.normal(0, settings.noise.spread, (n, 5)) * (1, 1, 1, 1.6, 0.25)
    # An exponential excess in log audience is a Pareto tail: a few are far better known than their peers.
    community = _communities(topic, language, n, rng)
    fame = drawn[:, 1] + rng.exponential(0.45, n) - 0.45
    people = People(
        role=role,
        topic=topic,
        language=language,
        community=community,
        second=_seconds(community, topic, settings.noise.astride, rng),
        person=np.arange(n),
        primary=np.full(n, -1),
        pod=np.full(n, -1),
        expertise=drawn[:, 0],
        fame=fame,
        warmth=drawn[:, 2],
        activity=np.exp(drawn[:, 3]),
        focus=np.clip(drawn[:, 4], 0.05, 0.95),
        audience=np.floor(np.exp(4.6 + 1.35 * fame + rng.normal(0, 0.4, n))),
        blog=np.zeros(n, dtype=bool),
        declared=np.zeros(n, dtype=bool),
        discoverable=rng.random(n) >= 0.03,
        indexable=rng.random(n) >= 0.03,
        noindex=rng.random(n) < 0.02,
        nobot=rng.random(n) < 0.015,
        instance=_instances(n, settings.instances, rng),
    )
    _open_publishers(people)
    _double(people, rng)
    _gather_pods(people)
    return people


def _roles(n: int, rng: np.random.Generator) -> Ints:
    """Roles in fixed shares, shuffled; the brief's brands come first."""
    role = np.zeros(n, dtype=np.int64)
    start = 0
    for name, (share, *_rest) in _LATENTS.items():
        count = max(2, round(share * n)) if share else 0
        role[start : start + count] = ROLE[name]
        start += count
    rng.shuffle(role)
    role[: len(BRANDS)] = ROLE["brand"]
    return role


def _topics(role: Ints, settings: Settings, rng: np.random.Generator) -> Ints:
    """Home topics: celebrities live off the subject, the brief's brands on it."""
    n, inside = len(role), len(SEGMENTS)
    off = rng.random(n) < settings.noise.off_subject
    topic = np.where(off, rng.integers(inside, len(TOPICS), n), rng.choice(inside, n, p=(0.4, 0.33, 0.27)))
    famous = role == ROLE["celebrity"]
    topic[famous] = rng.integers(inside, len(TOPICS), famous.sum())
    topic[: len(BRANDS)] = (0, 0, 2)
    return topic.astype(np.int64)


def _communities(topic: Ints, language: Ints, n: int, rng: np.random.Generator) -> Ints:
    """One community per topic and language group; the French of the subject split in two in worlds large enough."""
    french = language == 0
    side = np.where(french, 0, 1)
    if n >= 2000:
        side = side + np.where(french & (topic < len(SEGMENTS)) & (rng.random(n) < 0.4), 2, 0)
    return topic * 3 + side


def _seconds(community: Ints, topic: Ints, share: float, rng: np.random.Generator) -> Ints:
    """For some, a second community: that of somebody else, on the same side of the brief's subject."""
    second = community.copy()
    for side in (topic < len(SEGMENTS), topic >= len(SEGMENTS)):
        rows = np.flatnonzero(side)
        second[rows] = np.where(rng.random(len(rows)) < share, rng.permutation(community[rows]), community[rows])
    return second


def _instances(n: int, count: int, rng: np.random.Generator) -> Ints:
    """Home servers of unequal size."""
    weights = 1.0 / np.arange(1, count + 1)
    return rng.choice(count, size=n, p=weights / weights.sum())


def _open_publishers(people: People) -> None:
    """Brands, media and automated accounts want to be found."""
    public = np.isin(people.role, [ROLE["brand"], ROLE["media"], ROLE["automated"]])
    people.discoverable[public] = people.indexable[public] = True
    people.noindex[public] = people.nobot[public] = False


def _double(people: People, rng: np.random.Generator) -> None:
    """Turn some casual accounts into the second account, or the blog, of a person who has one already."""
    n = len(people)
    spare = rng.permutation(np.flatnonzero(people.role == ROLE["casual"]))
    owners = np.flatnonzero(np.isin(people.role, [ROLE["expert"], ROLE["figure"], ROLE["fan"], ROLE["media"]]))
    blogs, doubles = max(2, round(_BLOGS * n)), max(2, round(_DOUBLES * n))
    count = min(blogs + doubles, len(spare), len(owners))
    owned = rng.permutation(owners)[:count]
    seconds = spare[:count]
    for name in ("role", "topic", "language", "community", "second", "expertise", "fame", "warmth", "focus", "person"):
        column = getattr(people, name)
        column[seconds] = column[owned]
    for name in ("discoverable", "indexable", "noindex", "nobot"):
        column = getattr(people, name)
        column[seconds] = column[owned]
    people.primary[seconds] = owned
    people.blog[seconds[: count * blogs // (blogs + doubles)]] = True
    people.declared[seconds] = rng.random(count) < 0.65
    people.audience[seconds] = np.floor(people.audience[owned] * rng.uniform(0.05, 0.4, count))
    people.activity[seconds] = people.activity[owned] * np.where(people.blog[seconds], 0.15, 0.5)


def _gather_pods(people: People) -> None:
    """Put the accounts that agreed to react to one another into rings of one community."""
    members = np.flatnonzero(people.role == ROLE["pod"])
    members = members[np.argsort(people.community[members], kind="stable")]
    people.pod[members] = np.arange(len(members)) // _POD_SIZE
