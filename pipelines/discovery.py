"""Steps 1 to 4 of a brief, stage by stage: the same stages run in plain Python and as a Prefect flow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.bilingual import Bilingual
from data.errors import UserError
from data.overrides import overrides
from data.people import decisions, open_people
from data.warehouse.derive import derive_ties
from data.warehouse.publish import publish
from data.warehouse.sql import query
from data.warehouse.store import connect, open_store
from pipelines import run as runs
from pipelines.options import Options
from pipelines.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.brief.model import Brief
    from data.overrides import Override
    from data.warehouse.store import Connection
    from data.workspace import Workspace
    from pipelines.detection.study import Study

PROFILES = 200


@dataclass(slots=True)
class Discovery:
    """A discovery under way: what one stage hands to the next."""

    workspace: Workspace
    brief: Brief
    options: Options = field(default_factory=Options)
    on_progress: OnProgress = silent
    studied: Study | None = None
    run: runs.Run | None = None
    coverage: dict[str, Any] = field(default_factory=dict)
    degraded: list[Bilingual] = field(default_factory=list)
    written: dict[str, list[Path]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name as an analyst would say it, and what it does."""

    name: Bilingual
    do: Callable[[Discovery], None]


def discover(discovery: Discovery) -> Discovery:
    """Run every stage in order; the caller holds the workspace's lock. Resuming what had ended does nothing."""
    if discovery.options.resume and ended(discovery):
        return discovery
    for stage in STAGES:
        if stage is not STAGES[0]:  # a mistake in the brief is told before anything is announced
            discovery.on_progress(Progress(stage.name))
        stage.do(discovery)
    return discovery


def ended(d: Discovery) -> bool:
    """Tell whether the brief's newest run was led to its end, so that there is nothing to resume."""
    if not d.workspace.store.exists() or runs.run_under_way(d.workspace, d.brief.name):
        return False
    with open_store(d.workspace.store) as connection:
        return runs.newest_is_finished(connection, d.brief)


def _study(d: Discovery) -> None:
    from pipelines.detection.collect import own_keys
    from pipelines.detection.study import check_sources, study, study_rows

    started = datetime.now(UTC)
    d.studied = study(d.brief)
    offline = d.options.offline or not d.brief.sources
    check_sources(d.brief, None if offline else own_keys(d.workspace, d.brief))
    begun = runs.run_under_way(d.workspace, d.brief.name)
    with open_store(d.workspace.store) as connection:
        d.run = runs.open_run(connection, d.brief, offline=offline, resume=d.options.resume, under_way=begun)
        runs.mark_begun(d.workspace, d.run)
        rows = study_rows(d.brief, d.run.run_id, d.studied, d.options.lang)
        runs.write_rows(connection, d.run, {"detection.study": rows})
        runs.step_done(connection, d.run, 1, rows=rows.num_rows, started_at=started)


def _collect(d: Discovery) -> None:
    from pipelines.detection.collect import collect

    if d.options.offline or not d.brief.sources:
        return
    run, studied = _opened(d)
    report = collect(d.workspace, d.brief, studied, d.options, d.on_progress, resumed_from=run.resumed_from)
    d.coverage["said"] = {lang: [told.to(lang) for told in report.said] for lang in ("fr", "en")}
    d.coverage["sources"] = report.coverage
    d.degraded.extend(report.degraded)


def _load(d: Discovery) -> None:
    from pipelines.detection.collect import load_collected

    if d.options.offline or not d.brief.sources:
        return
    loaded = load_collected(d.workspace, d.brief, d.on_progress)
    d.coverage |= {"loaded": loaded.records, "posts": loaded.posts}


def _expire(d: Discovery) -> None:
    """Erase what is past its time before it is read again: a schedule keeps the promise without anybody's hand."""
    from pipelines.retention import purge

    found = purge(d.workspace)
    if not found.nothing:
        d.coverage["expired"] = found.as_json()


def _understand(d: Discovery) -> None:
    from pipelines.detection.enrich import enrich

    run, studied = _opened(d)
    decided = _decided(d)
    with open_store(d.workspace.store) as connection:
        read = enrich(connection, d.brief, studied, run.run_id, d.on_progress, decided=decided)
        d.coverage["texts_read"] = read


def _map(d: Discovery) -> None:
    from pipelines.detection.identity import update_persons
    from pipelines.detection.mapping import map_ecosystem

    started = datetime.now(UTC)
    run, _ = _opened(d)
    with open_store(d.workspace.store) as connection:
        derive_ties(connection)
        update_persons(connection)
        tables = map_ecosystem(connection, d.brief, run.run_id, run.as_of, _overridden(d, connection))
        rows = runs.write_rows(connection, run, tables)
        runs.step_done(connection, run, 2, rows=rows, started_at=started)


