"""Records made from someone's JSON, gathered and staged a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from data.warehouse.load import Staging

BATCH = 20_000


class Emitter:
    """Stages records; the same account described again in the same words is staged once."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.count = 0
        self._lines: list[str] = []
        self._accounts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()

    def add(self, record: dict[str, Any] | None) -> None:
        """Stage one record (a dict with its `type`); unknown fields are left out."""
        if not record:
            return
        known = {name: value for name, value in record.items() if value is not None and value != ""}
        line = orjson.dumps(known, default=str).decode()
        if known["type"] == "account":
            seen = hash(line)
            if self._accounts.get(known["account_id"]) == seen:
                return
            self._accounts[known["account_id"]] = seen
        self._lines.append(line)
        if len(self._lines) >= BATCH:
            self.flush()

    def reject(self, line: int, reason: str, row: Any = "") -> None:
        """Count an item that gave no record."""
        text = row if isinstance(row, str) else orjson.dumps(row, default=str).decode()
        self.staging.reject(line, "line", reason, text[:2000])

    def flush(self) -> None:
        """Stage what was gathered."""
        if self._lines:
            self.staging.add_json_lines(self._lines, first=self.count + 1)
            self.count += len(self._lines)
            self._lines = []
