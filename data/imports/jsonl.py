"""The project's own JSON lines become staged records."""

from __future__ import annotations

import gzip
from itertools import islice
from typing import IO, TYPE_CHECKING

from data.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging

BATCH = 100_000
LINE_LIMIT = 8_000_000  # bytes; a longer line is an accident or an attack


def stage_jsonl(staging: Staging, path: Path) -> None:
    """Stage the lines of `path` (plain or gzip), a batch at a time; raises UserError when it cannot be read."""
    try:
        with _opened(path) as handle:
            number = 1
            while batch := list(islice(handle, BATCH)):
                lines = []
                for offset, raw in enumerate(batch):
                    lines.append(_line(staging, number + offset, raw))
                staging.add_json_lines(lines, first=number)
                number += len(batch)
    except (OSError, EOFError) as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _line(staging: Staging, number: int, raw: bytes) -> str:
    """Return the line as text, or an empty one once it is counted as a reject."""
    if b'"decision"' in raw and staging.take_decision(raw):
        return ""
    if len(raw) > LINE_LIMIT:
        staging.reject(number, "line", "longer than 8 MB")
        return ""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        staging.reject(number, "line", "not UTF-8", raw[:2000].decode("utf-8", "replace"))
        return ""
