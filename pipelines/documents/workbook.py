"""The workbook of a ranking: ranking, scores, tiers, relations, posts as evidence, method, coverage, dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from data.warehouse.sql import query
from pipelines.documents.coverage import coverage_facts, fact_said
from pipelines.documents.dictionary import data_dictionary
from pipelines.documents.say import word
from pipelines.documents.spreadsheet import Book

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from data.warehouse.store import Connection

SQL = "pipelines.documents.sql"
WHO = ("person_id", "display_name", "handle", "segment")
RANKING = (
    "rank", "rank_low", "rank_high", "display_name", "handle", "source", "url", "segment", "tier", "labels", "status",
    "influence", "reach", "resonance", "relevance", "followers", "posts_seen", "on_topic_posts", "last_post_at",
    "community_id", "role", "brand_mentions", "person_id", "account_id",
)  # fmt: skip
SCORES = (
    *WHO,
    *(f"{axis}{part}" for axis in ("influence", "reach", "resonance", "relevance")
      for part in ("", "_low", "_high", "_n", "_missing")),
    "authenticity", "authenticity_reasons", "focus", "keyword_diversity", "engagement_rate", "growth", "attention",
    "amplifiers", "pagerank", "topical_lift", "k_core", "betweenness", "participation", "reciprocity", "hub",
)  # fmt: skip
TIERS = (*WHO, "tier", "tier_missing", "tier_rule", "tier_margin", "in_top_20", "labels", "role", "role_reasons")


def render_workbook(con: Connection, table: pa.Table, lang: str) -> bytes:
    """Return the XLSX of rows of `ranking.rows` (one run) with the evidence behind them."""
    book = Book()
    for name, columns in (("ranking", RANKING), ("scores", SCORES), ("tiers", TIERS)):
        _add(book, name, table.select([c for c in columns if c in table.column_names]), lang)
    if table.num_rows:
        run: dict[str, Any] = {"brief": table["brief"][0].as_py(), "run_id": table["run_id"][0].as_py()}
        people = {**run, "person_ids": table["person_id"].unique().to_pylist()}
        _add(book, "relations", con.sql(query("ranking_relations", SQL), params=people).to_arrow_table(), lang)
        posts = {key: people[key] for key in ("run_id", "person_ids")}
        _add(book, "posts", con.sql(query("ranking_posts", SQL), params=posts).to_arrow_table(), lang)
        facts = con.sql(query("run", SQL), params=run).to_arrow_table().to_pylist()
        book.add(word("worksheet", "method", lang), _said(("measure", "value"), lang), _method(facts, lang))
        book.add(word("worksheet", "coverage", lang), _said(("source", "fact", "value"), lang), _coverage(facts, lang))
    _add(book, "dictionary", data_dictionary(con), lang)
    return book.close()


def _add(book: Book, name: str, table: pa.Table, lang: str) -> None:
    columns = [column.to_pylist() for column in table.columns]
    book.add(word("worksheet", name, lang), table.column_names, zip(*columns, strict=True))


def _said(codes: Sequence[str], lang: str) -> list[str]:
    return [word("column", code, lang) for code in codes]


def _method(facts: list[dict[str, Any]], lang: str) -> list[tuple[str, object]]:
    """Return the run's own facts, then how each score is to be read."""
    run = [(name, value) for fact in facts for name, value in fact.items() if name not in ("coverage", "queries")]
    axes = [
        (word("axis", axis, lang), word("axis_help", axis, lang))
        for axis in ("influence", "reach", "resonance", "relevance")
    ]
    return [*run, *axes, (word("ui", "sheet", lang), word("ui", "made", lang))]


def _coverage(facts: list[dict[str, Any]], lang: str) -> list[tuple[str, str, object]]:
    """Return the run's coverage in words, one line per source and fact."""
    if not facts or not facts[0]["coverage"]:
        return []
    told = coverage_facts(orjson.loads(facts[0]["coverage"]), lang=lang)
    return [(fact_said(source, lang), fact_said(fact, lang), value) for source, fact, value in told]
