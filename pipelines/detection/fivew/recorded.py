"""Fields of the sheet that the team's records give: relationship, pay, remarks; read anew whenever a sheet is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.detection.fivew.figures import Row, table
from pipelines.detection.fivew.read import rows_by_person, statement

if TYPE_CHECKING:
    from data.warehouse.store import Connection

TABLE = re.compile(r"\brelation\.(\w+)")
QUERIES = ("relationship", "compensation", "remarks")
# section → field → why nothing is known: what the posts cannot tell and an analyst can note
NOTED = {
    "why": {"fit": "fit_not_recorded", "risks": "not_noted", "lawful_basis": "basis_not_recorded"},
    "what": {"positions": "not_noted"},
    "who": {"conflicts": "not_noted"},
    "how": {"compensation": "no_pay_recorded"},
}
NOTED_BESIDE = {"what": ("key_messages",), "how": ("visual_style",)}
"""Fields that are read in posts, beside which an analyst's words stand."""


def recorded_rows(con: Connection, params: dict[str, Any]) -> dict[str, dict[str, list[Row]]]:
    """Return query → person → rows; a query of which the database is too old for gives no rows."""
    there = _there(con)
    return {name: _asked(con, name, params, there) for name in QUERIES}


def recorded_fields(rows: dict[str, list[Row]], *, basis: str = "") -> dict[str, Row]:
    """Return section → field → figure of one person, from the rows of each of QUERIES; `basis` is the workspace's."""
    noted = {row["field"]: row for row in rows["remarks"]}
    found: dict[str, Row] = {
        section: {field: _noted(field, noted, missing) for field, missing in fields.items()}
        for section, fields in NOTED.items()
    }
    for section, fields in NOTED_BESIDE.items():
        found[section] |= {f"{field}_noted": _noted(field, noted, "not_noted") for field in fields if field in noted}
    found["why"]["fit"] = _several(noted, ("verdict", "fit"), "fit_not_recorded")
    found["why"]["lawful_basis"] = _basis(noted, basis)
    found["how"]["relationship"] = relationship(rows["relationship"])
    found["how"]["compensation"] = _compensation(rows["compensation"], noted)
    return found


def relationship(rows: list[Row]) -> Row:
    """Return what the team recorded of the relationship, as it stands in the database that was asked."""
    return table(rows, "relationship", missing="no_relationship")


def _compensation(rows: list[Row], noted: dict[str, Row]) -> Row:
    """Return what was agreed and received; else what an analyst noted as declared; never an estimate."""
    if rows:
        return table(rows, "compensation")
    return _noted("compensation", noted, "no_pay_recorded")


def _basis(noted: dict[str, Row], basis: str) -> Row:
    """Return the lawful basis: the analyst's words on this person, a recorded consent, else the workspace's own."""
    if basis and not noted.keys() & {"lawful_basis", "consent"}:
        return {"rows": [{"field": "lawful_basis", "value": basis, "text": None, "recorded_by": "vigie.toml",
                          "recorded_at": None}], "query": "remarks"}  # fmt: skip
    return _several(noted, ("lawful_basis", "consent"), "basis_not_recorded")


def _noted(field: str, noted: dict[str, Row], missing: str) -> Row:
    return _several(noted, (field,), missing)


def _several(noted: dict[str, Row], fields: tuple[str, ...], missing: str) -> Row:
    return table([noted[field] for field in fields if field in noted], "remarks", missing=missing)


def _asked(con: Connection, name: str, params: dict[str, Any], there: set[str]) -> dict[str, list[Row]]:
    """Return person → rows; none from a database that was published before it had those tables, or notes had fields."""
    sql = statement(name)
    needed = set(TABLE.findall(sql)) | ({"notes.field"} if name == "remarks" else set())
    return rows_by_person(con, name, params) if needed <= there else {}


def _there(con: Connection) -> set[str]:
    """Return the names of the tables of records, and their columns as `table.column`."""
    sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'relation'"
    return {name for table, column in con.execute(sql).fetchall() for name in (table, f"{table}.{column}")}
