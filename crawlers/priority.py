"""In which order requests are sent: the best expected gain per cost first, learned while the crawl goes on.

What a visit to a person will tell is expected from what is known of them before: their own words seen in passing,
who points at them, how many follow them. A ridge regression learns from every visit how these signs weigh in this
subject and on these sources; its own doubt is added to the expectation, so that part of the requests explore
(LinUCB: Li, Chu, Langford, Schapire 2010; links from relevant people as in focused crawling and OPIC:
Chakrabarti 1999, Abiteboul 2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CURATED = {"in": 100.0, "undecided": 0.0, "out": -100.0}
FIRST = 20.0  # what the analyst named, and lists as long as they speak of the subject: before any stranger
RECURRING = 3.0  # what changed in what is already followed comes before strangers of middling promise
HOP_DECAY = 0.01  # of two alike the nearer; where people are worth less far away, links from them tell it
NEXT_PAGE = 1.0  # a known person's next page tells less than the first did
BASE_RATE = 0.3  # the share of posts on the subject before anything was read

# The weights to begin with: a visit tells the log of fit times reactions, and reactions grow less than an audience.
# In order: bias, log fit, own words seen, reactions to them, attention to them, audience at home, elsewhere, whether it
# is known at home, elsewhere, people who point there, the same by their own fit; the squares of audience at home and of
# reactions, because a small audience tells nothing and a large one much; what a visit would tell were all they say
# heard like what was seen and on the subject as often as is likely; the audience by that likelihood; the company's fit.
PRIOR = np.array([1.0, 0.7, 0.0, 0.3, 0.3, 0.2, 0.2, 0.0, 0.0, 0.1, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0])
MOST_HEARD = 30.0
SPREAD = 1.0  # typical errors added to an expectation: the best of many are among the uncertain
MOST_SPREAD = 3.0
PRIOR_VISITS = 4.0  # the first weights count as much as so many visits


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a person before a visit.

    `links`: how many people point at them (mention, repost, reply, follow); `warm`: the same, each counted by how
    much of what they say is on the subject. `posts`, `fit`, `attention`, `heard`: own posts seen, the sums of their
    scores, of score · (1 + reactions), of log(1 + reactions). `audience`: followers, where told; `home`: by their own
    server.
    `worth`: what a visit has told, None before.
    """

    links: int = 0
    warm: float = 0.0
    posts: int = 0
    fit: float = 0.0
    attention: float = 0.0
    heard: float = 0.0
    audience: float | None = None
    home: bool = False
    worth: float | None = None

    @property
    def likely_fit(self) -> float:
        """The share of their words that is on the subject: own words first, then the company they keep."""
        return (self.fit + 0.5 * self.warm + BASE_RATE) / (self.posts + 0.5 * self.links + 1.0)

    def features(self) -> list[float]:
        """Return the signs the regression weighs, as many as `PRIOR` has."""
        seen, home = self.posts > 0, self.audience is not None and self.home
        away = self.audience is not None and not self.home
        audience = math.log1p(max(self.audience or 0.0, 0.0))
        heard = self.heard / self.posts if seen else 0.0
        return [
            1.0,
            math.log(self.likely_fit),
            float(seen),
            heard,
            math.log1p(self.attention / self.posts) if seen else 0.0,
            audience if home else 0.0,
            audience if away else 0.0,
            float(home),
            float(away),
            math.log1p(self.links),
            math.log1p(self.warm),
            audience**2 / 10 if home else 0.0,
            heard**2 / 10,
            math.log1p(self.likely_fit * math.expm1(min(heard, MOST_HEARD))) if seen else 0.0,
            self.likely_fit * audience if home else 0.0,
            self.warm / self.links if self.links else 0.0,
        ]


