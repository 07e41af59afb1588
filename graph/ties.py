"""From acts to attention: what one person's ties to another are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.backend import FastGraph

if TYPE_CHECKING:
    from graph.columns import Bools, Floats, Ints, People, Ties

# A relay or a link spends the giver's credit; a mention or an answer is conversation; a follow is a standing choice.
KIND_WEIGHTS = {
    "endorse": 2.0,
    "link": 2.0,
    "repost": 2.0,
    "quote": 2.0,
    "mention": 1.0,
    "reply": 1.0,
    "follow": 1.0,
    "co_occurrence": 0.2,
}
AMPLIFYING = frozenset({"repost", "quote", "link", "endorse", "mention"})
HALF_LIFE_DAYS = 180.0
AUTOMATED_SHARE = 0.1
MASS_TARGETS = 300


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row per (source, target) with a positive weight in 0…2, and whether an act of it relays or links."""

    source: Ints
    target: Ints
    weight: Floats
    amplifies: Bools
    n: int

    def graph(self) -> FastGraph:
        """Return the directed graph of the pairs."""
        return FastGraph.from_arrays(self.source, self.target, self.weight, n=self.n)

    def keep(self, rows: Bools) -> Pairs:
        """Return the pairs where `rows` holds."""
        return Pairs(self.source[rows], self.target[rows], self.weight[rows], self.amplifies[rows], self.n)


def generosity(people: People, ties: Ties) -> Floats:
    """Return per person (n,) how much their attention counts, 0…1.

    Automated accounts give a tenth; who mentions more than MASS_TARGETS people gives each
    MASS_TARGETS / people of a tie: nobody has more attention than that to give.
    """
    source, _, index = ties.grouped
    active = np.bincount(index[~ties.of_kind("follow")], minlength=len(source)) > 0
    reached = np.bincount(source[active], minlength=len(people))
    share = MASS_TARGETS / np.maximum(reached, MASS_TARGETS)
    return np.where(people.automated, AUTOMATED_SHARE, 1.0) * share


def unasked(ties: Ties, n: int) -> Floats:
    """Return per tie (n_ties,) min(1, 2y / (x + y)): y acts of the giver towards the receiver, x the other way.

    An even exchange counts whole; a few answers to somebody who writes a thousand times count little. A follow is
    always unasked.
    """
    acts = np.where(ties.of_kind("follow"), 0.0, ties.count)
    source, target, index = ties.grouped
    given = np.bincount(index, acts, len(source))
    mine, returned = given[index], _of_the_other_way(source, target, given, n)[index]
    share = np.divide(2.0 * mine, mine + returned, out=np.ones(len(ties)), where=mine > 0)
    return np.where(acts > 0, np.minimum(share, 1.0), 1.0)


def _of_the_other_way(source: Ints, target: Ints, given: Floats, n: int) -> Floats:
    """Return per distinct pair what the pair of the other direction gives, 0 where there is none.

    Sorted by their two ends without direction, the two of a pair stand side by side.
    """
    ends = np.minimum(source, target) * n + np.maximum(source, target)
    order = np.argsort(ends)
    first = np.flatnonzero(ends[order][1:] == ends[order][:-1])
    one, other = order[first], order[first + 1]
    result = np.zeros(len(given))
    result[one], result[other] = given[other], given[one]
    return result


def strengths(ties: Ties, giver: Floats, topical: Floats | None = None, *, half_life: float = HALF_LIFE_DAYS) -> Floats:
    """Return per tie (n_ties,) its kind's weight × acts × 2^(-age / half_life) × what the giver counts × topicality.

    An undated tie does not fade. `topical` (n_ties,) in 0…1; None takes every tie whole.
    """
    kinds, place = ties.kinds
    base = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in kinds])[place] if len(ties) else np.zeros(0)
    fade = np.where(np.isnan(ties.age_days), 1.0, np.exp2(-np.maximum(ties.age_days, 0.0) / half_life))
    strength = base * ties.count * fade * giver[ties.source]
    return strength if topical is None else strength * topical


def saturate(strength: Floats) -> Floats:
    """Return 2x / (1 + x): one act is worth 1, a hundred by the same person less than 2."""
    return 2.0 * strength / (1.0 + strength)


def pairs(ties: Ties, strength: Floats, n: int) -> Pairs:
    """Return the ties added up and saturated per (source, target); self-ties and empty ones left out."""
    good = np.flatnonzero((strength > 1e-9) & (ties.source != ties.target))
    source, target, index = ties.grouped
    some, place = _numbered(index[good])
    total = np.bincount(place, strength[good], len(some))
    amplifies = np.bincount(place[ties.of_kind(*AMPLIFYING)[good]], minlength=len(some)) > 0
    first, second = source[some].astype(np.int32), target[some].astype(np.int32)
    return Pairs(first, second, saturate(total), amplifies, n)


def _numbered(places: Ints) -> tuple[Ints, Ints]:
    """Return the distinct places, ascending, and each one's number among them."""
    if not np.all(places[1:] >= places[:-1]):
        distinct, number = np.unique(places, return_inverse=True)
        return distinct, number.reshape(-1)
    new = np.concatenate([[True], places[1:] != places[:-1]])[: len(places)]
    return places[new], np.cumsum(new) - 1
