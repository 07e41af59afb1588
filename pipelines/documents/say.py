"""Says words, numbers and dates in French or English."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from data.figures import as_time, day, number, percent, signed

__all__ = [
    "as_time",
    "community",
    "day",
    "number",
    "percent",
    "signed",
    "ui",
    "word",
    "words",
]

THIN_SPACE, HARD_SPACE = "\u202f", "\u00a0"
HIGH_MARKS, COLONS = re.compile(" ([;?!%])"), re.compile(" ([:»])")
QUERY_MARKS = str.maketrans("", "", '"*()~')


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files("pipelines.documents").joinpath("words.toml").read_text(encoding="utf-8")
    return {
        group: {code: {**said, "fr": typeset(said["fr"])} for code, said in codes.items()}
        for group, codes in tomllib.loads(text).items()
    }


def typeset(text: str) -> str:
    """Return French with the spaces that no line may break at: before `: ; ? ! % »`, after `«`."""
    text = HIGH_MARKS.sub(THIN_SPACE + r"\1", text)
    return COLONS.sub(HARD_SPACE + r"\1", text).replace("« ", "«" + HARD_SPACE)


def colon(lang: str) -> str:
    """Return the colon between a label and what it names, as the language sets it."""
    return f"{HARD_SPACE}: " if lang == "fr" else ": "


def quoted(text: str, lang: str) -> str:
    """Return the text between the quotation marks of the language."""
    return f"«{HARD_SPACE}{text}{HARD_SPACE}»" if lang == "fr" else f"“{text}”"


def word(group: str, code: object, lang: str) -> str:
    """Return what `code` of `group` is called; an unknown code is shown as its own words."""
    found = _words().get(group, {}).get(str(code))
    return found[lang] if found else str(code).replace("_", " ")


def community(name: str | None) -> str:
    """Return a community's name without the marks of the query language (quotes, stars) its words may carry."""
    bare = (part.translate(QUERY_MARKS).strip() for part in (name or "").split("·"))
    return " · ".join(dict.fromkeys(part for part in bare if part))[:60]


def ui(lang: str) -> dict[str, str]:
    """Return the fixed words of the documents in `lang`."""
    return words("ui", lang)


def words(group: str, lang: str) -> dict[str, str]:
    """Return every word of `group` in `lang`, by code."""
    return {key: pair[lang] for key, pair in _words()[group].items()}
