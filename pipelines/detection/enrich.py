"""Understanding: what is new among a brief's posts is read once, and what was read is written back as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from data.bilingual import Bilingual
from data.warehouse.sql import query
from pipelines.detection.hit_rows import document, hit_rows, judged_rows
from pipelines.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.brief.model import Brief
    from data.warehouse.store import Connection
    from nlp.topical import TopicalModel
    from pipelines.detection.study import Study

SQL = "pipelines.detection.sql"
BATCH = 20_000
BATCH_CHARS = 20_000_000  # no batch holds more text than this, however long its posts are
FIT_SAMPLE = 30_000
REFIT_GROWTH = 1.5  # the subject's model is learned anew once the texts have grown by half

Row = tuple[Any, ...]


def enrich(
    connection: Connection,
    brief: Brief,
    studied: Study,
    run_id: str,
    on_progress: OnProgress = silent,
    *,
    decided: Mapping[str, str] | None = None,
) -> int:
    """Read the brief's posts that were not read yet; return how many. Resumable: each batch is one transaction.

    `decided` (account_id → in, out or undecided) sharpens the subject's model; when it changes, all is judged again.
    """
    read = _features(connection, brief, on_progress)
    judged = _hits(connection, brief, studied, run_id, on_progress, decided or {})
    connection.execute(query("hits_of_run", SQL), {"brief": brief.name, "run_id": run_id})
    return max(read, judged)


def _features(connection: Connection, brief: Brief, on_progress: OnProgress) -> int:
    """Language and disclosure of each text, whatever the brief."""
    from nlp import disclosure
    from nlp.language import detect

    names = {"brief": brief.name, "version": disclosure.VERSION}
    batches = _Batches(connection, "features_pending", names)
    what = Bilingual("Lecture des textes", "Reading texts")
    done = 0
    for rows in batches.read("features_batch"):
        ids, hashes, texts = (list(column) for column in zip(*rows, strict=True))
        languages = detect(texts)
        disclosures = list(disclosure.find_many(texts, languages, market=brief.market or None, brands=_brands(brief)))
        _write(
            connection,
            "features_write",
            {
                "post_id": pa.array(ids, pa.string()),
                "text_hash": pa.array(hashes, pa.uint64()),
                "model_version": pa.array([disclosure.VERSION] * len(ids), pa.string()),
                "language": pa.array([None if code == "unknown" else code for code in languages], pa.string()),
                "disclosure": pa.array([d.status for d in disclosures], pa.string()),
                "disclosure_terms": pa.array([list(d.terms) for d in disclosures], pa.list_(pa.string())),
            },
        )
        done += len(ids)
        on_progress(Progress(what, done, batches.posts))
    # Also when nothing was pending: a stop may have come between the last batch and this.
    connection.execute(query("language_write", SQL), {"brief": brief.name})
    return done


def _brands(brief: Brief) -> tuple[str, ...]:
    """Return the names that make some commercial cues count."""
    if brief.brand is None:
        return ()
    return (brief.brand.name, *(competitor.name for competitor in brief.brand.competitors))


def _hits(
    connection: Connection,
    brief: Brief,
    studied: Study,
    run_id: str,
    on_progress: OnProgress,
    decided: Mapping[str, str],
) -> int:
    """Query matches and topical fit of each text to each segment, and the tone of those that matter to the brief."""
    from nlp import tone, topical
    from pipelines.detection.decided import decisions_hash

    judged_by = (studied.query_hash, tone.VERSION, topical.VERSION, decisions_hash(connection, brief.name, decided))
    names = {"brief": brief.name, "query_hash": "+".join(filter(None, judged_by))}
    for statement in connection.extract_statements(query("hits_stale", SQL)):
        values = {**names, "growth": REFIT_GROWTH}
        connection.execute(statement, {k: v for k, v in values.items() if f"${k}" in statement.query})
    batches = _Batches(connection, "hits_pending", names)
    if not batches.posts:
        return 0
    judge = _Judge(connection, brief, studied, names["query_hash"], on_progress, decided)
    what = Bilingual("Adéquation au sujet", "Topical fit")
    done = 0
    for rows in batches.read("hits_batch"):
        judge.write(rows, run_id)
        done += len(rows)
        on_progress(Progress(what, done, batches.posts))
    return done


class _Judge:
    """Judges posts by the brief's queries and by a model of its subject, learned from a sample of its texts."""

    def __init__(
        self,
        connection: Connection,
        brief: Brief,
        studied: Study,
        query_hash: str,
        on_progress: OnProgress,
        decided: Mapping[str, str],
    ) -> None:
        from nlp.query import MatcherSet

        self.connection, self.brief, self.studied, self.query_hash = connection, brief, studied, query_hash
        self.segments = MatcherSet({segment.name: segment.node for segment in studied.segments}, now=brief.as_of)
        named = {f"{name} {i}": node for name, nodes in studied.brand_terms.items() for i, node in enumerate(nodes)}
        self.brands = MatcherSet(named)
        on_progress(Progress(Bilingual("Apprentissage du sujet", "Learning the subject")))
        self.model = self._learn(decided)

    def write(self, rows: Sequence[Row], run_id: str) -> None:
        """Judge one batch and write what was found, in one transaction."""
        documents = [document(row) for row in rows]
        spans = list(self.segments.spans_documents(documents))
        relevance = self.model.score([row[2] for row in rows], [row[3] or "unknown" for row in rows])
        fit = np.nan_to_num(relevance, nan=0.0)
        hits = hit_rows(rows, self.brief, run_id, self.studied, fit, spans, documents, self.learned)
        wanted = self._worth_a_tone(rows, hits, documents)
        self.connection.begin()
        _insert(self.connection, "nlp.judged", judged_rows(rows, self.brief, self.query_hash))
        _insert(self.connection, "detection.hits", hits)
        _update_tones(self.connection, wanted)
        self.connection.commit()

    def _learn(self, decided: Mapping[str, str]) -> TopicalModel:
        from nlp.topical import TopicalModel, TopicalSegment
        from pipelines.detection.decided import sharpened

        names = {"brief": self.brief.name, "size": FIT_SAMPLE}
        sample = self.connection.execute(query("fit_sample", SQL), names).fetchall()
        documents = [document(row) for row in sample]
        matched = self.segments.match_documents(documents)
        hits = np.column_stack([np.array(matched[segment.name], dtype=bool) for segment in self.studied.segments])
        lessons = [TopicalSegment(s.name, s.node, examples=s.examples) for s in self.studied.segments]
        texts, languages = [row[2] for row in sample], [row[3] or "unknown" for row in sample]
        model = TopicalModel.fit(texts, languages, lessons, hits=hits)
        if taught := sharpened(self.connection, self.brief.name, decided, model, lessons):
            model = TopicalModel.fit(texts, languages, taught, hits=hits)
        # Of a subject that no text names and no example tells, nothing was learned: what looks near is chance.
        told = [bool(lesson.examples or lesson.accepted) for lesson in taught or lessons]
        named = np.asarray(hits.any(axis=0)).tolist()
        self.learned = [some or mine for some, mine in zip(named, told, strict=True)]
        names = {"brief": self.brief.name, "query_hash": self.query_hash}
        self.connection.execute(query("fit_record", SQL), names)
        return model

    def _worth_a_tone(self, rows: Sequence[Row], hits: dict[str, pa.Array], documents: Sequence[Any]) -> list[Row]:
        """Return the posts on a segment or about a brand that a model may read: only their tone is ever shown."""
        on_topic = set(hits["post_id"].to_pylist())
        about = self.brands.match_documents(documents)
        wanted = (row for i, row in enumerate(rows) if row[0] in on_topic or any(found[i] for found in about.values()))
        return [row for row in wanted if row[2]]


