"""Erases a person from a crawl's file: records, requests, marks and notes that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers.frontier import open_file, statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def erase(path: str | Path, names: Sequence[str]) -> int:
    """Delete every row that holds one of `names`, rewrite the file, and return how many went."""
    db = open_file(path)
    try:
        before = db.total_changes
        for name in names:
            if len(name) > 2:
                for line in statement("erase").split(";"):
                    if line.strip():
                        db.execute(line, {"name": name})
        db.commit()
        erased = db.total_changes - before
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return erased
    finally:
        db.close()
