"""Renders one 5W sheet as HTML, Markdown, JSON, PDF, DOCX or XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from data.errors import UserError
from pipelines.documents import say
from pipelines.documents.codes import signal
from pipelines.documents.coverage import coverage_text
from pipelines.documents.jinja import environment, style
from pipelines.documents.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.documents.read import Sheet


def render_sheet(sheet: Sheet, lang: str, form: str) -> bytes:
    """Return the sheet in `form` (a key of FORMS), in French or English; another form raises UserError."""
    check_form(form)
    return FORMS[form](sheet, lang)


def check_form(form: str) -> None:
    """Raise UserError when `form` is no form of a sheet."""
    if form not in FORMS:
        raise UserError(f"format inconnu : {one_line(form)} (connus : {', '.join(FORMS)})",
                        f"unknown format: {one_line(form)} (known: {', '.join(FORMS)})")  # fmt: skip


def _html(sheet: Sheet, lang: str) -> bytes:
    css, csp = style("style.css")
    page = environment(lang, html=True).get_template("sheet.html.j2")
    return _utf8(page.render(css=css, csp=csp, **_values(sheet, lang)))


def _markdown(sheet: Sheet, lang: str) -> bytes:
    page = environment(lang, html=False).get_template("sheet.md.j2")
    return _utf8(page.render(**_values(sheet, lang)))


def _values(sheet: Sheet, lang: str) -> dict[str, Any]:
    """Return what the templates are filled with."""
    coverage = coverage_text(sheet.run["coverage"], lang)
    return {"sheet": sheet, "counter": counter(sheet, lang), "statements": sheet.statements(), "coverage": coverage}


def _json(sheet: Sheet, lang: str) -> bytes:
    del lang
    content = {"person_id": sheet.person_id, "name": sheet.name, "run": sheet.run, **sheet.parts}
    content["evidence"] = {**sheet.evidence, "sql": sheet.statements()}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z, default=str)


def _pdf(sheet: Sheet, lang: str) -> bytes:
    from pipelines.documents.pdf import render_pdf

    return render_pdf(sheet, lang, counter(sheet, lang))


def _docx(sheet: Sheet, lang: str) -> bytes:
    from pipelines.documents.word_file import render_docx

    return render_docx(sheet, lang, counter(sheet, lang))


def _xlsx(sheet: Sheet, lang: str) -> bytes:
    from pipelines.documents.sheet_workbook import render_workbook

    return render_workbook(sheet, lang, counter(sheet, lang))


FORMS: dict[str, Callable[[Sheet, str], bytes]] = {
    "html": _html,
    "md": _markdown,
    "json": _json,
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
}


def counter(sheet: Sheet, lang: str) -> list[dict[str, str]]:
    """Return what speaks against, as sentences: text, and the query each rests on."""
    return [
        {"text": say.word("counter", item["code"], lang).format_map(_said(item, lang)), "query": item["query"]}
        for item in sheet.evidence["counter"]
    ]


def _said(item: dict[str, Any], lang: str) -> dict[str, str]:
    """Return the figures of one counter signal in words; shares as percents."""
    as_share = item["column"].endswith("share")
    value = say.percent(item["value"], lang) if as_share else say.number(item["value"], lang)
    return {
        "value": value,
        "n": say.number(item.get("n"), lang),
        "high": say.number(item.get("high"), lang),
        "segment": one_line(item.get("segment", ""), 80),
        "name": one_line(item.get("name", ""), 80),
        "reason": signal(item.get("reason", ""), lang),
    }


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
