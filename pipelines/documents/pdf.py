"""The sheet as PDF, set by typst; the sheet's texts travel as JSON and are never read as markup."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.documents import pictures, say
from pipelines.documents.codes import tier_rule
from pipelines.documents.coverage import coverage_text
from pipelines.documents.outline import outline
from pipelines.documents.safe import link, one_line

if TYPE_CHECKING:
    from pipelines.documents.read import Sheet


def render_pdf(sheet: Sheet, lang: str, counter: list[dict[str, str]]) -> bytes:
    """Return the sheet as an A4 PDF; `counter` holds the sentences of what speaks against."""
    data = orjson.dumps(_data(sheet, lang, counter)).decode()
    compiler, source = _compiler()
    pdf: bytes = compiler.compile(input=source, format="pdf", sys_inputs={"data": data})
    return pdf


@cache
def _compiler() -> tuple[Any, bytes]:
    """Return one compiler for all sheets, which keeps the fonts it has read, and the template."""
    import typst

    source = resources.files("pipelines.documents.templates").joinpath("sheet.typ").read_bytes()
    return typst.Compiler(), source


def _data(sheet: Sheet, lang: str, counter: list[dict[str, str]]) -> dict[str, Any]:
    ui = say.ui(lang)
    best = sheet.scores[0] if sheet.scores else None
    hours, posts = sheet.parts["when"]["hours"], sheet.parts["what"]["signature_posts"]
    return {
        "lang": lang,
        "title": sheet.name or ui["nameless"],
        "eyebrow": f"{ui['sheet']} · {sheet.run['brief']} · {say.day(sheet.run['as_of'], lang)}",
        "handle": _handle(sheet, lang),
        "chips": _chips(best, lang),
        "lede": lede(sheet, lang),
        "bars": _bars(best, lang),
        "rule": _rule(best, lang),
        "heat": _heat(hours["rows"], ui),
        "heat_missing": say.word("missing", hours.get("missing", ""), lang),
        "posts": [_post(post, lang) for post in posts["rows"][:3]],
        "posts_missing": say.word("missing", posts.get("missing", ""), lang),
        "sections": [{**part, "lines": [_line(line, lang) for line in part["lines"]]} for part in outline(sheet, lang)],
        "counter": [sentence["text"] for sentence in counter],
        "words": {key: ui[key] for key in ("score_note", "heat", "signature", "source", "counter", "counter_none")}
        | {"scores": say.word("field", "scores", lang).capitalize()},
        "foot": footer(sheet, lang),
    }


def lede(sheet: Sheet, lang: str) -> str:
    """Return the sentence under the name: segment, rank with its interval, the brief's reason."""
    ui = say.ui(lang)
    reason = one_line(sheet.parts["why"].get("reason") or "", 400)
    if not sheet.scores:
        return reason
    best = sheet.scores[0]
    said = f"{one_line(best['segment'], 80)} : "
    if best["rank"] is None:
        return f"{said}{ui['unknown']}. {reason}"
    said += f"{ui['rank']} {say.number(best['rank'], lang)}"
    if best["rank_low"] is not None and best["rank_high"] is not None:
        between = {"low": best["rank_low"], "high": best["rank_high"], "field": best["field"]}
        said += ", " + ui["rank_between"].format(**between)
    return f"{said}. {reason}"


def footer(sheet: Sheet, lang: str) -> dict[str, Any]:
    """Return the footer: window, run, brief hash, version, coverage, and how to read it."""
    ui, run, params = say.ui(lang), sheet.run, sheet.evidence["params"]
    window = f"{ui['window']} : {say.day(params['since'], lang)} – {say.day(params['as_of'], lang)}"
    run_said = f"{ui['run']} {run['run_id']} · {ui['query_hash']} {run['brief_hash'] or ui['unknown']}"
    version = f"{ui['version']} vigie {run['code_version'] or ui['unknown']}"
    coverage = one_line(coverage_text(run["coverage"]), 900) or ui["coverage_none"]
    return {
        "short": f"{ui['sheet']} · {window}",
        "lines": [
            f"{window} · {run_said} · {version}",
            f"{ui['coverage']} : {coverage}",
            f"{ui['made']} {ui['rights']}",
        ],
    }


def _handle(sheet: Sheet, lang: str) -> str:
    account = sheet.account
    if not account:
        return ""
    said = f"{one_line(account['handle'] or account['account_id'], 90)} · {account['source']}"
    if account["followers"] is None:
        return said
    return f"{said} · {say.number(account['followers'], lang)} {say.word('ui', 'followers', lang)}"


def _chips(best: dict[str, Any] | None, lang: str) -> list[str]:
    if best is None:
        return []
    labels = [*(best["labels"] or []), *([best["role"]] if best["role"] else [])]
    said = [one_line(say.word("label", label, lang), 60) for label in labels]
    return [say.word("tier", best["tier"] or "none", lang), *said, say.word("status", best["status"], lang)]


def _rule(best: dict[str, Any] | None, lang: str) -> str:
    if best is None:
        return ""
    if best["tier"] is None:
        return say.word("missing", best["tier_missing"] or "not_observed", lang)
    return f"{say.word('ui', 'tier_rule', lang)} : {tier_rule(best['tier_rule'] or '', lang)}"


def _bars(best: dict[str, Any] | None, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "label": say.word("axis", bar["axis"], lang),
            "first": bar["axis"] == "influence",
            **{key: bar[key] for key in ("value", "low", "high")},
            "said": say.number(bar["value"], lang),
            "n": "" if bar["n"] is None else f"n = {say.number(bar['n'], lang)}",
            "missing": say.word("missing", bar["missing"] or "not_observed", lang),
        }
        for bar in (pictures.bars(best) if best else [])
    ]


def _heat(hours: list[dict[str, Any]], ui: dict[str, str]) -> list[dict[str, Any]]:
    if not hours:
        return []
    rows = zip(ui["weekdays"].split(), pictures.heat(hours), strict=True)
    return [{"name": name, "shades": [shade for _, shade in row]} for name, row in rows]


def _post(post: dict[str, Any], lang: str) -> dict[str, Any]:
    by = say.day(post["published_at"], lang)
    if post["reactions"] is not None:
        by += f" · {say.number(post['reactions'], lang)} {say.word('ui', 'reactions', lang)}"
    return {"text": one_line(post["text"] or "", 420), "by": by, "url": link(post["url"])}


def _line(line: dict[str, Any], lang: str) -> dict[str, Any]:
    count = "" if line["n"] is None else f"n = {say.number(line['n'], lang)}"
    return {"label": line["label"], "value": line["value"], "missing": line["missing"], "n": count}
