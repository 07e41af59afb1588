"""What can be wrong in a query, said with its place and what to write instead."""

from __future__ import annotations

from data.errors import UserError


class QueryError(UserError):
    """A query that cannot be read; `position` is a 0-based offset in its text, `suggestion` what to write there."""

    def __init__(self, fr: str, en: str, position: int = 0, suggestion: str | None = None) -> None:
        hint_fr = f" ; essayez : {suggestion}" if suggestion else ""
        hint_en = f"; try: {suggestion}" if suggestion else ""
        super().__init__(
            f"requête, caractère {position + 1} : {fr}{hint_fr}", f"query, character {position + 1}: {en}{hint_en}"
        )
        self.position = position
        self.suggestion = suggestion


def quoted(text: str, limit: int = 40) -> str:
    """Return user-written text fit for a one-line message: cut, without control characters."""
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
