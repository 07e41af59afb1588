"""Who stands between people that do not know one another: Burt's constraint, for as many as a bounded work allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints
    from graph.ties import Pairs

# Contacts of all people asked about, and steps from contact to contact's contact: a second's worth at the very most.
MOST_CONTACTS = 200_000
MOST_STEPS = 10_000_000


def brokerage(pairs: Pairs, people: Ints, *, contacts: int = MOST_CONTACTS, steps: int = MOST_STEPS) -> Floats:
    """Return Burt's constraint (m,) of the people given, in their order, until `contacts` or `steps` are spent.

    NaN after, and without contacts. 1 and more: all contacts are one circle; near 0: contacts who do not attend to one
    another meet in this person. Ties are taken without direction. Source: Burt 2004, doi:10.1086/421787.
    """
    result = np.full(len(people), np.nan)
    if not len(people) or not len(pairs.source):
        return result
    degree = np.bincount(pairs.source, minlength=pairs.n) + np.bincount(pairs.target, minlength=pairs.n)
    asked = people[: int(np.searchsorted(np.cumsum(degree[people]), contacts, side="right"))]
    if not len(asked):
        return result
    shares, place = _around(pairs, asked)
    direct = shares[place[asked]]
    spent = np.cumsum((direct > 0) @ np.diff(shares.indptr).astype(float))
    some = int(np.searchsorted(spent, steps, side="right"))
    direct = direct[:some]
    invested = direct + (direct @ shares).multiply(direct > 0)
    value = np.asarray(invested.multiply(invested).sum(axis=1)).ravel()
    result[:some] = np.where(degree[asked[:some]] > 0, value, np.nan)
    return result


def _around(pairs: Pairs, asked: Ints) -> tuple[sp.csr_array, Ints]:
    """Return each one's shares of their own ties, among those asked about and their contacts, and everybody's place."""
    strength = np.bincount(pairs.source, pairs.weight, pairs.n) + np.bincount(pairs.target, pairs.weight, pairs.n)
    near = _marked(asked, pairs.n)
    touching = near[pairs.source] | near[pairs.target]
    near |= _marked(pairs.source[touching], pairs.n) | _marked(pairs.target[touching], pairs.n)
    place = np.cumsum(near) - 1
    inside = near[pairs.source] & near[pairs.target]
    source, target, weight = pairs.source[inside], pairs.target[inside], pairs.weight[inside]
    size = int(near.sum())
    one, other = np.concatenate([source, target]), np.concatenate([target, source])
    given = np.concatenate([weight, weight]) / strength[one]
    return sp.coo_array((given, (place[one], place[other])), (size, size)).tocsr(), place


def _marked(people: Ints, n: int) -> Bools:
    marked = np.zeros(n, bool)
    marked[people] = True
    return marked
