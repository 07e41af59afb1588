"""The world as the columns that an import reads: accounts, posts, ties, observations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.sandbox.arrays import join, moments, text, where, whole
from data.sandbox.people import ROLE, Floats, People
from data.sandbox.posting import KINDS, Posts
from data.sandbox.settings import BRAND_DOMAINS, BRANDS, LANGUAGES, TOPICS, Settings, vocabulary
from data.sandbox.texts import Texts, fill, take
from data.sandbox.wording import written_texts

__all__ = ["Addresses", "accounts", "join", "names", "observations", "posts", "text", "where"]

ACCOUNT_BASE = 109_000_000_000_000_000
_BIO_WISHES = (" #nobot", " #noindex", " #NoSearch")


def names(people: People, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Return display names and usernames; a double looks like its first account, and so do some strangers."""
    n = len(people)
    display: Texts = np.empty(n, dtype=object)
    for code, language in enumerate(LANGUAGES):
        rows = np.flatnonzero(people.language == code)
        bank = vocabulary()[language]
        both = join(take(bank["first"], len(rows), rng), " ", take(bank["last"], len(rows), rng))
        display[rows] = both.to_numpy(zero_copy_only=False)
    _name_outlets(display, people, rng.spawn(1)[0])
    display[: len(BRANDS)] = BRANDS
    seconds = np.flatnonzero(people.primary >= 0)
    display[seconds] = display[people.primary[seconds]]
    number = np.arange(n)
    number[seconds] = people.primary[seconds]
    plain = pc.utf8_lower(pc.utf8_normalize(pa.array(display, pa.string()), "NFKD"))
    plain = pc.replace_substring_regex(plain, "[^a-z]+", "")
    suffix = where(people.primary >= 0, "_bis", "")
    decoys = (people.primary < 0) & (rng.random(n) < 0.03)
    return pa.array(display, pa.string()), join(plain, text(number), suffix, where(decoys, "_bis", ""))


def _name_outlets(display: Texts, people: People, rng: np.random.Generator) -> None:
    """Give media the name of an outlet instead of a person's."""
    for code, language in enumerate(LANGUAGES):
        rows, bank = np.flatnonzero((people.role == ROLE["media"]) & (people.language == code)), vocabulary()[language]
        titles = join(take(bank["outlet"], len(rows), rng), " ", take(bank["outlet_of"], len(rows), rng))
        display[rows] = titles.to_numpy(zero_copy_only=False)


class Addresses:
    """Where everything lives: instances on consecutive ports, blogs by path on the port after them."""

    def __init__(self, people: People, usernames: pa.Array, settings: Settings) -> None:
        self.hosts = [f"127.0.0.1:{settings.port + k}" for k in range(settings.instances)]
        self.blog_root = f"http://127.0.0.1:{settings.port + settings.instances}"
        host = pa.array(self.hosts).take(pa.array(people.instance))
        blog = join(self.blog_root, "/", usernames, "/")
        self.blog, self.username = blog, usernames
        number = text(ACCOUNT_BASE + np.arange(len(people)) * 16)
        self.native = where(people.blog, join(blog, "feed.xml"), number)
        self.url = where(people.blog, blog, join("http://", host, "/@", usernames))
        self.handle = where(people.blog, pa.scalar(None, pa.string()), join(usernames, "@", host))
        self.source = where(people.blog, "feeds", "mastodon")
        # An outlet has a site of its own, beside its account.
        self.site = join("https://", usernames, ".example/")


