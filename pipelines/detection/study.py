"""Step 1, study: sound queries, known sources, a method that suits the objectives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

from data.bilingual import Bilingual
from data.errors import UserError
from data.toml import mistake
from nlp.query import Node, QueryError, lint, outline, parse
from pipelines.documents.say import word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.brief.model import Brand, Brief, Competitor, Segment

SUITED = frozenset({"advocacy", "awareness", "audience", "share_of_voice", "reputation", "satisfaction", "conversion"})
"""Objectives for which small, engaged audiences are known to serve (seed articles; docs/method.md)."""


@dataclass(frozen=True, slots=True)
class StudiedSegment:
    """A segment whose query was read: its tree, its warnings, its hash."""

    name: str
    query: str
    node: Node
    warnings: tuple[Bilingual, ...]
    examples: tuple[str, ...]
    weight: float

    @property
    def hash(self) -> str:
        """What identifies the judgement of a text by this segment."""
        return hashlib.sha256(repr((self.query, self.examples)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Study:
    """The outcome of step 1."""

    segments: tuple[StudiedSegment, ...]
    brand_terms: dict[str, tuple[Node, ...]]
    suitability: Bilingual
    warnings: tuple[Bilingual, ...]

    @property
    def query_hash(self) -> str:
        """What identifies the judgement of a text by this brief."""
        return hashlib.sha256("".join(segment.hash for segment in self.segments).encode()).hexdigest()[:16]


def study(brief: Brief) -> Study:
    """Return the brief with its queries parsed; a query or a rule that does not parse raises UserError."""
    from pipelines.detection.rule_check import check_rules

    check_rules(brief)
    segments = tuple(_segment(brief, index, segment) for index, segment in enumerate(brief.segments))
    return Study(segments, _brand_terms(brief), _suitability(brief), _warnings(brief))


def study_rows(brief: Brief, run_id: str, studied: Study, lang: str) -> pa.Table:
    """Return the row of detection.study, its sentences in `lang`."""
    queries = {s.name: {"query": s.query, "tree": outline(s.node, lang), "hash": s.hash} for s in studied.segments}
    warnings = [w.to(lang) for w in studied.warnings]
    warnings += [f"{s.name}: {w.to(lang)}" for s in studied.segments for w in s.warnings]
    return pa.table(
        {
            "brief": [brief.name],
            "run_id": [run_id],
            "objectives": pa.array([list(brief.objectives)], pa.list_(pa.string())),
            "suitability": [studied.suitability.to(lang)],
            "warnings": pa.array([warnings], pa.list_(pa.string())),
            "queries": [orjson.dumps(queries).decode()],
        }
    )


def _segment(brief: Brief, index: int, segment: Segment) -> StudiedSegment:
    node = _parsed(brief, segment.query, ("segments", index, "query"))
    return StudiedSegment(segment.name, segment.query, node, tuple(lint(node)), segment.examples, segment.weight)


def _brand_terms(brief: Brief) -> dict[str, tuple[Node, ...]]:
    """Return the parsed terms per brand and competitor; a brand without terms is known by its name."""
    if brief.brand is None:
        return {}
    owners: list[tuple[tuple[str | int, ...], Brand | Competitor]] = [(("brand",), brief.brand)]
    owners += [(("brand", "competitors", i), rival) for i, rival in enumerate(brief.brand.competitors)]
    found: dict[str, tuple[Node, ...]] = {}
    for place, owner in owners:
        terms = owner.terms or ('"' + owner.name.replace('"', " ") + '"',)
        found[owner.name] = tuple(_parsed(brief, term, (*place, "terms")) for term in terms)
    return found


def _parsed(brief: Brief, text: str, location: tuple[str | int, ...]) -> Node:
    try:
        return parse(text)
    except QueryError as error:
        source = brief.path.read_text(encoding="utf-8") if brief.path else ""
        raise mistake(brief.path, source, location, error.message) from None


def _suitability(brief: Brief) -> Bilingual:
    if not brief.objectives:
        return Bilingual(
            "Aucun objectif n'est donné : l'adéquation ne peut être jugée.", "No objective given: fit cannot be judged."
        )
    suited = _named([objective for objective in brief.objectives if objective in SUITED])
    others = _named([objective for objective in brief.objectives if objective not in SUITED])
    if not others.en:
        return Bilingual(
            f"Les micro-influenceurs conviennent à ces objectifs : {suited.fr}.",
            f"Micro-influencers suit these objectives: {suited.en}.",
        )
    return Bilingual(
        f"Conviennent à la micro-influence : {suited.fr or 'aucun objectif'} ; à étayer autrement : {others.fr}.",
        f"Suited to micro-influence: {suited.en or 'no objective'}; in need of other means too: {others.en}.",
    )


def _named(objectives: Sequence[str]) -> Bilingual:
    return Bilingual(
        ", ".join(word("objective", code, "fr") for code in objectives),
        ", ".join(word("objective", code, "en") for code in objectives),
    )


def _warnings(brief: Brief) -> tuple[Bilingual, ...]:
    found = []
    if not brief.why:
        found.append(
            Bilingual(
                "« why » est vide : les fiches ne diront pas la raison du choix.",
                '"why" is empty: sheets cannot give the reason.',
            )
        )
    if brief.brand is None:
        found.append(
            Bilingual(
                "Pas de marque : les relations de marque ne seront pas suivies.",
                "No brand: brand relations are not followed.",
            )
        )
    return tuple(found)


def check_sources(brief: Brief, keys: Mapping[str, str] | None = None) -> None:
    """Raise UserError for a source kind that no connector serves, naming the nearest one, and for wrong options.

    With `keys` (kind of source → the user's own), a source that is closed without one is an error too.
    """
    from crawlers.registry import check_credential, check_options, kinds
    from data.toml import nearest

    known = kinds()
    text = brief.path.read_text(encoding="utf-8") if brief.path else ""
    for index, source in enumerate(brief.sources):
        if source.kind not in known:
            close = nearest(source.kind, known)
            what = Bilingual(
                f"source inconnue « {source.kind} »{close.fr}", f'unknown source "{source.kind}"{close.en}'
            )
            raise mistake(brief.path, text, ("sources", index, "kind"), what)
        try:
            check_options(source.kind, source.options)
            if keys is not None:
                check_credential(source.kind, keys)
        except UserError as error:
            raise mistake(brief.path, text, ("sources", index), error.message) from None
