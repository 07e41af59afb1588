"""Text files as spreadsheets leave them: UTF-8, or the Windows encoding that French Excel writes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 200_000_000


def read_text(path: Path) -> str:
    """Return a file's text without a byte-order mark; one that is not there, too large or no text raises UserError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path} : 200 Mo au plus", f"{path}: at most 200 MB")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UserError(f"{path} : ce n'est pas un texte", f"{path}: this is no text")
