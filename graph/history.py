"""What changed between two runs, said so that a person can read it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TOP = 20
# What may have moved somebody, and whether it is a score (0–100) or a count: ratios are compared.
SCORES = ("reach", "engagement", "resonance", "relevance", "belonging")
# Axes that a source may begin or cease to tell; the others are always known, if the run computed them at all.
AXES = frozenset(("reach", "resonance", "relevance"))
COUNTS = ("attention",)
# Influence that moved by less moved nobody: others did.
STEADY = 0.02
# A cause is worth naming from this ratio on, and beside a stronger one from a third of it.
LEAST_RATIO, BESIDE = 0.05, 1 / 3
CAUSES = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """A measure that changed with the rank, from what to what; None where it was not known."""

    measure: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody's change: rank and tier before and after, None where they were not listed.

    `causes` are the measures that changed most the way the influence did; `steady` tells that it hardly changed.
    """

    person_id: str
    segment: str
    rank_before: int | None
    rank_after: int | None
    tier_before: str | None
    tier_after: str | None
    sure: bool
    causes: tuple[Cause, ...] = ()
    steady: bool = False

    @property
    def places(self) -> int:
        """Return the places gained, negative when lost, 0 for entrants and leavers."""
        if self.rank_before is None or self.rank_after is None:
            return 0
        return self.rank_before - self.rank_after

    @property
    def stride(self) -> float:
        """Return how far the move is in ratio: from 40 to 20 is as far as from 4 to 2; 0 for entrants and leavers."""
        if self.rank_before is None or self.rank_after is None:
            return 0.0
        return abs(log(self.rank_before / self.rank_after))


@dataclass(frozen=True, slots=True)
class Turnover:
    """The first twenty of one segment: how many stayed, who came and who went, by rank."""

    segment: str
    stayed: int
    came: list[Move]
    went: list[Move]


@dataclass(frozen=True, slots=True)
class Diff:
    """Entrants and leavers by rank; risers and fallers by stride, surest first; tier changes by rank.

    `turnovers` tell of the first twenty of each segment in both runs.
    """

    entrants: list[Move]
    leavers: list[Move]
    risers: list[Move]
    fallers: list[Move]
    tier_changes: list[Move]
    turnovers: tuple[Turnover, ...] = ()


def diff(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Diff:
    """Compare two runs' rows of detection.candidates (person_id, segment, rank, rank_low, rank_high, tier).

    A move is sure when the two ranks' 95 % intervals do not meet. Influence and its parts, where the rows have them,
    tell what moved whom.
    """
    old = {(row["person_id"], row["segment"]): row for row in before}
    new = {(row["person_id"], row["segment"]): row for row in after}
    moves = [_move(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    entrants = [m for m in moves if m.rank_before is None and m.rank_after is not None]
    leavers = [m for m in moves if m.rank_after is None and m.rank_before is not None]
    return Diff(
        entrants=sorted(entrants, key=lambda m: m.rank_after or 0),
        leavers=sorted(leavers, key=lambda m: m.rank_before or 0),
        risers=sorted((m for m in moves if m.places > 0), key=lambda m: (not m.sure, -m.stride)),
        fallers=sorted((m for m in moves if m.places < 0), key=lambda m: (not m.sure, -m.stride)),
        tier_changes=sorted(
            (
                m
                for m in moves
                if m.tier_before != m.tier_after and m.rank_before is not None and m.rank_after is not None
            ),
            key=lambda m: m.rank_after or 0,
        ),
        turnovers=tuple(_turnover(segment, moves) for segment in _in_both(moves)),
    )


def _in_both(moves: Sequence[Move]) -> list[str]:
    """Return the segments that ranked more people than a top twenty has, before and after."""
    held = [{m.segment for m in moves if (getattr(m, at) or 0) > TOP} for at in ("rank_before", "rank_after")]
    return sorted(held[0] & held[1])


def _turnover(segment: str, moves: Sequence[Move]) -> Turnover:
    mine = [move for move in moves if move.segment == segment]
    was = {m.person_id for m in mine if m.rank_before is not None and m.rank_before <= TOP}
    now = {m.person_id for m in mine if m.rank_after is not None and m.rank_after <= TOP}
    came = [move for move in mine if move.person_id in now - was]
    went = [move for move in mine if move.person_id in was - now]
    return Turnover(
        segment,
        len(was & now),
        sorted(came, key=lambda m: m.rank_after or 0),
        sorted(went, key=lambda m: m.rank_before or 0),
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
        causes=_causes(was, now),
        steady=_steady(was, now),
    )


def _steady(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether the influence hardly changed: then others moved."""
    one, other = was.get("influence"), now.get("influence")
    return one is not None and other is not None and abs(log(max(other, 1.0) / max(one, 1.0))) < STEADY


def _causes(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Cause, ...]:
    """Return what changed most, in ratio, the way the influence did; what became known or unknown comes first."""
    one, other = was.get("influence"), now.get("influence")
    if one is None or other is None or _steady(was, now):
        return ()
    way = 1.0 if other > one else -1.0
    found: list[tuple[float, Cause]] = []
    for name in (*SCORES, *COUNTS):
        before, after = was.get(name), now.get(name)
        if (before is None) != (after is None):
            if name in AXES:
                found.append((float("inf"), Cause(name, before, after)))
        elif before is not None and after is not None:
            size = log1p if name in COUNTS else _floored
            found.append((way * log(max(size(after), 0.1) / max(size(before), 0.1)), Cause(name, before, after)))
    found = sorted((pair for pair in found if pair[0] >= LEAST_RATIO), key=lambda pair: -pair[0])
    return tuple(cause for ratio, cause in found[:CAUSES] if ratio >= BESIDE * found[0][0])


def _floored(score: float) -> float:
    """Return a score as influence counts it: each component at least 1."""
    return max(score, 1.0)


def _apart(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    bounds = [was.get("rank_low"), was.get("rank_high"), now.get("rank_low"), now.get("rank_high")]
    if any(bound is None for bound in bounds):
        return False
    return bool(bounds[1] < bounds[2] or bounds[3] < bounds[0])  # type: ignore[operator]
