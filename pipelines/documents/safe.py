"""Makes what came from outside safe for where it goes: text, links, spreadsheet cells, file names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SPACES = re.compile("[^\\S\u00a0\u202f]+")
CELL_LIMIT = 32_000  # a spreadsheet cell holds 32,767 characters
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:$^=@])")


ESCAPES = re.compile(
    "\x1b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])"
)  # a terminal's own commands


def clean(text: object) -> str:
    """Return `text` without control, direction-changing and unpaired characters; line ends become newlines."""
    return INVISIBLE.sub("", ESCAPES.sub("", str(text)).replace("\r\n", "\n").replace("\r", "\n"))


def on_one_line(text: object) -> str:
    """Return clean text on one line, whole; the spaces at which no line breaks (`1 234`, `« »`) stay what they are."""
    return SPACES.sub(" ", clean(text)).strip()


def one_line(text: object, limit: int = 300) -> str:
    """Return clean text on one line, cut at `limit` characters with an ellipsis."""
    line = on_one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def cut(text: str, units: int) -> str:
    """Return the beginning of `text` that fits in `units` UTF-16 units, which is how spreadsheets count."""
    return text.encode("utf-16-le", "ignore")[: 2 * units].decode("utf-16-le", "ignore")


def link(url: object) -> str | None:
    """Return `url` when it is a plain http(s) address, else None."""
    text = str(url or "")
    if INVISIBLE.search(text) or re.search(r"[\s<>\"'`\\]", text) or len(text) > 2000:
        return None
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return text if plain else None


def cell(value: object) -> object:
    """Return `value` for a spreadsheet or CSV: text that a spreadsheet would run as a formula gets a leading `'`."""
    if not isinstance(value, str):
        return value
    text = clean(value)[:CELL_LIMIT]
    starts = text.lstrip(" \u00a0").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)
    return f"'{text}" if starts else text


def markdown(text: object) -> str:
    """Return text of one line with everything Markdown or HTML could read as markup escaped."""
    return MARKDOWN.sub(r"\\\1", on_one_line(text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


def file_name(name: str, key: str) -> str:
    """Return a safe, stable file name (no suffix): ASCII words of `name` and a short hash of `key`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-")
    mark = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words or 'x'}-{mark}"


def write_whole(path: Path, content: bytes) -> Path:
    """Write `content` to `path` at once: a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
    return path
