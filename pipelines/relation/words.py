"""The fixed words of the papers of phases II and III, in both languages, from `words.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from data.bilingual import Bilingual
from data.figures import euros

__all__ = ["both", "euros", "pair", "words"]


@cache
def words(group: str, lang: str) -> dict[str, str]:
    """Return the words of `group` in `lang`, by key."""
    text = resources.files("pipelines.relation").joinpath("words.toml").read_text(encoding="utf-8")
    return {key: pair["fr" if lang == "fr" else "en"] for key, pair in tomllib.loads(text)[group].items()}


def pair(name: str, value: object, lang: str) -> str:
    """Return `name : value` as the language puts it: French leaves a space before a colon."""
    return f"{name}\u00a0: {value}" if lang == "fr" else f"{name}: {value}"


def both(group: str, key: str, **values: object) -> Bilingual:
    """Return one sentence of `group` in both languages, its places filled with `values`."""
    return Bilingual(words(group, "fr")[key].format(**values), words(group, "en")[key].format(**values))
