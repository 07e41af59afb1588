"""How people compare when only counts are known of them, with no texts and no ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.cohorts import percentiles
from graph.scores.influence import combined
from graph.scores.resonance import SHRINKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph.columns import Floats

# Counts as the files of pairs name them. Features 1 and 2: people in the neighbourhood, and how many each has.
FEATURES = (
    "follower_count",
    "listed_count",
    "mentions_received",
    "retweets_received",
    "mentions_sent",
    "retweets_sent",
    "posts",
    "network_feature_1",
    "network_feature_2",
)
# Audience; the choice to keep somebody in a list, which costs more than a follow; attention; relays; who listens, and
# who listens to those. Half each: what one post sets off, and taking part in others' conversation.
WEIGHTS = {
    "audience": 1.0,
    "listed": 2.0,
    "mentions": 1.0,
    "amplification": 1.0,
    "neighbourhood": 1.0,
    "resonance": 0.5,
    "conversation": 0.5,
}


def standing_score(people: Mapping[str, Floats]) -> Floats:
    """Return 0–100 (n,): the product's geometric mean of each component's percentile among the people given.

    Percentiles make the score independent of units and of heavy tails; what is unknown is left out; nothing is fitted.
    """
    found = components(people)
    n = len(found["audience"])
    everybody, one = np.ones(n, bool), np.zeros(n, np.int64)
    return combined({name: percentiles(values, one, everybody) for name, values in found.items()}, WEIGHTS)


def components(people: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return what is compared, each (n,) with NaN for unknown.

    Resonance is (reactions + 10 · usual) / (posts + 10), usual being the median of reactions per post: with few posts
    one is presumed to set off what others do.
    """
    received = people["mentions_received"] + people["retweets_received"]
    posts = people["posts"]
    per_post = np.divide(received, posts, out=np.full(len(posts), np.nan), where=posts > 0)
    usual = float(np.nanmedian(per_post)) if np.isfinite(per_post).any() else 0.0
    return {
        "audience": people["follower_count"],
        "listed": people["listed_count"],
        "mentions": people["mentions_received"],
        "amplification": people["retweets_received"],
        "neighbourhood": people["network_feature_1"] * people["network_feature_2"],
        "resonance": (received + SHRINKAGE * usual) / (posts + SHRINKAGE),
        "conversation": people["mentions_sent"] + people["retweets_sent"],
    }
