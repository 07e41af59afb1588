"""Values of answers from outside taken as what they should be: nothing here raises, whatever was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from crawlers.text import clean, moment, web_address
from data.errors import UserError

MOST_ROWS = 1000


def as_dict(value: object) -> dict[str, Any]:
    """Return the value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object, most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """Return the objects among the first `most` of a list; none when it is no list."""
    return [row for row in value[:most] if isinstance(row, dict)] if isinstance(value, list) else []


def words(value: object, most: int = 100) -> list[str]:
    """Return the texts of a list, clean and each once."""
    found = (clean(word, 300) for word in (value[:most] if isinstance(value, list) else []))
    return list(dict.fromkeys(word for word in found if word))


def word(value: object, longest: int = 1000) -> str | None:
    """Return a short text on one line, or None."""
    told = clean(value, longest)
    return " ".join(told.split()) or None if told else None


def number_id(value: object) -> str | None:
    """Return a numeric identifier, given as a number or as digits, as text."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return str(value)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else None


def iso(value: object) -> str | None:
    """Return an ISO 8601 time in UTC, or None."""
    when = moment(value)
    return when.isoformat() if when else None


def epoch(value: object) -> str | None:
    """Return seconds since 1970 as an ISO 8601 time in UTC, or None."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**33:
        return None
    return iso(datetime.fromtimestamp(value, UTC).isoformat())


def one_line(record: dict[str, Any]) -> tuple[str, str]:
    """Return what makes a record the same as another of its page."""
    ends = "|".join(str(record.get(name)) for name in ("from_account", "to_account", "kind"))
    return str(record["type"]), str(record.get("post_id") or record.get("account_id") or ends)


def once(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each record once, the last word on each: a page tells the same author forty times."""
    return list({one_line(record): record for record in records}.values())


def query(address: str, **values: object) -> str:
    """Return an address with its query; values that are None are left out."""
    told = [(name, str(value)) for name, value in values.items() if value is not None]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}" if told else address


def posting(address: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the address and the payload of a POST: what is asked stands in the fragment, which is never sent."""
    told = {name: value for name, value in body.items() if value is not None}
    return f"{address}#{urlencode(sorted(told.items()))}", {"post": told}


def bases(kind: str, entries: list[str]) -> list[str]:
    """Return the listed servers as base addresses without a last slash; raises UserError for what is none."""
    found = []
    for entry in entries:
        address = web_address(entry if "://" in entry else f"https://{entry}")
        if address is None:
            raise UserError(
                f"source {kind} : « {entry} » n'est pas une adresse", f'{kind} source: "{entry}" is not an address'
            )
        found.append(address.rstrip("/"))
    return list(dict.fromkeys(found))


def nothing_to_ask(kind: str, wanted: str) -> UserError:
    """Return the error of a source that has nothing to start from; `wanted` names the option."""
    return UserError(f"source {kind} : rien à lire ({wanted})", f"{kind} source: nothing to read ({wanted})")
