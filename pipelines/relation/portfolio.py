"""Whom to take together: distinct engaged audience and communities under a budget, not the top of a list.

A budgeted maximum coverage problem, solved as a mixed-integer programme by HiGHS (scipy.optimize.milp); its gap to the
proven bound is stated, 0 when the proposal is optimal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Why = Literal[
    "cost_unknown", "excluded", "over_budget", "already_reached", "tier_full", "no_audience", "less_for_the_cost"
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who may be taken: cost in cents, the accounts that reacted to them, their community and tier."""

    key: str
    cost: int | None
    audience: frozenset[int]
    community: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a proposal must respect; `community_weight` is what covering one more community is worth, in accounts."""

    budget: int
    size: int | None = None
    at_least: dict[str, int] = field(default_factory=dict)
    at_most: dict[str, int] = field(default_factory=dict)
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    community_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The chosen, what they reach together, how far the proof leaves room, and who was left out and why."""

    chosen: list[str]
    cost: int
    audience: int
    communities: int
    worth: float
    bound: float
    gap: float
    left_out: dict[str, Why]
    overlap: dict[str, float]
    feasible: bool = True


def propose(candidates: Sequence[Candidate], limits: Limits, *, seconds: float = 2.5) -> Proposal:
    """Return the proposal under `limits`; `feasible` is False when no choice respects them."""
    open_to = [one for one in candidates if _eligible(one, limits)]
    weight = community_weight(open_to, limits)
    greedy = _greedy(open_to, limits, weight)
    chosen, bound = _solve(open_to, limits, weight, seconds)
    if chosen is None or (greedy is not None and worth(greedy, weight) > worth(chosen, weight)):
        chosen = greedy
    if chosen is None:
        return Proposal([], 0, 0, 0, 0.0, bound, float("nan"), _reasons(candidates, [], limits), {}, feasible=False)
    value = worth(chosen, weight)
    bound = max(bound, value)
    gap = (bound - value) / bound if bound > 0 else 0.0
    return Proposal(
        chosen=[one.key for one in chosen],
        cost=sum(one.cost or 0 for one in chosen),
        audience=len(reached(chosen)),
        communities=len({one.community for one in chosen if one.community}),
        worth=value,
        bound=bound,
        gap=0.0 if gap < 1e-6 else gap,
        left_out=_reasons(candidates, chosen, limits),
        overlap={one.key: _shared(one, chosen) for one in chosen},
    )


def reached(chosen: Iterable[Candidate]) -> frozenset[int]:
    """Return the distinct accounts that reacted to any of the chosen."""
    return frozenset().union(*(one.audience for one in chosen))


def worth(chosen: Sequence[Candidate], weight: float) -> float:
    """Return distinct accounts plus `weight` per community covered."""
    return len(reached(chosen)) + weight * len({one.community for one in chosen if one.community})


def community_weight(candidates: Sequence[Candidate], limits: Limits) -> float:
    """Return what a community counts: as given, or a twentieth of the whole audience shared over the communities."""
    if limits.community_weight is not None:
        return limits.community_weight
    communities = {one.community for one in candidates if one.community}
    return len(reached(candidates)) / 20 / len(communities) if communities else 0.0


def swaps(candidates: Sequence[Candidate], proposal: Proposal, limits: Limits) -> list[dict[str, Any]]:
    """Return for each chosen the best one to take instead, within the limits, and what it changes."""
    known = {one.key: one for one in candidates}
    weight = community_weight([one for one in candidates if _eligible(one, limits)], limits)
    chosen = [known[key] for key in proposal.chosen]
    outside = [one for one in candidates if _eligible(one, limits) and one.key not in proposal.chosen]
    out = []
    for leaving in chosen:
        rest = [one for one in chosen if one is not leaving]
        allowed = [one for one in outside if _respects([*rest, one], limits)]
        if leaving.key in limits.include or not allowed:
            continue
        already = reached(rest)
        here = {one.community for one in rest if one.community}
        best = max(
            allowed,
            key=lambda one: (len(one.audience - already) + weight * (one.community not in here | {None}), one.key),
        )
        after = [*rest, best]
        out.append(
            {
                "out": leaving.key,
                "in": best.key,
                "audience": len(reached(after)) - proposal.audience,
                "communities": len({one.community for one in after if one.community}) - proposal.communities,
                "cost": sum(one.cost or 0 for one in after) - proposal.cost,
            }
        )
    return out


def _eligible(one: Candidate, limits: Limits) -> bool:
    return one.cost is not None and one.key not in limits.exclude and one.cost <= limits.budget


def _respects(chosen: Sequence[Candidate], limits: Limits) -> bool:
    tiers = [one.tier for one in chosen]
    return (
        sum(one.cost or 0 for one in chosen) <= limits.budget
        and (limits.size is None or len(chosen) <= limits.size)
        and all(tiers.count(tier) >= least for tier, least in limits.at_least.items())
        and all(tiers.count(tier) <= most for tier, most in limits.at_most.items())
        and limits.include <= {one.key for one in chosen}
    )


