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
    """Return the funnel as an SVG of 480 × 210, readable without colours; widths follow the square root of counts."""
    most = max(*funnel.counts.values(), 1)
    widths = {stage: 440 * (funnel.counts[stage] / most) ** 0.5 for stage in STAGES}
    parts = []
    for row, stage in enumerate(STAGES):
        top, below = widths[stage], widths[STAGES[min(row + 1, 2)]]
        y = 10 + 64 * row
        corners = " ".join(
            f"{240 + side * width / 2:.1f},{height}"
            for side, width, height in ((-1, top, y), (1, top, y), (1, below, y + 56), (-1, below, y + 56))
        )
        label = f"{funnel.counts[stage]} {NAMES[stage].to(lang)} {_told(funnel, stage, lang)}".strip()
        parts.append(
            f'<polygon points="{corners}" fill="{SHADES[stage]}" fill-opacity="0.85"/>'
            f'<text x="240" y="{y + 33}" text-anchor="middle" font-family="sans-serif" font-size="15" fill="#fff" '
            f'stroke="#222" stroke-width="2.5" paint-order="stroke">{escape(label)}</text>'
        )
    title = escape(Bilingual("Entonnoir de la relation", "Relationship funnel").to(lang))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 210" role="img">'
    return f"{head}<title>{title}</title>{''.join(parts)}</svg>\n"


def _told(funnel: Funnel, stage: str, lang: str) -> str:
    rate = funnel.conversion.get(stage)
    if rate is None:
        return ""
    percent = "\u202f%" if lang == "fr" else "%"
    return f"{100 * rate['value']:.0f}{percent} [{100 * rate['low']:.0f}–{100 * rate['high']:.0f}]"
