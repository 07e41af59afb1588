"""Who receives attention from whom: the measures of one graph, written as networkx and run on the backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import scipy.sparse as sp

from graph.backend.ties import mutual_shares

if TYPE_CHECKING:
    from graph.backend import FastGraph
    from graph.columns import Acts, Floats, Ints, Posts
    from graph.ties import Pairs

NEAR_DAMPING = 0.5
# A reaction to the words themselves is direct evidence, who attends to whom is hearsay: a quarter of the walk.
TOPICAL_DAMPING = 0.25
# To post more is not to be held higher as much: votes count by this root of their number less.
VOLUME_ROOT = 0.25
PROMINENCE = 0.5
BETWEENNESS_SOURCES = 50
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one segment's graph, one value per person (n,)."""

    attention: Floats
    amplifiers: Ints
    pagerank: Floats
    betweenness: Floats
    participation: Floats
    reciprocity: Floats
    hub: Floats


def measure(
    pairs: Pairs, restart: Floats, community: Ints, *, seed: int = 0, betweenness: Floats | None = None
) -> Measures:
    """Return the measures of a segment's pairs; `restart` (n,) steers the walk, `community` (n,) is -1 for none.

    A `betweenness` that is given is taken over instead of sampled.
    """
    graph = pairs.graph()
    return Measures(
        attention=attention(pairs),
        amplifiers=amplifiers(pairs),
        pagerank=topical_pagerank(graph, restart),
        betweenness=sampled_betweenness(graph, seed=seed) if betweenness is None else betweenness,
        participation=participation(graph, community),
        reciprocity=mutual_shares(graph.weights(None)),
        hub=hubs(graph),
    )


def attention(pairs: Pairs) -> Floats:
    """Return the saturated attention received (n,): close to the number of distinct people who gave some."""
    return np.bincount(pairs.target, pairs.weight, pairs.n)


def amplifiers(pairs: Pairs) -> Ints:
    """Return the number of distinct people (n,) who relayed, linked, endorsed or named the person."""
    return np.bincount(pairs.target[pairs.amplifies], minlength=pairs.n)


def topical_pagerank(graph: FastGraph, restart: Floats) -> Floats:
    """Return PageRank (n,) by short walks (damping 0.25) that begin at people in proportion to `restart`.

    Uniform when nobody has any. Source: Haveliwala 2002, doi:10.1145/511446.511513.
    """
    restart = np.nan_to_num(restart)
    some = np.flatnonzero(restart)
    wanted = dict(zip(some.tolist(), restart[some].tolist(), strict=True)) if restart.sum() > 0 else None
    # networkx stops at n × tol: its default would stop a walk over a hundred thousand people after a step or two.
    return _array(nx.pagerank(graph, alpha=TOPICAL_DAMPING, personalization=wanted, max_iter=500, tol=TOLERANCE))


def approval(posts: Posts, segment: int, n: int, acts: Acts | None = None) -> Floats:
    """Return Σ fit · log(1 + reactions) / posts^¼ · min(1, mean / usual) over each person's posts on a subject (n,).

    Reposts are left out. To post more is not to be held higher as much, and posts that draw less than is usual count
    in proportion: many words that nobody reacts to are no approval.
    An answer is on the subject as far as its own text or the post it answers is, whichever is more. A post whose
    reactions are unknown counts like the mean of those that are known, which is what is usual; zeros when none is.
    """
    fit = np.nan_to_num(posts.relevance[:, segment]).astype(np.float64)
    if acts is not None and acts.own is not None:
        fit = np.maximum(fit, _answered(fit, acts))
    fit = np.where(posts.of_kind("repost"), 0.0, fit)
    drawn = np.log1p(np.maximum(posts.reactions, 0.0))
    known = np.isfinite(drawn) & (fit > 0)
    if not known.any():
        return np.zeros(n)
    usual = float(np.average(drawn[known], weights=fit[known]))
    votes = np.bincount(posts.person, fit * np.where(np.isfinite(drawn), drawn, usual), n)
    alike = usual * np.bincount(posts.person, fit, n)
    usualness = np.divide(votes, alike, out=np.zeros(n), where=alike > 0)
    number = np.maximum(np.bincount(posts.person[fit > 0], minlength=n), 1)
    return np.asarray(votes / number**VOLUME_ROOT * np.minimum(usualness, 1.0))


def _answered(fit: Floats, acts: Acts) -> Floats:
    """Return how far the post that each post answers is on the subject (n_posts,), 0 where it answers none."""
    result = np.zeros(len(fit))
    if acts.own is not None:
        np.maximum.at(result, acts.own, fit[acts.post])
    return result


