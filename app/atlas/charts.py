"""Geometry of the atlas's pictures: plain numbers that templates draw as SVG."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
COLOURS = 6


def stacked(rows: list[Row], days: float, *, width: float = 860, height: float = 240, gap: float = 0.22) -> Row:
    """Return columns of stacked counts, one per period of `days`; a period without rows leaves its place empty.

    `rows` have since, counterpart, counterpart_kind, posts, share.

    The answer has `names` (name, kind, colour), `columns` (since, x, width, parts with y, height, colour) and
    `top`, the tallest column's count.
    """
    kinds = {row["counterpart"]: row["counterpart_kind"] for row in rows}
    names = sorted(kinds, key=lambda name: (kinds[name] != "brand", name))
    colour = {name: min(at, COLOURS - 1) for at, name in enumerate(names)}
    periods = sorted({row["since"] for row in rows})
    top = max((sum(r["posts"] for r in rows if r["since"] == since) for since in periods), default=1)
    count = round((periods[-1] - periods[0]).days / days) + 1 if periods else 1
    step = min(width / count, 90)
    columns = []
    for since in periods:
        at = round((since - periods[0]).days / days)
        mine = sorted((r for r in rows if r["since"] == since), key=lambda r: colour[r["counterpart"]])
        parts = _parts(mine, colour, top, height)
        columns.append({"since": since, "x": round(step * at, 1), "width": round(step * (1 - gap), 1), "parts": parts})
    legend = [{"name": name, "kind": kinds[name], "colour": colour[name]} for name in names]
    return {"names": legend, "columns": columns, "top": top, "width": width, "height": height, "step": step}


def _parts(rows: list[Row], colour: dict[str, int], top: int, height: float) -> list[Row]:
    """Return one column's rectangles from the bottom up."""
    parts, base = [], height
    for row in rows:
        tall = height * row["posts"] / max(top, 1)
        base -= tall
        parts.append({**row, "y": round(base, 1), "height": round(tall, 1), "colour": colour[row["counterpart"]]})
    return parts


def mix(counts: list[tuple[str, int]], width: float = 240) -> list[Row]:
    """Return adjoining rectangles for counts by code, as wide as their share."""
    total = sum(count for _, count in counts) or 1
    found, x = [], 0.0
    for code, count in counts:
        wide = width * count / total
        found.append({"code": code, "count": count, "x": round(x, 1), "width": round(wide, 1)})
        x += wide
    return found
