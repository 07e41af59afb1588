"""Reads the sheets of a run from the published database, cleaned of what no document should carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from data.errors import UserError
from data.warehouse.sql import query
from pipelines.detection.fivew.figures import unknowns
from pipelines.detection.fivew.read import written_in_parts, written_out
from pipelines.detection.fivew.recorded import QUERIES, recorded_fields, recorded_rows
from pipelines.documents.safe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.brief.model import Brief
    from data.settings import WorkspaceSettings
    from data.warehouse.store import Connection
    from pipelines.detection.fivew.figures import Row

SQL = "pipelines.documents.sql"
SECTIONS = ("what", "when", "where", "who", "how", "why")
VERSION = "2"
"""Which fields a sheet has: another figure when some are added or change their meaning."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs a sheet, and the lawful basis of the workspace it is made in; empty when nobody said."""

    analyst: str = ""
    lawful_basis: str = ""


UNSIGNED = Signed()


def signed_by(settings: WorkspaceSettings, by: str | None = None) -> Signed:
    """Return who signs: `by`, else the workspace's analyst; and the lawful basis the workspace relies on."""
    return Signed(settings.analyst if by is None else by, settings.lawful_basis)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's sheet: its six sections, its evidence, and the run it comes from (plain JSON values)."""

    person_id: str
    parts: dict[str, dict[str, Any]]
    evidence: dict[str, Any]
    run: dict[str, Any]

    @property
    def account(self) -> dict[str, Any]:
        """The account the person posts most from; empty when none is known."""
        rows = self.parts["where"]["accounts"]["rows"]
        return dict(rows[0]) if rows else {}

    @property
    def name(self) -> str:
        """The name shown: the display name, else the handle, else nothing."""
        return one_line(self.account.get("display_name") or self.account.get("handle") or "", 120)

    @property
    def stage(self) -> str | None:
        """The stage of proximity that the team's records give, by its key; None when there is none."""
        rows = self.parts["how"].get("relationship", {}).get("rows") or [{}]
        found = rows[0].get("stage")
        return None if found is None else str(found)

    @property
    def scores(self) -> list[dict[str, Any]]:
        """The scores by segment, best influence first."""
        return list(self.parts["why"]["scores"]["rows"])

    def statements(self) -> dict[str, str]:
        """Return query name → the SQL that gives this sheet's figures again."""
        params = self._params()
        return {name: written_out(name, params) for name in self.evidence["queries"]}

    def statement_parts(self) -> tuple[str, dict[str, str]]:
        """Return the SQL that all queries begin with, then query name → what follows it."""
        return written_in_parts(self.evidence["queries"], self._params())

    def _params(self) -> dict[str, Any]:
        params = dict(self.evidence["params"])
        params |= {name: datetime.fromisoformat(params[name]) for name in ("as_of", "since")}
        return params | {"person_ids": [self.person_id]}


def read_sheets(
    con: Connection,
    brief: str,
    run_id: str,
    person_ids: Sequence[str],
    *,
    made_from: Brief | None = None,
    signed: Signed = UNSIGNED,
) -> Iterator[Sheet]:
    """Yield the sheets of `person_ids` in that order.

    A person beyond those whose sheets the run stored gets one computed now, from the same run, when the brief is
    given as `made_from`; otherwise, and for who is not of the run or refuses, UserError.
    """
    rows = _stored(con, brief, run_id, person_ids)
    absent = [person for person in person_ids if person not in rows]
    if made_from is not None and absent:
        rows |= _made(con, made_from, run_id, absent)
    live = _recorded(con, rows)
    for person in person_ids:
        if person not in rows:
            raise UserError(f"pas de fiche pour {one_line(person)} dans cette analyse",
                            f"no sheet for {one_line(person)} in this run")  # fmt: skip
        own = {name: by_person.get(person, []) for name, by_person in live.items()}
        yield _sheet(rows[person], recorded_fields(own, basis=signed.lawful_basis), signed)


def _stored(con: Connection, brief: str, run_id: str, person_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    params = {"brief": brief, "run_id": run_id, "person_ids": list(person_ids)}
    return {row["person_id"]: row for row in _rows(con, "sheet_rows", params)}


def _made(con: Connection, brief: Brief, run_id: str, person_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return rows as those of `sheet_rows`, computed now, of those who are candidates of the run and do not refuse."""
    from pipelines.detection.profile import profile

    asked = {"run_id": run_id, "person_ids": list(person_ids)}
    shown = [row["person_id"] for row in _rows(con, "sheet_people", asked)]
    runs = _rows(con, "run", {"brief": brief.name, "run_id": run_id})
    if not shown or not runs:
        return {}
    made = profile(con, brief, run_id, runs[0]["as_of"], shown).to_pylist()
    return {row["person_id"]: runs[0] | row for row in made}


def _recorded(con: Connection, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, list[Row]]]:
    """Return query → person → what the team recorded, as of now: a stored sheet is older than the last exchange."""
    if not rows:
        return {name: {} for name in QUERIES}
    params = orjson.loads(next(iter(rows.values()))["evidence"])["params"]
    return recorded_rows(con, {**params, "as_of": datetime.fromisoformat(params["as_of"]), "person_ids": list(rows)})


def _rows(con: Connection, name: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = con.execute(query(name, SQL), params)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _sheet(row: dict[str, Any], live: dict[str, Row], signed: Signed) -> Sheet:
    parts = {name: cleaned(orjson.loads(row[f"{name}_json"])) for name in SECTIONS}
    run = {name: row[name] for name in ("run_id", "brief", "as_of", "finished_at", "code_version", "brief_hash")}
    run["coverage"] = orjson.loads(row["coverage"]) if row["coverage"] else {}
    run |= {"analyst": signed.analyst or None, "sheet_version": VERSION}
    evidence = orjson.loads(row["evidence"])
    params = evidence["params"]
    for section, fields in live.items():
        parts[section] |= cleaned(orjson.loads(orjson.dumps(fields, default=str, option=orjson.OPT_UTC_Z)))
    evidence["unknown"] = unknowns(parts)
    evidence["queries"] = sorted({*evidence["queries"], *QUERIES})
    return Sheet(row["person_id"], parts, {**cleaned(evidence), "params": params}, cleaned(run))


def cleaned(value: Any) -> Any:
    """Return a JSON value whose texts carry no control or direction-changing character."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): cleaned(item) for key, item in value.items()}
    return value
