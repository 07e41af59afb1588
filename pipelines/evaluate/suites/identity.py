"""Suite `identity`: which accounts of a sandbox are one person, as proven by what their profiles declare."""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from data.warehouse.store import open_store
from pipelines.evaluate.result import Figure, SuiteResult, bootstrap
from pipelines.evaluate.suites.tiers import read_truth

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 100
Pairs = set[tuple[str, str]]


def evaluate(path: Path) -> SuiteResult:
    """Return precision and recall of the pairs of accounts joined into one person; baseline: same displayed name."""
    from pipelines.detection.identity import update_persons
    from pipelines.trial import prepare

    truth = {row["account"]: row["person"] for row in read_truth(path) if row["person"]}
    with TemporaryDirectory(prefix="vigie-") as scratch:
        discovery = prepare(path, Path(scratch))
        with open_store(discovery.workspace.store) as connection:
            started = time.perf_counter()
            update_persons(connection)
            seconds = time.perf_counter() - started
            joined = dict(connection.execute("SELECT account_id, person_id FROM core.person_accounts").fetchall())
            named = dict(
                connection.execute(
                    "SELECT account_id, lower(display_name) FROM core.accounts WHERE display_name <> ''"
                ).fetchall()
            )
    figures = score(truth, joined)
    alike = score(truth, named)
    baseline: dict[str, float | str | None] = {
        "name": "the same displayed name",
        **{name: figure.value for name, figure in alike.items()},
    }
    return SuiteResult("identity", len(truth), seconds, figures, baseline=baseline)


def score(truth: Mapping[str, str], given: Mapping[str, str]) -> dict[str, Figure]:
    """Return pair precision and recall among the accounts that the truth speaks of."""
    true = pairs(truth)
    found = pairs({account: person for account, person in given.items() if account in truth})
    return {
        "pair_precision": _share([pair in true for pair in sorted(found)], "no_pairs_found"),
        "pair_recall": _share([pair in found for pair in sorted(true)], "no_pairs_in_truth"),
    }


def pairs(person_of: Mapping[str, str]) -> Pairs:
    """Return every two accounts of one person, each pair once, in order; nobody has more than LARGEST accounts."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for account, person in person_of.items():
        groups[person].append(account)
    return {
        pair for accounts in groups.values() if len(accounts) <= LARGEST for pair in combinations(sorted(accounts), 2)
    }


def _share(right: list[bool], missing: str) -> Figure:
    if not right:
        return Figure(None, missing=missing)
    values = np.array(right, float)
    return bootstrap(lambda rows: float(values[rows].mean()), len(values))
