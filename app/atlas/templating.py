"""The atlas's templates, on those of the documents: same words, same macros, everything escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from app.atlas import charts
from app.atlas.words import missing, signal, words
from data.notes import FIELDS as NOTE_FIELDS
from pipelines.documents import say
from pipelines.documents.coverage import fact_said
from pipelines.documents.jinja import environment as documents_environment
from pipelines.relation.words import words as relation_words

if TYPE_CHECKING:
    from datetime import datetime


@cache
def environment(lang: str) -> Environment:
    """Return the environment of `lang`."""
    base = documents_environment(lang, html=True)
    assert base.loader is not None
    env = base.overlay(loader=ChoiceLoader([PackageLoader("app.atlas", "templates"), base.loader]))
    env.filters = {
        **base.filters,
        "missing": lambda code: missing(code, lang),
        "signal": lambda code: signal(code, lang),
        "moment": lambda value: _moment(value, lang),
        "query": _query,
        "fact_said": lambda text: fact_said(text, lang),
        "figure": lambda value: _figure(value, lang),
        "kpi": lambda code: relation_words("kpi", lang).get(str(code), str(code).replace("_", " ")),
        "cell": lambda value: _cell(value, lang),
    }
    env.globals = {**base.globals, "t": words(lang), "charts": charts, "note_fields": NOTE_FIELDS}
    return env


def render(lang: str, template: str, values: dict[str, Any]) -> str:
    """Return a rendered page; characters that no encoding carries are replaced."""
    text = environment(lang).get_template(template).render(values)
    return text.encode("utf-8", "replace").decode("utf-8")


def _query(params: dict[str, object], **changed: object) -> Markup:
    """Return `?a=b…` of the parameters that have a value, with some of them changed."""
    kept = {key: value for key, value in {**params, **changed}.items() if value not in (None, "")}
    return Markup("?{}").format(urlencode(kept)) if kept else Markup("?")


def _moment(value: datetime | None, lang: str) -> str:
    return "–" if value is None else f"{say.day(value, lang)}, {value:%H:%M} UTC"


def _figure(value: object, lang: str) -> str:
    """Return a number with as many digits as it deserves, or the text itself."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    whole = isinstance(value, int) or abs(value) >= 100
    return say.number(value, lang, 0 if whole else (1 if abs(value) >= 10 else 3 if abs(value) < 1 else 2))


def _cell(value: object, lang: str) -> str:
    """Return one cell of an answer whose columns are not known beforehand."""
    if value is None:
        return "–"
    if hasattr(value, "isoformat"):
        return str(value.isoformat(" ", "minutes")) if hasattr(value, "hour") and hasattr(value, "year") else str(value)
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item, lang) for item in value[:20])
    return _figure(value, lang)
