"""The brief as typed values: what is looked for, where, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from pathlib import Path  # noqa: TC003
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, MinLen

Objective = Literal[
    "advocacy",
    "awareness",
    "audience",
    "share_of_voice",
    "conversion",
    "reputation",
    "leads",
    "digital",
    "satisfaction",
    "employees",
]
Preset = Literal["geometric", "weighted", "mean_of_ranks", "digimind", "favikon", "air"]
PositiveInt = Annotated[int, Gt(0)]
NonEmpty = Annotated[str, MinLen(1)]


@dataclass(frozen=True, slots=True)
class Competitor:
    """A brand whose ties and mentions are told apart from ours."""

    name: str
    accounts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """The brand the brief speaks for; `terms` are queries that mean the brand."""

    name: str
    accounts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    competitors: tuple[Competitor, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One subject: a query, and optionally texts that speak of it. Relevance is always to a segment."""

    name: NonEmpty
    query: NonEmpty
    examples: tuple[str, ...] = ()
    weight: Annotated[float, Ge(0)] = 1.0


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where a crawl starts: accounts as people write them, hashtags without `#`."""

    accounts: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One `[[sources]]` table: the connector's kind and its own options, as written."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a crawl; `days` is how far back.

    `requests_per_host`: what each host is asked at most. `stop_after`, `stop_below`: a source whose last so many
    requests brought fewer new posts on the subject than that is ended; 0 never ends one.
    """

    requests: PositiveInt = 5000
    accounts: PositiveInt = 2000
    posts_per_account: PositiveInt = 200
    days: PositiveInt = 365
    requests_per_host: PositiveInt | None = None
    stop_after: Annotated[int, Ge(0)] = 500
    stop_below: PositiveInt = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """The brief's own micro scale; `cuts` (absolute only) is source → {"macro": followers, "micro": followers}."""

    method: Literal["relative", "absolute", "linkers"] = "relative"
    cuts: dict[str, dict[str, float]] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """How the axes combine: a named preset, and weights of reach, resonance and relevance that may follow."""

    preset: Preset = "geometric"
    weights: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A label given when a condition over the columns of detection.candidates holds."""

    label: NonEmpty
    when: NonEmpty


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A role given when its condition holds; asked before the built-in ones, and in place of the one of that name."""

    role: NonEmpty
    when: NonEmpty


@dataclass(frozen=True, slots=True)
class Funnel:
    """Who counts as identified (a condition over candidates), engaged and active (keys of acts, how many of them).

    What is left out is the catalogue's; `[funnel]` of the workspace's points.toml goes before it.
    """

    identified: str = ""
    engaged: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    engaged_times: PositiveInt | None = None
    active_times: PositiveInt | None = None
    active_days: PositiveInt | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """One discovery's brief.

    `path` is None when it did not come from a file; `as_of` None means now, or the newest stored post offline.
    """

    name: str
    segments: tuple[Segment, ...]
    title: str = ""
    why: str = ""
    objectives: tuple[Objective, ...] = ()
    languages: tuple[str, ...] = ()
    market: str = ""
    as_of: datetime | None = None
    brand: Brand | None = None
    seeds: Seeds = Seeds()
    sources: tuple[Source, ...] = ()
    budget: Budget = Budget()
    scale: Scale = Scale()
    score: Score = Score()
    rules: tuple[Rule, ...] = ()
    roles: tuple[RoleRule, ...] = ()
    funnel: Funnel = Funnel()
    path: Path | None = None
    hash: str = ""
