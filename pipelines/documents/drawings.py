"""The pictures of the HTML sheet on their own: SVG for the PDF, PNG for Word."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipelines.documents.jinja import environment

if TYPE_CHECKING:
    from pipelines.documents.read import Sheet

NAMES = ("bars", "heat", "ego", "months", "trend", "topics")
DOTS_PER_INCH = 220
SVG = re.compile(r"<svg viewBox=\"(?P<box>[-\d. ]+)\"(?P<rest>[^>]*)>(?P<inside>.*?)</svg>", re.DOTALL)
LABEL = re.compile(r'aria-label="([^"]*)"')


def drawings(sheet: Sheet, lang: str) -> dict[str, str]:
    """Return name → SVG of the pictures there are figures for, the same as the HTML sheet shows, in light colours."""
    macros: Any = environment(lang, html=True).get_template("macros.html.j2").module
    parts = sheet.parts
    heard, turned = parts["who"]["heard_by"]["rows"], parts["who"]["turned_to"]["rows"]
    drawn = {
        "bars": macros.bars(sheet.scores[0]) if sheet.scores else "",
        "heat": macros.heat(parts["when"]["hours"]["rows"]) if parts["when"]["hours"]["rows"] else "",
        "ego": macros.ego(heard, turned, sheet.name) if heard or turned else "",
        "months": macros.months(parts["when"]["months"]["rows"]) if parts["when"]["months"]["rows"] else "",
        "trend": macros.trend(parts["when"]["growth"]["rows"]) if parts["when"]["growth"]["rows"] else "",
        "topics": macros.topics(parts["what"]["topics"]["rows"]) if parts["what"]["topics"]["rows"] else "",
    }
    return {name: alone(str(svg), 11 if name == "ego" else 14) for name, svg in drawn.items() if SVG.search(str(svg))}


def alone(markup: str, letters: int) -> str:
    """Return the first picture of a page as an SVG file of its own, with its size and style; `letters` in pixels."""
    found = SVG.search(markup)
    assert found is not None
    left, top, width, height = found["box"].split()
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" width="{width}"'
    css = f"<style>text{{font-size:{letters}px}}{_style()}</style>"
    return f'{head} height="{height}"{found["rest"]}>{css}{found["inside"]}</svg>'


def told(svg: str) -> str:
    """Return what a picture says to who cannot see it."""
    found = LABEL.search(svg)
    return found[1].replace("&amp;", "&").replace("&#39;", "'").replace("&#34;", '"') if found else ""


def png(svg: str) -> bytes:
    """Return the picture as PNG on white, at DOTS_PER_INCH."""
    drawn: bytes = _compiler().compile(input=_page(), format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg})
    return drawn


@cache
def _compiler() -> Any:
    import typst

    return typst.Compiler()


@cache
def _page() -> bytes:
    return resources.files("pipelines.documents.templates").joinpath("drawing.typ").read_bytes()


@cache
def _style() -> str:
    return resources.files("pipelines.documents.templates").joinpath("drawing.css").read_text(encoding="utf-8")
