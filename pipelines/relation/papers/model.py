"""A paper as an outline: sections with sentences, lists and tables; every text in it is plain text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data.figures import natural
from pipelines.documents.safe import clean


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and rows of values, already said in the paper's language."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it, in this order: sentences, list, picture (an SVG of ours), table."""

    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `foot` says what it rests on."""

    title: str
    lang: str
    subtitle: str = ""
    sections: tuple[Section, ...] = field(default=())
    foot: str = ""


MARGIN = 3  # characters that a cell's own margins take
GROUPED = 10_000  # shorter whole numbers stay bare: years and numbers of lines are among them


def said(paper: Paper) -> Paper:
    """Return the paper with the numbers of its tables as its language writes them, for those who read it."""
    return replace(paper, sections=tuple(_section_said(one, paper.lang) for one in paper.sections))


def _section_said(section: Section, lang: str) -> Section:
    if section.table is None:
        return section
    rows = tuple(tuple(_said(value, lang) for value in row) for row in section.table.rows)
    return replace(section, table=Table(section.table.columns, rows))


def _said(value: object, lang: str) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return str(value) if isinstance(value, int) and abs(value) < GROUPED else natural(value, lang)


def text_of(value: object) -> str:
    """Return a cell's value as clean text; unknown is a dash."""
    return "–" if value is None or value == "" else clean(value)


def shares(table: Table, least: int = 8, most: int = 42) -> list[float]:
    """Return the share of the width each column deserves: by its longest text, within bounds."""
    lengths = [
        MARGIN + min(max([len(name), *(len(text_of(row[at])) for row in table.rows), least]), most)
        for at, name in enumerate(table.columns)
    ]
    return [length / sum(lengths) for length in lengths]
