"""Canary probes: asks each source of a brief for one account that is surely there and for one that surely is not."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from data.bilingual import Bilingual

if TYPE_CHECKING:
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
    from crawlers.registry import connector
    from crawlers.seeds import knows, people_only

    asked = next((seed for seed in job.seed_accounts if knows(connector(source.kind), source.options, seed)), None)
    options = people_only(source.options) if asked else dict(source.options)
    told, troubles = _ask(_for(job, asked), source.kind, options) if asked else _ask(job, source.kind, options)
    found = _is_found(asked, told, troubles) if asked else bool(told)
    alarms = tuple(trouble.sentence for trouble in troubles if trouble.kind != "unknown_account")
    return Canary(source.kind, asked, found, _is_invented(job, source, asked), alarms)


def _is_found(seed: str, told: list[dict[str, Any]], troubles: list[Trouble]) -> bool:
    """Whether an account was told that is the seed, or the only one asked for and not said to be unknown."""
    refused = any(trouble.kind == "unknown_account" for trouble in troubles)
    return _is_there(seed, told) or (any(row["type"] == "account" for row in told) and not refused)


def _is_invented(job: CrawlJob, source: Source, like: str | None) -> bool | None:
    """Whether a source that answers does not say that what nobody has is unknown; None when it cannot be asked."""
    from pipelines.detection.absent import absent

    nobody = absent(source.kind, source.options, like)
    if nobody is None:
        return None
    told, troubles = _ask(_for(job, nobody.seed), source.kind, nobody.options)
    return bool(nobody.seed and _is_there(nobody.seed, told)) or bool(told and not troubles)


def _for(job: CrawlJob, seed: str | None) -> CrawlJob:
    """Return the job that asks for one account and nothing else."""
    return replace(
        job, seed_accounts=(seed,) if seed else (), seed_hashtags=(), topic_tags=(), topic_terms=(), brand_names=(),
        brand_domains=(),
    )  # fmt: skip


def _ask(job: CrawlJob, kind: str, options: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Trouble]]:
    """Return the records of a crawl of a few requests, and what went wrong in it."""
    from crawlers.job import SourceJob
    from crawlers.report import Trouble
    from crawlers.results import read_records
    from crawlers.run import crawl
    from data.errors import UserError

    with tempfile.TemporaryDirectory(prefix="vigie-canary-") as folder:
        path, asked = str(Path(folder) / "canary.sqlite"), (SourceJob(kind, options),)
        probed = replace(job, path=path, sources=asked, posts_per_account=POSTS, max_requests=REQUESTS, resume=False)
        try:
            report = crawl(probed)
        except UserError as error:
            return [], [Trouble(error.message.en, kind, 1, "")]
        records = [orjson.loads(one.line) for one in read_records(path)]
    return records, [trouble for one in report.sources for trouble in one.troubles]


def _is_there(seed: str, records: list[dict[str, Any]]) -> bool:
    wanted = _plain(seed)
    names = ("handle", "account_id", "native_id", "url")
    accounts = (row for row in records if row["type"] == "account")
    return any(wanted == _plain(str(row[name])) for row in accounts for name in names if row.get(name))


def _plain(name: str) -> str:
    return name.strip().lower().removeprefix("hn:user/").rpartition("/")[2].rpartition(":@")[2].lstrip("@")
