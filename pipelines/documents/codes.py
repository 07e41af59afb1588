"""Reason codes in words: tier rules, signals, conditions of roles, and why a figure is missing."""

from __future__ import annotations

import re

from pipelines.documents import say
from pipelines.documents.safe import clean, one_line

CONDITION = re.compile(r"(?P<name>[a-z_]+)\s*(?P<sign>>=|<=|<|>|=)\s*(?P<value>\S+)")
BETWEEN = re.compile(r"(?P<low>[\d.]+)<=(?P<name>[a-z_]+)<=(?P<high>[\d.]+)")
SIGNS = {">=": "≥", "<=": "≤"}


def tier_rule(rule: str, lang: str) -> str:
    """Return a rule `tier:measure>=figure,…` in words: `Magic middle : attention des pairs ≥ 90, …`."""
    tier, colon, conditions = clean(rule).partition(":")
    if not colon:
        return missing(rule, lang)
    said = [condition(part, lang) for part in conditions.split(",") if part]
    between = " : " if lang == "fr" else ": "
    return one_line(say.word("tier", tier, lang) + between + ", ".join(said), 200)


def measure(column: str, lang: str) -> str:
    """Return what a column of scores is called; the engagement that tiers ask for is another than the column's."""
    return say.word("measure", "engagement_level" if column == "engagement" else column, lang)


def condition(text: str, lang: str) -> str:
    """Return `measure>=figure` or `low<=measure<=high` in words; any other text as its own words."""
    text = clean(text)
    if found := BETWEEN.fullmatch(text.strip()):
        measure = say.word("measure", found["name"], lang)
        return f"{_figure(found['low'], lang)} ≤ {measure} ≤ {_figure(found['high'], lang)}"
    if not (found := CONDITION.fullmatch(text.strip())):
        return _quoted(text.strip(), lang)
    measure, value = say.word("measure", found["name"], lang), found["value"]
    if found["sign"] == "=":
        return measure + say.colon(lang) + (say.word("ui", "none", lang) if value == "None" else _figure(value, lang))
    sign = SIGNS.get(found["sign"], found["sign"])
    return f"{measure} {sign} {_figure(value, lang)}"


def _quoted(text: str, lang: str) -> str:
    """Return `measure=any words` with the measure in words; any other text as its own words."""
    name, equals, words = text.partition("=")
    if equals and name in say.words("measure", lang):
        return one_line(say.word("measure", name, lang) + say.colon(lang) + words, 160)
    return one_line(text.replace("_", " "), 120)


def signal(reason: str, lang: str) -> str:
    """Return a signal `code:figure` or `code:figure/of` in words: `repeated texts (12 of 40)`.

    A figure goes where the words have a place for it.
    """
    code, _, amount = clean(reason).partition(":")
    told = say.word("signal", code, lang)
    if not amount or code == "declared_automated":
        return one_line(told, 160)
    parts = [_figure(part, lang) for part in amount.split("/", 1)]
    shown = (" sur " if lang == "fr" else " of ").join(parts)
    return one_line(told.replace("{n}", shown) if "{n}" in told else f"{told} ({shown})", 160)


def missing(code: str, lang: str) -> str:
    """Return why there is no figure, in words; several codes are separated by commas, an axis names itself."""
    parts, axes = [part.strip() for part in clean(code).split(",") if part.strip()], say.words("axis", lang)
    told = [say.word("missing", part, lang) for part in parts if part not in axes]
    unknown = [axes[part].lower() for part in parts if part in axes]
    if unknown:
        joined = (" et " if lang == "fr" else " and ").join(unknown)
        told.insert(0, say.word("ui", "unknown_axis" if len(unknown) < 2 else "unknown_axes", lang).format(axes=joined))
    return one_line(", ".join(told), 200)


def _figure(text: str, lang: str) -> str:
    """Return a number as the language writes it; other text (a kind, a role) in words."""
    try:
        value = float(text)
    except ValueError:
        return one_line(say.word("label", text, lang), 60)
    digits = 0 if value.is_integer() else (1 if abs(value) >= 10 else 2)
    return say.number(value, lang, digits)
