"""Collection: the brief's crawl, and the loading of what it brought."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.report import DRIFT
from crawlers.results import ended_at, handed_over, read_records
from data.bilingual import Bilingual
from data.people import decisions, fingerprint, forms, open_people, suppressed, suppression_key
from data.warehouse.load import Staging, load
from data.warehouse.sql import query
from data.warehouse.store import open_store
from pipelines.detection.entries import entries
from pipelines.focus import scorer_config
from pipelines.progress import OnProgress, Progress

if TYPE_CHECKING:
    from pathlib import Path

    from crawlers.job import CrawlJob, Held
    from crawlers.report import CrawlReport
    from crawlers.results import Collected as Record
    from crawlers.run import CrawlProgress
    from data.brief.model import Brand, Brief, Competitor
    from data.workspace import Workspace
    from pipelines.detection.study import Study
    from pipelines.options import Options

BATCH = 50_000
LONG_WAIT = 3.0  # seconds without a request that are told
MOST_BRANDS = 10
MOST_HELD = 20_000  # posts per source that a crawl may ask after again


@dataclass(frozen=True, slots=True)
class Collected:
    """What the crawl gave: coverage per source as JSON-able values, what went wrong and what was heard, in words."""

    coverage: list[dict[str, Any]]
    degraded: list[Bilingual]
    said: list[Bilingual] = field(default_factory=list)


def crawl_file(workspace: Workspace, brief: Brief) -> Path:
    """Return the SQLite file of the brief's crawl, kept between runs."""
    return workspace.crawls / f"{brief.name}.sqlite"


def crawl_job(workspace: Workspace, brief: Brief, studied: Study, options: Options) -> CrawlJob:
    """Return the crawl that the brief asks for, with people's objections and decisions."""
    from crawlers.job import CrawlJob, SourceJob

    settings = workspace.settings.crawler
    with open_people(workspace.people) as people:
        prints, key = suppressed(people), suppression_key(people)
        decided: dict[str, str] = {
            account: decision.status for account, decision in decisions(people, brief.name).items()
        }
    since = (brief.as_of or datetime.now(UTC)) - timedelta(days=brief.budget.days)
    found = entries(brief, studied)
    return CrawlJob(
        path=str(crawl_file(workspace, brief)),
        brief=brief.name,
        sources=tuple(SourceJob(source.kind, dict(source.options)) for source in brief.sources),
        seed_accounts=brief.seeds.accounts,
        seed_hashtags=brief.seeds.hashtags,
        topic_tags=found.written,
        topic_terms=found.terms,
        brand_names=tuple(dict.fromkeys(brand.name for brand in _brands(brief)))[:MOST_BRANDS],
        brand_domains=tuple(
            dict.fromkeys(site.lower().removeprefix("www.") for brand in _brands(brief) for site in brand.domains)
        )[:MOST_BRANDS],
        requests=brief.budget.requests,
        accounts=brief.budget.accounts,
        posts_per_account=brief.budget.posts_per_account,
        requests_per_host=brief.budget.requests_per_host,
        stop_after=brief.budget.stop_after,
        stop_below=brief.budget.stop_below,
        days_since=since.isoformat(),
        contact=settings.contact,
        allow_private_hosts=settings.allow_private_hosts,
        suppression=tuple(sorted(prints)),
        suppression_key=key.hex(),
        curation=decided,
        scorer="pipelines.focus:make_scorer",
        scorer_config=scorer_config(studied.segments),
        max_requests=options.max_requests,
        credentials=own_keys(workspace, brief),
        resume=options.resume,
        held=held_posts(workspace, brief, since),
    )


def _brands(brief: Brief) -> list[Brand | Competitor]:
    return [brief.brand, *brief.brand.competitors] if brief.brand else []


def held_posts(workspace: Workspace, brief: Brief, since: datetime) -> dict[str, tuple[Held, ...]]:
    """Return, per kind of source, the posts held to ask after again: young ones are likelier, the draw is the day's."""
    from crawlers.job import Held

    if not workspace.store.exists():
        return {}
    now = datetime.now(UTC)
    values = {
        "brief": brief.name,
        "since": since,
        "now": now,
        "turn": now.date().isoformat(),
        "sources": [source.kind for source in brief.sources],
        "most": MOST_HELD,
    }
    held: dict[str, list[Held]] = {}
    with open_store(workspace.store) as store:
        for source, *told in store.execute(query("held_posts", "pipelines.detection.sql"), values).fetchall():
            held.setdefault(source, []).append(Held(*told))
    return {kind: tuple(posts) for kind, posts in held.items()}


