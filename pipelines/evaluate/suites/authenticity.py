"""Suite `authenticity`: signals in profiles, beside what a judge said of the accounts."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from data.errors import UserError
from graph.profiles import Profiles, doubt, signals
from pipelines.evaluate.account_posts import shown
from pipelines.evaluate.auc import auc, auc_figure
from pipelines.evaluate.folder import read_table
from pipelines.evaluate.result import Figure, SuiteResult

if TYPE_CHECKING:
    from pathlib import Path

    from graph.columns import Floats

# The label says 1 (or one of these) for an account that its judge did not take for a genuine person.
MARKED = frozenset(
    {"1", "1.0", "true", "yes", "fake", "bot", "automated", "spam", "spammer", "inauthentic", "suspicious"}
)
GENUINE = frozenset({"0", "0.0", "false", "no", "real", "genuine", "human", "authentic", "legitimate", ""})
# A signal of this strength or more shows.
SHOWS = 0.5
YES = frozenset({"1", "true", "t", "yes"})
Row = dict[str, str]


def evaluate(path: Path) -> SuiteResult:
    """Return the AUC of the doubt that the profiles of `accounts.csv` raise; baseline: following per follower.

    Several rows of one account are its observations over time. Labels: see MARKED and GENUINE. With a `posts.csv`
    beside it (account, published_at, text, in_reply_to, repost_of…), what the map sees in posts is added. Groups are
    the signals, each with its own AUC and the number of accounts that show it.
    """
    histories = _histories(read_table(path / "accounts.csv", ("label",)))
    truth = np.array([_marked(rows[-1]["label"]) for rows in histories], bool)
    written = read_table(path / "posts.csv", ("account", "published_at")) if (path / "posts.csv").exists() else []
    started = time.perf_counter()
    profiles = _profiles(histories)
    score, found = doubt(profiles), signals(profiles)
    if written:
        seen = shown(written, [rows[-1].get("native_id") or rows[-1].get("account_id", "") for rows in histories])
        score, found = score + seen.doubt, found | seen.signals
    seconds = time.perf_counter() - started
    ratio = np.log1p(profiles.following) - np.log1p(profiles.followers)
    baseline: dict[str, float | str | None] = {
        "name": "following per follower",
        "auc": None if truth.all() or not truth.any() else auc(ratio, truth),
    }
    groups = {
        name: {"auc": auc_figure(values, truth), "shown": Figure(float((np.nan_to_num(values) >= SHOWS).sum()))}
        for name, values in found.items()
        if np.isfinite(values).any()
    }
    figures = {"auc": auc_figure(score, truth)}
    return SuiteResult("authenticity", len(truth), seconds, figures, groups=groups, baseline=baseline)


def _histories(rows: list[Row]) -> list[list[Row]]:
    """Return the rows of each account in order of time; a row without an id is an account of its own."""
    found: dict[str, list[Row]] = {}
    for number, row in enumerate(rows):
        name = row.get("account_id") or ":".join(filter(None, (row.get("source"), row.get("native_id"))))
        found.setdefault(name or f"row {number}", []).append(row)
    return [sorted(history, key=lambda row: row.get("observed_at") or "") for history in found.values()]


def _marked(label: str) -> bool:
    word = label.strip().lower()
    if word not in MARKED and word not in GENUINE:
        raise UserError(
            f"accounts.csv : label « {label} » : écrivez 0 ou 1", f'accounts.csv: label "{label}": write 0 or 1'
        )
    return word in MARKED


def _profiles(histories: list[list[Row]]) -> Profiles:
    last = [rows[-1] for rows in histories]
    seen = [_time(row.get("observed_at")) or _time(row.get("last_seen")) for row in last]
    newest = max(filter(None, seen), default=None) or max(filter(None, map(_created, last)), default=None)
    ages = [_days(_created(row), at or newest) for row, at in zip(last, seen, strict=True)]
    return Profiles(
        followers=_numbers(last, "followers"),
        following=_numbers(last, "following"),
        posts=_numbers(last, "posts"),
        age_days=np.array(ages),
        growth=np.array([_growth(rows) for rows in histories]),
        digits=np.array([_digits(row) for row in last], float),
        described=np.array([bool((row.get("summary") or "").strip()) or "summary" not in row for row in last]),
        named=np.array([bool((row.get("display_name") or "").strip()) or "display_name" not in row for row in last]),
        automated=np.array([(row.get("is_automated") or "").strip().lower() in YES for row in last]),
    )


def _numbers(rows: list[Row], name: str) -> Floats:
    return np.array([_number(row.get(name)) for row in rows])


def _number(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return float("nan")
    return value if 0 <= value < float("inf") else float("nan")


def _digits(row: Row) -> int:
    name = (row.get("handle") or "").strip().lstrip("@").split("@")[0]
    end = re.search(r"\d{1,20}$", name)
    return len(end.group()) if end else 0


def _growth(rows: list[Row]) -> float:
    """Return the largest relative gain of followers per day between two observations, NaN with fewer than two."""
    known = [
        (at, n) for row in rows if (at := _time(row.get("observed_at"))) and (n := _number(row.get("followers"))) >= 0
    ]
    gains = [
        (after - before) / max(before, 10.0) / max((late - early).total_seconds() / 86400, 1.0)
        for (early, before), (late, after) in pairwise(known)
    ]
    return max(gains, default=float("nan"))


def _created(row: Row) -> datetime | None:
    return _time(row.get("created_at"))


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _days(start: datetime | None, end: datetime | None) -> float:
    return float("nan") if start is None or end is None else max((end - start).total_seconds() / 86400, 0.0)
