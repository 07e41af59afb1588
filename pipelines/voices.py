"""What a run knows of the brand's surroundings: share of voice, speakers, habits, shared audiences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.warehouse.sql import query
from graph.scores.relevance import ON_TOPIC
from pipelines.ranking import check_published, check_segment, run_of

if TYPE_CHECKING:
    from data.warehouse.store import Connection


@dataclass(frozen=True, slots=True)
class Voice:
    """Share of voice of the brand and its competitors, who speaks most of each, the posts most alive about each.

    Rows as dictionaries by column.
    """

    shares: list[dict[str, Any]]
    speakers: list[dict[str, Any]]
    posts: list[dict[str, Any]] = field(default_factory=list)


def share_of_voice(
    connection: Connection,
    brief: str,
    segment: str | None = None,
    *,
    top: int = 5,
    posts: int = 0,
    as_of: str | None = None,
) -> Voice:
    """Return the share of voice, of the whole brief or one segment, with `top` speakers and `posts` posts of each.

    Of the newest run, or of the one that held at `as_of` (a date or a run). Raises UserError for a brief that was not
    discovered, an unknown segment, or a brief without a brand.
    """
    check_published(connection, brief)
    check_surroundings(connection)
    _check_segment(connection, brief, segment)
    run_id = run_of(connection, brief, as_of)
    shares = rows(connection, "voice_shares", {"brief": brief, "run_id": run_id, "segment": segment})
    if not shares:
        raise UserError(
            f"« {brief} » n'a pas de marque : ajoutez [brand] au brief, puis relancez vigie discover",
            f'"{brief}" has no brand: add [brand] to the brief, then run vigie discover again',
        )
    values = {"brief": brief, "run_id": run_id, "segment": segment, "person": None, "top": top}
    alive = {"brief": brief, "run_id": run_id, "segment": segment, "top": posts, "on_topic": ON_TOPIC}
    told = rows(connection, "voice_posts", alive) if posts else []
    return Voice(shares, rows(connection, "voice_speakers", values), told)


def shared_audiences(
    connection: Connection,
    brief: str,
    segment: str | None = None,
    person: str | None = None,
    *,
    top: int = 20,
    as_of: str | None = None,
) -> list[dict[str, Any]]:
    """Return every two candidates who share somebody's attention, most alike first; those of one person if given.

    In the newest run, or the one that held at `as_of`.
    """
    check_published(connection, brief)
    check_surroundings(connection)
    _check_segment(connection, brief, segment)
    values = {"brief": brief, "run_id": run_of(connection, brief, as_of), "segment": segment, "person": person}
    return rows(connection, "overlaps", {**values, "top": top})


def surroundings(connection: Connection, brief: str, person_id: str, run_id: str | None = None) -> dict[str, Any]:
    """Return what bears on approaching one person: `habits`, `speaks_of` (organisations), `shares_audience_with`.

    And `named_with`, whom others name in one breath with them. In the run given, else in the newest.
    """
    if not _known(connection):
        return {"habits": None, "speaks_of": [], "shares_audience_with": [], "named_with": []}
    run = {"brief": brief, "run_id": run_id or run_of(connection, brief)}
    habits = rows(connection, "person_habits", {**run, "person_id": person_id})
    mine = {**run, "segment": None, "person": person_id}
    return {
        "habits": habits[0] if habits else None,
        "speaks_of": rows(connection, "voice_speakers", {**mine, "top": 20}),
        "shares_audience_with": rows(connection, "overlaps", {**mine, "top": 5}),
        "named_with": rows(connection, "person_together", {**run, "person": person_id, "top": 5})
        if _known(connection, "together")
        else [],
    }


def check_surroundings(connection: Connection) -> None:
    """Raise UserError where the database was published before these tables existed."""
    if not _known(connection):
        raise UserError(
            "cette base a été publiée par une version antérieure : relancez vigie discover",
            "this database was published by an earlier version: run vigie discover again",
        )


def _check_segment(connection: Connection, brief: str, segment: str | None) -> None:
    """Raise UserError for a segment that neither the brief nor the share of voice knows."""
    asked = "SELECT 1 FROM ecosystem.voice WHERE brief = ? AND segment = ? LIMIT 1"
    if segment is not None and not connection.execute(asked, [brief, segment]).fetchall():
        check_segment(connection, brief, segment)


def rows(connection: Connection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a query's rows as dictionaries by column."""
    result = connection.sql(query(name, "pipelines.sql"), params=values)
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def _known(connection: Connection, table: str = "voice_latest") -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = 'ecosystem' AND table_name = ?", [table]
        ).fetchall()
    )
