"""Reads and checks a brief's file; queries and source kinds are checked by the study step."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from annotated_types import MinLen

from data.bilingual import Bilingual
from data.brief.model import (
    Brand,
    Brief,
    Budget,
    Funnel,
    NonEmpty,
    Objective,
    RoleRule,
    Rule,
    Scale,
    Score,
    Seeds,
    Segment,
    Source,
)
from data.reasons import WANTED
from data.toml import mistake, read_toml

SAFE_NAME = re.compile(r"[\w][\w.\-]{0,79}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Header:
    """The `[brief]` table."""

    name: NonEmpty
    title: str = ""
    why: str = ""
    objectives: tuple[Objective, ...] = ()
    languages: tuple[str, ...] = ()
    market: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A brief's file, table by table."""

    brief: Header
    segments: Annotated[tuple[Segment, ...], MinLen(1)]
    brand: Brand | None = None
    seeds: Seeds = Seeds()
    sources: tuple[dict[str, Any], ...] = ()
    budget: Budget = Budget()
    scale: Scale = Scale()
    score: Score = Score()
    rules: tuple[Rule, ...] = field(default=())
    funnel: Funnel = Funnel()
    roles: tuple[RoleRule, ...] = field(default=())


def read_brief(path: Path) -> Brief:
    """Return the brief in the file `path`; the first mistake raises UserError with file, line and key."""
    document, text = read_toml(path, Document)
    header = document.brief
    if not SAFE_NAME.fullmatch(header.name):
        allowed = Bilingual(
            "un nom de brief sert de nom de fichier : lettres, chiffres, - _ . seulement",
            "a brief's name is used in file names: letters, digits, - _ . only",
        )
        raise mistake(path, text, ("brief", "name"), allowed)
    _check_segments(path, text, document.segments)
    given = {f.name: getattr(header, f.name) for f in fields(Header)}
    given["as_of"] = _utc(header.as_of)
    return Brief(
        **given,
        segments=document.segments,
        brand=document.brand,
        seeds=document.seeds,
        sources=_sources(path, text, document.sources),
        budget=document.budget,
        scale=document.scale,
        score=document.score,
        rules=document.rules,
        funnel=document.funnel,
        roles=document.roles,
        path=path,
        hash=hashlib.sha256(text.encode()).hexdigest()[:16],
    )


def _check_segments(path: Path, text: str, segments: tuple[Segment, ...]) -> None:
    seen: set[str] = set()
    for index, segment in enumerate(segments):
        if segment.name in seen:
            twice = Bilingual(
                f"le segment « {segment.name} » est défini deux fois", f'segment "{segment.name}" is defined twice'
            )
            raise mistake(path, text, ("segments", index, "name"), twice)
        seen.add(segment.name)


def _sources(path: Path, text: str, tables: tuple[dict[str, Any], ...]) -> tuple[Source, ...]:
    sources = []
    for index, table in enumerate(tables):
        kind = table.get("kind")
        if not isinstance(kind, str) or not kind:
            missing = Bilingual("il manque « kind »", 'needs "kind"')
            raise mistake(path, text, ("sources", index), missing)
        options = {key: value for key, value in table.items() if key != "kind"}
        if "opml" in options:
            if not _are_texts(options["opml"]):
                raise mistake(path, text, ("sources", index, "opml"), WANTED["list"])
            options["opml"] = [_beside(path, item) for item in options["opml"]]
        sources.append(Source(kind, options))
    return tuple(sources)


def _are_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(item, str) for item in given)


def _beside(path: Path, item: str) -> str:
    """Return a file named in the brief as a path beside the brief; addresses stay as they are."""
    return item if re.match(r"https?://", item) else str(path.parent / Path(item).expanduser())


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
