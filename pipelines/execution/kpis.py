"""KPI values, social, digital and business: typed in, read from CSV, or counted from what the crawl saw."""

from __future__ import annotations

import csv
import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.relations.text_file import read_text
from pipelines.relation.circle import moment
from pipelines.relation.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from data.relations.store import Row
    from pipelines.execution.file import CampaignFile

FAMILIES = ("social", "digital", "business")
REQUIRED = ("kpi", "family", "value", "at")
MAX_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Total:
    """One KPI of a campaign: the sum of its values, how many they are, where they come from."""

    family: str
    kpi: str
    value: float
    values: int
    origin: str


@dataclass
class Read:
    """The rows of a file that can be recorded, and those refused with their line and reason."""

    rows: list[Row] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_values(path: Path, campaign: str, codes: Mapping[str, str], account_of: Callable[[str], str]) -> Read:
    """Return the KPI values in a CSV; `codes` says whom a code or utm_content belongs to. Bad rows are told."""
    text = read_text(path)
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    lacking = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if lacking:
        told = ", ".join(lacking)
        raise UserError(f"{path.name} : il manque {told}", f"{path.name}: {told} is missing")
    done = Read()
    for line, raw in enumerate(reader, 2):
        if line > MAX_ROWS:
            break
        try:
            done.rows.append(_typed(raw, campaign, codes, account_of))
        except (UserError, ValueError) as error:
            done.refused.append((line, error.message.en if isinstance(error, UserError) else str(error)))
    done.rows = _numbered(done.rows)
    return done


def kpi_name(key: str, lang: str) -> str:
    """Return what a KPI or a family is called; one of the team's own is shown as they wrote it."""
    return words("kpi", lang).get(key, key)


def totals(file: CampaignFile) -> list[Total]:
    """Return every KPI of the campaign: those recorded, then those counted from matched posts and mentions."""
    sums: dict[tuple[str, str], list[Row]] = {}
    for row in file.records["kpi_values"]:
        sums.setdefault((row["family"], row["kpi"]), []).append(row)
    recorded = [_total(family, kpi, rows) for (family, kpi), rows in sums.items()]
    known = set(sums)
    counted = [one for one in _counted(file) if (one.family, one.kpi) not in known]
    return sorted(recorded + counted, key=lambda one: (FAMILIES.index(one.family), one.kpi))


def _total(family: str, kpi: str, rows: list[Row]) -> Total:
    origins = ", ".join(sorted({row["origin"] for row in rows}))
    return Total(family, kpi, math.fsum(row["value"] for row in rows), len(rows), origins)


def mentions(file: CampaignFile) -> list[Any]:
    """Return the touchpoints seen by the crawl that speak of the brand between the campaign's first and last day."""
    first, last = moment(file.campaign["starts"]), moment(file.campaign["ends"])
    return [
        one
        for one in file.circle.touches
        if one.origin == "crawl" and one.action != "follow" and first <= one.at <= last
    ]


def _counted(file: CampaignFile) -> list[Total]:
    matched = [one.post for one in file.matches() if one.post is not None]
    known = [post["reactions"] for post in matched if post["reactions"] is not None]
    seen = mentions(file)
    out = [
        Total("social", "mentions", float(len(seen)), len(seen), "crawl"),
        Total("social", "authors", float(len({one.person_id for one in seen})), len(seen), "crawl"),
        Total("social", "posts", float(len(matched)), len(matched), "crawl"),
    ]
    return [*out, Total("social", "reactions", float(sum(known)), len(known), "crawl")] if known else out


def _typed(raw: Mapping[str, Any], campaign: str, codes: Mapping[str, str], account_of: Callable[[str], str]) -> Row:
    family = str(raw["family"] or "").strip()
    if family not in FAMILIES:
        raise ValueError(f"family {family}: social, digital or business")
    value = float(str(raw["value"]).strip().replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(f"value {value}")
    kpi = str(raw["kpi"] or "").strip()
    if not kpi:
        raise ValueError("kpi is empty")
    at = datetime.fromisoformat(str(raw["at"]).strip())
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    code = str(raw.get("code") or raw.get("utm") or "").strip()
    account = account_of(str(raw["account"])) if raw.get("account") else codes.get(code.casefold())
    row: Row = {
        "campaign": campaign,
        "account_id": account,
        "kpi": kpi,
        "family": family,
        "value": value,
        "origin": "csv",
    }
    row["counted_at"] = at.astimezone(UTC).isoformat(timespec="seconds")
    return row | {"key": "\x1f".join([*(str(row[name]) for name in sorted(row)), code])}


def _numbered(rows: list[Row]) -> list[Row]:
    """Give each row a key of its own: the same line twice in a file is two values, the same file twice is not."""
    seen: dict[str, int] = {}
    out = []
    for row in rows:
        seen[row["key"]] = place = seen.get(row["key"], 0) + 1
        digest = hashlib.sha256(f"{row['key']}\x1f{place}".encode("utf-8", "surrogatepass")).hexdigest()
        out.append(row | {"key": digest[:24]})
    return out
