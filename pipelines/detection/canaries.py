"""Canary probes: asks each source of a brief for one account that is surely there and for one that surely is not."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from data.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.job import CrawlJob
    from crawlers.report import Trouble
    from data.brief.model import Brief, Source
    from data.workspace import Workspace

REQUESTS = 6  # of one probe: who is there, the account, its first page, robots.txt aside
POSTS = 1


@dataclass(frozen=True, slots=True)
class Canary:
    """What one source answered. `present`: the account asked for, if the brief names one of this source.

    `found`: whether it was there (without one: whether anything was); `invented`: whether an account that cannot
    exist was "found"; None where the source cannot be asked for a person. `alarms`: what else went wrong.
    """

    source: str
    present: str | None
    found: bool
    invented: bool | None
    alarms: tuple[Bilingual, ...] = ()

    @property
    def well(self) -> bool:
        """Whether the source tells who is there and who is not."""
        return self.found and not self.invented

    @property
    def sentence(self) -> Bilingual:
        """What to show."""
        who = self.present or ""
        if self.invented:
            return Bilingual("dit trouver un compte qui n'existe pas", "claims to find an account that does not exist")
        if self.found:
            there = Bilingual(f"{who} trouvé", f"{who} found") if who else Bilingual("répond", "answers")
            absent = Bilingual(", compte inventé refusé", ", invented account refused")
            return there if self.invented is None else Bilingual(there.fr + absent.fr, there.en + absent.en)
        if who:
            return Bilingual(f"{who} introuvable", f"{who} not found")
        return Bilingual("ne donne rien", "gives nothing")


def probe(workspace: Workspace, brief: Brief) -> list[Canary]:
    """Probe every source of the brief, a few requests each, as politely as a crawl; stores nothing."""
    from pipelines.detection.collect import crawl_job
    from pipelines.detection.study import study
    from pipelines.options import Options

    whole = crawl_job(workspace, brief, study(brief), Options())
    return [_probe(replace(whole, held={}, scorer=None, scorer_config={}), source) for source in brief.sources]


def _probe(job: CrawlJob, source: Source) -> Canary:
    told, troubles = _ask(job, source)
    name = NAMES.get(source.kind, _nobody)
    asked = [seed for seed in job.seed_accounts if name(seed, source.options)]
    present = next((seed for seed in job.seed_accounts if _is_there(seed, told)), None)
    found = present is not None or bool(told and not asked)
    nobody = next((made for seed in (*asked, "") if (made := name(seed, source.options))), None)
    invented = _is_invented(job, source, nobody) if nobody else None
    alarms = tuple(trouble.sentence for trouble in troubles if trouble.kind != "unknown_account")
    return Canary(source.kind, present or next(iter(asked), None), found, invented, alarms)


def _is_invented(job: CrawlJob, source: Source, nobody: str) -> bool:
    """Whether a source that answers does not say that an account nobody has is unknown."""
    told, troubles = _ask(replace(job, seed_accounts=(nobody,), seed_hashtags=()), source)
    return _is_there(nobody, told) or bool(told and not troubles)


def _ask(job: CrawlJob, source: Source) -> tuple[list[dict[str, Any]], list[Trouble]]:
    """Return the records of a crawl of a few requests, and what went wrong in it."""
    from crawlers.job import SourceJob
    from crawlers.report import Trouble
    from crawlers.results import read_records
    from crawlers.run import crawl
    from data.errors import UserError

    with tempfile.TemporaryDirectory(prefix="vigie-canary-") as folder:
        path, asked = str(Path(folder) / "canary.sqlite"), (SourceJob(source.kind, dict(source.options)),)
        probed = replace(job, path=path, sources=asked, posts_per_account=POSTS, max_requests=REQUESTS, resume=False)
        try:
            report = crawl(probed)
        except UserError as error:
            return [], [Trouble(error.message.en, source.kind, 1, "")]
        records = [orjson.loads(one.line) for one in read_records(path)]
    return records, [trouble for one in report.sources for trouble in one.troubles]


def _is_there(seed: str, records: list[dict[str, Any]]) -> bool:
    wanted = _plain(seed)
    names = ("handle", "account_id", "native_id", "url")
    accounts = (row for row in records if row["type"] == "account")
    return any(wanted == _plain(str(row[name])) for row in accounts for name in names if row.get(name))


def _plain(name: str) -> str:
    return name.strip().lower().removeprefix("hn:user/").rpartition("/")[2].rpartition(":@")[2].lstrip("@")


def _nobody(seed: str, options: Any) -> str | None:  # noqa: ARG001 - one shape for all
    return None


def _of_mastodon(seed: str, options: Any) -> str | None:
    from crawlers.mastodon import address_of

    hosts = [urlsplit(one if "://" in one else f"https://{one}").netloc for one in options.get("instances", [])]
    known = address_of(seed)
    host = known[1] if known else None if seed else next(iter(hosts), None)
    return f"@{_name()}@{host}" if host else None


def _of_bluesky(seed: str, options: Any) -> str | None:  # noqa: ARG001 - one shape for all
    from crawlers.sources.bluesky import actor_of

    if not seed:
        return f"{_name()}.bsky.social"
    actor = actor_of(seed)
    domain = "bsky.social" if actor is None or actor.startswith("did:") else actor.partition(".")[2]
    return f"{_name()}.{domain}" if actor and "." in domain + "." else None


def _of_hackernews(seed: str, options: Any) -> str | None:  # noqa: ARG001 - one shape for all
    from crawlers.sources.hackernews import SEED

    return f"hn:user/{_name()}" if not seed or SEED.match(seed.strip()) else None


def _name() -> str:
    return f"vigie{secrets.token_hex(6)}"


NAMES: dict[str, Callable[[str, Any], str | None]] = {
    "mastodon": _of_mastodon,
    "bluesky": _of_bluesky,
    "hackernews": _of_hackernews,
}
"""Per kind of source: a name that nobody has, beside an account of that source."""