class Promise:
    """What visits promise, learned from those made: ridge regression with its own doubt."""

    def __init__(self, state: bytes | None = None) -> None:
        size = len(PRIOR)
        told = orjson.loads(state) if state else {}
        told = told if len(told.get("spread", ())) == size else {}  # what was learned of other signs is of no use
        self.inverse: Floats = np.array(told["inverse"]) if told else np.eye(size) / PRIOR_VISITS
        self.sums: Floats = np.array(told["sums"]) if told else PRIOR * PRIOR_VISITS
        self.spread: Floats = np.array(told["spread"]) if told else np.zeros(size)
        self.visits: int = told.get("visits", 0)
        self.error: float = told.get("error", 1.0)  # mean squared, over recent visits

    def state(self) -> bytes:
        """Return what `Promise(state)` goes on from."""
        lists = {"inverse": self.inverse.tolist(), "sums": self.sums.tolist(), "spread": self.spread.tolist()}
        return orjson.dumps(lists | {"visits": self.visits, "error": self.error})

    def expect(self, known: Sequence[Evidence]) -> list[float]:
        """Return for each person the hopeful estimate of `worth`.

        The expectation, one standard error of it, and the error that visits to people with such signs typically show.
        """
        if not known:
            return []
        signs = np.array([one.features() for one in known])
        mean = signs @ (self.inverse @ self.sums)
        doubt = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", signs, self.inverse, signs), 0.0))
        spread = np.clip(signs @ (self.inverse @ self.spread), 0.0, MOST_SPREAD)
        found: list[float] = (mean + math.sqrt(self.error) * doubt + SPREAD * spread).tolist()
        return found

    def learn(self, known: Evidence, worth: float) -> None:
        """Learn from one visit: what was known before it, and what it told (Sherman-Morrison update).

        A visit that told much weighs more: what is looked for is the few who are heard, and missing them costs most.
        """
        signs = np.array(known.features())
        weight = 1.0 + worth**2
        missed = worth - float(signs @ (self.inverse @ self.sums))
        turned = self.inverse @ signs
        self.inverse = self.inverse - weight * np.outer(turned, turned) / (1.0 + weight * float(signs @ turned))
        self.sums = self.sums + weight * worth * signs
        self.spread = self.spread + weight * abs(missed) * signs
        self.visits += 1
        share = max(1.0 / (self.visits + 1), 0.01)
        self.error += share * (missed**2 - self.error)


def worth(scores: Sequence[float], reactions: Sequence[float]) -> float:
    """Return what a person's posts tell: log(1 + mean of score · (1 + reactions)); 0 for nothing on the subject.

    The mean, not the sum: to post more is not to matter more.
    """
    told = [score * (1.0 + reaction) for score, reaction in zip(scores, reactions, strict=True)]
    return math.log1p(sum(told) / len(told)) if told else 0.0


@dataclass(frozen=True, slots=True)
class Prices:
    """What a request and a new account cost: the scarcer a budget, the dearer."""

    requests: int = 5000
    accounts: int = 2000

    def of(self, requests: float) -> float:
        """Return the price of a visit that takes so many requests, over that of one that takes a single one."""
        one, account = 1.0 / max(self.requests, 1), 1.0 / max(self.accounts, 1)
        return (requests * one + account) / (one + account)


def visit_priority(expected: float, *, hop: int, price: float = 1.0, curated: str = "") -> float:
    """Return how soon a first visit goes out: the log of the expected gain per cost, nearer ones before."""
    return expected - math.log(max(price, 1.0)) - HOP_DECAY * hop + CURATED.get(curated, 0.0)


def next_page_priority(known: Evidence, *, hop: int, curated: str = "") -> float:
    """Return how soon the next page of someone's posts goes out: the more of them is known, the less it tells."""
    expected = known.worth if known.worth is not None else math.log1p(BASE_RATE)
    return expected - NEXT_PAGE - math.log1p(known.posts / 20.0) - HOP_DECAY * hop + CURATED.get(curated, 0.0)


def list_priority(relevant: float, told: int, *, hop: int) -> float:
    """Return how soon a list that belongs to nobody goes out, by the share of its posts so far on the subject."""
    share = (relevant + 2.0) / (told + 2.0)
    return FIRST * math.sqrt(min(share, 1.0)) - HOP_DECAY * hop
