"""Roles, from rules that an analyst can read: conditions over columns, first match wins, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.rules import Columns, Condition, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graph.columns import Ints, Texts

# Columns a rule may read, and their kinds: those of detection.candidates…
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "rank", "rank_low", "rank_high", "in_top_20", "tier_margin", "brand_mentions", "brand_tone",
            "reach", "reach_low", "reach_high", "reach_n", "resonance", "resonance_low", "resonance_high",
            "resonance_n",
            "relevance", "relevance_low", "relevance_high", "relevance_n", "influence", "influence_low",
            "influence_high",
            "influence_n", "authenticity", "followers", "posts_seen", "on_topic_posts", "focus", "keyword_diversity",
            "engagement_rate", "growth", "attention", "amplifiers", "pagerank", "topical_lift", "k_core", "betweenness",
            "participation", "reciprocity", "hub", "community_rank", "tier_chance", "tier_other_chance", "belonging",
            "home", "burt_constraint", "engagement", "heard_by_macros",
        ),
        "number",
    ),
    **dict.fromkeys(
        (
            "person_id", "segment", "account_id", "source", "language", "tier", "tier_missing", "tier_rule", "status",
            "tier_other",
            "reach_missing", "resonance_missing", "relevance_missing", "influence_missing", "community_id", "role",
        ),
        "text",
    ),
    **dict.fromkeys(("labels", "authenticity_reasons", "role_reasons"), "list"),
}  # fmt: skip
# … and, for roles alone, what is known before tiers are.
ROLE_COLUMNS: Mapping[str, str] = {
    **COLUMNS,
    "kind": "text",
    "age_days": "number",
    "relay_share": "number",
    "reply_share": "number",
    "betweenness_percentile": "number",
    "community_size": "number",
    "employer": "text",
    "press": "text",
}
ROLES_ALONE: Mapping[str, tuple[str, str]] = dict.fromkeys(
    ROLE_COLUMNS.keys() - COLUMNS.keys(),
    ("n'est lue que par les règles de [[roles]]", "is read by the rules of [[roles]] only"),
)
# What some columns ever hold: another word in a rule would never be found.
TIERS = ("macro", "magic_middle", "micro")
STATUSES = ("in", "out", "undecided", "discovered")


@dataclass(frozen=True, slots=True)
class Role:
    """A role and the condition under which it is given."""

    name: str
    when: str


DEFAULT_ROLES: Sequence[Role] = (
    Role("brand", "kind = 'brand'"),
    Role("competitor", "kind = 'competitor'"),
    Role("employee", "employer = 'brand'"),
    Role("competitor_employee", "employer = 'competitor'"),
    Role("media", "kind = 'media' OR press = 'outlet'"),
    Role("journalist", "press = 'journalist'"),
    Role("celebrity", "reach >= 95 AND reach_missing IS NULL AND (relevance < 10 OR focus < 0.1)"),
    Role("community_leader", "community_rank = 1 AND community_size >= 10 AND relevance >= 10"),
    Role("expert", "relevance >= 30 AND focus >= 0.3 AND attention >= 3"),
    Role("bridge", "betweenness_percentile >= 95 AND participation >= 0.5 AND relevance >= 5"),
    Role("ambassador", "brand_mentions >= 3 AND brand_tone >= 0"),
    Role("relay", "relay_share >= 0.5 AND on_topic_posts >= 3"),
    Role("newcomer", "age_days < 90 AND on_topic_posts >= 1"),
    Role("fan", "on_topic_posts >= 3 AND focus >= 0.2 AND attention < 3"),
)


VALUES: Mapping[str, Sequence[str]] = {"tier": TIERS, "status": STATUSES}


def ordered(own: Sequence[Any] = ()) -> tuple[Role, ...]:
    """Return the rules in the order in which they are asked: the brief's `own` (`role`, `when`), then the defaults.

    A default whose role the brief defines anew is dropped.
    """
    mine = tuple(Role(rule.role, rule.when) for rule in own)
    replaced = {rule.name for rule in mine}
    return (*mine, *(rule for rule in DEFAULT_ROLES if rule.name not in replaced))


def role_condition(when: str) -> Condition:
    """Return a role's condition, or raise UserError saying what is wrong and where."""
    return parse(when, ROLE_COLUMNS, VALUES)


def label_condition(when: str, own: Sequence[Any] = ()) -> Condition:
    """Return a label's condition; `own` are the brief's roles, which it may name. Raises UserError."""
    known = [role.name for role in ordered(own)]
    return parse(when, COLUMNS, {**VALUES, "role": known}, elsewhere=ROLES_ALONE)


def roles(columns: Columns, rows: int, rules: Sequence[Role] = DEFAULT_ROLES) -> tuple[Texts, Texts]:
    """Return per row the first role whose condition holds (None when none does) and its reasons.

    A reason reads `column=value` for each column of the condition. A condition that is NULL gives no role.
    """
    role, reasons = np.full(rows, None, object), np.full(rows, None, object)
    free = np.ones(rows, bool)
    for rule in rules:
        condition = _parsed(rule.when)
        found = np.flatnonzero(condition.answer(columns, rows).holds & free)
        role[found], free[found] = rule.name, False
        for row, said in zip(found.tolist(), _reasons(condition, columns, found), strict=True):
            reasons[row] = said
    return role, reasons


def labels(columns: Columns, rows: int, rules: Sequence[Any]) -> list[list[str]]:
    """Return per row the labels of the brief's rules (`label`, `when`) whose condition holds."""
    given: list[list[str]] = [[] for _ in range(rows)]
    for rule in rules:
        for row in np.flatnonzero(parse(rule.when, COLUMNS).answer(columns, rows).holds):
            if rule.label not in given[row]:
                given[row].append(rule.label)
    return given


@cache
def _parsed(when: str) -> Condition:
    return parse(when, ROLE_COLUMNS)


def _reasons(condition: Condition, columns: Columns, rows: Ints) -> list[list[str]]:
    """Return the reasons of each of some rows, column by column: plain numbers are written faster than arrays' own."""
    told = [_said(name, columns[name][rows]) for name in sorted(condition.columns)]
    return [list(reasons) for reasons in zip(*told, strict=True)] if told else [[] for _ in rows]


def _said(name: str, values: Any) -> list[str]:
    """Return `name=value` for each value, numbers in three figures; plain numbers are all written in one go."""
    if values.dtype.kind == "f":
        return (f"{name}=%.3g\n" * len(values) % tuple(values.tolist())).split("\n")[:-1]
    return [f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}" for value in values.tolist()]
