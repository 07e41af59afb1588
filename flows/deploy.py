"""Puts a brief's discovery or daily work on a calendar: Prefect deployments in a work pool of this machine."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Literal

from data.errors import UserError, VigieError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

Work = Literal["discovery", "daily"]
FLOWS: dict[Work, str] = {"discovery": "vigie-discovery", "daily": "vigie-relation"}
POOL = "vigie"
SERVER_COMMAND = "PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 prefect server start"
WORKER_COMMAND = "PREFECT_API_URL=http://127.0.0.1:4200/api prefect worker start --pool vigie --type process"
DEFAULT_API = "http://127.0.0.1:4200/api"


def schedule(
    workspace: Path, brief: str, name: str, cron: str, timezone: str, *, work: Work = "discovery", **parameters: Any
) -> dict[str, Any]:
    """Deploy the discovery or daily work of the brief called `name` with a cron schedule; returns its next run.

    `parameters` are those of the flow; those that are None are left to it.
    """
    upcoming = _checked(cron, timezone)
    given = {"workspace": str(workspace), "brief": brief} | {k: v for k, v in parameters.items() if v is not None}
    _on_server(_schedule(name, cron, timezone, work, given))
    told = {"brief": name, "what": work, "cron": cron, "timezone": timezone}
    return told | {"next": upcoming, "workspace": str(workspace)}


def remove(name: str, *, work: Work = "discovery") -> None:
    """Remove the deployment of the brief called `name`; raises UserError when there is none."""
    _on_server(_remove(name, work))


def scheduled() -> list[dict[str, Any]]:
    """Return what is scheduled: brief, what is done, cron, next run, workspace."""
    rows: list[dict[str, Any]] = _on_server(_scheduled())
    for row in rows:
        row["next"] = _next(row["cron"], row.pop("timezone"))
    return rows


async def _schedule(name: str, cron: str, timezone: str, work: Work, parameters: dict[str, Any]) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.discovery import discovery_flow
    from flows.relation import relation_flow

    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    flow: Any = discovery_flow if work == "discovery" else relation_flow
    deployment = await flow.ato_deployment(
        name=name,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        work_pool_name=POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=1,
    )
    await deployment.aapply()


async def _remove(name: str, work: Work) -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    async with get_client() as client:
        try:
            found = await client.read_deployment_by_name(f"{FLOWS[work]}/{name}")
        except ObjectNotFound:
            raise UserError(f"« {name} » n'est pas planifié", f'"{name}" is not scheduled') from None
        await client.delete_deployment(found.id)


async def _scheduled() -> list[dict[str, Any]]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName

    async with get_client() as client:
        found = []
        for work, name in FLOWS.items():
            flows = FlowFilter(name=FlowFilterName(any_=[name]))
            found += [(work, one) for one in await client.read_deployments(flow_filter=flows)]
    rows = []
    for work, deployment in found:
        for entry in deployment.schedules:
            cron, zone = getattr(entry.schedule, "cron", "?"), getattr(entry.schedule, "timezone", None) or "UTC"
            place = (deployment.parameters or {}).get("workspace", "")
            rows.append({"brief": deployment.name, "what": work, "cron": cron, "timezone": zone, "workspace": place})
    return rows


def _on_server(work: Coroutine[Any, Any, Any]) -> Any:
    """Run against the configured server; raises VigieError when none answers."""
    import httpx
    from prefect.settings import PREFECT_API_URL, temporary_settings

    url = PREFECT_API_URL.value() or DEFAULT_API
    try:
        httpx.get(f"{url}/health", timeout=10).raise_for_status()
    except httpx.HTTPError:
        work.close()
        raise VigieError(
            f"aucun serveur Prefect ne répond à {url} ; démarrez-le : {SERVER_COMMAND}",
            f"no Prefect server answers at {url}; start it: {SERVER_COMMAND}",
        ) from None
    with temporary_settings({PREFECT_API_URL: url}):
        return asyncio.run(work)


def _checked(cron: str, timezone: str) -> str:
    try:
        return _next(cron, timezone)
    except (ValueError, KeyError):
        raise UserError(
            f"calendrier ou fuseau incompris : « {cron} », {timezone}",
            f'schedule or zone not understood: "{cron}", {timezone}',
        ) from None


def _next(cron: str, timezone: str) -> str:
    from prefect.server.schemas.schedules import CronSchedule

    dates = asyncio.run(CronSchedule(cron=cron, timezone=timezone).get_dates(1))
    return f"{dates[0]:%Y-%m-%d %H:%M %Z}"
