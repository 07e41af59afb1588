"""Free notes of the team about people: written, withdrawn, brought back; what they were stays in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from data.relations.store import Row, add, change, now, rows
from data.toml import nearest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

LONGEST = 2000
FIELDS = ("key_messages", "positions", "conflicts", "visual_style", "compensation", "lawful_basis", "fit", "risks")
"""Fields of the sheet that a note can fill in."""


def write_note(
    people: sqlite3.Connection, brief: str, account_id: str, text: str, *, who: str, field: str | None = None
) -> int:
    """Record a note of 1 to LONGEST characters and return its id; another length, or an objector, raises UserError.

    With `field` (one of FIELDS) it fills in that field of the sheet; another name raises UserError.
    """
    if field is not None and field not in FIELDS:
        close = nearest(field, FIELDS)
        raise UserError(f"champ inconnu « {field} »{close.fr} ({', '.join(FIELDS)})",
                        f'unknown field "{field}"{close.en} ({", ".join(FIELDS)})')  # fmt: skip
    kept = text.strip()
    if not 0 < len(kept) <= LONGEST:
        raise UserError(f"une note a de 1 à {LONGEST} signes", f"a note has 1 to {LONGEST} characters")
    return add(people, "notes", {"brief": brief, "account_id": account_id, "text": kept, "field": field}, who=who)


def withdraw_note(people: sqlite3.Connection, brief: str, note_id: int, *, who: str, why: str = "vigie") -> Row:
    """Take a standing note of `brief` back and return it as it was; one that does not stand raises UserError."""
    found = _one(people, brief, note_id, standing=True)
    change(people, "notes", note_id, {"withdrawn_at": now()}, who=who, why=why)
    return found


def restore_note(people: sqlite3.Connection, brief: str, note_id: int, *, who: str, why: str = "vigie") -> Row:
    """Bring a withdrawn note of `brief` back and return it; one that stands raises UserError."""
    found = _one(people, brief, note_id, standing=False)
    change(people, "notes", note_id, {"withdrawn_at": None}, who=who, why=why)
    return found


def notes(people: sqlite3.Connection, brief: str, accounts: Sequence[str] | None = None) -> list[Row]:
    """Return the notes of a brief (or only those about `accounts`), withdrawn ones too, newest first."""
    where = {"brief": brief} if accounts is None else {"brief": brief, "account_id": list(accounts)}
    return sorted(rows(people, "notes", **where), key=lambda row: -row["id"]) if accounts != [] else []


def _one(people: sqlite3.Connection, brief: str, note_id: int, *, standing: bool) -> Row:
    found = [row for row in rows(people, "notes", id=note_id, brief=brief) if (row["withdrawn_at"] is None) is standing]
    if not found:
        raise UserError(f"aucune note n° {note_id} dans cet état", f"no note no. {note_id} in that state")
    return found[0]
