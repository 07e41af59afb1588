"""Who speaks of the brand, of each competitor, of the press, with one another: counts, tone, first and last time."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from data.warehouse.sql import query
from pipelines.detection.declared import media_domains
from pipelines.detection.map_columns import SQL, register
from pipelines.detection.mention_tones import mention_tones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from graph.ecosystem import SegmentMap
    from pipelines.detection.declared import Declarations

LEADERS = 200
# A brand's terms are words or phrases, quoted or not; operators are the business of the query language.
PLAIN = re.compile(r'^"?([^"()*?:~]+)"?$')


def relations(
    connection: Connection, brief: Brief, maps: Sequence[SegmentMap], as_of: datetime, said: Declarations
) -> pa.Table:
    """Return person × counterpart rows, as detection.relations has them, brief and run_id aside.

    Whom `said` takes for an outlet is of the press: links to its site and acts towards its account are ties to media.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE map_mentions (post BIGINT, counterpart VARCHAR, kind VARCHAR)")
    for values in _words(brief):
        connection.execute(query("relate_words", SQL), values)
    for values in _domains(brief):
        connection.execute(query("relate_links", SQL), values)
    mention_tones(connection, {name: _spoken(terms) for _, name, terms, _ in _organisations(brief)})
    leading = [found.rows[: min(LEADERS, len(found.rows))] for found in maps]
    register(connection, "map_leaders", {"person": np.unique(np.concatenate([*leading, np.zeros(0, np.int64)]))})
    _register_press(connection, said)
    parts = [
        connection.sql(
            query(name, SQL), params={"as_of": as_of} if "as_of" in query(name, SQL) else {}
        ).to_arrow_table()
        for name in ("relate_organisations", "relate_influencers", "relate_media")
    ]
    return pa.concat_tables(parts, promote_options="permissive")


def _register_press(connection: Connection, said: Declarations) -> None:
    """Make the temporary tables of the sites of the press, and of the people who are outlets."""
    outlets = np.flatnonzero(said.press == "outlet")
    sites = {site for site in said.site[outlets].tolist() if site}
    register(connection, "press_sites", {"site": pa.array(sorted({*media_domains(), *sites}), pa.string())})
    named = pa.array(said.site[outlets].tolist(), pa.string())
    register(connection, "press_people", {"person": outlets.astype(np.int64), "site": named})


def _organisations(brief: Brief) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    if brief.brand is not None:
        yield "brand", brief.brand.name, (brief.brand.name, *brief.brand.terms), brief.brand.domains
        for rival in brief.brand.competitors:
            yield "competitor", rival.name, (rival.name, *rival.terms), rival.domains


def _words(brief: Brief) -> Iterator[dict[str, str]]:
    for kind, name, terms, _ in _organisations(brief):
        for term in sorted({plain for t in terms if (plain := _folded(t))}):
            yield {"counterpart": name, "kind": kind, "pattern": rf"(^|[^\pL\pN]){_pattern(term)}($|[^\pL\pN])"}


def _spoken(terms: Sequence[str]) -> list[str]:
    """Return the plain words among an organisation's terms."""
    return [found[1] for term in terms if (found := PLAIN.match(term.strip()))]


def _domains(brief: Brief) -> Iterator[dict[str, str]]:
    for kind, name, _, domains in _organisations(brief):
        for domain in domains:
            yield {"counterpart": name, "kind": kind, "domain": domain.lower().removeprefix("www.")}


def _folded(term: str) -> str | None:
    found = PLAIN.match(term.strip())
    if found is None:
        return None
    plain = unicodedata.normalize("NFKD", found[1].strip().lower())
    return "".join(c for c in plain if not unicodedata.combining(c)) or None


def _pattern(term: str) -> str:
    return r"\s+".join(re.escape(word) for word in term.split())