def own_keys(workspace: Workspace, brief: Brief) -> dict[str, str]:
    """Return the user's own keys of the brief's sources, from the environment variables that `vigie.toml` names."""
    named = workspace.settings.credentials
    kinds = {source.kind for source in brief.sources}
    return {kind: key for kind, name in named.items() if kind in kinds and (key := os.environ.get(name, "").strip())}


@dataclass(frozen=True, slots=True)
class Loads:
    """How many records were read, and per source how many posts are new, changed, unchanged, gone."""

    records: int
    posts: dict[str, dict[str, int]]


def load_collected(workspace: Workspace, brief: Brief, on_progress: OnProgress) -> Loads:
    """Move what the crawl recorded into the warehouse; idempotent."""
    path = crawl_file(workspace, brief)
    if not path.exists():
        return Loads(0, {})
    with open_people(workspace.people) as people:
        prints, key = suppressed(people), suppression_key(people)

    def kept_out(names: list[str]) -> list[str]:
        return [name for name in names if prints & {fingerprint(key, form) for form in forms(name)}]

    what = Bilingual("Chargement", "Loading")
    records = read_records(path)
    with open_store(workspace.store) as store:
        staging = Staging(store)
        done = 0
        while batch := [_with_way(record) for record in islice(records, BATCH)]:
            staging.add_json_lines(batch, first=done + 1)
            done += len(batch)
            on_progress(Progress(what, done))
        loaded = load(staging, brief=brief.name, found_via="crawl", kept_out=kept_out if prints else None)
    handed_over(path)
    return Loads(done, loaded.posts)


def _with_way(record: Record) -> str:
    """Return a record's line with the way it was found, where that is more than the crawl itself."""
    if record.via == "crawl" or not record.line.startswith("{"):
        return record.line
    return f'{{"found_via":{orjson.dumps(record.via[:200]).decode()},{record.line[1:]}'


def collect(
    workspace: Workspace,
    brief: Brief,
    studied: Study,
    options: Options,
    on_progress: OnProgress,
    *,
    resumed_from: datetime | None = None,
) -> Collected:
    """Run the brief's crawl to its end; sources that gave less than they should are named, not fatal.

    A crawl that ended after `resumed_from`, when the run gone on with began, is not run again.
    """
    from crawlers.coverage import statements
    from crawlers.report import read_report
    from crawlers.run import crawl

    workspace.crawls.mkdir(parents=True, exist_ok=True)
    path = crawl_file(workspace, brief)
    ended = ended_at(path) if resumed_from and path.exists() else None
    if resumed_from and ended and ended >= resumed_from.timestamp():
        report = read_report(path)
    else:
        report = crawl(crawl_job(workspace, brief, studied, options), lambda seen: on_progress(_progress(seen)))
    degraded = [
        Bilingual(f"{source.source} : {trouble.sentence.fr}", f"{source.source}: {trouble.sentence.en}")
        for source in report.sources
        if source.degraded
        for trouble in source.troubles
    ]
    if not report.finished:
        degraded.append(Bilingual(f"collecte arrêtée : {report.stop}", f"crawl stopped: {report.stop}"))
    return Collected(report.to_dict()["sources"], degraded, [*statements(path), *_stopped(report), *_alarms(report)])


def _stopped(report: CrawlReport) -> list[Bilingual]:
    """Return why sources were ended before their budget."""
    return [source.stopped.sentence for source in report.sources if source.stopped]


def _alarms(report: CrawlReport) -> list[Bilingual]:
    """Return the fields that sources newly give or no longer give, and the signs of refusal that were taken back."""
    return [
        Bilingual(f"{source.source} : {trouble.sentence.fr}", f"{source.source}: {trouble.sentence.en}")
        for source in report.sources
        for trouble in source.troubles
        if trouble.kind.split(" ")[0] in {*DRIFT, "wish_withdrawn"}
    ]


def _progress(seen: CrawlProgress) -> Progress:
    fr, en = (
        f"{seen.accounts} comptes, {seen.records} enregistrements",
        f"{seen.accounts} accounts, {seen.records} records",
    )
    if seen.left is not None:
        minutes = max(round(seen.left / 60), 1)
        fr, en = f"{fr} · {minutes} min au plus", f"{en} · {minutes} min at most"
    if seen.waits >= LONG_WAIT:
        fr = f"{fr} · attend {seen.waits:.0f} s qu'un serveur puisse être interrogé"
        en = f"{en} · waits {seen.waits:.0f} s until a server may be asked"
    if seen.stopped:
        fr = f"{fr} · plus rien de neuf : {', '.join(seen.stopped)}"
        en = f"{en} · nothing new any more: {', '.join(seen.stopped)}"
    detail = Bilingual(f"{fr} · {seen.host}", f"{en} · {seen.host}")
    return Progress(Bilingual("Requêtes", "Requests"), seen.sent, seen.budget, detail)
