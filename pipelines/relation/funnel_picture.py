"""The funnel drawn: bars in a terminal, an SVG for documents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from data.bilingual import Bilingual
from pipelines.relation.funnel import STAGES

if TYPE_CHECKING:
    from pipelines.relation.funnel import Funnel

NAMES = {
    "identified": Bilingual("identifiés", "identified"),
    "engaged": Bilingual("engagés", "engaged"),
    "active": Bilingual("actifs", "active"),
}
SHADES = {"identified": "#0B5A6B", "engaged": "#1F8A70", "active": "#BC5F04"}


def draw_text(funnel: Funnel, lang: str, width: int = 40) -> list[str]:
    """Return one line per stage: name, bar, count, share of the stage before."""
    most = max(*funnel.counts.values(), 1)
    lines = []
    for stage in STAGES:
        count = funnel.counts[stage]
        bar = "█" * max(round(width * count / most), 1 if count else 0)
        lines.append(f"{NAMES[stage].to(lang):<12}{bar:<{width}} {count:>6}  {_told(funnel, stage, lang)}".rstrip())
    return lines


def draw_svg(funnel: Funnel, lang: str) -> str:
    """Return the funnel as an SVG of 640 × 210, its words beside it; widths follow the square root of counts."""
    most = max(*funnel.counts.values(), 1)
    widths = {stage: 360 * (funnel.counts[stage] / most) ** 0.5 for stage in STAGES}
    parts = []
    for row, stage in enumerate(STAGES):
        top, below = widths[stage], widths[STAGES[min(row + 1, 2)]]
        y = 10 + 64 * row
        corners = " ".join(
            f"{190 + side * width / 2:.1f},{height}"
            for side, width, height in ((-1, top, y), (1, top, y), (1, below, y + 56), (-1, below, y + 56))
        )
        said = f"{funnel.counts[stage]} {NAMES[stage].to(lang)}"
        parts.append(f'<polygon points="{corners}" fill="{SHADES[stage]}"/>')
        parts.append(_words(said, y + 28, size=17) + _words(_told(funnel, stage, lang), y + 48, size=13))
    title = escape(Bilingual("Entonnoir de la relation", "Relationship funnel").to(lang))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 210" role="img">'
    return f"{head}<title>{title}</title>{''.join(parts)}</svg>\n"


def _words(text: str, y: int, *, size: int) -> str:
    """Return one line of the drawing's words, or nothing."""
    if not text:
        return ""
    style = f'font-family="sans-serif" font-size="{size}" fill="#1C2426"'
    return f'<text x="392" y="{y}" {style}>{escape(text)}</text>'


def _told(funnel: Funnel, stage: str, lang: str) -> str:
    rate = funnel.conversion.get(stage)
    if rate is None:
        return ""
    percent = "\u202f%" if lang == "fr" else "%"
    before = NAMES[STAGES[STAGES.index(stage) - 1]].to(lang)
    of = Bilingual("des", "of").to(lang)
    between = f"[{100 * rate['low']:.0f}–{100 * rate['high']:.0f}]"
    return f"{100 * rate['value']:.0f}{percent} {of} {before} {between}"
