"""What the posts of the world say: text, title, hashtags, mentions and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.sandbox.arrays import join, text, where
from data.sandbox.people import ROLE
from data.sandbox.posting import COPY, FORM, Posts
from data.sandbox.settings import BRAND_DOMAINS, CHATTER, SEGMENTS, TOPICS, Settings, vocabulary
from data.sandbox.texts import Texts, compose, take

if TYPE_CHECKING:
    from data.sandbox.columns import Addresses
    from data.sandbox.people import Ints, People


def written_texts(
    people: People, written: Posts, url: pa.Array, at: Addresses, settings: Settings, rng: np.random.Generator
) -> tuple[pa.Array, ...]:
    """Return text, title, hashtags, mentions and links; a repost says nothing of its own, a copy what it copies."""
    m, by, topic, handle = len(written), written.author, written.topic, at.handle
    language, nothing = people.language[by], pa.scalar(None, pa.string())
    blog = people.blog[by]
    body = pa.array(compose(written.form, language, topic, written.brand, settings.noise, rng), pa.string())
    more = _longer(written, people, settings, rng)
    body = where(blog, more, body)
    tags = _tags(topic, written.kind, rng)
    hashed = join("#", pc.replace_substring(tags, " ", " #"))
    target = np.maximum(written.target, 0)
    answered = handle.take(pa.array(by[target]))
    named = rng.integers(0, len(people), m)
    some = (rng.random(m) < 0.04) & (written.kind == 0) & ~blog & ~people.blog[named]
    mentions = where(written.kind == 1, answered, where(some, handle.take(pa.array(named)), nothing))
    links = _links(people, written, url, at.site, rng)
    links = where(blog & (written.brand < 0), nothing, links)
    whole_text = join(
        where(written.kind == 1, join("@", pc.fill_null(mentions, ""), " "), ""),
        body,
        where(some, join(" @", pc.fill_null(handle.take(pa.array(named)), "")), ""),
        pc.fill_null(join(" ", hashed), ""),
        pc.fill_null(join(" ", links), ""),
        _emoji(m, rng),
    )
    copies = _copied(written, people, rng)
    source = pa.array(copies)
    whole_text, tags, links = whole_text.take(source), tags.take(source), links.take(source)
    mentions = where(written.kind == COPY, mentions.take(source), mentions)
    silent = written.kind == 2
    title = where(blog, _titles(written, people, settings, rng), nothing)
    return (
        where(silent, "", whole_text),
        title,
        where(silent, nothing, tags),
        where(silent, nothing, mentions),
        where(silent, nothing, links),
    )


def _copied(written: Posts, people: People, rng: np.random.Generator) -> Ints:
    """The row whose text each row carries: its own, its first account's, or an advert already posted."""
    rows = np.arange(len(written))
    copies = np.where(written.kind == COPY, np.maximum(written.target, 0), rows)
    adverts = np.flatnonzero(written.form == FORM["spam"])
    first = np.full(len(people), -1)
    first[written.author[adverts[::-1]]] = adverts[::-1]
    again = adverts[rng.random(len(adverts)) < 0.5]
    copies[again] = first[written.author[again]]
    return copies


def _longer(written: Posts, people: People, settings: Settings, rng: np.random.Generator) -> pa.Array:
    """Articles of several paragraphs for the posts of blogs, null elsewhere."""
    rows = np.flatnonzero(people.blog[written.author])
    out: Texts = np.full(len(written), None, dtype=object)
    language, topic, brand = people.language[written.author[rows]], written.topic[rows], written.brand[rows]
    if not len(rows):
        return pa.array(out, pa.string())
    lines = [
        pa.array(compose(np.zeros(len(rows), dtype=np.int64), language, topic, brand, settings.noise, rng), pa.string())
        for _ in range(8)
    ]
    first = pa.array(compose(written.form[rows], language, topic, brand, settings.noise, rng), pa.string())
    halves = join(first, " ", lines[0], " ", lines[1], "\n\n", lines[2], " ", lines[3], " ", lines[4], "\n\n")
    out[rows] = join(halves, lines[5], " ", lines[6], " ", lines[7]).to_numpy(zero_copy_only=False)
    return pa.array(out, pa.string())


def _titles(written: Posts, people: People, settings: Settings, rng: np.random.Generator) -> pa.Array:
    """A heading of a few words for each article."""
    language = people.language[written.author]
    flat = np.zeros(len(written), dtype=np.int64)
    rows = np.flatnonzero(people.blog[written.author])
    out: Texts = np.full(len(written), None, dtype=object)
    if len(rows):
        line = compose(flat[rows], language[rows], written.topic[rows], flat[rows], settings.noise, rng)
        out[rows] = pc.utf8_slice_codeunits(pa.array(line, pa.string()), 0, 60).to_numpy(zero_copy_only=False)
    return pa.array(out, pa.string())


def _tags(topic: Ints, kind: Ints, rng: np.random.Generator) -> pa.Array:
    """One or two hashtags of the topic on some posts, null on the others."""
    m = len(topic)
    out: Texts = np.full(m, None, dtype=object)
    tagged = (rng.random(m) < np.where(kind == 1, 0.08, 0.42)) & (topic < CHATTER) & (kind != 2)
    for code, name in enumerate(TOPICS):
        rows = np.flatnonzero(tagged & (topic == code))
        tags = vocabulary()["topics"][name]["tags"]
        pairs = [a if a == b else f"{a} {b}" for a in tags for b in tags]
        out[rows] = take(pairs, len(rows), rng).to_numpy(zero_copy_only=False)
    return pa.array(out, pa.string())


def _links(people: People, written: Posts, url: pa.Array, site: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Links to a brand's pages, to an article of the same topic, or to a page nobody here wrote; null mostly.

    What an outlet posts mostly leads to its own site.
    """
    m, nothing = len(written), pa.scalar(None, pa.string())
    spoken = (written.brand >= 0) & (rng.random(m) < 0.4)
    shop = join(
        "https://",
        pa.array(BRAND_DOMAINS).take(pa.array(np.maximum(written.brand, 0))),
        "/",
        text(rng.integers(1, 400, m)),
    )
    linking = (rng.random(m) < np.where(written.topic < len(SEGMENTS), 0.1, 0.05)) & (written.kind != 2)
    articles = np.flatnonzero(people.blog[written.author])
    page = join("https://news.example/", text(rng.integers(1, 9000, m)))
    if len(articles):
        picked = articles[rng.integers(0, len(articles), m)]
        picked_later = (written.time[picked] > written.time) | (written.topic[picked] != written.topic)
        page = where(picked_later, page, url.take(pa.array(picked)))
    apart = rng.spawn(1)[0]
    outlet = (people.role[written.author] == ROLE["media"]) & (written.kind == 0) & (apart.random(m) < 0.7)
    own = join(site.take(pa.array(written.author)), text(apart.integers(1, 9000, m)))
    page = where(outlet, own, page)
    linking |= outlet
    spam = written.form == FORM["spam"]
    return where(spoken, shop, where(linking | spam, page, nothing))


def _emoji(m: int, rng: np.random.Generator) -> pa.Array:
    picked = take(vocabulary()["emoji"]["all"], m, rng)
    return where(np.asarray(pc.equal(picked, "")), "", join(" ", picked))