def _solve(
    candidates: Sequence[Candidate], limits: Limits, weight: float, seconds: float
) -> tuple[list[Candidate] | None, float]:
    """Return the best choice found within `seconds` (None when there is none) and the proven upper bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not candidates or not limits.include <= {one.key for one in candidates}:
        return ([] if not limits.include and not any(limits.at_least.values()) else None), 0.0
    groups, sizes = _atoms(candidates)
    communities = sorted({one.community for one in candidates if one.community})
    covers = [*groups, *([i for i, one in enumerate(candidates) if one.community == name] for name in communities)]
    gains = np.array([*sizes, *([weight] * len(communities))], np.float64)
    n, m = len(candidates), len(covers)
    low = np.r_[[float(one.key in limits.include) for one in candidates], np.zeros(m)]
    matrix, least, most = _constraints(candidates, limits, covers)
    found = milp(
        -np.r_[np.zeros(n), gains],
        constraints=LinearConstraint(matrix, least, most),
        integrality=np.r_[np.ones(n), np.zeros(m)],
        bounds=Bounds(low, np.ones(n + m)),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = -found.mip_dual_bound if found.mip_dual_bound is not None else float(gains.sum())
    if found.x is None:
        return None, bound if found.status != 2 else 0.0
    chosen = [one for one, taken in zip(candidates, found.x[:n], strict=True) if taken > 0.5]
    return (chosen if _respects(chosen, limits) else None), min(bound, float(gains.sum()))


def _atoms(candidates: Sequence[Candidate]) -> tuple[list[list[int]], list[float]]:
    """Return the audience as groups of accounts reached by exactly the same candidates, and their sizes."""
    reaching: dict[int, list[int]] = {}
    for index, one in enumerate(candidates):
        for account in one.audience:
            reaching.setdefault(account, []).append(index)
    sizes: dict[tuple[int, ...], int] = {}
    for indexes in reaching.values():
        key = tuple(indexes)
        sizes[key] = sizes.get(key, 0) + 1
    return [list(key) for key in sizes], [float(size) for size in sizes.values()]


def _constraints(candidates: Sequence[Candidate], limits: Limits, covers: list[list[int]]) -> tuple[Any, Any, Any]:
    """Return the sparse rows: each cover needs one of its candidates; budget; size; tiers."""
    from scipy.sparse import csr_array

    n, rows, columns, values = len(candidates), [], [], []
    for row, members in enumerate(covers):
        rows += [row] * (len(members) + 1)
        columns += [n + row, *members]
        values += [1.0, *([-1.0] * len(members))]
    least, most = [-np.inf] * len(covers), [0.0] * len(covers)

    def also(coefficients: list[float], low: float, high: float) -> None:
        rows.extend([len(least)] * n)
        columns.extend(range(n))
        values.extend(coefficients)
        least.append(low)
        most.append(high)

    also([float(one.cost or 0) for one in candidates], -np.inf, float(limits.budget))
    if limits.size is not None:
        also([1.0] * n, -np.inf, float(limits.size))
    for tier in sorted({*limits.at_least, *limits.at_most}):
        inside = [float(one.tier == tier) for one in candidates]
        also(inside, float(limits.at_least.get(tier, 0)), float(limits.at_most.get(tier, n)))
    return csr_array((values, (rows, columns)), shape=(len(least), n + len(covers))), least, most


def _greedy(candidates: Sequence[Candidate], limits: Limits, weight: float) -> list[Candidate] | None:
    """Return the choice that adds most per cent at each turn; None when it does not respect the limits."""
    chosen = [one for one in candidates if one.key in limits.include]
    seen, places = set(reached(chosen)), {one.community for one in chosen}
    waiting = [one for one in candidates if one not in chosen]
    open_limits = Limits(limits.budget, limits.size, {}, limits.at_most)
    while waiting:
        gains = [
            (len(one.audience - seen) + weight * bool(one.community and one.community not in places))
            / max(one.cost or 0, 1)
            for one in waiting
        ]
        best = int(np.argmax(gains))
        one = waiting.pop(best)
        if gains[best] <= 0:
            break
        if _respects([*chosen, one], open_limits):
            chosen.append(one)
            seen |= one.audience
            places.add(one.community)
    return chosen if _respects(chosen, limits) else None


def _reasons(candidates: Sequence[Candidate], chosen: Sequence[Candidate], limits: Limits) -> dict[str, Why]:
    keys, already = {one.key for one in chosen}, reached(chosen)
    spent = sum(one.cost or 0 for one in chosen)
    return {one.key: _reason(one, chosen, already, spent, limits) for one in candidates if one.key not in keys}


def _reason(one: Candidate, chosen: Sequence[Candidate], already: frozenset[int], spent: int, limits: Limits) -> Why:
    same = sum(other.tier == one.tier for other in chosen)
    tests: list[tuple[bool, Why]] = [
        (one.key in limits.exclude, "excluded"),
        (one.cost is None, "cost_unknown"),
        (not one.audience, "no_audience"),
        ((one.cost or 0) > limits.budget, "over_budget"),
        (len(one.audience & already) >= 0.5 * len(one.audience), "already_reached"),
        (one.tier in limits.at_most and same >= limits.at_most.get(one.tier or "", 0), "tier_full"),
        (spent + (one.cost or 0) > limits.budget, "over_budget"),
    ]
    return next((why for holds, why in tests if holds), "less_for_the_cost")


def _shared(one: Candidate, chosen: Sequence[Candidate]) -> float:
    """Return the share of a person's audience that the other chosen reach as well."""
    others = reached(other for other in chosen if other is not one)
    return len(one.audience & others) / len(one.audience) if one.audience else 0.0
