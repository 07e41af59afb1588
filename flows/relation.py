"""A brief's daily work as a Prefect flow: proximity, campaigns and reminders, the digest, and its delivery."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from data.bilingual import Bilingual
from data.workspace import find_workspace
from flows.deliver import post, write
from flows.discovery import artifact_key, tell_without_tracebacks, worth_retrying
from pipelines.execution.daily import Day, brief_digest, write_digest
from pipelines.execution.monitor import monitor
from pipelines.relation.circle import Circle, read_circle
from pipelines.relation.papers.model import Paper
from pipelines.relation.papers.write import render
from pipelines.relation.record import publish_proximity

RETRIES, RETRY_DELAY = 3, 60
TASKS = {
    "proximity": Bilingual("Proximité", "Proximity"),
    "campaigns": Bilingual("Campagnes et rappels", "Campaigns and reminders"),
    "digest": Bilingual("Ce qui compte", "What matters"),
    "webhook": Bilingual("Envoi au webhook", "Posting to the webhook"),
    "mail": Bilingual("Envoi par courrier", "Mailing"),
}


@flow(name="vigie-relation", validate_parameters=False)
def relation_flow(
    workspace: str,
    brief: str,
    lang: str = "fr",
    webhook: str | None = None,
    mail: str | None = None,
    to: list[str] | None = None,
) -> dict[str, Any]:
    """Do the day's work of `brief` in `workspace`, each part a task; returns counts and files."""
    tell_without_tracebacks()
    found = find_workspace(Path(workspace))
    target = found.brief(brief)
    circle = read_circle(found, target)
    kept = _named("proximity", lang)(keep, found, circle)
    campaigns = _named("campaigns", lang)(look_after, found, circle, lang)
    paper, waiting, files = _named("digest", lang)(tell, found, circle, lang)
    if webhook:
        _named("webhook", lang, retries=RETRIES)(post, paper, target.name, webhook)
    if mail:
        _named("mail", lang, retries=RETRIES)(write, paper, mail, to or [])
    return Day(kept, campaigns, waiting, paper, files).as_json()


@task(cache_policy=NO_CACHE, persist_result=False)
def do(work: Any, *given: Any) -> Any:
    """Carry out one part of the day's work."""
    return work(*given)


def keep(workspace: Any, circle: Circle) -> int:
    """Keep and publish proximity; returns the rows."""
    return publish_proximity(workspace, circle)


def look_after(workspace: Any, circle: Circle, lang: str) -> dict[str, Any]:
    """Look after the campaigns of the circle's brief."""
    done = monitor(workspace, circle, who="vigie", lang=lang)
    for name, what in done.items():
        get_run_logger().info("%s: %s", name, what)
    return done


def tell(workspace: Any, circle: Circle, lang: str) -> tuple[Paper, int, list[Path]]:
    """Write the digest, and leave it as an artifact of the run."""
    paper, waiting = brief_digest(workspace, circle, lang)
    create_markdown_artifact(
        markdown=render(paper, ".md").decode(), key=f"digest-{artifact_key(circle.brief)}", description=paper.title
    )
    return paper, waiting, write_digest(workspace, circle, paper)


def _named(part: str, lang: str, retries: int = 0) -> Any:
    name = TASKS[part].to(lang)
    return do.with_options(
        name=name, task_run_name=name, retries=retries, retry_delay_seconds=RETRY_DELAY,
        retry_condition_fn=worth_retrying,
    )  # fmt: skip
