"""The planning of a campaign, as an iCalendar file (RFC 5545) that any calendar opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.documents.safe import clean
from pipelines.relation.circle import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.relations.store import Row

FOLD = 73
ROW = ("id", "due", "account_id", "what")


def plan_rows(milestones: Sequence[Row], deliverables: Sequence[Row]) -> list[Row]:
    """Return milestones and deliverables as one list by date: kind, id, due, account_id, what."""
    found = [{"kind": "milestone"} | {name: row[name] for name in ROW} for row in milestones]
    for row in deliverables:
        what = " · ".join(part for part in (row["format"], row["channel"]) if part)
        found.append({"kind": "deliverable", "what": what} | {name: row[name] for name in ROW if name != "what"})
    return sorted(found, key=lambda row: (str(row["due"]), str(row["kind"]), row["id"]))


def calendar(name: str, rows: Sequence[Row], made_at: datetime) -> bytes:
    """Return the rows as an iCalendar of events; the same row keeps its UID, so a calendar updates it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vigie//planning//FR", f"X-WR-CALNAME:{_escaped(name)}"]
    for row in rows:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row['kind']}-{row['id']}-{_slug(name)}@vigie",
            f"DTSTAMP:{_stamp(made_at)}",
            f"DTSTART:{_stamp(moment(row['due']))}",
            f"SUMMARY:{_escaped(row['what'])}",
            *([f"DESCRIPTION:{_escaped(row['account_id'])}"] if row["account_id"] else []),
            "END:VEVENT",
        ]
    return ("\r\n".join(folded for line in [*lines, "END:VCALENDAR"] for folded in _folded(line)) + "\r\n").encode()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    plain = clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def _slug(name: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "-" for char in name)[:40]


def _folded(line: str) -> list[str]:
    """Return a line in parts of at most 75 octets, the later ones led by a space."""
    parts, current = [], ""
    for char in line:
        if len((current + char).encode()) > FOLD:
            parts.append(current)
            current = " "
        current += char
    return [*parts, current]
