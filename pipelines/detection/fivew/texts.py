"""Adds to the sections what `nlp.facts` reads in a person's texts and bio; each item names the posts it rests on."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.facts import Post

TEXTS = "post_columns"
LEAST_POSTS = 3


def add_facts(parts: dict[str, Row], rows: dict[str, list[Row]]) -> None:
    """Fill in place: topics, names, events, declared jobs, register, repeated texts; sensitive hashtags leave."""
    posts = [read(row) for row in rows[TEXTS]]
    own = sum(post.own for post in posts)
    parts["what"]["topics"] = _topics(posts, own)
    parts["what"]["hashtags"] = _named(parts["what"]["hashtags"])
    parts["what"]["entities"] = _entities(posts)
    parts["when"]["events"] = table([asdict(event) for event in events(posts)[:8]], TEXTS)
    parts["who"]["declared"] = table(_declared(rows["accounts"]), "accounts")
    parts["how"]["register"] = _register(posts, own)
    parts["how"]["repeats"] = table([_repeat(group.post_ids, group.sources) for group in duplicates(posts)[:5]], TEXTS)


def _topics(posts: Sequence[Post], own: int) -> Row:
    if own < LEAST_POSTS:
        return {"rows": [], "missing": "too_few_posts", "n": own, "query": TEXTS}
    found = topics(posts, top=12)
    lines = [{**asdict(topic), "post_ids": topic.post_ids[:5]} for topic in found.topics]
    return {**table(lines, TEXTS), "n": own, "withheld": found.withheld}


def _entities(posts: Sequence[Post]) -> Row:
    """Return the names cited in two posts or more; where no post is in a language that can be read, that is said."""
    if not any(post.own and quality(post.language) != "none" for post in posts):
        return {"rows": [], "missing": "language_unsupported", "query": TEXTS}
    found = [entity for entity in entities(posts, top=12) if entity.posts > 1]
    return table([{**asdict(entity), "post_ids": entity.post_ids[:5]} for entity in found], TEXTS)


def _named(hashtags: Row) -> Row:
    """Return the hashtags without those of sensitive matters, which are counted, never named."""
    kept = [row for row in hashtags["rows"] if not is_sensitive(row["hashtag"])]
    withheld = len(hashtags["rows"]) - len(kept)
    return {**table(kept, hashtags["query"]), "withheld": withheld}


def _declared(accounts: list[Row]) -> list[Row]:
    return [
        {**asdict(item), "account_id": account["account_id"]}
        for account in accounts
        for item in declared(account["summary"], account["location"])
    ]


def _register(posts: Sequence[Post], own: int) -> Row:
    if own < LEAST_POSTS:
        return {"rows": [], "missing": "too_few_posts", "n": own, "query": TEXTS}
    found = asdict(register(posts))
    if found["register"] is None:
        return {"rows": [], "missing": "language_unsupported", "n": own, "query": TEXTS}
    return {"rows": [{**found, "post_ids": found["post_ids"][:5]}], "n": own, "query": TEXTS}


def _repeat(post_ids: Sequence[str], sources: Sequence[str]) -> dict[str, Any]:
    return {"posts": len(post_ids), "sources": list(sources), "post_ids": list(post_ids[:5])}
