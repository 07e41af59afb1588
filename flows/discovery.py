"""A discovery as a Prefect flow: the same stages, with retries, progress and the ranking as an artifact."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.runtime import task_run

from data.errors import UserError, VigieError
from data.warehouse.store import connect
from data.workspace import find_workspace
from pipelines.discovery import STAGES, Discovery, ended
from pipelines.options import Options
from pipelines.progress import Progress
from pipelines.ranking import Filters, ranking_rows

RETRIES = {"Collection": 2, "Publication": 2}
RETRY_DELAY = 60  # seconds; a site that was down a minute ago may answer now


@flow(name="vigie-discovery", validate_parameters=False)
def discovery_flow(
    workspace: str,
    brief: str,
    offline: bool = False,
    resume: bool = False,
    max_requests: int | None = None,
    lang: str = "fr",
    wait: bool = True,
) -> Discovery:
    """Run steps 1 to 4 of `brief` in `workspace`, each stage a task."""
    tell_without_tracebacks()
    found = find_workspace(Path(workspace))
    options = Options(offline=offline, resume=resume, max_requests=max_requests, lang=lang)
    discovery = Discovery(found, found.brief(brief), options)
    discovery.on_progress = _Reporter(lang)
    with found.writing(f"vigie-discovery {discovery.brief.name}", wait=wait):
        for stage in () if resume and ended(discovery) else STAGES:
            run_stage.with_options(
                name=stage.name.to(lang),
                task_run_name=stage.name.to(lang),
                retries=RETRIES.get(stage.name.en, 0),
                retry_delay_seconds=RETRY_DELAY,
                retry_condition_fn=worth_retrying,
            )(stage.name.en, discovery)
    _show_ranking(discovery)
    return discovery


@task(cache_policy=NO_CACHE, persist_result=False)
def run_stage(name: str, discovery: Discovery) -> None:
    """Run one stage by its English name; a second try goes on where the first one stopped."""
    if (task_run.run_count or 1) > 1:
        discovery.options = replace(discovery.options, resume=True)
    next(stage for stage in STAGES if stage.name.en == name).do(discovery)


def run_as_flow(discovery: Discovery, *, wait: bool = False) -> Discovery:
    """Run a discovery as the flow, on the configured Prefect server or on one made for this run."""
    options = discovery.options
    brief = str(discovery.brief.path.resolve()) if discovery.brief.path else discovery.brief.name
    finished: Discovery = discovery_flow(
        str(discovery.workspace.root),
        brief,
        offline=options.offline,
        resume=options.resume,
        max_requests=options.max_requests,
        lang=options.lang,
        wait=wait,
    )
    return finished


def worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """Tell whether trying again may help: a mistake in the brief stays one."""
    try:
        state.result()
    except UserError:
        return False
    except Exception:  # noqa: BLE001 - whatever failed may succeed the next time
        return True
    return False


class _Tell(logging.Filter):
    """Takes the traceback off what is told in a sentence."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if record.exc_info and isinstance(record.exc_info[1], VigieError):
            record.exc_info = record.exc_text = None
        return True


def tell_without_tracebacks() -> None:
    """Let errors that are told in a sentence leave no traceback in Prefect's logs."""
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(known, _Tell) for known in handler.filters):
                handler.addFilter(_Tell())


class _Reporter:
    """Tells a run's progress to Prefect: one artifact, and a log line at each new thing."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.said = ""
        self.artifact: Any = None

    def __call__(self, progress: Progress) -> None:
        what = progress.what.to(self.lang)
        if what != self.said:
            self.said = what
            get_run_logger().info(what)
            self.artifact = create_progress_artifact(progress=0.0, description=what)
        if self.artifact and progress.done is not None and progress.total:
            update_progress_artifact(self.artifact, progress=100.0 * progress.done / progress.total, description=what)


def _show_ranking(discovery: Discovery) -> None:
    """Leave the top of the ranking as an artifact of the flow run."""
    name = discovery.brief.name
    connection = connect(discovery.workspace.published, read_only=True)
    try:
        rows = ranking_rows(connection, name, Filters(top=20))
    finally:
        connection.close()
    columns = (
        "rank",
        "rank_low",
        "rank_high",
        "handle",
        "segment",
        "tier",
        "influence",
        "reach",
        "resonance",
        "relevance",
    )
    key = artifact_key(name)
    create_table_artifact(table=[{c: row[c] for c in columns} for row in rows], key=f"ranking-{key}", description=name)
    if discovery.degraded:
        lines = "\n".join(f"- {what.to(discovery.options.lang)}" for what in discovery.degraded)
        create_markdown_artifact(markdown=lines, key=f"degraded-{key}", description=name)


def artifact_key(name: str) -> str:
    """Return a brief's name as Prefect wants the keys of artifacts: lower case, digits, dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "brief"
