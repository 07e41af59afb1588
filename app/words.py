"""What codes are called where the command line shows them, from `words.toml`; `--json` keeps the codes."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
        resources.files("app").joinpath("words.toml").read_text(encoding="utf-8")
    )
    return found


def called(group: str, code: object, lang: str) -> str:
    """Return what `code` of `group` is called in `lang`; an unknown code is shown as its own words."""
    known = _words()[group].get(str(code))
    return known["fr" if lang == "fr" else "en"] if known else str(code or "").replace("_", " ")


def why_asked(text: str, lang: str) -> str:
    """Return why the crawl queued a request, in words; a beginning that is known is translated, its end kept."""
    known = _words()["why"]
    if text in known:
        return called("why", text, lang)
    start = next((one for one in known if one.endswith(" ") and text.startswith(one)), "")
    return called("why", start, lang) + text[len(start) :] if start else text
