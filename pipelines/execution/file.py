"""A campaign as its papers need it: what was recorded for it, and what the crawl saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.relations.store import Row, open_relations, rows
from data.warehouse.sql import query
from data.warehouse.store import connect
from pipelines.execution.matching import Match, match
from pipelines.relation.circle import Circle, dictionaries, moment, name_of, read_circle
from pipelines.relation.ledger import Account, ledger

if TYPE_CHECKING:
    from data.brief.model import Brief
    from data.workspace import Workspace

SQL = "pipelines.execution.sql"
RECORDS = ("sections", "milestones", "notices", "deliverables", "codes", "kpi_values", "forecasts", "agreements")
MARGIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """Everything about one campaign; `circle` is its brief's people and touchpoints."""

    campaign: Row
    brief: Brief
    circle: Circle
    records: dict[str, list[Row]]
    payments: list[Row]
    lines: list[Account]
    posts: list[Row]
    person_of: dict[str, str]

    def matches(self) -> list[Match]:
        """Return the deliverables and the posts that fulfil them."""
        about = {
            one.post_id for one in self.circle.touches if one.post_id and one.action in ("mention", "link", "repost")
        }
        return match(self.records["deliverables"], self.posts, self.records["codes"], about, self.person_of)

    def for_partner(self, person_id: str) -> CampaignFile:
        """Return the file as one partner may see it: nobody else's deliverables, codes, dates, pay or name."""
        kept = {
            table: [row for row in found if not row.get("account_id") or self.person(row["account_id"]) == person_id]
            for table, found in self.records.items()
        }
        lines = [line for line in self.lines if line.person_id == person_id]
        paid = [row for row in self.payments if self.person(row["account_id"]) == person_id]
        return replace(self, records=kept, lines=lines, payments=paid)

    def name(self, account_id: str | None) -> str | None:
        """Return what the person behind an account is called."""
        if account_id is None:
            return None
        person = self.circle.people.get(self.person(account_id))
        return name_of(person) if person else account_id

    def person(self, account_id: str) -> str:
        """Return the person behind an account."""
        return self.person_of.get(account_id, f"person:{account_id}")


def campaign_row(workspace: Workspace, name: str) -> Row:
    """Return the campaign's record; raises UserError naming those there are."""
    with open_relations(workspace.people) as people:
        found = {row["name"]: row for row in rows(people, "campaigns")}
    if name not in found:
        there = ", ".join(sorted(found)) or "-"
        raise UserError(f"aucune campagne « {name} » ({there})", f'no campaign "{name}" ({there})')
    return found[name]


def read_campaign(workspace: Workspace, name: str, *, circle: Circle | None = None) -> CampaignFile:
    """Return the file of the campaign `name`; `circle` spares reading its brief's people again."""
    campaign = campaign_row(workspace, name)
    brief = workspace.brief(campaign["brief"])
    circle = circle or read_circle(workspace, brief)
    person_of = circle.person_of
    with open_relations(workspace.people) as people:
        records = {table: rows(people, table, campaign=name) for table in RECORDS}
        payments, agreements = rows(people, "payments"), rows(people, "agreements")
    mine = {row["account_id"] for row in records["deliverables"] + records["agreements"]}
    persons = {person_of.get(account, f"person:{account}") for account in mine}
    accounts = mine | {account for account, person in person_of.items() if person in persons}
    since, until = moment(campaign["starts"]) - MARGIN, moment(campaign["ends"]) + MARGIN
    values = {"accounts": sorted(accounts), "since": since, "until": until}
    lines = [
        line
        for line in ledger(payments, agreements, person_of)
        if line.person_id in persons and line.advertiser.casefold() == (campaign["advertiser"] or "").casefold()
    ]
    posts = ask(workspace, "partner_posts", values)
    paid = [row for row in payments if row["campaign"] == name]
    return CampaignFile(campaign, brief, circle, records, paid, lines, posts, person_of)


def ask(workspace: Workspace, name: str, values: dict[str, Any]) -> list[Row]:
    """Return the rows of this package's query `name` on the published database."""
    connection = connect(workspace.published, read_only=True)
    try:
        return dictionaries(connection, query(name, SQL), values)
    finally:
        connection.close()
