"""Makes a campaign's forecasts from what was seen, and checks them against what came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.execution.file import ask
from pipelines.execution.forecast import calibrate, forecast
from pipelines.execution.prescribe import levers
from pipelines.relation.circle import moment

if TYPE_CHECKING:
    from data.relations.store import Row
    from data.workspace import Workspace
    from pipelines.execution.file import CampaignFile
    from pipelines.execution.prescribe import Lever
    from pipelines.relation.circle import Circle

RIPE, YEAR = timedelta(days=2), timedelta(days=365)


def make_forecasts(workspace: Workspace, file: CampaignFile) -> list[Row]:
    """Return one forecast per partner for their next post, made at the circle's moment.

    Posts younger than two days are left out: their reactions still come in. Raises UserError when there is too little
    to learn from, or when the campaign has no partner.
    """
    partners = sorted({row["account_id"] for row in file.records["deliverables"] + file.records["agreements"]})
    if not partners:
        raise UserError(
            "aucun partenaire : enregistrez d'abord un livrable ou un accord",
            "no partner: record a deliverable or agreement",
        )
    values = {"brief": file.brief.name, "until": file.circle.as_of - RIPE}
    histories: dict[str, list[float]] = {}
    for row in ask(workspace, "reactions", values):
        histories.setdefault(row["person_id"], []).append(float(row["reactions"]))
    learned = calibrate(histories)
    if learned is None:
        raise UserError(
            "trop peu de publications dont les réactions sont connues", "too few posts whose reactions are known"
        )
    made_at = file.circle.as_of.isoformat()
    out = []
    for account in partners:
        made = forecast(histories.get(file.person(account), []), learned)
        figures = {"posts": made.posts, "low": made.low, "median": made.median, "high": made.high}
        out.append({"campaign": file.campaign["name"], "account_id": account, "made_at": made_at} | figures)
    return out


def check_forecasts(file: CampaignFile) -> dict[int, tuple[float, str]]:
    """Return, per forecast not checked yet, the reactions and id of the person's first ripe post after it was made."""
    found = {}
    for row in file.records["forecasts"]:
        if row["checked_at"]:
            continue
        later = [
            post
            for post in file.posts
            if file.person(post["account_id"]) == file.person(row["account_id"])
            and moment(row["made_at"]) < post["published_at"] <= file.circle.as_of - RIPE
            and post["reactions"] is not None
        ]
        if later:
            found[row["id"]] = (float(later[0]["reactions"]), str(later[0]["post_id"]))
    return found


def read_levers(workspace: Workspace, circle: Circle) -> list[Lever]:
    """Return what the last year's posts on the circle's subject tell about what to change."""
    until = circle.as_of - RIPE
    return levers(ask(workspace, "levers", {"brief": circle.brief, "since": until - YEAR, "until": until}))
