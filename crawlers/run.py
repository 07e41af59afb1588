"""Runs one crawl in a subprocess of its own and reports what it did."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from crawlers.guard import address_guard, host_and_port, origin
from crawlers.registry import check_credential, check_options, connector
from crawlers.report import CrawlReport, read_report
from data.errors import UserError, VigieError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.guard import AddressGuard
    from crawlers.job import CrawlJob


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """A sign of life: requests sent of the budget, requests waiting, accounts and records so far, the last host.

    `left`: seconds to go at the pace so far, None while unknown. `waits`: seconds until any host may be asked again.
    `stopped`: sources that were ended because they had nothing more to tell.
    """

    sent: int
    budget: int
    queued: int
    accounts: int
    records: int
    host: str
    left: float | None = None
    waits: float = 0.0
    stopped: tuple[str, ...] = ()


def crawl(job: CrawlJob, on_progress: Callable[[CrawlProgress], None] | None = None) -> CrawlReport:
    """Crawl, or go on with a crawl that was stopped (`job.resume`); returns the report of the cycle.

    Raises UserError when the job is wrong, VigieError when the subprocess failed. Killing either process at any
    moment loses nothing: call again with `resume`.
    """
    check_job(job)
    job = replace(job, path=str(Path(job.path).absolute()))
    Path(job.path).parent.mkdir(parents=True, exist_ok=True)
    log = Path(job.path).with_suffix(".log")
    with log.open("wb") as errors:
        # -I: neither the current folder nor PYTHONPATH may put other modules before ours.
        worker = subprocess.Popen(
            [sys.executable, "-I", "-m", "crawlers.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            told = _follow(worker, job, on_progress)
        finally:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    pipe.close()
    if told is not None:
        kind = UserError if told.get("status") == 2 else VigieError
        raise kind(told["fr"], told["en"])
    if worker.returncode != 0:
        raise VigieError(
            f"la collecte s'est arrêtée (code {worker.returncode}) ; reprendre avec --resume ; détails : {log}",
            f"the crawl stopped (status {worker.returncode}); go on with --resume; details: {log}",
        )
    return read_report(job.path)


def _follow(
    worker: subprocess.Popen[bytes], job: CrawlJob, on_progress: Callable[[CrawlProgress], None] | None
) -> dict[str, Any] | None:
    """Hand over the job and read what the worker tells until it ends; returns its error, if it told one."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    error: dict[str, Any] | None = None
    try:
        worker.stdin.write(job.to_json() + b"\n")
        worker.stdin.flush()
    except BrokenPipeError:
        return None
    for line in worker.stdout:
        told = orjson.loads(line)
        error = told.get("error", error)
        if on_progress is not None and "progress" in told:
            on_progress(CrawlProgress(**told["progress"]))
    worker.wait()
    return error


def check_job(job: CrawlJob) -> None:
    """Raise UserError when the job cannot run: no source, a wrong option, no contact for hosts that are not local."""
    if not job.sources:
        raise UserError("aucune source à collecter", "no source to crawl")
    guard = address_guard(job.allow_private_hosts)
    for source in job.sources:
        check_options(source.kind, source.options)
        check_credential(source.kind, job.credentials)
        if source.kind in job.credentials:
            _check_key_places(source.kind, source.options, guard)
    if job.contact.strip():
        return
    for source in job.sources:
        for url in connector(source.kind).hosts(source.options, job.seed_accounts):
            place = origin(url)
            if place is None or not guard.is_own(*host_and_port(place)):
                raise UserError(
                    f"crawler.contact manque dans vigie.toml : une adresse où vous joindre est due à {url}",
                    f"crawler.contact is missing in vigie.toml: {url} is owed an address where you answer",
                )


def _check_key_places(kind: str, options: dict[str, Any], guard: AddressGuard) -> None:
    """Raise UserError when the options would carry the user's key to a stranger: briefs are handed round."""
    known = {origin(place) for place in connector(kind).policy.key_places}
    for url in connector(kind).hosts(options, ()):
        place = origin(url)
        if place not in known and not (place and guard.is_own(*host_and_port(place))):
            raise UserError(
                f"source {kind} : votre clé ne sera pas montrée à {url} (crawler.allow_private_hosts nomme vos hôtes)",
                f"{kind} source: your key is not shown to {url} (crawler.allow_private_hosts names your own hosts)",
            )
