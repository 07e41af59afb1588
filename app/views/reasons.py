"""The codes that rows carry for reasons, in words."""

from __future__ import annotations

from data.bilingual import Bilingual

REASONS: dict[str, Bilingual] = {}


def reason(code: str) -> Bilingual:
    """Return a reason code in words; a code without words reads as itself."""
    return REASONS.get(code, Bilingual(code.replace("_", " "), code.replace("_", " ")))