def _update_tones(connection: Connection, rows: Sequence[Row]) -> None:
    from nlp import tone

    labels, scores = tone.tone([row[2] for row in rows], [row[3] for row in rows])
    columns = {
        "post_id": pa.array([row[0] for row in rows], pa.string()),
        "tone": pa.array(labels, pa.string()),
        "tone_score": pa.array(_floats(scores), pa.float32()),
    }
    connection.register("read_rows", pa.table(columns))
    connection.execute(query("tones_write", SQL))
    connection.unregister("read_rows")


class _Batches:
    """The pending posts, listed once: no batch searches the whole corpus, and none holds more than its bounds."""

    def __init__(self, connection: Connection, pending: str, values: dict[str, Any]) -> None:
        bounds = {"batch": BATCH, "chars": BATCH_CHARS}
        connection.execute(query(pending, SQL), {**values, **bounds})
        self.connection = connection
        self.bounds = connection.execute(query("pending_batches", SQL)).fetchall()
        self.posts = sum(posts for _, posts, _, _ in self.bounds)

    def read(self, statement: str) -> Iterator[list[Row]]:
        """Yield the rows of each batch."""
        for number, _, first, last in self.bounds:
            places = {"number": number, "first_place": first, "last_place": last}
            if rows := self.connection.execute(query(statement, SQL), places).fetchall():
                yield rows


def _write(connection: Connection, name: str, columns: dict[str, pa.Array]) -> None:
    connection.register("read_rows", pa.table(columns))
    connection.begin()
    for statement in connection.extract_statements(query(name, SQL)):
        connection.execute(statement)
    connection.commit()
    connection.unregister("read_rows")


def _insert(connection: Connection, table: str, columns: dict[str, pa.Array]) -> None:
    listed = ", ".join(columns)
    connection.register("new_rows", pa.table(columns))
    connection.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM new_rows")
    connection.unregister("new_rows")


def _floats(values: Any) -> list[float | None]:
    return [None if value is None or value != value else float(value) for value in values]  # noqa: PLR0124 - NaN test
