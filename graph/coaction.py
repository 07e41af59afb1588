"""Who acts together in time: rings that react to one another within minutes, and accounts that react side by side.

Source of the idea: Pacheco et al. 2021, doi:10.1609/icwsm.v15i1.18075 (coordinated networks by shared traces); news,
events and plain friendship do the same, so that these are counts to look at and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from graph.columns import Acts, Bools, Floats

# Reactions within so many minutes of the post, in both directions, make two people quick partners; a ring is a habit
# when these reactions are as many as this, and as large a share of all that one reacts to.
QUICK_MINUTES = 10.0
QUICK_TIMES = 5
QUICK_SHARE = 0.3
# Side by side: within so many minutes under the same post, on so many posts, and in so much of what they do.
TOGETHER_MINUTES = 2.0
TOGETHER_POSTS = 5
TOGETHER_SHARE = 0.3
# Under one post, each reaction is compared with so many that follow: a crowd is no ring.
NEIGHBOURS = 10
LARGEST = 200


def quick_ring(acts: Acts, n: int) -> tuple[Bools, Floats]:
    """Tell who is one of three or more who each react to the others within minutes, and the number of partners."""
    quick = (acts.minutes >= 0) & (acts.minutes <= QUICK_MINUTES) & (acts.giver != acts.receiver)
    times = sp.coo_array((np.ones(int(quick.sum())), (acts.giver[quick], acts.receiver[quick])), (n, n)).tocsr()
    partners = _mutual(times)
    degree = np.diff(partners.indptr)
    narrow = sp.diags_array((degree <= LARGEST).astype(float)) @ partners
    closed = np.asarray((narrow @ narrow).multiply(narrow).sum(axis=1)).ravel()
    inside = np.asarray(times.multiply(partners).sum(axis=1)).ravel()
    habit = (inside >= QUICK_TIMES) & (inside >= QUICK_SHARE * np.bincount(acts.giver, minlength=n))
    return (closed > 0) & (degree >= 2) & habit, degree.astype(float)


def side_by_side(acts: Acts, n: int) -> tuple[Bools, Floats]:
    """Tell who keeps reacting to the same posts at the same moments as somebody else, and the number of partners."""
    order = np.lexsort((acts.at, acts.post))
    giver, post, at = acts.giver[order].astype(np.int64), acts.post[order], acts.at[order]
    found = []
    for lag in range(1, NEIGHBOURS + 1):
        near = (post[lag:] == post[:-lag]) & (at[lag:] - at[:-lag] <= TOGETHER_MINUTES) & (giver[lag:] != giver[:-lag])
        a, b = giver[:-lag][near], giver[lag:][near]
        found.append(np.stack([np.minimum(a, b), np.maximum(a, b), post[lag:][near]], axis=1))
    shared = np.unique(np.concatenate(found), axis=0) if found else np.zeros((0, 3), np.int64)
    pairs, times = np.unique(shared[:, :2], axis=0, return_counts=True)
    own = np.bincount(np.unique(np.stack([giver, post], axis=1), axis=0)[:, 0], minlength=n) if len(giver) else None
    partners = np.zeros(n)
    if own is not None and len(pairs):
        least = np.minimum(own[pairs[:, 0]], own[pairs[:, 1]])
        kept = pairs[(times >= TOGETHER_POSTS) & (times >= TOGETHER_SHARE * least)]
        partners += np.bincount(kept.ravel(), minlength=n)
    return partners > 0, partners


def _mutual(times: sp.csr_array) -> sp.csr_array:
    """Return the symmetric matrix of those who did it in both directions."""
    some = (times > 0).astype(float)
    both = some.multiply(some.T).tocsr()
    both.eliminate_zeros()
    return both
