"""What a crawl is asked to do, as plain values that travel to the subprocess as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class SourceJob:
    """One `[[sources]]` table of the brief: the connector's kind and its options."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A post the warehouse holds. `seen_as`: "BASE ID", how its server numbers it; `home`: told by its own server."""

    post_id: str
    account_id: str
    native_id: str
    kind: str
    published_at: str
    url: str | None = None
    seen_as: str | None = None
    home: bool = True


@dataclass(frozen=True, slots=True)
class Speed:
    """How hard a host may be pressed, in seconds and counts; published limits and robots.txt can only slow it down.

    `local_*` is for hosts of the user's own (`allow_private_hosts`). `patience` is how long a host may make the
    crawl wait, `backoff` the first pause after a 429 without a date (it doubles), `tries` the attempts per request.
    """

    delay: float = 1.0
    connections: int = 1
    local_delay: float = 0.0
    local_connections: int = 8
    total: int = 64
    timeout: float = 30.0
    max_bytes: int = 8_000_000
    tries: int = 3
    backoff: float = 15.0
    retry: float = 2.0
    patience: float = 900.0
    host_failures: int = 6


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """Everything one crawl needs.

    `requests_per_host`: the budget of each host, None for none. `stop_after`, `stop_below`: a source ends when so many
    requests of it brought fewer new posts on the subject than that; 0 never.
    `path`: the SQLite file of this brief, kept between crawls. `days_since`: ISO time before which posts are left
    alone. `suppression`: hex keyed hashes (HMAC-SHA256 of the lower-case account id or handle under
    `suppression_key`, hex) of people who objected. `curation`: account id or handle → in | out | undecided.
    `topic_tags`, `topic_terms`: what the brief's queries are looked for by, as hashtags and as words to search for.
    `scorer`: import path `module:function` of a factory that takes `scorer_config` and gives an object with
    `score(texts: list[str]) -> list[float]` in 0..1. `credentials`: kind of source → the user's own key.
    """

    path: str
    brief: str
    sources: tuple[SourceJob, ...]
    seed_accounts: tuple[str, ...] = ()
    seed_hashtags: tuple[str, ...] = ()
    requests: int = 5000
    accounts: int = 2000
    posts_per_account: int = 200
    requests_per_host: int | None = None
    stop_after: int = 500
    stop_below: int = 5
    days_since: str | None = None
    contact: str = ""
    user_agent: str = ""
    allow_private_hosts: tuple[str, ...] = ()
    suppression: tuple[str, ...] = ()
    suppression_key: str = ""
    curation: dict[str, str] = field(default_factory=dict)
    scorer: str | None = None
    scorer_config: dict[str, Any] = field(default_factory=dict)
    max_requests: int | None = None
    credentials: dict[str, str] = field(default_factory=dict, repr=False)
    speed: Speed = Speed()
    resume: bool = False
    held: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    brand_names: tuple[str, ...] = ()
    brand_domains: tuple[str, ...] = ()
    topic_tags: tuple[str, ...] = ()
    topic_terms: tuple[str, ...] = ()

    @property
    def request_budget(self) -> int:
        """How many requests may be sent, robots.txt aside."""
        return self.requests if self.max_requests is None else min(self.requests, self.max_requests)

    def to_json(self) -> bytes:
        """Return the job as one JSON object."""
        return orjson.dumps(asdict(self))


def job_from_json(text: bytes) -> CrawlJob:
    """Return the job that `CrawlJob.to_json` wrote."""
    values = orjson.loads(text)
    values["sources"] = tuple(SourceJob(**source) for source in values["sources"])
    values["speed"] = Speed(**values["speed"])
    values["held"] = {kind: tuple(Held(**one) for one in rows) for kind, rows in values["held"].items()}
    hosts_and_people = ("seed_accounts", "allow_private_hosts", "suppression")
    looked_for = ("seed_hashtags", "brand_names", "brand_domains", "topic_tags", "topic_terms")
    for name in (*hosts_and_people, *looked_for):
        values[name] = tuple(values[name])
    return CrawlJob(**values)