def accounts(
    people: People, at: Addresses, display: pa.Array, settings: Settings, rng: np.random.Generator
) -> pa.Table:
    """Return the accounts as an import reads them; columns beyond the known ones are kept as they are."""
    n = len(people)
    end = int(settings.as_of.timestamp() * 1000)
    created = end - (settings.days + rng.exponential(900, n) + 1) * 86_400_000
    created = np.where(rng.random(n) < settings.noise.missing, np.nan, created // 86_400_000 * 86_400_000)
    audience = np.where(people.blog | (rng.random(n) < settings.noise.missing), np.nan, people.audience)
    following = np.where(people.blog, np.nan, np.floor(np.exp(rng.normal(5.2, 1.0, n))))
    links, verified = _profile_links(people, at)
    return pa.table(
        {
            "source": at.source,
            "native_id": at.native,
            "handle": at.handle,
            "display_name": display,
            "summary": _bios(people, at, settings, rng),
            "location": where(
                rng.random(n) < 0.3, take(vocabulary()["fr"]["place"], n, rng), pa.scalar(None, pa.string())
            ),
            "url": at.url,
            "language": pa.array(LANGUAGES).take(pa.array(people.language)),
            "created_at": moments(created),
            "is_automated": pa.array(people.role == ROLE["automated"]),
            "followers": whole(audience),
            "following": whole(following),
            "observed_at": moments(np.full(n, end)),
            "discoverable": pa.array(people.discoverable),
            "indexable": pa.array(people.indexable),
            "noindex": pa.array(people.noindex),
            "links": links,
            "verified_links": verified,
            "hide_collections": pa.array(rng.random(n) < 0.04),
            "moved_to": _moved(people, at, rng),
        }
    )


def _moved(people: People, at: Addresses, rng: np.random.Generator) -> pa.Array:
    """The first account's address, for a few second accounts that their owner has left."""
    left = (people.primary >= 0) & ~people.blog & people.declared & (rng.random(len(people)) < 0.15)
    return where(left, at.url.take(pa.array(np.maximum(people.primary, 0))), pa.scalar(None, pa.string()))


def _bios(people: People, at: Addresses, settings: Settings, rng: np.random.Generator) -> pa.Array:
    n = len(people)
    bios: Texts = np.empty(n, dtype=object)
    everybody, apart = np.ones(n, dtype=bool), rng.spawn(1)[0]
    # Most outlets say what they are; some leave it to their name and their site.
    outlets = (people.role == ROLE["media"]) & (apart.random(n) >= 0.1 + settings.noise.missing)
    for some, kind, source in ((everybody, "bio", rng), (outlets, "outlet_bio", apart)):
        for language in range(len(LANGUAGES)):
            for topic in range(len(TOPICS)):
                rows = np.flatnonzero(some & (people.language == language) & (people.topic == topic))
                bios[rows] = _bio(kind, LANGUAGES[language], topic, len(rows), source)
    bios[: len(BRANDS)] = [
        f"{name}, compte officiel. https://{d}/" for name, d in zip(BRANDS, BRAND_DOMAINS, strict=True)
    ]
    wish = take(list(_BIO_WISHES), n, rng)
    told = pa.array(bios, pa.string())
    told = where(outlets, join(told, " ", at.site), told)
    return where(people.nobot, join(told, wish), told)


def _bio(kind: str, language: str, topic: int, size: int, rng: np.random.Generator) -> Texts:
    bank, words = vocabulary()[language], vocabulary()["topics"][TOPICS[topic]]
    words = words.get(language) or words["en"]
    out: Texts = np.empty(size, dtype=object)
    which = rng.integers(0, len(bank[kind]), size)
    things = [*words["named"], *words.get("oblique", [])]

    def slot(name: str, count: int) -> pa.Array:
        return take(things if name.startswith("thing") else bank[name], count, rng)

    for number, template in enumerate(bank[kind]):
        rows = np.flatnonzero(which == number)
        out[rows] = fill(template, len(rows), slot)
    return out


def _profile_links(people: People, at: Addresses) -> tuple[pa.Array, pa.Array]:
    """The other account of a person who says so, from both sides; verified when it is a page that can link back.

    An outlet without one links to its own site, which links back.
    """
    n = len(people)
    other = np.full(n, -1)
    seconds = np.flatnonzero((people.primary >= 0) & people.declared)
    other[seconds] = people.primary[seconds]
    other[people.primary[seconds]] = seconds
    nothing = pa.scalar(None, pa.string())
    links = where(other >= 0, at.url.take(pa.array(np.maximum(other, 0))), nothing)
    backed = (other >= 0) & (people.blog | people.blog[np.maximum(other, 0)])
    outlet = (people.role == ROLE["media"]) & (other < 0) & ~people.blog
    links = where(outlet, at.site, links)
    return links, where(backed | outlet, links, nothing)


def posts(
    people: People,
    written: Posts,
    figures: dict[str, Floats],
    at: Addresses,
    settings: Settings,
    rng: np.random.Generator,
) -> pa.Table:
    """Return the posts as an import reads them, with texts, tags, mentions and links."""
    m, by = len(written), written.author
    native = _post_ids(written, people, at)
    url = where(people.blog[by], native, join(at.url.take(pa.array(by)), "/", native))
    nothing = pa.scalar(None, pa.string())
    answered = native.take(pa.array(np.maximum(written.target, 0)))
    body, title, tags, mentions, links = written_texts(people, written, url, at, settings, rng)
    language = pa.array(LANGUAGES).take(pa.array(people.language[by]))
    unsaid = rng.random(m) < 0.08 + settings.noise.missing
    columns: dict[str, Any] = {
        "source": at.source.take(pa.array(by)),
        "native_id": native,
        "account": at.native.take(pa.array(by)),
        "published_at": moments(written.time),
        "text": body,
        "title": title,
        "url": url,
        "declared_language": where(unsaid, nothing, where(rng.random(m) < 0.02, "en", language)),
        "kind": pa.array((*KINDS, "post")).take(pa.array(written.kind)),
        "in_reply_to": where(written.kind == 1, answered, nothing),
        "repost_of": where(written.kind == 2, answered, nothing),
        "quote_of": where(written.kind == 3, answered, nothing),
        "hashtags": tags,
        "mentions": mentions,
        "links": links,
        "observed_at": moments(np.full(m, settings.as_of.timestamp() * 1000)),
    }
    return pa.table(columns | {name: whole(figures[name]) for name in ("likes", "reposts", "replies", "quotes")})


def _post_ids(written: Posts, people: People, at: Addresses) -> pa.Array:
    """Snowflakes that sort like time, with four low bits free; permalinks on blogs."""
    time = written.time
    first = np.flatnonzero(np.diff(time, prepend=time[0] - 1))
    within = np.arange(len(time)) - np.repeat(first, np.diff(first, append=len(time)))
    number = text((time << 16) + (within << 4))
    permalink = join(at.blog.take(pa.array(written.author)), number, "/")
    return where(people.blog[written.author], permalink, number)


def observations(people: People, at: Addresses, settings: Settings, rng: np.random.Generator) -> pa.Table:
    """Return dated audience figures: slow growth, fast growth of newcomers, sudden jumps of bought audiences."""
    n = len(people)
    moments_count = int(np.clip(settings.days // 30 + 1, 2, 13))
    share = np.linspace(0, 1, moments_count)
    growth = np.where(rng.random(n) < 0.06, rng.uniform(0.5, 0.9, n), rng.uniform(0, 0.15, n))
    bought = np.isin(people.role, [ROLE["spammer"], ROLE["pod"]]) & (rng.random(n) < 0.4)
    jump = rng.uniform(0.2, 0.9, n)
    level = 1 - growth[:, None] * (1 - share[None, :])
    level = np.where(bought[:, None], np.where(share[None, :] < jump[:, None], 0.35, 1.0), level)
    rows, times = np.repeat(np.arange(n), moments_count), np.tile(share, n)
    keep = ~people.blog[rows] & (rng.random(len(rows)) >= settings.noise.missing)
    followers = np.floor(people.audience[rows] * level.ravel())[keep]
    end = settings.as_of.timestamp() * 1000
    when = end - (1 - times[keep]) * settings.days * 86_400_000
    picked = pa.array(rows[keep])
    return pa.table(
        {
            "source": at.source.take(picked),
            "native_id": at.native.take(picked),
            "observed_at": moments(np.floor(when)),
            "followers": whole(followers),
            "following": whole(np.full(len(followers), np.nan)),
            "posts": whole(np.full(len(followers), np.nan)),
        }
    )
