"""The formats that `vigie import` reads, by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.errors import UserError
from data.imports.bluesky import stage_bluesky
from data.imports.graphml import stage_graphml
from data.imports.jsonl import stage_jsonl
from data.imports.mastodon import stage_mastodon
from data.imports.opml import stage_opml
from data.imports.suites import stage_suite
from data.imports.tables import stage_csv, stage_parquet, stage_xlsx
from data.imports.twitter import stage_twitter_v1, stage_twitter_v2
from data.people import Decision, keep_decision, open_people
from data.toml import nearest
from data.warehouse.load import Staging, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.imports.mapping import MapFile
    from data.warehouse.load import Loaded
    from data.warehouse.store import Connection

    Stage = Callable[[Staging, Path, MapFile | None], None]


@dataclass(frozen=True)
class Format:
    """One format: what it holds, the suffixes its files have, and how a file becomes staged records."""

    name: str
    description: Bilingual
    suffixes: tuple[str, ...]
    stage: Stage
    takes_map: bool = False


def _plain(stage: Callable[[Staging, Path], None]) -> Stage:
    return lambda staging, path, _map_file: stage(staging, path)


def _suite(name: str) -> Stage:
    return _plain(partial(stage_suite, name=name))


_TABLES = (".csv", ".csv.gz", ".tsv", ".xlsx")
_JSON = (".json", ".jsonl", ".ndjson", ".gz", ".zip")
FORMATS: dict[str, Format] = {
    known.name: known
    for known in (
        Format(
            "csv",
            Bilingual("comptes, publications, liens ou relevés, par colonnes", "accounts, posts, ties or observations"),
            (".csv", ".csv.gz", ".tsv"),
            stage_csv,
            takes_map=True,
        ),
        Format(
            "xlsx",
            Bilingual("le même tableau, dans un classeur", "the same table, in a workbook"),
            (".xlsx",),
            stage_xlsx,
            takes_map=True,
        ),
        Format(
            "parquet",
            Bilingual("le même tableau, en Parquet", "the same table, in Parquet"),
            (".parquet",),
            stage_parquet,
            takes_map=True,
        ),
        Format(
            "jsonl",
            Bilingual("ce que « vigie export » écrit", 'what "vigie export" writes'),
            (".jsonl", ".jsonl.gz"),
            _plain(stage_jsonl),
        ),
        Format("opml", Bilingual("une liste de flux", "a list of feeds"), (".opml", ".xml"), _plain(stage_opml)),
        Format(
            "graphml",
            Bilingual("un réseau : comptes et liens", "a network: accounts and ties"),
            (".graphml", ".xml"),
            _plain(stage_graphml),
        ),
        Format(
            "mastodon",
            Bilingual("réponses de l'API ou archive d'un compte", "answers of the API, or an account's archive"),
            (*_JSON, ".tar.gz"),
            _plain(stage_mastodon),
        ),
        Format(
            "bluesky",
            Bilingual("réponses de l'AppView ou flux Jetstream", "answers of the AppView, or a Jetstream"),
            _JSON,
            _plain(stage_bluesky),
        ),
        Format(
            "twitter-v1",
            Bilingual("tweets archivés, API v1.1", "archived tweets, API v1.1"),
            _JSON,
            _plain(stage_twitter_v1),
        ),
        Format(
            "twitter-v2",
            Bilingual("tweets archivés, API v2", "archived tweets, API v2"),
            _JSON,
            _plain(stage_twitter_v2),
        ),
        Format("4cat", Bilingual("export de 4CAT", "export of 4CAT"), (*_TABLES, ".ndjson"), _suite("4cat")),
        Format("minet", Bilingual("CSV de minet", "CSV of minet"), _TABLES, _suite("minet")),
        Format("brandwatch", Bilingual("export de Brandwatch", "export of Brandwatch"), _TABLES, _suite("brandwatch")),
        Format("meltwater", Bilingual("export de Meltwater", "export of Meltwater"), _TABLES, _suite("meltwater")),
        Format("talkwalker", Bilingual("export de Talkwalker", "export of Talkwalker"), _TABLES, _suite("talkwalker")),
    )
}
"""Format name → format, in the order in which they are listed."""


def find(name: str) -> Format:
    """Return the format called `name`; an unknown one raises UserError with the nearest."""
    if name not in FORMATS:
        close = nearest(name, FORMATS)
        raise UserError(f"format inconnu « {name} »{close.fr}", f'unknown format "{name}"{close.en}')
    return FORMATS[name]


def import_file(
    connection: Connection,
    name: str,
    path: Path,
    *,
    brief: str | None,
    map_file: MapFile | None = None,
    kept_out: Callable[[list[str]], list[str]] | None = None,
    people: Path | None = None,
) -> Loaded:
    """Bring one file into the warehouse and into what `brief` sees; raises UserError with nothing written."""
    known = find(name)
    if map_file is not None and not known.takes_map:
        raise UserError(
            f"--map ne vaut que pour un tableau (csv, xlsx, parquet), pas pour {name}",
            f"--map is for tables (csv, xlsx, parquet), not for {name}",
        )
    if not path.is_file():
        raise UserError(f"{path} : pas un fichier", f"{path}: not a file")
    staging = Staging(connection)
    known.stage(staging, path, map_file)
    loaded = load(staging, brief=brief, found_via=f"import:{name}", kept_out=kept_out)
    if people is not None and brief is not None and staging.decisions:
        _keep_decisions(staging, people, brief, loaded, kept_out)
    return loaded


def _keep_decisions(
    staging: Staging,
    path: Path,
    brief: str,
    loaded: Loaded,
    kept_out: Callable[[list[str]], list[str]] | None,
) -> None:
    """Take the decisions that stand in a file into the people store at `path`, as decisions of `brief`."""
    fields = ("account_id", "status", "why", "decided_by", "decided_at")
    made = [[str(record.get(name) or "") for name in fields] for record in staging.decisions]
    refused = set(kept_out([one[0] for one in made])) if kept_out else set()
    good = [Decision(brief, *one) for one in made if one[0] and one[0] not in refused]  # type: ignore[arg-type]
    with open_people(path) as people:
        new = sum(keep_decision(people, decision) for decision in good)
    loaded.read["decision"], loaded.good["decision"], loaded.new["decision"] = len(made), len(good), new
