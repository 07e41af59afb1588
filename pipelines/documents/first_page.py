"""What the first page of a sheet says in words: who signs it, an answer to each W in a line, the key figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.documents import say
from pipelines.documents.lines import row_said
from pipelines.documents.outline import strip
from pipelines.documents.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.documents.read import Sheet


def identity(sheet: Sheet, lang: str) -> str:
    """Return the line under the name: languages, who made the sheet, lawful basis."""
    ui = say.ui(lang)
    spoken = ", ".join(row["language"] for row in sheet.parts["where"]["languages"]["rows"][:3]) or ui["unknown"]
    basis = sheet.parts["why"]["lawful_basis"]
    told = _joined((row_said("lawful_basis", row, lang) for row in basis["rows"]), basis, lang)
    by = one_line(sheet.run["analyst"] or ui["not_given"], 80)
    colon = say.colon(lang)
    return f"{ui['languages']}{colon}{spoken} · {ui['analyst']}{colon}{by} · {ui['basis']}{colon}{one_line(told, 200)}"


def glance(sheet: Sheet, lang: str) -> list[tuple[str, str]]:
    """Return (question, answer) of the five W and why, each on one line."""
    answers = {"what": _what, "when": _when, "where": _where, "who": _who, "how": _how, "why": _why}
    return [(say.word("section", code, lang), answer(sheet.parts[code], lang)) for code, answer in answers.items()]


def key_figures(sheet: Sheet, lang: str) -> list[dict[str, str]]:
    """Return the strip of key figures as words: name, figure, place, n, query."""
    unknown = say.word("ui", "unknown", lang)
    return [
        {
            "name": say.word("strip", cell["measure"], lang),
            "figure": unknown if cell["figure"] is None else say.number(cell["figure"], lang),
            "place": "" if cell["percentile"] is None else place_said(cell["percentile"], cell["field"], lang),
            "n": "" if cell["n"] is None else f"n = {say.number(cell['n'], lang)}",
            "query": cell["query"],
        }
        for cell in strip(sheet)
    ]


def place_said(percentile: int, field: int, lang: str) -> str:
    """Return a percentile among `field` people: `34e centile (sur 19)`, `34th percentile (of 19)`."""
    if lang == "fr":
        ending = "er" if percentile == 1 else "e"
    else:
        teen = 10 <= percentile % 100 <= 20
        ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(percentile % 10, "th")
    return say.word("ui", "percentile", lang).format(place=f"{percentile}{ending}", field=say.number(field, lang))


def _what(part: dict[str, Any], lang: str) -> str:
    rows = part["segments"]["rows"][:3]
    return _joined(
        (f"{one_line(row['segment'], 60)} {say.percent(row['share'], lang)}" for row in rows), part["segments"], lang
    )


def _when(part: dict[str, Any], lang: str) -> str:
    pace, last = part["posts_per_week"], part["last_at"]
    known = (
        []
        if pace["value"] is None
        else [f"{say.number(pace['value'], lang, 1)} {say.word('field', 'posts_per_week', lang)}"]
    )
    known += [] if last["value"] is None else [f"{say.word('field', 'last_at', lang)} {say.day(last['value'], lang)}"]
    return _joined(known, pace, lang)


def _where(part: dict[str, Any], lang: str) -> str:
    networks = [
        row["source"] if row["followers"] is None else f"{row['source']} ({say.number(row['followers'], lang)})"
        for row in part["accounts"]["rows"][:3]
    ]
    spoken = [f"{row['language']} {say.percent(row['share'], lang)}" for row in part["languages"]["rows"][:3]]
    return _joined([*networks, *spoken], part["accounts"], lang)


def _who(part: dict[str, Any], lang: str) -> str:
    rows = part["own_words"]["rows"][:1]
    return _joined((say.quoted(one_line(row["summary"], 160), lang) for row in rows), part["own_words"], lang)


def _how(part: dict[str, Any], lang: str) -> str:
    rows = part["tones"]["rows"]
    return _joined(
        (f"{say.word('tone', row['tone'], lang)} {say.percent(row['share'], lang)}" for row in rows),
        part["tones"],
        lang,
    )


def _why(part: dict[str, Any], lang: str) -> str:
    roles = [row_said("advised_role", row, lang) or "" for row in part.get("advised_role", {}).get("rows", [])]
    aims = [one_line(say.word("objective", one, lang), 60) for one in part.get("objectives", [])]
    return ", ".join([*roles, *aims]) or say.word("ui", "none", lang)


def _joined(told: Iterable[str | None], figure: dict[str, Any], lang: str) -> str:
    """Return what is known, or that it is unknown and why."""
    known = ", ".join(part for part in told if part)
    reason = say.word("missing", figure.get("missing", "not_observed"), lang)
    return known or f"{say.word('ui', 'unknown', lang)}{say.colon(lang)}{reason}"
