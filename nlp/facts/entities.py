"""Named entities: by a trained spaCy pipeline where one is installed, else by runs of capitalised words."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from nlp.facts.topics import is_sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.facts.posts import Post

Quality = Literal["trained", "basic", "none"]
PIPELINES: Final = {
    "fr": ("fr_core_news_lg", "fr_core_news_md", "fr_core_news_sm"),
    "en": ("en_core_web_lg", "en_core_web_md", "en_core_web_sm"),
}
_LABELS: Final = {
    "PER": "person",
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "place",
    "GPE": "place",
    "FAC": "place",
    "EVENT": "event",
    "PRODUCT": "product",
    "WORK_OF_ART": "work",
    "MISC": "other",
}
_RUN = re.compile(r"[A-ZÀ-Ý][\w'’&-]{1,40}(?:\s(?:(?:de|du|des|la|le|of|the|&)\s)?[A-ZÀ-Ý][\w'’&-]{1,40}){0,4}")
_STARTS = re.compile(r"(?:^|[.!?…:\n«\"“•-])\s*$")
_NOISE = re.compile(r"https?://\S{1,500}|[@#]\w[\w.@-]{0,80}|\b(?:https?|RT)\b")
MAX_CHARS: Final = 4000
ZONE: Final = 512
# Zipf frequencies above which a capitalised word is taken for a plain one: inside a sentence, and as its first word.
ANYWHERE: Final = 4.8
FIRST_WORD: Final = 3.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A name that a person writes: its kind (`unknown` on the basic path), and the posts."""

    name: str
    kind: str
    posts: int
    post_ids: tuple[str, ...]


def quality(language: str | None) -> Quality:
    """Return how names are found in a language: a trained pipeline, capitalised words, or not at all."""
    if language not in PIPELINES:
        return "none"
    return "trained" if _installed(language) else "basic"


@cache
def _installed(language: str) -> str | None:
    """Return a language's pipeline: that of VIGIE_SPACY_FR or _EN (a folder or package), else a known package."""
    from importlib.util import find_spec

    chosen = os.environ.get(f"VIGIE_SPACY_{language.upper()}")
    if chosen and Path(chosen).joinpath("meta.json").is_file():
        return chosen
    return next((name for name in (chosen, *PIPELINES[language]) if name and find_spec(name)), None)


@cache
def _pipeline(name: str) -> Any:
    import spacy

    return spacy.load(name, exclude=["parser", "lemmatizer", "attribute_ruler", "morphologizer", "tagger"])


def entities(posts: Iterable[Post], *, top: int = 50) -> tuple[Entity, ...]:
    """Return the names in a person's own posts, most frequent first; sensitive ones are left out."""
    by_language: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        if post.own and post.language in PIPELINES:
            by_language[post.language].append(post)
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for language, members in by_language.items():
        installed = _installed(language)
        found = _trained(members, installed) if installed else (_basic(post) for post in members)
        for post, names in zip(members, found, strict=True):
            for key in dict.fromkeys(names):
                holders[key].append(post.post_id)
    rows = (Entity(n, kind, len(ids), tuple(ids)) for (n, kind), ids in holders.items() if not is_sensitive(n))
    return tuple(sorted(rows, key=lambda e: (-e.posts, e.name))[:top])


def _trained(posts: Sequence[Post], name: str) -> Iterable[list[tuple[str, str]]]:
    pipeline = _pipeline(name)
    for start in range(0, len(posts), ZONE):
        texts = [_NOISE.sub(" ", post.text[:MAX_CHARS]) for post in posts[start : start + ZONE]]
        with pipeline.memory_zone():  # what spaCy learns of the words of these texts is forgotten with them
            yield from [
                [(ent.text.strip(), _LABELS[ent.label_]) for ent in doc.ents if ent.label_ in _LABELS]
                for doc in pipeline.pipe(texts, batch_size=64)
            ]


def _basic(post: Post) -> list[tuple[str, str]]:
    text = _NOISE.sub(" ", post.text[:MAX_CHARS])
    names: list[tuple[str, str]] = []
    for found in _RUN.finditer(text):
        words = found[0].split()
        # The first word of a sentence has a capital anyway: a common one tells nothing.
        first = _STARTS.search(text[max(0, found.start() - 10) : found.start()])
        if first and _is_common(words[0], post.language or "fr", FIRST_WORD):
            words = words[1:]
            while words and words[0][:1].islower():
                words = words[1:]
        if words and not (len(words) == 1 and _is_common(words[0], post.language or "fr")):
            names.append((" ".join(words), "unknown"))
    return names


def _is_common(word: str, language: str, least: float = ANYWHERE) -> bool:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word.lower(), language)) > least