def _detect(d: Discovery) -> None:
    from pipelines.detection.detection import detect

    started = datetime.now(UTC)
    run, _ = _opened(d)
    decided = _decided(d)
    with open_store(d.workspace.store) as connection:
        persons = dict(connection.execute("SELECT account_id, person_id FROM core.person_accounts").fetchall())
        status = {persons[account]: word for account, word in decided.items() if account in persons}
        given = _overridden(d, connection)
        rows = runs.write_rows(connection, run, detect(connection, d.brief, run.run_id, run.as_of, status, given))
        runs.step_done(connection, run, 3, rows=rows, started_at=started)


def _decided(d: Discovery) -> dict[str, str]:
    """Return the standing decision about each account: in, out or undecided."""
    with open_people(d.workspace.people) as people:
        return {account: decision.status for account, decision in decisions(people, d.brief.name).items()}


def _overridden(d: Discovery, connection: Connection) -> dict[str, list[Override]]:
    """Return the roles and labels that analysts gave or refused, by person_id."""
    from pipelines.detection.overridden import by_person

    with open_people(d.workspace.people) as people:
        words = overrides(people, d.brief.name)
    persons = dict(connection.execute("SELECT account_id, person_id FROM core.person_accounts").fetchall())
    return by_person(words, persons) if words else {}


def _profile(d: Discovery) -> None:
    from pipelines.detection.profile import profile

    started = datetime.now(UTC)
    run, _ = _opened(d)
    with open_store(d.workspace.store) as connection:
        persons = [
            row[0]
            for row in connection.execute(query("top_persons", "pipelines.sql"), [run.run_id, PROFILES]).fetchall()
        ]
        rows = profile(connection, d.brief, run.run_id, run.as_of, persons)
        runs.write_rows(connection, run, {"detection.sheets": rows})
        runs.step_done(connection, run, 4, rows=rows.num_rows, started_at=started)


def _publish(d: Discovery) -> None:
    run, _ = _opened(d)
    with open_store(d.workspace.store) as connection:
        runs.close_run(connection, run, d.coverage)
    publish(d.workspace)
    _proximity(d)


def _proximity(d: Discovery) -> None:
    """Write how close everyone is now; a mistake in points.toml is told, and costs nothing else."""
    from pipelines.relation.record import write_proximity

    try:
        write_proximity(d.workspace, d.brief)
    except UserError as error:
        d.degraded.append(error.message)


def _documents(d: Discovery) -> None:
    from pipelines.documents import ecosystem_map, sheets
    from pipelines.documents.read import signed_by

    run, _ = _opened(d)
    connection = connect(d.workspace.published, read_only=True)
    try:
        persons = [
            row[0]
            for row in connection.execute(
                query("top_persons", "pipelines.sql"), [run.run_id, d.options.sheets]
            ).fetchall()
        ]
        folder = d.workspace.sheets / d.brief.name
        d.written["sheets"] = sheets.write(
            connection, d.brief.name, run.run_id, persons, ["html"], folder, d.options.lang,
            signed=signed_by(d.workspace.settings.workspace),
        )  # fmt: skip
        folder = d.workspace.maps / d.brief.name
        d.written["map"] = ecosystem_map.write(
            connection, d.brief.name, run.run_id, ["html", "gexf"], folder, d.options.lang
        )
    finally:
        connection.close()
    runs.mark_ended(d.workspace, run)


def _opened(d: Discovery) -> tuple[runs.Run, Study]:
    if d.run is None or d.studied is None:
        raise AssertionError("the study stage comes first")
    return d.run, d.studied


STAGES = (
    Stage(Bilingual("Étude du brief", "Study of the brief"), _study),
    Stage(Bilingual("Collecte", "Collection"), _collect),
    Stage(Bilingual("Chargement", "Loading"), _load),
    Stage(Bilingual("Durées de conservation", "Retention"), _expire),
    Stage(Bilingual("Compréhension des textes", "Understanding of texts"), _understand),
    Stage(Bilingual("Cartographie", "Mapping"), _map),
    Stage(Bilingual("Détection", "Detection"), _detect),
    Stage(Bilingual("Profils 5W", "5W profiles"), _profile),
    Stage(Bilingual("Publication", "Publication"), _publish),
    Stage(Bilingual("Fiches et carte", "Sheets and map"), _documents),
)
