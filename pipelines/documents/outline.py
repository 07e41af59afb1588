"""The sheet as plain lines (label, value, n, query) by section: what PDF and XLSX show, words already chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.documents import say
from pipelines.documents.lines import SAID, row_said
from pipelines.documents.safe import one_line

if TYPE_CHECKING:
    from pipelines.documents.read import Sheet

Line = dict[str, Any]
SHARES = {"own_share", "reply_share", "question_share", "link_share", "paid_share", "clear_share"}
DATES = {"first_at", "last_at"}
ONE_DECIMAL = {"posts_per_week", "median_gap_days", "longest_gap_days", "answer_hours", "news_hours"}
RECORDED = ("stage", "proximity", "owner", "exchanges", "last_exchange", "channel", "programmes", "campaigns", "flags")
# field → the column that names a row, the group of words it is told with, the column that weighs it
TABLES = {
    "topics": ("phrase", "", "share"),
    "entities": ("name", "", "posts"),
    "declared": ("text", "", ""),
    "repeats": ("posts", "", ""),
    "terms": ("term", "", "posts"),
    "hashtags": ("hashtag", "", "posts"),
    "kinds": ("kind", "kind", "share"),
    "sites": ("site", "", "posts"),
    "languages": ("language", "", "share"),
    "audience": ("tier", "tier", "share"),
    "tones": ("tone", "tone", "share"),
    "disclosures": ("disclosure", "disclosure", "share"),
    "heard_by": ("display_name", "", "ties"),
    "turned_to": ("display_name", "", "ties"),
    "own_words": ("summary", "", ""),
}
DRAWN = {"hours", "months", "growth", "signature_posts", "scores", "standing"}
STRIP = ("reach", "resonance", "relevance", "air", "proximity")
# The order in which a section is read; fields that are not named follow.
FIRST = ("key_messages", "key_messages_noted", "fit", "advised_role", "risks")


def outline(sheet: Sheet, lang: str) -> list[dict[str, Any]]:
    """Return the sections of the sheet: title and lines; what is unknown is said with its reason."""
    return [
        {"code": code, "title": say.word("section", code, lang), "lines": _lines(part, lang)}
        for code, part in sheet.parts.items()
    ]


def _lines(part: dict[str, Any], lang: str) -> list[Line]:
    told = [_text("reason", part.get("reason"), lang), _text("objectives", _objectives(part, lang), lang)]
    return [line for line in told if line["value"]] + [
        _line(field, value, lang)
        for field, value in sorted(part.items(), key=lambda item: item[0] not in FIRST)
        if isinstance(value, dict) and (field not in DRAWN or "missing" in value)
    ]


def _objectives(part: dict[str, Any], lang: str) -> str:
    return ", ".join(one_line(say.word("objective", one, lang), 60) for one in part.get("objectives", []))


def _text(code: str, value: str | None, lang: str) -> Line:
    """Return a line of the brief's own words, which rest on no query."""
    said = one_line(value or "", 600)
    return {
        "label": say.word("ui", code, lang).lower(),
        "value": said,
        "n": None,
        "query": "",
        "missing": "",
        "raw": None,
    }


def strip(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the figures of the footer for the best segment, and proximity: measure, figure, n, percentile, field.

    A figure that is not known is there as None; `segment` names what the percentile is of.
    """
    rows = sheet.parts["why"].get("standing", {}).get("rows", [])
    segment = sheet.scores[0]["segment"] if sheet.scores else ""
    known = {row["measure"]: {**row, "query": "standing"} for row in rows if row["segment"] == segment}
    told = (sheet.parts["how"].get("relationship", {}).get("rows") or [{}])[0]
    if told.get("proximity") is not None:
        known["proximity"] = {"figure": told["proximity"], "n": told.get("exchanges")} | {
            name: told.get(f"proximity_{name}") for name in ("percentile", "field")
        }
    none = {"figure": None, "n": None, "percentile": None, "field": None}
    return [
        {"query": "relationship" if name == "proximity" else "standing", **none, **known.get(name, {}), "measure": name}
        for name in STRIP
    ]


def _line(field: str, value: dict[str, Any], lang: str) -> Line:
    missing = say.word("missing", value["missing"], lang) if "missing" in value else ""
    said = "" if missing else (_rows(field, value["rows"], lang) if "rows" in value else _figure(field, value, lang))
    return {"label": say.word("field", field, lang), "value": said, "n": value.get("n"), "query": value["query"],
            "missing": missing, "raw": value.get("value")}  # fmt: skip


def _figure(field: str, value: dict[str, Any], lang: str) -> str:
    if field in SHARES:
        return say.percent(value["value"], lang)
    if field in DATES:
        return say.day(value["value"], lang)
    return say.number(value["value"], lang, 1 if field in ONE_DECIMAL else 0)


def recorded(row: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return what the team recorded of a relationship as (label, value) lines; what is not recorded has none."""
    return [
        (say.word("relationship", name, lang), _recorded(name, row[name], lang))
        for name in RECORDED
        if row.get(name) not in (None, [])
    ]


def _recorded(name: str, value: Any, lang: str) -> str:
    if isinstance(value, list):
        return ", ".join(one_line(say.word("flag", item, lang), 60) for item in value)
    if name == "last_exchange":
        return say.day(value, lang)
    if isinstance(value, int | float):
        return say.number(value, lang, 0 if isinstance(value, int) else 1)
    return one_line(say.word("stage", value, lang), 60)


def _rows(field: str, rows: list[dict[str, Any]], lang: str) -> str:
    """Return the first rows as one sentence: name and weight of each."""
    if field == "relationship":
        return " ; ".join(f"{label} {value}" for row in rows for label, value in recorded(row, lang))
    if field == "repeats":
        posts = say.word("ui", "posts", lang)
        return ", ".join(f"{say.number(row['posts'], lang)} {posts}" for row in rows)
    name, group, weight = TABLES.get(field, ("", "", ""))
    said = []
    for row in rows[:8]:
        if (own := row_said(field, row, lang)) is not None:
            said.append(own)
            continue
        text = row.get(name) or row.get("handle") or row.get("account_id") or row.get("counterpart")
        text = text or ""
        text = say.community(text) if field == "terms" else text
        text = say.word(group, text, lang) if group else one_line(text, 300 if field == "own_words" else 60)
        amount = "" if not weight else _weight(weight, row[weight], lang)
        said.append(f"{text} {amount}".strip())
    return (" · " if field in SAID else ", ").join(dict.fromkeys(said))


def _weight(column: str, value: float | None, lang: str) -> str:
    return say.percent(value, lang) if column == "share" else f"({say.number(value, lang)})"
