"""The words of the atlas, beside those that it shares with the documents."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipelines.documents import codes


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads(
        resources.files("app.atlas").joinpath("words.toml").read_text(encoding="utf-8")
    )
    return found


@cache
def words(lang: str) -> dict[str, str]:
    """Return every word of the atlas in `lang`."""
    return {code: pair[lang] for code, pair in _words().items()}


def missing(code: object, lang: str) -> str:
    """Return why a figure is missing, or which rule fired, in words."""
    return codes.tier_rule(str(code), lang)


def signal(code: object, lang: str) -> str:
    """Return a signal to check in words; some carry the figure they rest on: `code:figure`."""
    return codes.signal(str(code), lang)
