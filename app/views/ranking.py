"""The ranking in a terminal of a hundred columns, and the tier mix under it."""

from __future__ import annotations

from typing import Any

from app.session import Session
from app.terminal import print_table, say
from data.bilingual import Bilingual
from data.warehouse.store import connect
from pipelines.ranking import Filters, ranking_rows, tier_mix

TIERS = {
    "macro": Bilingual("macro", "macro"),
    "magic_middle": Bilingual("magic middle", "magic middle"),
    "micro": Bilingual("micro", "micro"),
    None: Bilingual("sans niveau", "no tier"),
}


def print_ranking(session: Session, brief: str, *, top: int = 20, filters: Filters | None = None) -> None:
    """Print the top of the newest run of `brief`, then the mix of tiers."""
    connection = connect(session.published(), read_only=True)
    try:
        rows = ranking_rows(connection, brief, filters or Filters(top=top, ranked_only=True))
        mix = tier_mix(connection, brief)
    finally:
        connection.close()
    headers = Bilingual(
        "rang|intervalle|compte|segment|niveau|influence|portée|résonance|pertinence|relais",
        "rank|interval|account|segment|tier|influence|reach|resonance|relevance|relays",
    )
    print_table(session.say(headers).split("|"), [_row(session, row) for row in rows], right=(0, 1, 5, 6, 7, 8, 9))
    if mix:
        say(
            " · ".join(
                f"{session.say(TIERS.get(tier, Bilingual(str(tier), str(tier))))} {count}" for tier, count in mix
            )
        )
        say()


def _row(session: Session, row: dict[str, Any]) -> list[object]:
    span = "" if row["rank_low"] is None else f"{row['rank_low']}–{row['rank_high']}"
    name = row["handle"] or row["display_name"] or row["account_id"]
    tier = session.say(TIERS.get(row["tier"], Bilingual(str(row["tier"]), str(row["tier"]))))
    scores = [_score(row[axis]) for axis in ("influence", "reach", "resonance", "relevance")]
    return [row["rank"], span, str(name)[:32], row["segment"], tier, *scores, row["amplifiers"]]


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
