"""The wording of commercial intent that a market's rules ask for, with the texts that say so (`disclosure.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from data.bilingual import Bilingual
from pipelines.relation.words import words

SAME = {"UK": "GB", "USA": "US"}
UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
"""Members of the European Union (ISO 3166): those without an entry of their own follow its rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One market's rule: what it asks, words that are clear, words that are not, and where that is stated."""

    market: str
    text: Bilingual
    labels: tuple[str, ...]
    avoid: tuple[str, ...]
    sources: tuple[str, ...]


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by market."""
    text = resources.files("pipelines.relation").joinpath("disclosure.toml").read_text(encoding="utf-8")
    return {
        market: Rule(
            market,
            Bilingual(one["fr"], one["en"]),
            tuple(one["labels"]),
            tuple(one["avoid"]),
            tuple(one["sources"]),
        )
        for market, one in tomllib.loads(text).items()
    }


def rule(market: str | None) -> Rule:
    """Return the rule of `market` (ISO 3166); members of the Union without one have its rule, others a general one."""
    asked = (market or "").strip().upper()
    asked = SAME.get(asked, asked)
    known = rules()
    return known.get(asked) or known["EU" if asked in UNION else "other"]


def wording(market: str | None, lang: str) -> tuple[str, ...]:
    """Return what the rules ask, what to avoid, and where it is stated, as sentences."""
    found, tell = rule(market), words("disclosure", lang)
    out = [found.text.to(lang)]
    if found.avoid:
        out.append(tell["avoid"].format(words=", ".join(found.avoid)))
    if found.sources:
        out.append(tell["source"].format(sources=" ; ".join(found.sources)))
    return tuple(out)
