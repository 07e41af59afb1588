"""Saved questions: `.sql` files that come with the product, and those of the workspace's `questions/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from app.atlas.words import words
from data.errors import UserError
from pipelines.documents.safe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.warehouse.store import Connection

TITLE = re.compile(r"^--\s*(?:(fr|en)\s*:)?\s*(.+)$", re.MULTILINE)
MAX_FILE = 100_000
MAX_FILES = 200
CELL = 300
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the file's stem, whose it is, its titles by language, its SQL."""

    name: str
    shipped: bool
    titles: dict[str, str]
    sql: str

    def title(self, lang: str) -> str:
        """Return the title in `lang`, else in any, else the file's name."""
        return self.titles.get(lang) or next(iter(self.titles.values()), self.name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of an answer; `more` when there are others. `refused` says why there is no answer."""

    columns: list[str]
    rows: list[list[object]]
    more: bool = False
    refused: str | None = None


def questions(folder: Path) -> list[Question]:
    """Return the shipped questions, then those in `folder`."""
    return [*_shipped(), *_own(folder)]


def _shipped() -> Iterator[Question]:
    for item in sorted(resources.files("app.atlas.questions").iterdir(), key=lambda item: item.name):
        if item.name.endswith(".sql"):
            yield _question(item.name[:-4], item.read_text(encoding="utf-8"), shipped=True)


def _own(folder: Path) -> Iterator[Question]:
    for path in sorted(folder.glob("*.sql"))[:MAX_FILES]:
        try:
            if path.is_file() and path.stat().st_size <= MAX_FILE:
                yield _question(path.stem, path.read_text(encoding="utf-8", errors="replace"), shipped=False)
        except OSError:
            continue


def _question(name: str, text: str, *, shipped: bool) -> Question:
    titles: dict[str, str] = {}
    for line in text.splitlines():
        found = TITLE.match(line.strip())
        if found is None:
            break
        titles.setdefault(found[1] or "", one_line(found[2], 160))
    return Question(name, shipped, titles, clean(text).strip())


def answer(con: Connection, question: Question, lang: str, limit: int) -> Found:
    """Return the first `limit` rows; what the database refuses is told, never raised."""
    try:
        _check(question.sql)
        cursor = con.execute(question.sql)
        rows = cursor.fetchmany(limit + 1)
    except UserError as error:
        return Found([], [], refused=error.message.to(lang))
    except duckdb.InterruptException:
        return Found([], [], refused=words(lang)["too_long"].format(n=int(SECONDS)))
    except (duckdb.Error, RuntimeError) as error:
        return Found([], [], refused=one_line(str(error), 400))
    columns = [one_line(column[0], 80) for column in cursor.description]
    return Found(columns, [[_short(value) for value in row] for row in rows[:limit]], len(rows) > limit)


def _check(sql: str) -> None:
    """Raise UserError unless `sql` is one query that only reads."""
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise UserError(
            "une question est une seule requête SELECT ou FROM", "a question is one single SELECT or FROM query"
        )


def _short(value: object) -> object:
    return one_line(value, CELL) if isinstance(value, str | dict | bytes) else value
