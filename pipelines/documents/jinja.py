"""The Jinja environments of the documents: HTML escapes all by itself, Markdown escapes where it is told to."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from pipelines.documents import codes, first_page, lines, outline, pictures, safe, say


@cache
def environment(lang: str, *, html: bool) -> Environment:
    """Return the environment for `lang`; with `html` every value is escaped unless a template says otherwise."""
    env = Environment(
        loader=ChoiceLoader([PackageLoader("pipelines.documents", place) for place in ("templates", "map/assets")]),
        autoescape=html,  # noqa: S701 - Markdown has its own escape, the filter `md`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "num": lambda value, digits=0: say.number(value, lang, digits),
        "pct": lambda value: say.percent(value, lang),
        "day": lambda value: say.day(value, lang),
        "word": lambda code, group: say.word(group, code, lang),
        "community": say.community,
        "signed": lambda value: say.signed(value, lang),
        "said": lambda row, field: lines.row_said(field, row, lang),
        "recorded": lambda row: outline.recorded(row, lang),
        "rule": lambda code: codes.tier_rule(code or "", lang),
        "href": safe.link,
        "line": safe.one_line,
        "md": safe.markdown,
    }
    env.globals |= {
        "ui": say.ui(lang),
        "lang": lang,
        "pictures": pictures,
        "strip": first_page.key_figures,
        "identity": first_page.identity,
        "colon": say.colon(lang),
    }
    return env


def style(name: str, package: str = "pipelines.documents.templates") -> tuple[str, str]:
    """Return the text of a style sheet or script of `package`, and the CSP source that allows just it."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"
