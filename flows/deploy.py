"""Puts a brief's discovery on a calendar: a Prefect deployment in a work pool of this machine."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from data.errors import UserError, VigieError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

POOL = "vigie"
SERVER_COMMAND = "PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 prefect server start"
WORKER_COMMAND = "PREFECT_API_URL=http://127.0.0.1:4200/api prefect worker start --pool vigie --type process"
DEFAULT_API = "http://127.0.0.1:4200/api"


def schedule(workspace: Path, brief: str, name: str, cron: str, timezone: str) -> dict[str, Any]:
    """Deploy the discovery of the brief called `name` with a cron schedule; returns its next run."""
    upcoming = _checked(cron, timezone)
    _on_server(_schedule(workspace, brief, name, cron, timezone))
    return {"brief": name, "cron": cron, "timezone": timezone, "next": upcoming, "workspace": str(workspace)}


def remove(name: str) -> None:
    """Remove the deployment of the brief called `name`; raises UserError when there is none."""
    _on_server(_remove(name))


def scheduled() -> list[dict[str, Any]]:
    """Return what is scheduled: brief, cron, next run, workspace."""
    rows: list[dict[str, Any]] = _on_server(_scheduled())
    for row in rows:
        row["next"] = _next(row["cron"], row.pop("timezone"))
    return rows


async def _schedule(workspace: Path, brief: str, name: str, cron: str, timezone: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.discovery import discovery_flow

    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    deployment = await discovery_flow.ato_deployment(
        name=name,
        schedule=Cron(cron, timezone=timezone),
        parameters={"workspace": str(workspace), "brief": brief},
        work_pool_name=POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=1,
    )
    await deployment.aapply()


async def _remove(name: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    async with get_client() as client:
        try:
            found = await client.read_deployment_by_name(f"vigie-discovery/{name}")
        except ObjectNotFound:
            raise UserError(f"« {name} » n'est pas planifié", f'"{name}" is not scheduled') from None
        await client.delete_deployment(found.id)


async def _scheduled() -> list[dict[str, Any]]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName

    async with get_client() as client:
        flows = FlowFilter(name=FlowFilterName(any_=["vigie-discovery"]))
        found = await client.read_deployments(flow_filter=flows)
    rows = []
    for deployment in found:
        for entry in deployment.schedules:
            cron, zone = getattr(entry.schedule, "cron", "?"), getattr(entry.schedule, "timezone", None) or "UTC"
            place = (deployment.parameters or {}).get("workspace", "")
            rows.append({"brief": deployment.name, "cron": cron, "timezone": zone, "workspace": place})
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
