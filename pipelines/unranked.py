"""Why a list is empty: what was missing to rank anybody, in words, instead of a bare heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.figures import number
from data.warehouse.sql import query
from pipelines.documents.codes import missing
from pipelines.held_labels import held_labels, told
from pipelines.ranking import Filters, ranked_people, run_of

if TYPE_CHECKING:
    from data.warehouse.store import Connection


def unranked_told(connection: Connection, brief: str, filters: Filters) -> list[Bilingual]:
    """Say why nothing is listed: nobody matches the filters, nobody was found, or too little is known to rank."""
    run_id = run_of(connection, brief, filters.as_of)
    if any(ranked_people(connection, brief, filters).values()):
        nobody = Bilingual("Personne ne répond à ces filtres.", "Nobody matches these filters.")
        return [nobody, told(held_labels(connection, brief, run_id))] if filters.label is not None else [nobody]
    values = {"brief": brief, "run_id": run_id, "segment": filters.segment}
    rows = connection.execute(query("unranked", "pipelines.sql"), values).fetchall()
    if not rows:
        return [
            Bilingual(
                "Personne n'a été trouvé sur le sujet : élargissez la requête, les sources ou la période.",
                "Nobody was found on the subject: widen the query, the sources or the window.",
            )
        ]
    return [_told(*row) for row in rows]


def _told(segment: str, why: str, people: int) -> Bilingual:
    """Say for one segment what is missing, and for how many people."""
    if why == "organisation":
        fr, en = "la marque et ses concurrents ne sont pas classés", "the brand and its competitors are not ranked"
    else:
        fr, en = missing(why, "fr"), missing(why, "en")
    who = Bilingual("personne", "person") if people == 1 else Bilingual("personnes", "people")
    return Bilingual(
        f"[{segment}] données insuffisantes pour classer {number(people, 'fr')} {who.fr} : {fr}",
        f"[{segment}] not enough data to rank {number(people, 'en')} {who.en}: {en}",
    )
