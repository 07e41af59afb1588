"""How a discovery runs."""

from __future__ import annotations

from dataclasses import dataclass

SHEETS_BY_DEFAULT = 20


@dataclass(frozen=True, slots=True)
class Options:
    """How a discovery runs; `lang` is the language of what it writes."""

    offline: bool = False
    resume: bool = False
    max_requests: int | None = None
    lang: str = "fr"
    sheets: int = SHEETS_BY_DEFAULT
