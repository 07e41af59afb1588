"""Touchpoints as a workbook or CSV that a team fills in: what is imported comes out again as it went in."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.relations.store import add_many, change, rows
from data.relations.text_file import read_text
from pipelines.documents.spreadsheet import Book
from pipelines.relation.circle import moment, name_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from data.relations.store import Row
    from pipelines.relation.circle import Circle
    from pipelines.relation.points import Points

COLUMNS = (
    "account", "action", "happened_at", "programme", "department", "channel", "theme", "tone", "quality", "note", "key",
)  # fmt: skip
REQUIRED = ("account", "action", "happened_at")
MAX_ROWS = 1_000_000


@dataclass
class Taken:
    """What an import did: new rows, rows changed, rows as they were, and those refused with line and reason."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def template(circle: Circle, stored: list[Row], lang: str) -> bytes:
    """Return the workbook: touchpoints to fill in, the actions and their points, and where everyone stands."""
    book = Book()
    book.add("touchpoints", COLUMNS, ([_shown(row, column) for column in COLUMNS] for row in stored))
    actions = circle.points.actions
    named = "acte" if lang == "fr" else "act"
    book.add(
        "actions",
        ("action", named, "points"),
        ((key, circle.points.action_name(key, lang), one.points) for key, one in actions.items()),
    )
    found = circle.proximity
    standing = (
        (
            name_of(row),
            row["account_id"],
            _number(found.score[place, -1]),
            _stage(circle, int(found.stage[place, -1]), lang),
        )
        for place, row in enumerate(circle.people.values())
    )
    book.add("proximity", ("handle", "account", "score", "stage"), standing)
    return book.close()


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV or of an XLSX's first worksheet by column name; lacking columns raise UserError."""
    lines = _csv_lines(path) if path.suffix.lower() == ".csv" else _xlsx_lines(path)
    head = [str(name or "").strip().lower() for name in next(lines, [])]
    lacking = [name for name in REQUIRED if name not in head]
    if lacking:
        raise UserError(
            f"{path.name} : il manque la colonne {', '.join(lacking)}",
            f"{path.name}: column {', '.join(lacking)} is missing",
        )
    for count, line in enumerate(lines):
        if count >= MAX_ROWS:
            return
        yield {name: _cell(value) for name, value in zip(head, line, strict=False) if name in COLUMNS}


def take(
    people: sqlite3.Connection, given: Iterator[dict[str, Any]], *, brief: str, points: Points,
    account_of: Callable[[str], str], who: str,
) -> Taken:  # fmt: skip
    """Record the rows given: new ones are added, changed ones changed with history, bad ones told; none twice."""
    taken, fresh = Taken(), []
    known = {_key(row): row for row in rows(people, "touchpoints", brief=brief)}
    for line, raw in enumerate(given, 2):
        if not any(raw.values()):
            continue
        try:
            row = _typed(raw, brief, points, account_of)
        except (UserError, ValueError) as error:
            taken.refused.append((line, error.message.en if isinstance(error, UserError) else str(error)))
            continue
        before = known.get(str(raw.get("key") or "") or row["key"])
        if before is None:
            fresh.append(row)
        elif changed := _changes(before, row):
            change(people, "touchpoints", before["id"], changed, who=who, why="workbook")
            taken.changed += 1
        else:
            taken.same += 1
    taken.added = add_many(people, "touchpoints", fresh, who=who)
    taken.same += len(fresh) - taken.added
    return taken


def _typed(raw: dict[str, Any], brief: str, points: Points, account_of: Callable[[str], str]) -> Row:
    action = str(raw.get("action") or "").strip()
    points.action(action)
    at = raw.get("happened_at")
    when = at if isinstance(at, datetime) else datetime.fromisoformat(str(at).strip())
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when.year < 1990 or when > datetime.now(UTC) + timedelta(days=1):
        raise ValueError(f"happened_at {when:%Y-%m-%d}: not a day that has passed")
    quality = float(str(raw.get("quality") or 1).replace(",", "."))
    if not 0 <= quality <= 2:
        raise ValueError(f"quality {quality}: 0 to 2")
    tone = raw.get("tone") or None
    if tone not in (None, "negative", "neutral", "positive"):
        raise ValueError(f"tone {tone}: negative, neutral or positive")
    row: Row = {
        "account_id": account_of(str(raw.get("account") or "")),
        "brief": brief,
        "action": action,
        "happened_at": when.astimezone(UTC).isoformat(timespec="seconds"),
        "quality": quality,
        "tone": tone,
        "origin": "csv",
    }
    row |= {name: _text(raw.get(name)) for name in ("programme", "department", "channel", "theme", "note")}
    row["key"] = _text(raw.get("key")) or _hash(row)
    return row


def _changes(before: Row, row: Row) -> Row:
    compared = [name for name in row if name not in ("key", "origin", "brief", "happened_at")]
    found = {name: row[name] for name in compared if row[name] != before[name]}
    if moment(before["happened_at"]) != moment(row["happened_at"]):
        found["happened_at"] = row["happened_at"]
    return found


def _key(row: Row) -> str:
    return str(row["key"] or f"id:{row['id']}")


def _hash(row: Row) -> str:
    parts = "\x1f".join(str(row[name]) for name in sorted(row) if name != "origin")
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _shown(row: Row, column: str) -> object:
    if column == "key":
        return _key(row)
    if column == "happened_at":
        return moment(row["happened_at"]).astimezone(UTC)
    return row["account_id"] if column == "account" else row[column]


def _cell(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str):
        return value.strip().removeprefix("'")
    return value


def _text(value: object) -> str | None:
    said = str(value).strip() if value is not None else ""
    return said or None


def _number(value: float) -> float | None:
    return float(value) if value == value else None  # noqa: PLR0124 - NaN is not itself


def _stage(circle: Circle, index: int, lang: str) -> str | None:
    return circle.points.stages[index].name.to(lang) if index >= 0 else None


def _csv_lines(path: Path) -> Iterator[list[Any]]:
    text = read_text(path)
    head = text.split("\n", 1)[0]
    yield from csv.reader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")


def _xlsx_lines(path: Path) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        yield from book.get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None
