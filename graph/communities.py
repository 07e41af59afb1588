"""Groups of people who attend to one another: found, kept by name from run to run, and measured for firmness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import scipy.sparse as sp

from graph.ties import Pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.columns import Floats, Ints

SMALLEST = 3
TRIALS = 3
KEEPS_ITS_NAME = 0.3


@dataclass(frozen=True, slots=True)
class Communities:
    """`member` (n,) is the community number of each person, -1 for none; `ids` and `firmness` have one entry each."""

    member: Ints
    ids: tuple[str, ...]
    firmness: Floats

    @property
    def sizes(self) -> Ints:
        """Return the number of people of each community."""
        return np.bincount(self.member[self.member >= 0], minlength=len(self.ids))


def find(pairs: Pairs, *, seed: int = 0) -> Communities:
    """Return the Leiden communities of the pairs, largest first, those under three people dissolved.

    Firmness is the mean Jaccard overlap of a community with its best match when the ties are resampled (Hennig 2007,
    doi:10.1016/j.csda.2006.11.025): above 0.75 it is firm, under 0.5 it may be chance.
    """
    member = _ordered(_leiden(pairs, seed))
    n = int(member.max(initial=-1)) + 1
    firmness = np.zeros(n)
    rng = np.random.default_rng(seed)
    for trial in range(TRIALS if n else 0):
        drawn = pairs.weight * rng.poisson(1.0, len(pairs.weight))
        again = _louvain(
            Pairs(pairs.source, pairs.target, drawn, pairs.amplifies, pairs.n).keep(drawn > 0), seed + trial
        )
        firmness += overlaps(member, again).max(axis=1, initial=0.0) / TRIALS
    return Communities(member, tuple(f"c{i + 1}" for i in range(n)), firmness)


def overlaps(ours: Ints, theirs: Ints) -> Floats:
    """Return the Jaccard overlap (k, l) between the groups of two memberships of the same people; -1 is no group."""
    table = _table(ours, theirs)
    size, other = (np.bincount(m[m >= 0], minlength=w) for m, w in ((ours, table.shape[0]), (theirs, table.shape[1])))
    return np.asarray(table / np.maximum(size[:, None] + other[None, :] - table, 1))


def keep_names(found: Communities, previous: list[str | None]) -> Communities:
    """Return the communities under the ids they had before (`previous`: one id per person, None for none).

    A community takes the old id that it overlaps most, largest overlap first, if at least 0.3; others get new ids.
    """
    known = sorted({name for name in previous if name})
    number = {name: i for i, name in enumerate(known)}
    before = np.array([number.get(name or "", -1) for name in previous], np.int64)
    # Only people who had a community then can tell whose heir this one is: newcomers and the unlisted do not count.
    remembered = np.where(before >= 0, found.member, -1)
    table = (
        _padded(overlaps(remembered, before), len(found.ids)) if known and found.ids else np.zeros((len(found.ids), 0))
    )
    names: dict[int, str] = {}
    taken: set[int] = set()
    for flat in np.argsort(-table, axis=None, kind="stable"):
        row, column = divmod(int(flat), table.shape[1])
        if table[row, column] < KEEPS_ITS_NAME:
            break
        if row not in names and column not in taken:
            names[row] = known[column]
            taken.add(column)
    fresh = _fresh(known)
    return Communities(found.member, tuple(names.get(i) or next(fresh) for i in range(len(found.ids))), found.firmness)


def distinguishing(counts: Floats, *, top: int = 5) -> list[list[int]]:
    """Return per community the terms (column numbers) that set it apart, best first.

    `counts` (k, terms): people of the community who use the term. Score: log-odds against the other communities with an
    informative prior (Monroe, Colaresi and Quinn 2008, doi:10.1093/pan/mpn018), z above 1 only.
    """
    total = counts.sum(axis=0)
    prior = 0.5 + total / max(total.sum(), 1.0) * 50
    rest = total - counts
    ours, others = counts + prior, rest + prior
    odds = np.log(ours / (ours.sum(axis=1, keepdims=True) - ours + 1e-9))
    odds -= np.log(others / (others.sum(axis=1, keepdims=True) - others + 1e-9))
    z = np.where(counts > 0, odds / np.sqrt(1 / ours + 1 / others), -np.inf)
    order = np.argsort(-z, axis=1)[:, :top]
    return [[int(term) for term in row if z[i, term] > 1] for i, row in enumerate(order)]


def _leiden(pairs: Pairs, seed: int) -> Ints:
    return _numbers(nx.community.leiden_communities(pairs.graph().undirected(), seed=seed), pairs.n)


def _louvain(pairs: Pairs, seed: int) -> Ints:
    return _numbers(nx.community.louvain_communities(pairs.graph().undirected(), seed=seed), pairs.n)


def _numbers(groups: list[set[int]], n: int) -> Ints:
    member = np.full(n, -1, np.int64)
    for number, group in enumerate(g for g in groups if len(g) >= SMALLEST):
        member[list(group)] = number
    return member


def _ordered(member: Ints) -> Ints:
    sizes = np.bincount(member[member >= 0])
    place = np.empty(len(sizes), np.int64)
    place[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.where(member >= 0, place[member], -1) if len(sizes) else member


def _table(ours: Ints, theirs: Ints) -> Floats:
    shape = (int(ours.max(initial=-1)) + 1, int(theirs.max(initial=-1)) + 1)
    both = (ours >= 0) & (theirs >= 0)
    return np.asarray(sp.coo_array((np.ones(int(both.sum())), (ours[both], theirs[both])), shape).toarray())


def _padded(table: Floats, rows: int) -> Floats:
    return np.vstack([table, np.zeros((rows - len(table), table.shape[1]))])


def _fresh(known: list[str]) -> Iterator[str]:
    used = [int(name[1:]) for name in known if name[1:].isdigit()]
    number = max(used, default=0)
    while True:
        number += 1
        yield f"c{number}"
