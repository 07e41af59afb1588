"""The sheet as PDF, set by typst; the sheet's texts travel as JSON and are never read as markup."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.documents import say
from pipelines.documents.codes import tier_rule
from pipelines.documents.coverage import coverage_text
from pipelines.documents.drawings import drawings
from pipelines.documents.first_page import glance, identity, key_figures
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
    drawn = drawings(sheet, lang)
    shared, parts = sheet.statement_parts()
    return {
        "lang": lang,
        "title": sheet.name or ui["nameless"],
        "eyebrow": f"{ui['sheet']} · {sheet.run['brief']} · {say.day(sheet.run['as_of'], lang)}",
        "handle": _handle(sheet, lang),
        "chips": _chips(best, sheet.stage, lang),
        "lede": lede(sheet, lang),
        "drawn": drawn,
        "captions": {name: caption(name, lang) for name in drawn},
        "identity": identity(sheet, lang),
        "glance": glance(sheet, lang),
        "strip": key_figures(sheet, lang),
        "strip_note": strip_note(sheet, lang),
        "rule": _rule(best, lang),
        "scores_missing": say.word("missing", sheet.parts["why"]["scores"].get("missing", ""), lang),
        "heat_missing": say.word("missing", hours.get("missing", ""), lang),
        "posts": [_post(post, lang) for post in posts["rows"][:3]],
        "posts_missing": say.word("missing", posts.get("missing", ""), lang),
        "sections": [{**part, "lines": [_line(line, lang) for line in part["lines"]]} for part in outline(sheet, lang)],
        "counter": [sentence["text"] for sentence in counter],
        "words": {
            key: ui[key]
            for key in (
                "score_note",
                "heat",
                "signature",
                "source",
                "counter",
                "counter_none",
                "unknowns",
                "unknowns_none",
                "proof",
                "proof_note",
                "proof_shared",
                "glance",
                "strip",
                "unknowns_fill",
                "pay_note",
                "counter_posts",
            )
        }
        | {"scores": say.word("field", "scores", lang).capitalize(), "networks": say.word("field", "accounts", lang)},
        "unknown": unknown_said(sheet, lang),
        "counter_posts": [_post(post, lang) for post in sheet.evidence["counter_posts"]],
        "sql": [{"name": "", "text": shared}, *({"name": name, "text": text} for name, text in parts.items())],
        "foot": footer(sheet, lang),
    }


def lede(sheet: Sheet, lang: str) -> str:
    """Return the sentence under the name: segment, rank with its interval, the brief's reason."""
    ui = say.ui(lang)
    reason = one_line(sheet.parts["why"].get("reason") or "", 400)
    if not sheet.scores:
        return reason
    best = sheet.scores[0]
    said = f"{one_line(best['segment'], 80)}{say.colon(lang)}"
    if best["rank"] is None:
        return f"{said}{ui['unknown']}. {reason}"
    said += f"{ui['rank']} {say.number(best['rank'], lang)}"
    if best["rank_low"] is not None and best["rank_high"] is not None:
        between = {"low": best["rank_low"], "high": best["rank_high"], "field": best["field"]}
        said += ", " + ui["rank_between"].format(**between)
    return f"{said}. {reason}"


def footer(sheet: Sheet, lang: str) -> dict[str, Any]:
    """Return the footer: window, run, brief hash, version, coverage, and how to read it."""
    ui, run, params, colon = say.ui(lang), sheet.run, sheet.evidence["params"], say.colon(lang)
    window = f"{ui['window']}{colon}{say.day(params['since'], lang)} – {say.day(params['as_of'], lang)}"
    run_said = f"{ui['run']} {run['run_id']} · {ui['query_hash']} {run['brief_hash'] or ui['unknown']}"
    version = (
        f"{ui['version']} vigie {run['code_version'] or ui['unknown']} · {ui['sheet_version']} {run['sheet_version']}"
    )
    coverage = one_line(coverage_text(run["coverage"], lang), 900) or ui["coverage_none"]
    return {
        "short": f"{ui['sheet']} · {window}",
        "lines": [
            f"{window} · {run_said} · {version}",
            f"{ui['coverage']}{colon}{coverage}",
            f"{ui['made']} {ui['rights']}",
        ],
    }


def _handle(sheet: Sheet, lang: str) -> str:
    account = sheet.account
    if not account:
        return ""
    said = f"{one_line(account['handle'] or account['account_id'], 90)} · {account['source']}"
    if account["followers"] is not None:
        said += f" · {say.number(account['followers'], lang)} {say.word('ui', 'followers', lang)}"
    return f"{said} · {say.word('ui', 'photo', lang)}"


def _chips(best: dict[str, Any] | None, stage: str | None, lang: str) -> list[str]:
    if best is None:
        return []
    labels = [*(best["labels"] or []), *([best["role"]] if best["role"] else [])]
    said = [one_line(say.word("label", label, lang), 60) for label in labels]
    held = [one_line(say.word("stage", stage, lang), 40)] if stage else []
    return [say.word("tier", best["tier"] or "none", lang), *said, say.word("status", best["status"], lang), *held]


def _rule(best: dict[str, Any] | None, lang: str) -> str:
    if best is None:
        return ""
    if best["tier"] is None:
        return say.word("missing", best["tier_missing"] or "not_observed", lang)
    return f"{say.word('ui', 'tier_rule', lang)}{say.colon(lang)}{tier_rule(best['tier_rule'] or '', lang)}"


def strip_note(sheet: Sheet, lang: str) -> str:
    """Return how the key figures are to be read, with the segment that percentiles are of."""
    segment = one_line(sheet.scores[0]["segment"], 60) if sheet.scores else say.word("ui", "none", lang)
    return say.word("ui", "strip_note", lang).format(segment=segment)


def caption(name: str, lang: str) -> str:
    """Return the title of one picture."""
    ui = say.ui(lang)
    titles = {"heat": ui["heat"], "ego": ui["ego"], "months": ui["monthly"], "trend": ui["growth"],
              "topics": say.word("field", "topics", lang), "bars": say.word("field", "scores", lang)}  # fmt: skip
    return titles[name][:1].upper() + titles[name][1:]


def unknown_said(sheet: Sheet, lang: str) -> list[str]:
    """Return what is not known as sentences: section, field, reason."""
    return [
        f"{say.word('section', one['section'], lang)}, {say.word('field', one['field'], lang)}{say.colon(lang)}"
        f"{say.word('missing', one['reason'], lang)}"
        for one in sheet.evidence["unknown"]
    ]


def _post(post: dict[str, Any], lang: str) -> dict[str, Any]:
    by = say.day(post["published_at"], lang)
    if post["reactions"] is not None:
        by += f" · {say.number(post['reactions'], lang)} {say.word('ui', 'reactions', lang)}"
    return {"text": one_line(post["text"] or "", 420), "by": by, "url": link(post["url"])}


def _line(line: dict[str, Any], lang: str) -> dict[str, Any]:
    count = "" if line["n"] is None else f"n = {say.number(line['n'], lang)}"
    return {**{key: line[key] for key in ("label", "value", "missing", "query")}, "n": count}
