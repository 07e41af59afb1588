"""The ranking in a terminal of a hundred columns, and the tier mix under it."""

from __future__ import annotations

import sys
from typing import Any

from app.session import Session
from app.terminal import print_table, say
from data.bilingual import Bilingual
from data.figures import interval, number
from data.warehouse.store import connect
from pipelines.documents.say import word
from pipelines.ranking import Filters, ranking_rows, tier_mix

NAME = 20


def print_ranking(session: Session, brief: str, *, top: int = 20, filters: Filters | None = None) -> None:
    """Print the top of the newest run of `brief`, then the mix of tiers."""
    connection = connect(session.published(), read_only=True)
    try:
        rows = ranking_rows(connection, brief, filters or Filters(top=top, ranked_only=True))
        mix = tier_mix(connection, brief, filters.as_of if filters else None)
    finally:
        connection.close()
    headers = Bilingual(
        "rang|de–à|compte|segment|niveau|infl.|port.|réson.|pert.|relais",
        "rank|from–to|account|segment|tier|infl.|reach|reson.|relev.|relays",
    )
    print_table(
        session.say(headers).split("|"),
        [_row(session, row) for row in rows],
        lang=session.lang,
        right=(0, 1, 5, 6, 7, 8, 9),
        whole=(2, 4),
    )
    if mix:
        say(
            " · ".join(
                f"{word('tier', tier or 'none', session.lang)} {number(count, session.lang)}" for tier, count in mix
            )
        )
        say()


def _row(session: Session, row: dict[str, Any]) -> list[object]:
    span = "" if row["rank_low"] is None else interval(row["rank_low"], row["rank_high"], session.lang, 0, dash="–")
    name = str(row["handle"] or row["display_name"] or row["account_id"])
    if sys.stdout.isatty():
        name = name if len(name) <= NAME else name[: NAME - 1] + "…"
    # Who has no tier here is told why by `vigie explain`; a list of reasons would drown the ranking.
    tier = word("tier", row["tier"], session.lang) if row["tier"] else "—"
    scores = [number(row[axis], session.lang) for axis in ("influence", "reach", "resonance", "relevance")]
    return [row["rank"], span, name, row["segment"], tier, *scores, row["amplifiers"]]
