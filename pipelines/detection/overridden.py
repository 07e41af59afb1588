"""Lays an analyst's own roles and labels over those of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.toml import nearest
from graph.roles import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.overrides import Override


def check_role(word: str, own: Sequence[Any]) -> str:
    """Return the role, or raise UserError naming the nearest one; `own` are the brief's role rules."""
    known = {role.name for role in ordered(own)}
    if word in known:
        return word
    close = nearest(word, known)
    raise UserError(f"rôle inconnu « {word} »{close.fr}", f'unknown role "{word}"{close.en}')


def by_person(overrides: Iterable[Override], persons: Mapping[str, str]) -> dict[str, list[Override]]:
    """Return the overrides of each person_id; `persons` maps account_id → person_id, unknown accounts are left out."""
    found: dict[str, list[Override]] = {}
    for one in overrides:
        if one.account_id in persons:
            found.setdefault(persons[one.account_id], []).append(one)
    return found


def override_roles(role: Any, reasons: Any, person_ids: Sequence[Any], given: Mapping[str, list[Override]]) -> None:
    """Write the given roles over those of the rules, in place; a refused one leaves none. The reason says who."""
    for row, person in enumerate(person_ids if given else ()):
        for one in given.get(str(person), ()):
            if one.kind == "role" and (one.state == "given" or role[row] == one.word):
                role[row] = one.word if one.state == "given" else None
                reasons[row] = [f"decided_by={one.decided_by.replace(' ', '_')}"]


def override_labels(
    labels: Sequence[list[str]], person_ids: Sequence[Any], given: Mapping[str, list[Override]]
) -> list[list[str]]:
    """Return the labels with those that were given added and those that were refused left out."""
    result = [list(own) for own in labels]
    for row, person in enumerate(person_ids if given else ()):
        for one in given.get(str(person), ()):
            if one.kind == "label":
                kept = [label for label in result[row] if label != one.word]
                result[row] = [*kept, one.word] if one.state == "given" else kept
    return result
