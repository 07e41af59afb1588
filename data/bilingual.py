"""A sentence for the user, in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in French and in English."""

    fr: str
    en: str

    def to(self, lang: str) -> str:
        """Return the sentence in `lang`; anything but French reads English."""
        return self.fr if lang == "fr" else self.en
