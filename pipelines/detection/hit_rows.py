"""Judged posts as rows: what a query is asked of, and what is kept of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.brief.model import Brief
    from pipelines.detection.study import Study

Row = tuple[Any, ...]
# A post that says none of the query's words leaves no hit below this. 0.5 is where texts stop being mostly on the
# subject; those above 0.2 are near enough to count for less; in a crawl of one field nearly every text is above 0.05.
FLOOR = 0.2


def document(row: Row) -> Any:
    """Return what a query is asked of, from a row of hits_batch.sql."""
    from nlp.query import Document

    return Document(
        text=row[4] or "",
        title=row[5],
        language=row[3],
        platform=row[15],
        handle=row[6],
        name=row[12],
        bio=row[13],
        url=row[7],
        links=tuple(row[9] or ()),
        hashtags=tuple(row[8] or ()),
        kind=row[10],
        published_at=row[11],
        numbers=dict(zip(("likes", "reposts", "replies", "views"), row[14], strict=True)) if row[14] else None,
    )


def judged_rows(rows: Sequence[Row], brief: Brief, query_hash: str) -> dict[str, pa.Array]:
    """Return the columns of nlp.judged."""
    return {
        "brief": pa.array([brief.name] * len(rows), pa.string()),
        "post_id": pa.array([row[0] for row in rows], pa.string()),
        "text_hash": pa.array([row[1] for row in rows], pa.uint64()),
        "query_hash": pa.array([query_hash] * len(rows), pa.string()),
    }


def hit_rows(
    rows: Sequence[Row],
    brief: Brief,
    run_id: str,
    studied: Study,
    relevance: Any,
    spans: Sequence[Any],
    documents: Sequence[Any],
    learned: Sequence[bool],
) -> dict[str, pa.Array]:
    """Return the columns of detection.hits: what matched, and what else is near a segment that was `learned`."""
    from nlp.query import plain_term

    ids, names, values, matched, terms, offsets = [], [], [], [], [], []
    for index, row in enumerate(rows):
        for column, segment in enumerate(studied.segments):
            found = spans[index].get(segment.name)
            value = float(relevance[index, column])
            if found is None and (value < FLOOR or not learned[column]):
                continue
            inside = [span for span in found or () if span.field == "text"]
            ids.append(row[0])
            names.append(segment.name)
            values.append(value)
            matched.append(found is not None)
            terms.append(sorted({plain_term(span, documents[index]) for span in found or ()}))
            offsets.append([place for span in inside for place in (span.start, span.end)])
    return {
        "brief": pa.array([brief.name] * len(ids), pa.string()),
        "run_id": pa.array([run_id] * len(ids), pa.string()),
        "post_id": pa.array(ids, pa.string()),
        "segment": pa.array(names, pa.string()),
        "relevance": pa.array(values, pa.float32()),
        "matched": pa.array(matched, pa.bool_()),
        "matched_terms": pa.array(terms, pa.list_(pa.string())),
        "offsets": pa.array(offsets, pa.list_(pa.int32())),
    }
