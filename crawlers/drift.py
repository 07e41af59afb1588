"""Schema drift: fields that an endpoint newly gives or no longer gives, told as an alarm and never as an exception."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawlers.connector import Answer

EVERY = 25  # answers of an endpoint, after the first ones, of which one is looked at
AT_FIRST = 3
ITEMS = 50
SHOWN = 8
NAME = re.compile(r"^[A-Za-z_$][\w$\-]{0,60}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an endpoint's things lie in its answer, the fields they must have and those they may have."""

    path: str
    needs: frozenset[str]
    known: frozenset[str]


@cache
def endpoints() -> dict[tuple[str, str], tuple[Endpoint, ...]]:
    """Return (kind of source, purpose) → what its answers are known to hold."""
    told = tomllib.loads(resources.files("crawlers").joinpath("fields.toml").read_text("utf-8"))
    return {
        (kind, purpose): tuple(_endpoint(one) for one in described)
        for kind, purposes in told.items()
        for purpose, described in purposes.items()
    }


def _endpoint(described: dict[str, str]) -> Endpoint:
    needs = frozenset(described["needs"].split())
    return Endpoint(described["at"], needs, needs | frozenset(described["may"].split()))


@dataclass(slots=True)
class Drift:
    """Looks at the first answers of each endpoint of each host, then at one in `EVERY`."""

    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def troubles(self, kind: str, origin: str, answer: Answer) -> list[tuple[str, str]]:
        """Return what changed in an answer that was read: ("new_field PURPOSE" or "missing_field PURPOSE", names)."""
        known = endpoints().get((kind, answer.purpose))
        if not known or not 200 <= answer.status < 300:
            return []
        place = (kind, origin, answer.purpose)
        self.seen[place] += 1
        if self.seen[place] > AT_FIRST and self.seen[place] % EVERY:
            return []
        try:
            body = answer.json()
        except ValueError:
            return []
        return [trouble for one in known for trouble in _compare(one, answer.purpose, body)]


def _compare(endpoint: Endpoint, purpose: str, body: Any) -> list[tuple[str, str]]:
    things = [thing for thing in _at(body, endpoint.path) if isinstance(thing, dict)][:ITEMS]
    if not things:
        return []
    given = {name for thing in things for name in thing}
    found = {"new_field": given - endpoint.known, "missing_field": endpoint.needs - given}
    return [
        (f"{kind} {purpose}", ", ".join(sorted(name for name in names if NAME.match(name))[:SHOWN]) or "?")
        for kind, names in found.items()
        if names
    ]


def _at(body: Any, path: str) -> list[Any]:
    found = [body]
    for step in path.replace("[]", ".[]").split("."):
        if step == "[]":
            found = [one for thing in found if isinstance(thing, list) for one in thing[:ITEMS]]
        elif step:
            found = [thing[step] for thing in found if isinstance(thing, dict) and step in thing]
    return found
