"""Suite `tiers`: steps 1 to 4 on a sandbox whose truth is known, scored per person and segment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import UserError
from pipelines.evaluate.folder import read_columns
from pipelines.evaluate.result import Figure, SuiteResult, bootstrap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("account", "segment", "tier", "community", "person", "true_rank", "opted_out")
TIERS = ("macro", "magic_middle", "micro", "")
TOP = 50
Key = tuple[str, str]


def evaluate(path: Path) -> SuiteResult:
    """Return tier F1, precision and recall at 50, community NMI and interval coverage of a run on a sandbox folder."""
    from pipelines.trial import run_offline

    truth = read_truth(path)
    started = time.perf_counter()
    rows = run_offline(path)
    seconds = time.perf_counter() - started
    return score(truth, rows, seconds)


def read_truth(path: Path) -> list[dict[str, str]]:
    """Return the truth's rows, those who opted out left aside: they are never judged."""
    found = read_columns(path / "truth.csv", COLUMNS)
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*(found[name] for name in COLUMNS), strict=True)]
    return [row for row in rows if row["opted_out"].strip().lower() not in {"1", "true"}]


def score(truth: list[dict[str, str]], rows: list[dict[str, Any]], seconds: float) -> SuiteResult:
    """Return the suite's answer; `rows` are those of detection.candidates, with account_id."""
    if not truth:
        raise UserError("truth.csv ne juge personne", "truth.csv judges nobody")
    found = {(row["account_id"], row["segment"]): row for row in rows}
    judged = _judged(truth, found)
    expected = np.array([TIERS.index(_tier(t["tier"])) for t, _ in judged])
    given = np.array([TIERS.index(_tier(r["tier"]) if r else "") for _, r in judged])
    figures = {
        "tier_macro_f1": bootstrap(lambda i: float(np.nanmean(_f1(expected[i], given[i]))), len(judged)),
        **_top(truth, rows),
        "community_nmi": _nmi(judged),
        "interval_coverage": _coverage(judged),
    }
    return SuiteResult(
        "tiers", len(judged), seconds, figures, groups=_groups(expected, given), baseline=_baseline(truth, rows)
    )


Judged = list[tuple[dict[str, str], "dict[str, Any] | None"]]


def _judged(truth: list[dict[str, str]], found: dict[Key, dict[str, Any]]) -> Judged:
    """Pair each person of the truth who has a place in a segment with the row of one of their accounts there."""
    people: dict[Key, tuple[dict[str, str], dict[str, Any] | None]] = {}
    for row in truth:
        if not row["segment"]:
            continue
        key = (row["person"] or row["account"], row["segment"])
        match = found.get((row["account"], row["segment"]))
        if key not in people or people[key][1] is None:
            people[key] = (row, match)
    return list(people.values())


def _tier(value: str | None) -> str:
    return value if value in TIERS else ""


def _f1(expected: NDArray[Any], given: NDArray[Any]) -> NDArray[np.float64]:
    """Return the F1 of each tier, NaN for one that is neither there nor given."""
    result = np.full(len(TIERS), np.nan)
    for code in range(len(TIERS)):
        right = np.sum((expected == code) & (given == code))
        total = np.sum(expected == code) + np.sum(given == code)
        result[code] = 2 * right / total if total else np.nan
    return result


def _groups(expected: NDArray[Any], given: NDArray[Any]) -> dict[str, dict[str, Figure]]:
    def one(code: int) -> Figure:
        if not np.any(expected == code):
            return Figure(None, missing="no_such_tier_in_truth")
        return bootstrap(lambda rows: float(_f1(expected[rows], given[rows])[code]), len(expected))

    return {name or "none": {"f1": one(code)} for code, name in enumerate(TIERS)}


def _top(truth: list[dict[str, str]], rows: list[dict[str, Any]]) -> dict[str, Figure]:
    """Everybody listed counts: somebody of another subject in the top 50 takes a place."""
    precision, recall = [], []
    for segment in _segments(truth):
        true = _true_top(truth, segment)
        ranked = sorted((r["rank"], r["account_id"]) for r in rows if r["segment"] == segment and r["rank"] is not None)
        people = _people(truth)
        listed = list(dict.fromkeys(people.get(account, account) for _, account in ranked))[:TOP]
        if true and listed:
            found = len(true.intersection(listed))
            precision.append(found / min(TOP, len(true)))
            recall.append(found / len(true))
    if not precision:
        return {name: Figure(None, missing="no_ranks_in_truth") for name in ("precision_50", "recall_50")}
    return {"precision_50": _mean(precision), "recall_50": _mean(recall)}


def _people(truth: list[dict[str, str]]) -> dict[str, str]:
    return {t["account"]: t["person"] or t["account"] for t in truth}


def _segments(truth: list[dict[str, str]]) -> list[str]:
    return sorted({t["segment"] for t in truth if t["segment"]})


def _true_top(truth: list[dict[str, str]], segment: str) -> set[str]:
    people = _people(truth)
    return {people[t["account"]] for t in truth if t["segment"] == segment and 0 < _number(t["true_rank"]) <= TOP}


def _mean(values: list[float]) -> Figure:
    from pipelines.evaluate.result import mean_with_interval

    return mean_with_interval(np.array(values))


def _nmi(judged: Judged) -> Figure:
    from sklearn.metrics import normalized_mutual_info_score

    both = [(t["community"], r["community_id"]) for t, r in judged if r and t["community"] and r["community_id"]]
    if len(both) < 2:
        return Figure(None, missing="no_communities_in_common")
    ours, theirs = (np.array(side) for side in zip(*both, strict=True))
    return bootstrap(lambda rows: float(normalized_mutual_info_score(ours[rows], theirs[rows])), len(both), draws=50)


def _coverage(judged: Judged) -> Figure:
    inside = [
        float(r["rank_low"] <= _number(t["true_rank"]) <= r["rank_high"])
        for t, r in judged
        if r and r["rank_low"] is not None and _number(t["true_rank"]) > 0
    ]
    if not inside:
        return Figure(None, missing="no_ranks_in_truth")
    values = np.array(inside)
    return bootstrap(lambda rows: float(values[rows].mean()), len(values))


def _baseline(truth: list[dict[str, str]], rows: list[dict[str, Any]]) -> dict[str, float | str | None]:
    """Return precision at 50 of the people on the subject ordered by followers."""
    people, shares = _people(truth), []
    for segment in _segments(truth):
        true = _true_top(truth, segment)
        here = [r for r in rows if r["segment"] == segment and (r["on_topic_posts"] or 0) > 0]
        ranked = sorted((-(r["followers"] or 0), r["account_id"]) for r in here)
        listed = list(dict.fromkeys(people.get(account, account) for _, account in ranked))[:TOP]
        if true:
            shares.append(len(true.intersection(listed)) / min(TOP, len(true)))
    name = "followers, among those who post on the subject"
    return {"name": name, "precision_50": float(np.mean(shares)) if shares else None}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
