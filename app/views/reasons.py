"""The codes that rows carry for reasons, in the words of the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from pipelines.documents import codes

if TYPE_CHECKING:
    from collections.abc import Callable


def reason(code: str) -> Bilingual:
    """Return why a figure or a tier is missing, or the tier rule that fired, in words."""
    return _both(codes.tier_rule, code)


def signal(code: str) -> Bilingual:
    """Return a signal to check (`code:figure`) in words."""
    return _both(codes.signal, code)


def condition(text: str) -> Bilingual:
    """Return one condition of a role (`measure=figure`) in words."""
    return _both(codes.condition, text)


def _both(told: Callable[[str, str], str], code: str) -> Bilingual:
    return Bilingual(told(code, "fr"), told(code, "en"))
