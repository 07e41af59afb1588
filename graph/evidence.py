"""Lays out what a segment's people are scored on, so that it can be drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.intervals import Evidence, Items
from graph.scores.relevance import PRESUMED_POSTS, home, presumed, staying

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Bools, Floats, Ints
    from graph.ecosystem import Base
    from graph.scores.reach import Reach
    from graph.scores.relevance import Relevance
    from graph.ties import Pairs

DRAWN = frozenset({"reach", "resonance", "relevance", "echo", "attention", "belonging", "share", "engagement"})


def evidence_of(
    shared: Base,
    rows: Ints,
    size: Reach,
    fit: Relevance,
    near: Pairs,
    parts: Mapping[str, Floats],
    contender: Bools,
    trust: Floats,
    error: float = 0.0,
) -> Evidence:
    """Return the evidence of the people `rows` of a segment, in that order; `contender` (m,) tells who takes a rank.

    `trust` (m,) 0…1 is what signals of authenticity leave of a score; `error` how far scores miss what they measure.
    """
    n = len(shared.cohort)
    place = np.full(n, -1, np.int64)
    place[rows] = np.arange(len(rows))
    stands_in = np.zeros(n, bool)
    stands_in[rows] = size.stands_in[rows]
    asked = stands_in[shared.pairs.target]
    shrunk = shared.resonance.shrunk
    presumption = PRESUMED_POSTS * presumed(fit.said, fit.spoken, shared.communities.member)[rows]
    return Evidence(
        reach=size.score[rows],
        cohort_size=size.n[rows],
        heard=size.stands_in[rows],
        attention=_items(place, shared.pairs.target[asked], shared.pairs.weight[asked]),
        ladder=shared.heard_ladder,
        resonance=shared.resonance.score[rows],
        shrunk=shrunk[rows],
        residual=_items(place, shared.resonance.owner, shared.resonance.residual),
        reaction_ladder=shared.reaction_ladder,
        relevance=fit.score[rows],
        mass=_items(place, fit.owner, fit.weight),
        echo=_items(place, near.target, near.weight),
        level=shared.engagement.level[rows],
        level_spread=shared.engagement.spread[rows],
        highest=shared.engagement.highest,
        on_topic=fit.said[rows] + presumption,
        off_topic=fit.spoken[rows] - fit.said[rows] + PRESUMED_POSTS - presumption,
        staying=staying(home(fit.said, fit.spoken, shared.communities.member)[rows]),
        contender=contender,
        trust=trust,
        error=error,
        fixed={name: values for name, values in parts.items() if name not in DRAWN},
    )


def _items(place: Ints, owner: Ints, weight: Floats) -> Items:
    mine = place[owner] >= 0
    return Items(place[owner[mine]], weight[mine])
