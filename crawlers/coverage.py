"""How much of each source was heard in a crawl's newest cycle, in words: servers that answered, ways that were shut."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crawlers.frontier import open_file, statement
from data.bilingual import Bilingual

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

FINDING: dict[str, Bilingual] = {
    "tag": Bilingual("fils de hashtag", "hashtag timelines"),
    "notes/search-by-tag": Bilingual("fils de hashtag", "hashtag timelines"),
    "tagged": Bilingual("fils de hashtag", "hashtag timelines"),
    "search": Bilingual("recherches", "searches"),
    "notes/search": Bilingual("recherches", "searches"),
    "questions": Bilingual("recherches", "searches"),
    "queries": Bilingual("recherches", "searches"),
    "people": Bilingual("recherches de personnes", "searches for people"),
    "mentions": Bilingual("recherches", "searches"),
    "link": Bilingual("fils de lien", "link timelines"),
    "trends": Bilingual("tendances", "trends"),
    "stream": Bilingual("flux continus", "streams"),
    "comments": Bilingual("commentaires", "comments"),
    "users": Bilingual("listes d'auteurs", "lists of authors"),
}
"""Ways by which mentions are found, by the purpose of a request."""


def statements(path: str | Path) -> list[Bilingual]:
    """Return one sentence per source: "mastodon: 7 of 9 servers answered; hashtag timelines closed on 2"."""
    db = open_file(path, read_only=True)
    try:
        newest = db.execute("SELECT max(cycle) FROM crawls").fetchone()[0]
        rows = db.execute(statement("reach"), {"cycle": newest}).fetchall()
    finally:
        db.close()
    sources: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        sources[row["source"]].append(row)
    return [_sentence(source, told) for source, told in sorted(sources.items())]


def _sentence(source: str, rows: list[sqlite3.Row]) -> Bilingual:
    asked = {row["origin"] for row in rows}
    answered = {row["origin"] for row in rows if row["answered"]}
    parts = [_answered(len(answered), len(asked))]
    for purpose, way in FINDING.items():
        told = [row for row in rows if row["purpose"] == purpose]
        shut = {row["origin"] for row in told if row["closed"] and not row["answered"]}
        failed = {row["origin"] for row in told if not row["answered"]} - shut
        if shut:
            parts.append(Bilingual(f"{way.fr} : fermés sur {len(shut)}", f"{way.en} closed on {len(shut)}"))
        if failed:
            parts.append(
                Bilingual(f"{way.fr} : sans réponse sur {len(failed)}", f"{way.en} unanswered on {len(failed)}")
            )
    return Bilingual(
        f"{source} : {' ; '.join(part.fr for part in parts)}", f"{source}: {'; '.join(part.en for part in parts)}"
    )


def _answered(answered: int, asked: int) -> Bilingual:
    if asked == 1:
        return Bilingual("le serveur a répondu", "its server answered") if answered else Bilingual(
            "le serveur n'a pas répondu", "its server did not answer"
        )  # fmt: skip
    servers = "serveur a répondu" if answered < 2 else "serveurs ont répondu"
    return Bilingual(f"{answered} {servers} sur {asked}", f"{answered} of {asked} servers answered")
