"""The ranking in a terminal of a hundred columns, how sure it is, and the tier mix under it."""

from __future__ import annotations

import sys
from typing import Any

from app.session import Session
from app.tables import print_table
from app.terminal import plain, say
from data.bilingual import Bilingual
from data.figures import interval, number, percent
from data.warehouse.store import connect
from pipelines.certainty import TOP
from pipelines.documents.say import word
from pipelines.ranking import Filters, how_sure, ranked_people, ranking_rows, tier_mix
from pipelines.unranked import unranked_told

NAME = 20


def print_ranking(session: Session, brief: str, *, top: int = 20, filters: Filters | None = None) -> None:
    """Print the top of the newest run of `brief`, then the mix of tiers."""
    connection = connect(session.published(), read_only=True)
    try:
        rows = ranking_rows(connection, brief, filters or Filters(top=top, ranked_only=True))
        asked = filters or Filters()
        mix, ranked = tier_mix(connection, brief, asked.as_of), ranked_people(connection, brief, asked)
        told = how_sure(connection, brief, asked) if rows else unranked_told(connection, brief, asked)
    finally:
        connection.close()
    headers = Bilingual(
        f"rang|de–à|{TOP}\u202fprem.|compte|segment|niveau|infl.|port.|réson.|pert.|relais",
        f"rank|from–to|top {TOP}|account|segment|tier|infl.|reach|reson.|relev.|relays",
    )
    print_table(
        session.say(headers).split("|"),
        [_row(session, row, ranked) for row in rows],
        lang=session.lang,
        right=(0, 1, 2, 6, 7, 8, 9, 10),
        whole=(3, 5),
        spare=(10, 9, 8, 7, 2, 5, 4, 1),
    )
    for sentence in told:
        say(plain(session.say(sentence)))
    if mix:
        say(
            " · ".join(
                f"{word('tier', tier or 'none', session.lang)} {number(count, session.lang)}" for tier, count in mix
            )
        )
        say()


def _row(session: Session, row: dict[str, Any], ranked: dict[str, int]) -> list[object]:
    span = "" if row["rank_low"] is None else interval(row["rank_low"], row["rank_high"], session.lang, 0, dash="–")
    name = str(row["handle"] or row["display_name"] or row["account_id"])
    if sys.stdout.isatty():
        name = name if len(name) <= NAME else name[: NAME - 1] + "…"
    # Who has no tier here is told why by `vigie explain`; a list of reasons would drown the ranking.
    tier = word("tier", row["tier"], session.lang) if row["tier"] else "—"
    scores = [number(row[axis], session.lang) for axis in ("influence", "reach", "resonance", "relevance")]
    # In a list of twenty everybody is in the top twenty.
    known = row["in_top_20"] is not None and ranked.get(row["segment"], 0) > TOP
    top = percent(row["in_top_20"], session.lang, 0) if known else ""
    return [row["rank"], span, top, name, row["segment"], tier, *scores, row["amplifiers"]]
