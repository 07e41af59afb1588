"""Geometry of the sheet's pictures: plain numbers that HTML (as SVG) and PDF draw alike."""

from __future__ import annotations

from typing import Any

from pipelines.documents.say import as_time

Row = dict[str, Any]
AXES = ("influence", "reach", "resonance", "relevance")


def bars(score: Row) -> list[Row]:
    """Return the four axes of one segment's scores: axis, value, low, high, n, missing."""
    return [
        {"axis": axis, "value": score[axis], **{k: score[f"{axis}_{k}"] for k in ("low", "high", "n", "missing")}}
        for axis in AXES
    ]


def heat(hours: list[Row]) -> list[list[tuple[int, int]]]:
    """Return 7 rows (Monday first) of 24 (posts, shade 0–4); shade 4 is the busiest hour."""
    counts = {(row["weekday"], row["hour"]): row["posts"] for row in hours}
    top = max(counts.values(), default=1)
    return [[_shade(counts.get((weekday, hour), 0), top) for hour in range(24)] for weekday in range(1, 8)]


def _shade(posts: int, top: int) -> tuple[int, int]:
    return posts, -(-4 * posts // top) if posts else 0


def ego(heard_by: list[Row], turned_to: list[Row], shown: int = 6) -> list[Row]:
    """Return who is drawn around the person: row, side (-1 who turns to them, 1 to whom), place 0–1, line width."""
    sides = ((-1, heard_by[:shown]), (1, turned_to[:shown]))
    most = max((row["ties"] for _, rows in sides for row in rows), default=1) or 1
    return [
        {"row": row, "side": side, "place": (at + 0.5) / len(rows), "width": 0.8 + 5 * row["ties"] / most}
        for side, rows in sides
        for at, row in enumerate(rows)
    ]


def months(rows: list[Row], newest: int = 12) -> list[Row]:
    """Return the newest months with heights of 0–1 for all posts and for those on the subject."""
    rows = rows[-newest:]
    top = max((row["posts"] for row in rows), default=1)
    return [{**row, "height": row["posts"] / top, "on_height": row["on_topic"] / top} for row in rows]


def topics(rows: list[Row]) -> list[Row]:
    """Return topics with lengths of 0–1, the most frequent filling the width."""
    top = max((row["share"] for row in rows), default=1) or 1
    return [{**row, "length": row["share"] / top} for row in rows]


def line(rows: list[Row], width: float = 300, height: float = 60) -> list[Row]:
    """Return one line per account of the audience counted: points in a width × height box, first and last figures."""
    series: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if (when := as_time(row["day"])) is not None:
            series.setdefault(row["account_id"], []).append((when.toordinal(), row["followers"]))
    return [_scaled(account, points, width, height) for account, points in series.items() if len(points) > 1]


def _scaled(account: str, points: list[tuple[float, float]], width: float, height: float) -> Row:
    days, counts = [p[0] for p in points], [p[1] for p in points]
    low, spread = min(counts), (max(counts) - min(counts)) or 1
    span = (days[-1] - days[0]) or 1
    places = [
        (round(width * (d - days[0]) / span, 1), round(height - height * (c - low) / spread, 1)) for d, c in points
    ]
    return {"account_id": account, "points": places, "first": counts[0], "last": counts[-1],
            "path": " ".join(f"{x},{y}" for x, y in places)}  # fmt: skip
