"""Topics and key phrases of a person: their own words against how often everybody uses them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from nlp.facts.plain import plain, singular_of
from nlp.wordlists import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.facts.posts import Post

_WORD = re.compile(r"[^\W\d_](?:[\w-]{0,38}[^\W_])?")
_SENTENCE = re.compile(r"[.!?;:,\n()\[\]«»\"“”…|•]+")
_ELISION = re.compile(r"\b(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_FLOOR: Final = 1e-8
_MAX_PHRASE: Final = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A word or phrase that the person uses more than others: share of own posts, log-ratio score, the posts."""

    phrase: str
    posts: int
    share: float
    score: float
    post_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics, best first, and how many were withheld because they touch on sensitive matters."""

    topics: tuple[Topic, ...]
    withheld: int


def topics(posts: Iterable[Post], *, top: int = 20, least_posts: int = 2) -> Topics:
    """Return what a person writes about, from their own posts; each post counts a phrase once.

    Score: posts · ln(share / background), background being the word's frequency (wordfreq) times a usual post length,
    for a phrase the rarest of its words. Phrases of sensitive lexicons are counted, never named.
    """
    own = [post for post in posts if post.own and post.words]
    holders: dict[str, list[str]] = defaultdict(list)
    languages: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for post in own:
        language = post.language if post.language in {"fr", "en"} else "fr"
        languages[language] += 1
        for folded, shown in _phrases(post.words, language).items():
            holders[folded].append(post.post_id)
            spelled[folded][shown] += 1
    holders = _with_plurals(holders, spelled)
    held = {phrase: ids for phrase, ids in holders.items() if len(ids) >= min(least_posts, max(1, len(own)))}
    safe = {phrase: ids for phrase, ids in held.items() if not is_sensitive(phrase)}
    main = languages.most_common(1)[0][0] if languages else "fr"
    scored = sorted(((_score(p, len(ids), len(own), main), p) for p, ids in safe.items()), key=lambda s: (-s[0], s[1]))
    found = [
        Topic(spelled[p].most_common(1)[0][0], len(safe[p]), len(safe[p]) / len(own), round(score, 3), tuple(safe[p]))
        for score, p in _without_parts(scored, safe, top)
        if score > 0
    ]
    return Topics(tuple(found), len(held) - len(safe))


def hashtags(posts: Iterable[Post], *, top: int = 20) -> Topics:
    """Return the hashtags of a person's own posts, most used first, sensitive ones withheld."""
    holders: dict[str, list[str]] = defaultdict(list)
    own = [post for post in posts if post.own]
    for post in own:
        for tag in dict.fromkeys(tag.lstrip("#").casefold() for tag in post.hashtags):
            holders[tag].append(post.post_id)
    safe = {tag: ids for tag, ids in holders.items() if not is_sensitive(tag)}
    best = sorted(safe.items(), key=lambda item: (-len(item[1]), item[0]))[:top]
    rows = (Topic(f"#{tag}", len(ids), len(ids) / len(own), float(len(ids)), tuple(ids)) for tag, ids in best)
    return Topics(tuple(rows), len(holders) - len(safe))


@lru_cache(maxsize=100_000)
def is_sensitive(phrase: str) -> bool:
    """Return whether a phrase holds a word of a sensitive matter (health, politics, religion, origin, …)."""
    exact, prefixes = _sensitive()
    words = _fold(phrase).replace("-", " ").replace("_", " ").split()
    return any(word in exact or word.rstrip("s") in exact or word.startswith(prefixes) for word in words)


@cache
def _sensitive() -> tuple[frozenset[str], tuple[str, ...]]:
    listed = " ".join(str(words) for words in table("sensitive.toml").values()).split()
    return frozenset(w for w in listed if not w.endswith("*")), tuple(w[:-1] for w in listed if w.endswith("*"))


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _phrases(text: str, language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in _SENTENCE.split(_ELISION.sub(" ", plain(text))):
        words = [word for word in _WORD.findall(piece) if len(word) < 40][:400]
        empty = [_is_empty(word, language) for word in words]
        for start in range(len(words)):
            if empty[start]:
                continue
            for end in range(start + 1, min(start + _MAX_PHRASE, len(words)) + 1):
                # A phrase neither begins nor ends with an empty word: "prix de l'eau" stays whole.
                if not empty[end - 1]:
                    phrase = " ".join(words[start:end])
                    found.setdefault(_fold(phrase), phrase.lower())
    return found


def _with_plurals(holders: dict[str, list[str]], spelled: dict[str, Counter[str]]) -> dict[str, list[str]]:
    """Return the phrases' posts with plurals counted under the singular that the person writes too."""
    joined: dict[str, dict[str, None]] = defaultdict(dict)
    for phrase, posts in holders.items():
        kept = singular_of(phrase, holders)
        joined[kept].update(dict.fromkeys(posts))
        if kept != phrase:
            spelled[kept] += spelled[phrase]
    return {phrase: list(posts) for phrase, posts in joined.items()}


@lru_cache(maxsize=200_000)
def _background(word: str, language: str) -> float:
    from wordfreq import word_frequency

    own = float(word_frequency(word, language))
    return max(own, float(word_frequency(word, "en" if language == "fr" else "fr")) / 4, _FLOOR)


@lru_cache(maxsize=200_000)
def _is_empty(word: str, language: str) -> bool:
    return len(word) < 3 or _background(word.lower(), language) > 4e-4


def _score(phrase: str, posts: int, total: int, language: str) -> float:
    words = phrase.split()
    usual = min(_background(word, language) for word in words) * 30 * (0.1 ** (len(words) - 1))
    return math.sqrt(posts) * math.log(max(posts / total / max(usual, _FLOOR), 1e-3)) * (1.0 + 0.1 * (len(words) > 1))


def _without_parts(
    scored: Sequence[tuple[float, str]], holders: dict[str, list[str]], top: int
) -> list[tuple[float, str]]:
    kept: list[tuple[float, str]] = []
    for score, phrase in scored:
        if len(kept) >= top:
            break
        if not any(_says_the_same(phrase, other, holders) for _, other in kept):
            kept.append((score, phrase))
    return kept


def _says_the_same(phrase: str, other: str, holders: dict[str, list[str]]) -> bool:
    inside = set(phrase.split()) <= set(other.split()) or set(other.split()) <= set(phrase.split())
    return inside and len(set(holders[phrase]) & set(holders[other])) >= 0.6 * len(holders[phrase])
