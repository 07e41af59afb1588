"""How often something changes, and so when it is worth asking again.

Cho & Garcia-Molina, "Estimating frequency of change" (ACM TOIT 3(3), 2003): the estimator for a page of which each
visit tells only whether it changed.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.connector import Ask, Record

DAY = 86_400.0
FEW = 3  # intervals of which nothing is concluded yet
LEAST_KNOWN = DAY  # nor from less than a day's watching: what was asked twice in an hour is asked a third time
LONGEST = 3 * DAY  # what vanished, or a wish that was added, is seen after this long at the latest
LONGEST_FINDING = DAY  # timelines and searches that find somebody new
FORGET = 0.8  # of what older visits told: habits change
EARLY = 0.9  # a schedule is never exact
COUNTS = frozenset({"likes", "reposts", "replies", "quotes", "views", "reactions", "score", "followers", "following"})
FLEETING = COUNTS | {"posts", "observed_at", "first_seen", "last_seen", "metrics"}  # moves without anything being said


@dataclass(frozen=True, slots=True)
class Habit:
    """What visits to one address told.

    `visits`: intervals between them; `changes`: those in which something changed; `elapsed`: their length in seconds;
    of these three, older ones count less. `times`: intervals as they are. `caught`: the length of the last one, when
    something changed in it.
    """

    first_at: float
    last_at: float
    times: int = 0
    visits: float = 0.0
    changes: float = 0.0
    elapsed: float = 0.0
    caught: float = math.inf

    @property
    def rate(self) -> float:
        """Changes per second: -log((n - X + 0.5) / (n + 0.5)) over the mean interval; 0 where none was ever seen."""
        if self.elapsed <= 0:
            return 0.0
        steady = (self.visits - self.changes + 0.5) / (self.visits + 0.5)
        return max(-math.log(steady), 0.0) * self.visits / self.elapsed

    def after(self, now: float, *, changed: bool) -> Habit:
        """Return the habit as one more visit tells it."""
        return Habit(
            self.first_at,
            max(now, self.last_at),
            self.times + 1,
            self.visits * FORGET + 1.0,
            self.changes * FORGET + changed,
            self.elapsed * FORGET + max(now - self.last_at, 0.0),
            max(now - self.last_at, 0.0) if changed else math.inf,
        )

    def due_at(self, *, finds: bool) -> float:
        """Return when a change is to be expected, in epoch seconds; `finds`: it finds somebody new.

        Silence is trusted for half as long as it was watched; a change that was waited for halves the wait.
        """
        known = self.last_at - self.first_at
        if self.times < FEW or known < LEAST_KNOWN:
            return self.last_at
        bound = min(known / 2, self.caught / 2, LONGEST_FINDING if finds else LONGEST)
        return self.last_at + EARLY * min(bound, 1.0 / self.rate if self.rate > 0 else bound)


def substance(records: Iterable[Record], asks: Iterable[Ask]) -> str:
    """Return a fingerprint of what an answer says and leads to; counts and times of observation are no part of it."""
    told = [
        {name: value for name, value in row.items() if name not in FLEETING and name != "extra"}
        for row in records
        if row["type"] != "observation"
    ]
    leads = [(ask.url, ask.stamp) for ask in asks]
    return hashlib.blake2b(orjson.dumps([told, leads], option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
