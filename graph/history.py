"""What changed between two runs, said so that a person can read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody's change: rank and tier before and after, None where they were not listed."""

    person_id: str
    segment: str
    rank_before: int | None
    rank_after: int | None
    tier_before: str | None
    tier_after: str | None
    sure: bool

    @property
    def places(self) -> int:
        """Return the places gained, negative when lost, 0 for entrants and leavers."""
        if self.rank_before is None or self.rank_after is None:
            return 0
        return self.rank_before - self.rank_after


@dataclass(frozen=True, slots=True)
class Diff:
    """Entrants and leavers by rank; risers and fallers by places, surest first; tier changes by rank."""

    entrants: list[Move]
    leavers: list[Move]
    risers: list[Move]
    fallers: list[Move]
    tier_changes: list[Move]


def diff(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Diff:
    """Compare two runs' rows of detection.candidates (person_id, segment, rank, rank_low, rank_high, tier).

    A move is sure when the two ranks' 95 % intervals do not meet.
    """
    old = {(row["person_id"], row["segment"]): row for row in before}
    new = {(row["person_id"], row["segment"]): row for row in after}
    moves = [_move(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    entrants = [m for m in moves if m.rank_before is None and m.rank_after is not None]
    leavers = [m for m in moves if m.rank_after is None and m.rank_before is not None]
    return Diff(
        entrants=sorted(entrants, key=lambda m: m.rank_after or 0),
        leavers=sorted(leavers, key=lambda m: m.rank_before or 0),
        risers=sorted((m for m in moves if m.places > 0), key=lambda m: (not m.sure, -m.places)),
        fallers=sorted((m for m in moves if m.places < 0), key=lambda m: (not m.sure, m.places)),
        tier_changes=sorted(
            (
                m
                for m in moves
                if m.tier_before != m.tier_after and m.rank_before is not None and m.rank_after is not None
            ),
            key=lambda m: m.rank_after or 0,
        ),
    )


def _move(key: tuple[str, str], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Move:
    was, now = old or {}, new or {}
    return Move(
        person_id=key[0],
        segment=key[1],
        rank_before=was.get("rank"),
        rank_after=now.get("rank"),
        tier_before=was.get("tier"),
        tier_after=now.get("tier"),
        sure=_apart(was, now),
    )


def _apart(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    bounds = [was.get("rank_low"), was.get("rank_high"), now.get("rank_low"), now.get("rank_high")]
    if any(bound is None for bound in bounds):
        return False
    return bool(bounds[1] < bounds[2] or bounds[3] < bounds[0])  # type: ignore[operator]
