"""Reads the published database while discoveries go on replacing it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import duckdb

from data.errors import VigieError
from data.warehouse.store import Connection, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 20.0
MEMORY = "1GB"
PATIENCE = 2.0


class NothingPublishedError(VigieError):
    """No discovery was published in this workspace yet."""


class Published:
    """The database at `path`; a reading sees one whole publication, the newest that could be opened as it began."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Condition()
        self._connection: Connection | None = None
        self._seen: tuple[int, ...] | None = None
        self._readers = 0

    @contextmanager
    def reading(self, seconds: float = SECONDS) -> Iterator[Connection]:
        """Give a read-only cursor whose queries are interrupted after `seconds` in all."""
        cursor = self._enter()
        timer = threading.Timer(seconds, _interrupt, [cursor])
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        finally:
            timer.cancel()
            cursor.close()
            self._leave()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._let_go()

    @property
    def stamp(self) -> tuple[int, ...]:
        """What tells one publication from another; raises NothingPublishedError when there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise NothingPublishedError(
                "rien n'est encore publié ici : lancez « vigie discover BRIEF » d'abord",
                'nothing is published here yet: run "vigie discover BRIEF" first',
            ) from None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def _enter(self) -> Connection:
        # DuckDB keeps one instance per path and process: a new file shows once all cursors of the old one are closed.
        # Who would wait too long for a slow reader reads the old file too.
        patience = time.monotonic() + PATIENCE
        with self._turn:
            while (stamp := self.stamp) != self._seen:
                if self._readers and time.monotonic() < patience:
                    self._turn.wait(timeout=0.5)
                    continue
                if self._readers:
                    break
                self._let_go()
                self._connection = _opened(self._path)
                self._seen = stamp
            assert self._connection is not None
            cursor = self._connection.cursor()
            self._readers += 1
            return cursor

    def _leave(self) -> None:
        with self._turn:
            self._readers -= 1
            self._turn.notify_all()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._seen = None, None


def _interrupt(cursor: Connection) -> None:
    # A cursor that was closed in this very moment has nothing left to interrupt.
    with suppress(duckdb.Error):
        cursor.interrupt()


def _opened(path: Path) -> Connection:
    connection = connect(path, read_only=True)
    for setting in (
        "SET GLOBAL TimeZone = 'UTC'",
        f"SET GLOBAL memory_limit = '{MEMORY}'",
        "SET GLOBAL enable_external_access = false",
    ):
        connection.execute(setting)
    return connection
