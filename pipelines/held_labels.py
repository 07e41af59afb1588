"""Which labels people bear in a run, and which of them is meant by a word of either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.warehouse.sql import query
from pipelines.documents.say import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.warehouse.store import Connection

SHOWN = 20


def held_labels(connection: Connection, brief: str, run_id: str | None) -> list[str]:
    """Return the labels that anybody bears in the run, in order; none without a run."""
    values = {"brief": brief, "run_id": run_id}
    return [row[0] for row in connection.execute(query("held_labels", "pipelines.sql"), values).fetchall()]


def meant(written: str, held: Sequence[str]) -> str:
    """Return the held label that is so written or so called in French or English; else what was written."""
    if written in held:
        return written
    asked = written.strip().casefold()
    called = (code for code in held if asked in {word("label", code, lang).casefold() for lang in ("fr", "en")})
    return next(called, written)


def told(held: Sequence[str]) -> Bilingual:
    """Say which labels are borne, the first twenty of them by name."""
    if not held:
        return Bilingual("Personne ne porte d'étiquette dans cette analyse.", "Nobody bears a label in this run.")
    fr, en = (", ".join(word("label", code, lang) for code in held[:SHOWN]) for lang in ("fr", "en"))
    more = " …" if len(held) > SHOWN else ""
    return Bilingual(f"Étiquettes portées : {fr}{more}", f"Labels borne: {en}{more}")
