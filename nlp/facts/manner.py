"""How a person writes and engages: register, questions, answers, originality."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.facts.posts import Post

_TU = re.compile(r"(?<!\w)(?:tu|toi|ton|tes|t'(?:es|as|inqui)|t’(?:es|as))(?!\w)", re.IGNORECASE)
_VOUS = re.compile(r"(?<!\w)(?:vous|votre|vos)(?!\w)", re.IGNORECASE)
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_SLANG = re.compile(
    r"(?<!\w)(?:lol|mdr+|ptdr|omg|wtf|wsh|ouais|nan|trop bien|kiff\w*|grave|genre|gonna|wanna|"
    r"gotta|kinda|y'all|lmao|tbh|imo|btw|haha+|jsuis|chui|bcp|svp|stp|"
    r"ain't|dude|cool|super|yeah|yep|nope|don't|can't|it's|i'm)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?…\n]+")
_QUESTION = re.compile(r"\?")
LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Register:
    """Signs of register: shares per post, median words per sentence, and what they point to (None below five posts)."""

    register: Literal["formal", "informal", "mixed"] | None
    address: Literal["tu", "vous", "both"] | None
    emoji_per_post: float
    exclamations_per_post: float
    slang_share: float
    words_per_sentence: float | None
    posts: int
    post_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engaging:
    """Habits of asking and answering, and own words against relayed: shares of posts, None without any post."""

    question_share: float | None
    reply_share: float | None
    original_share: float | None
    quote_share: float | None
    people_answered: int
    questions: tuple[str, ...]
    replies: tuple[str, ...]
    relays: tuple[str, ...]


def register(posts: Sequence[Post]) -> Register:
    """Return the register of a person's own words."""
    own = [post for post in posts if post.own and post.words]
    texts = [post.words for post in own]
    n = max(len(own), 1)
    emoji = sum(len(_EMOJI.findall(text)) for text in texts) / n
    shouts = sum(min(text.count("!"), 5) for text in texts) / n
    slang = sum(bool(_SLANG.search(text)) for text in texts) / n
    lengths = [w for text in texts for s in _SENTENCE.split(text)[:200] if (w := len(_WORD.findall(s)))]
    french = [text for post, text in zip(own, texts, strict=True) if post.language == "fr"]
    tu, vous = (sum(bool(pattern.search(text)) for text in french) for pattern in (_TU, _VOUS))
    length = float(median(lengths)) if lengths else None
    casual = sum((emoji >= 0.5, shouts >= 0.7, slang >= 0.15, tu > vous, (length or 15) < 9))
    kind: Literal["formal", "informal", "mixed"] = "informal" if casual >= 3 else "formal" if casual == 0 else "mixed"
    address: Literal["tu", "vous", "both"] | None = None
    if tu or vous:
        address = "tu" if tu > 2 * vous else "vous" if vous > 2 * tu else "both"
    ids = tuple(post.post_id for post in own)
    enough = kind if len(own) >= LEAST else None
    return Register(enough, address, round(emoji, 3), round(shouts, 3), round(slang, 3), length, len(own), ids)


def engaging(posts: Sequence[Post]) -> Engaging:
    """Return how a person asks, answers and relays."""
    own = [post for post in posts if post.own]
    asked = tuple(post.post_id for post in own if _QUESTION.search(post.words))
    replies = [post for post in posts if post.kind == "reply" or (post.in_reply_to and post.own)]
    relays = tuple(post.post_id for post in posts if not post.own)
    quotes = sum(post.kind == "quote" for post in posts)
    total = len(posts)
    return Engaging(
        question_share=len(asked) / len(own) if own else None,
        reply_share=len(replies) / len(own) if own else None,
        original_share=len(own) / total if total else None,
        quote_share=quotes / total if total else None,
        people_answered=len({post.mentions[0].casefold() for post in replies if post.mentions}),
        questions=asked,
        replies=tuple(post.post_id for post in replies),
        relays=relays,
    )
