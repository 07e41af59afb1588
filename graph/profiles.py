"""Signals of authenticity in a profile alone, when neither posts nor ties are known: each has innocent causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graph.columns import Bools, Floats

# Mass following as HypeAuditor, infludata and Hivency count it; a new account is under three months old.
MASS_FOLLOWING = 1500.0
NEW_DAYS = 90.0
BUSY_PER_DAY = 50.0
GROWTH_PER_DAY = 0.2


@dataclass(frozen=True, slots=True)
class Profiles:
    """One row per account (n,); unknown figures are NaN. `automated` is what the account declares.

    `digits` is the number of digits at the end of its name, `growth` the largest relative gain of followers in a day.
    """

    followers: Floats
    following: Floats
    posts: Floats
    age_days: Floats
    growth: Floats
    digits: Floats
    described: Bools
    named: Bools
    automated: Bools


def signals(profiles: Profiles) -> dict[str, Floats]:
    """Return each signal's strength 0…1 (n,), NaN where the figure it reads is unknown."""
    imbalance = np.log1p(profiles.following) - np.log1p(profiles.followers)
    per_day = profiles.posts / np.maximum(profiles.age_days, 1.0)
    return {
        "follows_many_is_followed_by_few": 1.0 / (1.0 + np.exp(-imbalance)),
        "follows_masses": _part(profiles.following, MASS_FOLLOWING),
        "new": _part(NEW_DAYS / np.maximum(profiles.age_days, 1.0), 1.0),
        "posts_without_rest": _part(per_day, BUSY_PER_DAY),
        "hardly_posts": 1.0 / (1.0 + profiles.posts),
        "grows_in_jumps": _part(profiles.growth, GROWTH_PER_DAY),
        "name_ends_in_digits": np.clip((profiles.digits - 2.0) / 4.0, 0.0, 1.0),
        "no_description": (~profiles.described).astype(float),
        "no_name": (~profiles.named).astype(float),
        "declared_automated": profiles.automated.astype(float),
    }


def doubt(profiles: Profiles) -> Floats:
    """Return the mean of the signals that are known (n,) 0…1: how much about a profile asks for a second look."""
    found = np.array([*signals(profiles).values()])
    known = np.isfinite(found)
    return np.asarray(np.where(known, found, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def _part(value: Floats, whole: float) -> Floats:
    return np.clip(value / whole, 0.0, 1.0)
