"""When a person publishes: hours and days, cadence, silences, trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nlp.facts.posts import Post


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Posting rhythm in UTC: counts by weekday (Monday first) and hour, gaps in hours, longest silence in days."""

    posts: int
    first_at: datetime | None
    last_at: datetime | None
    grid: tuple[tuple[int, ...], ...]
    gap_median_hours: float | None
    gap_iqr_hours: tuple[float, float] | None
    per_week: float | None
    longest_silence_days: float | None
    silence_from: datetime | None
    post_ids: tuple[str, ...]


def rhythm(posts: Iterable[Post], *, as_of: datetime | None = None) -> Rhythm:
    """Return the rhythm of dated posts; with `as_of`, the silence since the last one counts as well."""
    dated = sorted((post.published_at, post.post_id) for post in posts if post.published_at)
    times = [at for at, _ in dated]
    grid = np.zeros((7, 24), dtype=np.int64)
    for at in times:
        grid[at.weekday(), at.hour] += 1
    gaps = np.array([(b - a).total_seconds() / 3600 for a, b in pairwise(times)])
    ends = [*times, as_of] if as_of and times and as_of > times[-1] else times
    silences = [(b - a, a) for a, b in pairwise(ends)]
    longest = max(silences, default=(timedelta(0), None), key=lambda s: s[0])
    low, middle, high = np.quantile(gaps, [0.25, 0.5, 0.75]) if len(gaps) else (np.nan,) * 3
    span = (times[-1] - times[0]).total_seconds() / 604_800 if times else 0.0
    return Rhythm(
        posts=len(times),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        grid=tuple(tuple(int(n) for n in row) for row in grid),
        gap_median_hours=float(middle) if len(gaps) else None,
        gap_iqr_hours=(float(low), float(high)) if len(gaps) else None,
        per_week=len(times) / span if span >= 1 else None,
        longest_silence_days=longest[0].total_seconds() / 86_400 if silences else None,
        silence_from=longest[1],
        post_ids=tuple(post_id for _, post_id in dated),
    )
