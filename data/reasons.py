"""Why a value in a file was refused, by pydantic's kinds of errors, in both languages."""

from __future__ import annotations

from typing import Any

from data.bilingual import Bilingual

WANTED: dict[str, Bilingual] = {
    "string": Bilingual("un texte entre guillemets est attendu", "a text in quotes is wanted"),
    "int": Bilingual("un nombre entier est attendu", "a whole number is wanted"),
    "float": Bilingual("un nombre est attendu", "a number is wanted"),
    "bool": Bilingual("true ou false est attendu", "true or false is wanted"),
    "tuple": Bilingual("une liste entre crochets est attendue", "a list in square brackets is wanted"),
    "list": Bilingual("une liste entre crochets est attendue", "a list in square brackets is wanted"),
    "dict": Bilingual("une table de clés et de valeurs est attendue", "a table of keys and values is wanted"),
    "dataclass": Bilingual("une table de clés et de valeurs est attendue", "a table of keys and values is wanted"),
    "datetime": Bilingual(
        "une date est attendue, par exemple 2026-01-31T12:00:00Z", "a date is wanted, for example 2026-01-31T12:00:00Z"
    ),
    "finite": Bilingual("un nombre fini est attendu", "a finite number is wanted"),
}
"""First word of pydantic's kind of error → what was wanted."""


def why_refused(kind: str, context: dict[str, Any]) -> Bilingual:
    """Return the reason for an error of this kind; `context` holds its bounds, as pydantic gives them."""
    if kind == "greater_than":
        return Bilingual(f"doit être plus grand que {context['gt']}", f"must be greater than {context['gt']}")
    if kind == "greater_than_equal":
        return Bilingual(f"doit valoir au moins {context['ge']}", f"must be at least {context['ge']}")
    if kind in {"string_too_short", "too_short"}:
        return Bilingual("ne doit pas être vide", "must not be empty")
    return WANTED.get(kind.partition("_")[0], Bilingual("n'est pas de la bonne nature", "is of the wrong kind"))
