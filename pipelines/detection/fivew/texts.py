"""Adds to the sections what `nlp.facts` reads in a person's texts and bio; each item names the posts it rests on."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nlp.facts import read
from nlp.facts.bio import declared
from nlp.facts.duplicates import duplicates
from nlp.facts.entities import entities, quality
from nlp.facts.events import events
from nlp.facts.manner import register
from nlp.facts.topics import is_sensitive, topics
from pipelines.detection.fivew.figures import Row, table
from pipelines.detection.fivew.read import READINGS
from pipelines.documents.safe import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.facts import Post
    from nlp.facts.topics import Topics

TEXTS = "post_columns"
LEAST_POSTS = 3
SHOWN_POSTS = 5
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
MARKUP = frozenset("[]{}$|<>\\`#*_^")
ADDRESS = re.compile(r"https?://\S+|www\.\S+")


class Readings:
    """What was read in one person's texts, each item with the places of its posts among those that were read."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._place = {row["post_id"]: place for place, row in enumerate(rows, 1)}
        self.kept: list[Row] = []
        self._seen: set[tuple[str, str]] = set()

    def line(self, field: str, item: str, post_ids: Sequence[str], **more: Any) -> Row:
        """Return one line of a table (`posts` and the first `post_ids`), and keep where it was read."""
        places = sorted({self._place[post] for post in post_ids if post in self._place})
        item = clean(item)
        while (field, item) in self._seen:
            item += " ·"
        self._seen.add((field, item))
        self.kept.append({"field": field, "item": item, "places": places})
        return {**more, "posts": len(places), "post_ids": list(post_ids[:SHOWN_POSTS])}


def add_facts(parts: dict[str, Row], rows: dict[str, list[Row]]) -> list[Row]:
    """Fill in place: topics, names, events, declared jobs, register, repeated texts; sensitive hashtags leave.

    Returns the readings (field, item, places among the posts read) that the query `readings` counts again.
    """
    posts, found = [read(row) for row in rows[TEXTS]], Readings(rows[TEXTS])
    own = sum(post.own for post in posts)
    spoken = topics(posts, top=12) if own >= LEAST_POSTS else None
    parts["what"]["topics"] = _topics(spoken, own, found)
    parts["what"]["key_messages"] = _messages(spoken, own, rows[TEXTS])
    parts["what"]["hashtags"] = _named(parts["what"]["hashtags"])
    parts["what"]["entities"] = _entities(posts, found)
    parts["when"]["events"] = table(_events(posts, found), READINGS)
    parts["who"]["declared"] = table(_declared(rows["accounts"]), "accounts")
    parts["how"]["register"] = _register(posts, own, rows["manner"])
    groups = enumerate(duplicates(posts)[:5], 1)
    repeats = [found.line("repeats", str(at), group.post_ids, sources=list(group.sources)) for at, group in groups]
    parts["how"]["repeats"] = table(repeats, READINGS)
    return found.kept


def _topics(found: Topics | None, own: int, readings: Readings) -> Row:
    if found is None:
        return {"rows": [], "missing": "too_few_posts", "n": own, "query": "activity"}
    lines = [readings.line("topics", topic.phrase, topic.post_ids, phrase=topic.phrase) for topic in found.topics]
    lines = [{**line, "share": round(line["posts"] / own, 4)} for line in lines]
    return {**table(lines, READINGS), "n": own, "withheld": found.withheld > 0}


def _messages(spoken: Topics | None, own: int, rows: list[Row]) -> Row:
    """Return, in the person's own words, a sentence for each of the first topics: the newest that holds it."""
    if spoken is None:
        return {"rows": [], "missing": "too_few_posts", "n": own, "query": "activity"}
    told = {row["post_id"]: row for row in rows}
    found: dict[str, Row] = {}
    for topic in spoken.topics[:6]:
        for post_id in sorted(topic.post_ids, key=lambda one: (told[one]["published_at"], one), reverse=True)[:30]:
            said = _sentence(told[post_id]["text"] or "", topic.phrase)
            if said and said not in found and post_id not in {row["post_id"] for row in found.values()}:
                kept = {name: told[post_id][name] for name in ("post_id", "published_at", "url")}
                found[said] = {"message": said, "phrase": topic.phrase, **kept}
                break
    return table(list(found.values())[:3], TEXTS)


def _sentence(text: str, phrase: str) -> str:
    """Return the first whole sentence of 5 to 45 words that holds the phrase, else nothing.

    Markup and formulas are no message, and sensitive matters are not named.
    """
    for piece in SENTENCE.split(clean(text)):
        words = ADDRESS.sub(" ", piece).split()
        said = " ".join(words).strip(" -–—•*")
        whole = 5 <= len(words) <= 45 and not MARKUP & set(said) and not said.endswith((":", ","))
        if whole and phrase.casefold() in said.casefold() and not is_sensitive(said):
            return said
    return ""


def _entities(posts: Sequence[Post], readings: Readings) -> Row:
    """Return the names cited in two posts or more; where no post is in a language that can be read, that is said."""
    if not any(post.own and quality(post.language) != "none" for post in posts):
        return {"rows": [], "missing": "language_unsupported", "query": READINGS}
    found = [entity for entity in entities(posts, top=12) if entity.posts > 1]
    return table([readings.line("entities", one.name, one.post_ids, name=one.name, kind=one.kind) for one in found],
                 READINGS)  # fmt: skip


def _events(posts: Sequence[Post], readings: Readings) -> list[Row]:
    return [
        {**asdict(event), **readings.line("events", f"{event.name} {event.on or ''}".strip(), event.post_ids)}
        for event in events(posts)[:8]
    ]


def _named(hashtags: Row) -> Row:
    """Return the hashtags without those of sensitive matters, which are never named."""
    kept = [row for row in hashtags["rows"] if not is_sensitive(row["hashtag"])]
    return {**table(kept, hashtags["query"]), "withheld": len(kept) < len(hashtags["rows"])}


def _declared(accounts: list[Row]) -> list[Row]:
    return [
        {"kind": item.kind, "text": item.text, "former": item.former, "account_id": account["account_id"]}
        for account in accounts
        for item in declared(account["summary"], account["location"])
    ]


def _register(posts: Sequence[Post], own: int, manner: list[Row]) -> Row:
    """Return what the register points to, with the figures of the query `manner`."""
    if own < LEAST_POSTS or not manner:
        return {"rows": [], "missing": "too_few_posts", "n": own, "query": "activity"}
    found = register(posts)
    if found.register is None:
        return {"rows": [], "missing": "language_unsupported", "n": manner[0]["posts"], "query": "manner"}
    figures = {name: manner[0][name] for name in ("words_per_sentence", "emoji_per_post")}
    row = {"register": found.register, "address": found.address, **figures, "post_ids": found.post_ids[:SHOWN_POSTS]}
    return {"rows": [row], "n": manner[0]["posts"], "query": "manner"}
