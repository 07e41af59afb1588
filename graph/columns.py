"""What the graph room computes on: columns of people, posts and ties, one array per attribute."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from graph.company import Company

Floats = NDArray[Any]
Ints = NDArray[Any]
Bools = NDArray[Any]
Texts = NDArray[Any]

# Brands, competitors and media: their attention is told apart from that of people.
ORGANISATIONS = ("brand", "competitor", "media")


@dataclass(frozen=True)
class People:
    """One row per person, by main account; unknown figures are NaN, unknown words None.

    `age_days` counts from the creation of the account to as_of; `growth` is the relative gain of followers per 30 days,
    `leap` the largest part of it that came in half of the time or less, NaN under three observations; `kind` is None
    for a person, else one of ORGANISATIONS; `hidden` people give attention but are never shown.
    """

    person_id: Texts
    source: Texts
    language: Texts
    followers: Floats
    following: Floats
    growth: Floats
    leap: Floats
    age_days: Floats
    automated: Bools
    kind: Texts
    hidden: Bools

    def __len__(self) -> int:
        return len(self.person_id)

    @cached_property
    def organisations(self) -> Bools:
        """Tell which rows are brands, competitors or media."""
        return np.array([kind in ORGANISATIONS for kind in self.kind], bool)

    @cached_property
    def contenders(self) -> Bools:
        """Tell which rows may take a rank: all but the brand's and its competitors' own accounts."""
        return np.array([kind not in ("brand", "competitor") for kind in self.kind], bool)


@dataclass(frozen=True, slots=True)
class Coded:
    """Words that are told apart already: the distinct ones in order, and the place of each row (n,) among them."""

    words: list[str]
    place: Ints


class Kinded:
    """Rows that have a `kind`: a million words are told apart once, not per measure."""

    kind: Texts | Coded

    @cached_property
    def kinds(self) -> tuple[list[str], Ints]:
        """Return the distinct kinds and each row's place among them."""
        if isinstance(self.kind, Coded):
            return self.kind.words, self.kind.place
        words = sorted(set(self.kind.tolist()))
        place = {word: i for i, word in enumerate(words)}
        return words, np.fromiter(map(place.__getitem__, self.kind.tolist()), np.int8, len(self.kind))

    def of_kind(self, *kinds: str) -> Bools:
        """Tell which rows are of one of these kinds."""
        words, place = self.kinds
        return np.array([word in kinds for word in words], bool)[place] if words else np.zeros(0, bool)


@dataclass(frozen=True)
class Posts(Kinded):
    """One row per post; `relevance` is (n_posts, n_segments) in 0…1, NaN where the post was not judged.

    `age_days` counts to as_of; `kind` is post, reply, repost or quote; `reactions` is NaN when the source shows none;
    `copies` is 1 for a text seen first, 2 for its author's first repetition of it, and so on; `others` how many other
    people published the same text; `generic` marks answers of hardly a word. None where that was not looked at.
    """

    person: Ints
    age_days: Floats
    kind: Texts | Coded
    reactions: Floats
    relevance: Floats
    copies: Ints
    others: Ints | None = None
    generic: Bools | None = None

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Acts:
    """One row per reaction of `giver` to `post` of `receiver`: `at` when (minutes), `minutes` after the post.

    `own` is the row of the reacting post itself; None where that was not looked at.
    """

    giver: Ints
    receiver: Ints
    post: Ints
    at: Floats
    minutes: Floats
    own: Ints | None = None


@dataclass(frozen=True)
class Ties(Kinded):
    """One row per (source, target, kind); `topical` (n_ties, n_segments) in 0…1: how far the acts were on the subject.

    NaN where a tie has no text behind it (follows, imported ties). `age_days` is of the last act, NaN when undated.
    """

    source: Ints
    target: Ints
    kind: Texts | Coded
    count: Floats
    age_days: Floats
    topical: Floats

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def grouped(self) -> tuple[Ints, Ints, Ints]:
        """Return the distinct pairs (source, target), sorted, and each tie's place among them."""
        n = int(max(self.source.max(initial=-1), self.target.max(initial=-1))) + 1
        key = self.source.astype(np.int64) * n + self.target
        if np.all(key[1:] >= key[:-1]):  # as the warehouse hands them over
            new = np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]
            unique, index = key[new], np.cumsum(new) - 1
        else:
            unique, index = np.unique(key, return_inverse=True)
        return unique // max(n, 1), unique % max(n, 1), index.reshape(-1)


@dataclass(frozen=True, slots=True)
class World:
    """What one brief sees at one moment; `floors` are the fewest followers to be scored on, by source.

    `acts` are None where nobody looked at who reacted when; `company` are people whom others name together.
    """

    people: People
    posts: Posts
    ties: Ties
    segments: tuple[str, ...]
    floors: dict[str, int] = field(default_factory=dict)
    acts: Acts | None = None
    company: Company | None = None

    @property
    def nothing_judged(self) -> bool:
        """Tell whether no post at all was judged."""
        return not any(np.isfinite(column).any() for column in self.posts.relevance.T)
