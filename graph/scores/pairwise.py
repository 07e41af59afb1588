"""How people compare when only counts are known of them, with no texts and no ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Floats

# Audience (followers), the deliberate choice of others to keep somebody in a list (twice: it costs more than a follow),
# attention (mentions and reposts received) and the size of the neighbourhood that listens.
FEATURES = ("follower_count", "listed_count", "mentions_received", "retweets_received", "network_feature_1")
WEIGHTS = {"listed_count": 2.0}
# Added to each share, so that one zero does not sink a person: the standing of the lowest fiftieth.
CUSHION = 0.02


def standing_score(people: Mapping[str, Floats]) -> Floats:
    """Return the weighted geometric mean (n,) of each count's share of people below; unknown counts are left out.

    Percentiles among the people given make the score independent of units and of heavy tails; nothing is fitted.
    """
    n = len(people[FEATURES[0]])
    total, mass = np.zeros(n), np.zeros(n)
    everybody, one = np.ones(n, bool), np.zeros(n, np.int64)
    for name in FEATURES:
        share = percentiles(people[name], one, everybody) / 100.0
        weight = WEIGHTS.get(name, 1.0) * np.isfinite(share)
        total += weight * np.log(np.nan_to_num(share) + CUSHION)
        mass += weight
    return np.asarray(np.exp(np.divide(total, mass, out=np.full(n, np.nan), where=mass > 0)))
