"""A relationship's score at each month's end, drawn as bars with the month and the figure under and over them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, FLOOR, TOP = 640, 200, 165, 30
TEAL, RUST, INK = "#0B5A6B", "#BC5F04", "#1C2426"
Month = tuple[str, float | None, str]


def draw_trend(months: Sequence[Month], lang: str) -> str:
    """Return an SVG of 640 × 200; `months` are label, score (None once contact stopped) and the score in words."""
    scores = [score for _, score, _ in months if score is not None]
    if not scores:
        return ""
    most, least = max(0.0, *scores), min(0.0, *scores)
    scale = (FLOOR - TOP) / max(most - least, 0.01)  # scores are rounded to the cent
    zero = TOP + most * scale
    step = WIDTH / len(months)
    parts = []
    for at, (label, score, said) in enumerate(months):
        middle = step * (at + 0.5)
        parts.append(_words(label, middle, HEIGHT - 8))
        if score is None:
            continue
        high = abs(score) * scale
        y = zero - high if score > 0 else zero
        fill = TEAL if score >= 0 else RUST
        box = f'x="{middle - step * 0.3:.1f}" y="{y:.1f}" width="{step * 0.6:.1f}" height="{high:.1f}"'
        parts.append(f'<rect {box} fill="{fill}"/>')
        parts.append(_words(said, middle, y - 6 if score >= 0 else zero - 6))
    title = escape(Bilingual("Score de proximité, mois par mois", "Proximity score, month by month").to(lang))
    line = f'<line x1="0" y1="{zero:.1f}" x2="{WIDTH}" y2="{zero:.1f}" stroke="{INK}" stroke-width="0.8"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return f"{head}<title>{title}</title>{''.join(parts)}{line}</svg>\n"


def _words(text: str, x: float, y: float) -> str:
    style = f'font-family="sans-serif" font-size="11" fill="{INK}" text-anchor="middle"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
