"""The ranked list of a brief's newest run: one row per person and segment, filtered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.toml import nearest
from data.warehouse.sql import query
from pipelines.certainty import TOP, top_told
from pipelines.held_labels import held_labels, meant
from pipelines.history import pick, runs_of

if TYPE_CHECKING:
    from data.bilingual import Bilingual
    from data.warehouse.store import Connection


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep of a ranking; None keeps all. `set_aside` keeps those whom the analyst decided `out` too.

    `as_of` is a date or a run: the list as it was then; None is the newest run.
    """

    segment: str | None = None
    tier: str | None = None
    label: str | None = None
    language: str | None = None
    top: int | None = None
    ranked_only: bool = False
    set_aside: bool = False
    as_of: str | None = None


def ranking_table(connection: Connection, brief: str, filters: Filters) -> Any:
    """Return the ranking as an Arrow table with the contract's columns first, those of detection.candidates after."""
    check_published(connection, brief)
    if filters.segment is not None:
        check_segment(connection, brief, filters.segment)
    run_id, label = run_of(connection, brief, filters.as_of), filters.label
    return connection.sql(
        query("ranking", "pipelines.sql"),
        params={
            "brief": brief,
            "run_id": run_id,
            "segment": filters.segment,
            "tier": filters.tier,
            "label": meant(label, held_labels(connection, brief, run_id)) if label is not None else None,
            "language": filters.language,
            "ranked_only": filters.ranked_only,
            "set_aside": filters.set_aside,
            "top": filters.top if filters.top is not None else 2**31,
        },
    ).to_arrow_table()


def ranking_rows(connection: Connection, brief: str, filters: Filters) -> list[dict[str, Any]]:
    """Return the ranking as dictionaries by column."""
    rows: list[dict[str, Any]] = ranking_table(connection, brief, filters).to_pylist()
    return rows


def tier_mix(connection: Connection, brief: str, as_of: str | None = None) -> list[tuple[str | None, int]]:
    """Return how many people have each tier, counting each person once per segment."""
    values = {"brief": brief, "run_id": run_of(connection, brief, as_of)}
    return connection.execute(query("tier_mix", "pipelines.sql"), values).fetchall()


def how_sure(connection: Connection, brief: str, filters: Filters) -> list[Bilingual]:
    """Say how sure the first of each segment are, of the run and the segment that the filters ask for."""
    values = {"brief": brief, "run_id": run_of(connection, brief, filters.as_of), "segment": filters.segment}
    rows = connection.execute(query("ranked_people", "pipelines.sql"), values | {"top": TOP}).fetchall()
    told = [top_told(segment, ranked, [chance for chance in chances or () if chance is not None])
            for segment, ranked, chances in rows]  # fmt: skip
    return [sentence for sentence in told if sentence is not None]


def ranked_people(connection: Connection, brief: str, filters: Filters) -> dict[str, int]:
    """Return how many people each segment ranks."""
    values = {"brief": brief, "run_id": run_of(connection, brief, filters.as_of), "segment": filters.segment}
    rows = connection.execute(query("ranked_people", "pipelines.sql"), values | {"top": TOP}).fetchall()
    return {segment: ranked for segment, ranked, _ in rows}


def run_of(connection: Connection, brief: str, as_of: str | None = None) -> str | None:
    """Return the newest run of `brief`, or the one that held at `as_of` (a date or a run)."""
    if as_of is not None:
        return pick(runs_of(connection, brief), as_of).run_id
    found = connection.execute("SELECT run_id FROM detection.latest_runs WHERE brief = ?", [brief]).fetchall()
    return found[0][0] if found else None


def check_published(connection: Connection, brief: str) -> None:
    """Raise UserError when the published database holds no finished run of `brief`."""
    known = [row[0] for row in connection.execute("SELECT brief FROM detection.latest_runs").fetchall()]
    if brief not in known:
        close = nearest(brief, known)
        raise UserError(
            f"aucune découverte publiée pour « {brief} »{close.fr if known else ''}",
            f'no published discovery of "{brief}"{close.en if known else ""}',
        )


def check_segment(connection: Connection, brief: str, segment: str) -> None:
    """Raise UserError for a segment that the brief does not have, naming the nearest."""
    rows = connection.execute(query("known_segments", "pipelines.sql"), {"brief": brief})
    known = [row[0] for row in rows.fetchall()]
    if known and segment not in known:
        close = nearest(segment, known)
        raise UserError(f"segment inconnu « {segment} »{close.fr}", f'unknown segment "{segment}"{close.en}')