def authority(graph: FastGraph) -> Floats:
    """Return log PageRank at a short range, less half the mean of those who give the attention (n,).

    A short walk (damping 0.5) keeps to attention that is near; the comparison asks whether a person stands out among
    the very people who attend to them, so that a seat beside a celebrity is not taken for authority.
    """
    near = np.log(_array(nx.pagerank(graph, alpha=NEAR_DAMPING, max_iter=500, tol=TOLERANCE)))
    received = graph.weights(None).T.tocsr()
    givers = np.asarray(received.sum(axis=1)).ravel()
    company = np.divide(received @ near, givers, out=near.copy(), where=givers > 0)
    return np.asarray(near - PROMINENCE * company)


def sampled_betweenness(graph: FastGraph, *, seed: int = 0) -> Floats:
    """Return the share of shortest paths (n,) through each person, from at most 50 sampled sources."""
    active = np.flatnonzero(np.diff(graph.adjacency.indptr))
    if len(active) == 0:
        return np.zeros(len(graph))
    k = min(BETWEENNESS_SOURCES, len(graph))
    return np.nan_to_num(_array(nx.betweenness_centrality(graph, k=k, seed=seed)))


def hubs(graph: FastGraph) -> Floats:
    """Return the HITS hub share (n,): who points to those whom the others point to; zeros when it does not settle."""
    if graph.adjacency.nnz == 0:
        return np.zeros(len(graph))
    try:
        return _array(nx.hits(graph, max_iter=300, tol=1e-6 * len(graph))[0])
    except nx.PowerIterationFailedConvergence:
        return np.zeros(len(graph))


def cores(graph: FastGraph) -> Ints:
    """Return the core number (n,) of each person in the graph without direction."""
    return np.fromiter(nx.core_number(graph.undirected()).values(), np.int64, len(graph))


def participation(graph: FastGraph, community: Ints) -> Floats:
    """Return 1 - Σ (share of ties with each community)², NaN without ties: near 0 inside one, high across several.

    Source: Guimerà and Amaral 2005, doi:10.1038/nature03288. People outside any community count as one.
    """
    both = graph.undirected().adjacency
    columns = community + 1
    member = sp.csr_array(
        (np.ones(len(columns)), (np.arange(len(columns)), columns)), (len(columns), columns.max(initial=0) + 1)
    )
    shares = (both @ member).tocsr()
    strength = np.asarray(shares.sum(axis=1)).ravel()
    squares = np.asarray(shares.multiply(shares).sum(axis=1)).ravel()
    return np.where(strength > 0, 1.0 - squares / np.where(strength > 0, strength**2, 1.0), np.nan)


def constraint(graph: FastGraph, people: Ints) -> Floats:
    """Return Burt's constraint of the given people: near 1 when their contacts know one another, low for brokers.

    Source: Burt 2004, doi:10.1086/421787, with ties taken without direction.
    """
    both = graph.undirected().adjacency
    strength = np.asarray(both.sum(axis=1)).ravel()
    shares = sp.diags_array(np.divide(1.0, strength, out=np.zeros(len(strength)), where=strength > 0)) @ both
    direct = shares[people]
    invested = direct + (direct @ shares).multiply(direct > 0)
    value = np.asarray(invested.multiply(invested).sum(axis=1)).ravel()
    return np.where(strength[people] > 0, value, np.nan)


def topical_lift(attention_here: Floats, audience: Floats) -> Floats:
    """Return (attention + 1) / (expected + 1), where expected shares the segment's attention out by audience.

    Above 1: heard more on the subject than the audience at large explains. NaN without an audience figure.
    """
    known = np.isfinite(audience)
    total = float(audience[known].sum())
    if total <= 0:
        return np.full(len(audience), np.nan)
    expected = float(attention_here[known].sum()) * audience / total
    return np.asarray((attention_here + 1.0) / (expected + 1.0))


def audience_overlap(pairs: Pairs, people: Ints) -> Floats:
    """Return the Jaccard overlap (k, k) of the sets of people who give attention to each of the k given people."""
    position = np.full(pairs.n, -1)
    position[people] = np.arange(len(people))
    rows = position[pairs.target] >= 0
    shape = (len(people), pairs.n)
    audience = sp.csr_array((np.ones(int(rows.sum())), (position[pairs.target[rows]], pairs.source[rows])), shape)
    common = (audience @ audience.T).toarray()
    sizes = common.diagonal()
    union = sizes[:, None] + sizes[None, :] - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))


def _array(values: dict[int, float]) -> Floats:
    return np.fromiter(values.values(), np.float64, len(values))
