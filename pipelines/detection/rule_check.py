"""The brief's conditions, read before anything is fetched: labels, roles, and the weights of scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Literal, NoReturn

from data.bilingual import Bilingual
from data.errors import UserError
from data.toml import mistake, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.brief.model import Brief
    from graph.rules import Condition

Kind = Literal["label", "role"]
HEAVIEST = 1e6  # sums of larger ones could leave what a float holds


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

    Raises UserError with file, line, and the place in the condition, for the first that does not read, for a weight
    of a component that no score has, and for a scale that places nobody.
    """
    from graph.roles import label_condition, ordered, role_condition

    _check_weights(brief)
    _check_scale(brief)
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
        if not (isfinite(weight) and 0 <= weight <= HEAVIEST):
            what = Bilingual(
                f"un poids est un nombre positif ou nul, d'un million au plus, pas {weight:g}",
                f"a weight is zero or more, a million at most, not {weight:g}",
            )
            raise mistake(brief.path, _text(brief), ("score", "weights", name), what)
    if brief.score.weights and not any(brief.score.weights.values()):
        what = Bilingual("tous les poids sont nuls : rien ne compterait", "every weight is zero: nothing would count")
        raise mistake(brief.path, _text(brief), ("score", "weights"), what)


def _check_scale(brief: Brief) -> None:
    """Cuts that nobody reads, or that exclude one another, would give tiers that nobody meant."""
    scale = brief.scale
    for source, floor in scale.floors.items():
        if floor < 0:
            _refuse(brief, ("scale", "floors", source), f"un plancher est positif ou nul, pas {floor}",
                    f"a floor is zero or more, not {floor}")  # fmt: skip
    if scale.cuts and scale.method != "absolute":
        _refuse(brief, ("scale", "cuts"), 'les seuils ne sont lus que par method = "absolute"',
                'cuts are read by method = "absolute" only')  # fmt: skip
    if scale.method == "absolute" and not scale.cuts:
        _refuse(brief, ("scale", "method"), "aucun seuil : écrivez cuts = { SOURCE = { macro = …, micro = … } }",
                "no cuts: write cuts = { SOURCE = { macro = …, micro = … } }")  # fmt: skip
    for source, cuts in scale.cuts.items():
        if (
            set(cuts) != {"macro", "micro"}
            or not all(isfinite(cut) for cut in cuts.values())
            or not (0 < cuts["micro"] < cuts["macro"])
        ):
            _refuse(brief, ("scale", "cuts", source), "il faut macro et micro, en abonnés, et 0 < micro < macro",
                    "macro and micro are needed, in followers, and 0 < micro < macro")  # fmt: skip


def _refuse(brief: Brief, location: tuple[str | int, ...], fr: str, en: str) -> NoReturn:
    raise mistake(brief.path, _text(brief), location, Bilingual(fr, en))


def _text(brief: Brief) -> str:
    return brief.path.read_text(encoding="utf-8") if brief.path else ""
