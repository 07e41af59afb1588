"""What the crawl is told of the subject: a score per text, made in the crawl's own process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class QueryScorer:
    """Scores a text by the share of the brief's segments whose query it matches, weighted; 0 to 1."""

    def __init__(self, queries: dict[str, str], weights: dict[str, float]) -> None:
        from nlp.query import MatcherSet, parse

        self._matchers = MatcherSet({name: parse(text) for name, text in queries.items()})
        self._weights = weights
        self._best = max(weights.values(), default=1.0) or 1.0

    def score(self, texts: Sequence[str]) -> list[float]:
        """Return one score per text: the weight of its best segment over the greatest weight."""
        found = self._matchers.match_texts(texts)
        return [
            max((self._weights[name] / self._best for name in found if found[name][index]), default=0.0)
            for index in range(len(texts))
        ]


def make_scorer(config: dict[str, Any]) -> QueryScorer:
    """Return the scorer of `scorer_config`: `queries` and `weights` by segment."""
    return QueryScorer(config["queries"], config["weights"])


def scorer_config(segments: Sequence[Any]) -> dict[str, Any]:
    """Return what `make_scorer` needs, from studied segments."""
    return {"queries": {s.name: s.query for s in segments}, "weights": {s.name: s.weight for s in segments}}
