"""What a connector is: one file in `crawlers/sources` that knows one kind of source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from crawlers.job import Held
    from data.bilingual import Bilingual
    from data.brief.model import Brief

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request a connector wants sent.

    `payload` comes back with the answer. `texts` are what led there: the scorer reads them. `account` is whom it
    serves (budget, curation, objections). `recurring` asks are sent again, conditionally, by the next crawl.
    `mark` names a high-water mark: without a validator, a known mark is sent as the query parameter `mark_param`.
    `stamp`: an address whose last answer had the same stamp is not asked again. `chain`: the next page of a list.
    A payload with `post` is sent as a POST with that JSON body; `posting` makes one that the ledger can tell apart.
    """

    url: str
    purpose: str
    payload: dict[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    hop: int = 0
    why: str = ""
    account: str | None = None
    recurring: bool = False
    mark: str | None = None
    mark_param: str | None = None
    stamp: str | None = None
    chain: bool = False
    accept: str | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for an ask; `marked` tells that it was asked from its high-water mark on."""

    url: str
    purpose: str
    payload: dict[str, Any]
    status: int
    headers: Mapping[str, str]
    body: bytes
    hop: int
    at: datetime
    marked: str | None = None

    def json(self) -> Any:
        """Return the body as JSON; raises ValueError when it is none."""
        return orjson.loads(self.body)

    @property
    def is_html(self) -> bool:
        """Whether the server says that it sends a page."""
        return "html" in self.headers.get("content-type", "").lower()


@dataclass(slots=True)
class Batch:
    """What an answer yields: records (the project's JSON lines), further asks, marks, notes, troubles.

    `marks`: high-water mark name → newest id. `notes`: facts the connector wants to find again in this crawl.
    `troubles`: (kind, detail) that make the source degraded without stopping it. `rest`: the seconds for which the
    answer itself asks not to be asked for again.
    """

    records: list[Record] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector may know of the crawl: its options, the seeds, the limits, and its own notes so far.

    `topic_tags`, `topic_terms`: the terms of the brief's queries, as hashtags and as words to search for.
    `robots`: origin (`https://host:443`) → the robots.txt that was read there, once something was asked of it.
    """

    options: Mapping[str, Any]
    seed_accounts: tuple[str, ...] = ()
    seed_hashtags: tuple[str, ...] = ()
    brand_names: tuple[str, ...] = ()
    brand_domains: tuple[str, ...] = ()
    topic_tags: tuple[str, ...] = ()
    topic_terms: tuple[str, ...] = ()
    posts_per_account: int = 200
    since: datetime | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    seen: Container[tuple[str, str]] = frozenset()
    robots: Mapping[str, str] = field(default_factory=dict)

    @property
    def hashtags(self) -> tuple[str, ...]:
        """What hashtag timelines are asked for: the brief's hashtags, then those of its queries and brands."""
        return _each_once(tag.strip().lstrip("#") for tag in (*self.seed_hashtags, *self.topic_tags))

    def searches(self, own: Sequence[str] = ()) -> tuple[str, ...]:
        """What a search is asked for: the source's own queries, else the brief's terms; its hashtags and brands."""
        tags = (tag.strip().lstrip("#") for tag in self.seed_hashtags)
        return _each_once((*own, *tags, *self.brand_names, *(() if own else self.topic_terms)))


def _each_once(told: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for one in told:
        found.setdefault(one.casefold(), one)
    found.pop("", None)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Option:
    """One key of the `[[sources]]` table: the Python type of its value, and what it means."""

    kind: type
    meaning: Bilingual


@dataclass(frozen=True, slots=True)
class Policy:
    """What the source's terms leave free: months of retention (None: the workspace's) and what may be derived.

    `pace`: seconds between two requests to a host of the source, where its operator asks for more than is usual.
    `credential`: the form of what the environment variable named in `[credentials]` holds. `key_places`: the addresses
    that may be shown a key; a brief cannot send it elsewhere, save to hosts that the workspace itself names as its own.
    """

    retention_months: int | None = None
    may_derive: bool = True
    needs_credentials: bool = False
    credential: str = "KEY"
    key_places: tuple[str, ...] = ()
    pace: float = 0.0


class Connector(ABC):
    """Everything vigie knows about one kind of source; stateless: what must last goes through `Batch.notes`."""

    kind: ClassVar[str]
    capabilities: ClassVar[frozenset[str]]
    options: ClassVar[Mapping[str, Option]]
    caveats: ClassVar[tuple[Bilingual, ...]]
    policy: ClassVar[Policy] = Policy()
    reads_sites: ClassVar[bool] = False  # pages or feeds of people's own sites: their reservations are asked for

    @abstractmethod
    def seeds(self, context: Context) -> Batch:
        """Return where the crawl starts; raises UserError when the options cannot be used."""

    @abstractmethod
    def parse(self, answer: Answer, context: Context) -> Batch:
        """Return what a 2xx or 4xx answer yields; raises ValueError when the body is not what was asked for."""

    def failed(self, answer: Answer, context: Context) -> Batch:  # noqa: ARG002
        """Return what to do when an ask had no answer at all (`status` 0) or was refused."""
        return Batch()

    def recheck(self, held: Sequence[Held], room: int, context: Context) -> list[Ask]:  # noqa: ARG002
        """Return at most `room` asks that tell whether posts held are still there; none where that cannot be told."""
        return []

    def hosts(self, options: Mapping[str, Any], seed_accounts: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return addresses on the hosts that will surely be asked: a crawl of a public one needs a contact."""
        return ()

    def signed_in(self, secret: str, agent: str, options: Mapping[str, Any]) -> str:  # noqa: ARG002
        """Return what requests are signed with, once per crawl; raises VigieError when the source refuses the key."""
        return secret

    def signature(self, url: str, secret: str, now: float) -> dict[str, str]:  # noqa: ARG002
        """Return the headers that carry the user's key to `url`: none for a host that is not the source's own.

        They are made when a request leaves and are stored nowhere.
        """
        return {}

    @abstractmethod
    def requests_for(self, options: Mapping[str, Any], brief: Brief) -> int:
        """Return how many requests a first crawl of this brief will probably send."""
