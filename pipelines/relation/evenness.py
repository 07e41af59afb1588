"""Whether people of one programme are treated alike (seed 003): benefits and pay side by side, to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.relations.store import Row

SPREAD = 1.25
"""Values further apart than a quarter are worth a look."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One benefit in one programme: who has it, how many members do not, and what it was worth to each."""

    programme: str | None
    benefit: str
    having: tuple[str, ...]
    lacking: int
    low_cents: int | None
    median_cents: int | None
    high_cents: int | None

    @property
    def uneven(self) -> bool:
        """Say whether members differ: some have it and others not, or values lie more than a quarter apart."""
        apart = self.low_cents is not None and (self.high_cents or 0) > SPREAD * self.low_cents
        return apart or self.lacking > 0

    def as_json(self) -> Row:
        """Return the treatment as JSON-able values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"uneven": self.uneven}


def treatments(
    benefits: Iterable[Row], payments: Iterable[Row], members: Iterable[Row], campaigns: Iterable[Row],
    person_of: Mapping[str, str],
) -> list[Treatment]:  # fmt: skip
    """Return every benefit, and pay and gifts as benefits of their own, per programme; those to look at first."""
    who: dict[str, set[str]] = {}
    for row in members:
        who.setdefault(row["programme"], set()).add(_person(row, person_of))
    programme = {row["name"]: row["programme"] for row in campaigns}
    given: dict[tuple[str | None, str], dict[str, list[int | None]]] = {}
    names: dict[tuple[str | None, str], str] = {}
    for row in benefits:
        key = (row["programme"], " ".join(row["benefit"].casefold().split()))
        names.setdefault(key, row["benefit"])
        given.setdefault(key, {}).setdefault(_person(row, person_of), []).append(row["value_cents"])
    for row in payments:
        key = (programme.get(row["campaign"]), row["kind"])
        names.setdefault(key, row["kind"])
        given.setdefault(key, {}).setdefault(_person(row, person_of), []).append(row["amount_cents"])
    found = [_treatment(key[0], names[key], got, who.get(key[0] or "", set())) for key, got in given.items()]
    return sorted(found, key=lambda one: (not one.uneven, one.programme or "", one.benefit))


def _treatment(
    programme: str | None, benefit: str, given: Mapping[str, Sequence[int | None]], members: set[str]
) -> Treatment:
    sums = [sum(known) for cents in given.values() if (known := [value for value in cents if value is not None])]
    return Treatment(
        programme,
        benefit,
        tuple(sorted(given)),
        len(members - set(given)),
        min(sums, default=None),
        round(median(sums)) if sums else None,
        max(sums, default=None),
    )


def _person(row: Row, person_of: Mapping[str, str]) -> str:
    return person_of.get(row["account_id"], f"person:{row['account_id']}")
