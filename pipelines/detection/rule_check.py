"""The brief's conditions, read before anything is fetched: labels, roles, and the weights of scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Literal

from data.bilingual import Bilingual
from data.errors import UserError
from data.toml import mistake, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.brief.model import Brief
    from graph.rules import Condition

Kind = Literal["label", "role"]


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule that reads: what it gives, under which condition, from which columns; `own` when the brief wrote it."""

    kind: Kind
    gives: str
    when: str
    columns: tuple[str, ...]
    own: bool


def check_rules(brief: Brief) -> list[ReadRule]:
    """Return the brief's labels, then every role in the order in which it is asked.

    Raises UserError with file, line, and the place in the condition, for the first that does not read, and for a weight
    of a component that no score has.
    """
    from graph.roles import label_condition, ordered, role_condition

    _check_weights(brief)
    found = []
    for index, rule in enumerate(brief.rules):
        condition = _read(brief, ("rules", index, "when"), partial(label_condition, rule.when, brief.roles))
        found.append(_rule("label", rule.label, condition, own=True))
    for index, mine in enumerate(brief.roles):
        _read(brief, ("roles", index, "when"), partial(role_condition, mine.when))
    own = len(brief.roles)
    for place, role in enumerate(ordered(brief.roles)):
        found.append(_rule("role", role.name, role_condition(role.when), own=place < own))
    return found


def _rule(kind: Kind, gives: str, condition: Condition, *, own: bool) -> ReadRule:
    return ReadRule(kind, gives, condition.text, tuple(sorted(condition.columns)), own)


def _read(brief: Brief, location: tuple[str | int, ...], read: Callable[[], Condition]) -> Condition:
    try:
        return read()
    except UserError as error:
        raise mistake(brief.path, _text(brief), location, error.message) from None


def _check_weights(brief: Brief) -> None:
    """An unknown component would weigh nothing, a weight below zero would turn the list round, and nobody be told."""
    from graph.scores.influence import AXES, PRESETS

    known = {*AXES, *(name for preset in PRESETS.values() for name in preset)}
    for name, weight in brief.score.weights.items():
        if name not in known:
            close = nearest(name, known)
            what = Bilingual(f"composante inconnue « {name} »{close.fr}", f'unknown component "{name}"{close.en}')
            raise mistake(brief.path, _text(brief), ("score", "weights", name), what)
        if not (isfinite(weight) and weight >= 0):
            what = Bilingual(
                f"un poids est un nombre positif ou nul, pas {weight:g}", f"a weight is zero or more, not {weight:g}"
            )
            raise mistake(brief.path, _text(brief), ("score", "weights", name), what)
    if brief.score.weights and not any(brief.score.weights.values()):
        what = Bilingual("tous les poids sont nuls : rien ne compterait", "every weight is zero: nothing would count")
        raise mistake(brief.path, _text(brief), ("score", "weights"), what)


def _text(brief: Brief) -> str:
    return brief.path.read_text(encoding="utf-8") if brief.path else ""
