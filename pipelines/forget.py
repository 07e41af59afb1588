"""Objection: a person is erased everywhere, and a keyed hash keeps them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.people import open_people, suppress
from data.relations.store import erase as erase_records
from data.warehouse.derive import derive_ties
from data.warehouse.publish import publish
from data.warehouse.sql import query
from data.warehouse.store import connect, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.store import Connection
    from data.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and the exports that held the person: ours are removed, others are listed."""

    accounts: int
    posts: int
    files: list[Path]

    def as_json(self) -> dict[str, Any]:
        """Return counts and files as JSON-able values; nothing that names the person."""
        return {"accounts": self.accounts, "posts": self.posts, "files": [str(path) for path in self.files]}


def forget(workspace: Workspace, account_id: str, *, why: str) -> Forgotten:
    """Erase the person behind `account_id` from store, crawl files, rejects and past runs; publish without them."""
    with open_store(workspace.store) as connection:
        rows = connection.execute(query("forget_accounts", "pipelines.sql"), {"account_id": account_id}).fetchall()
        ids = [row[0] for row in rows]
        names = sorted({str(name) for row in rows for name in row if name})
        with open_people(workspace.people) as people:
            suppress(people, names, why=why)
            for table in ("decisions", "overrides"):
                people.executemany(f"DELETE FROM {table} WHERE account_id = ?", [(name,) for name in ids])
        erase_records(workspace.people, ids, _pattern(names))
        posts = erase_accounts(connection, ids, names)
        derive_ties(connection)
    rewrite(workspace.store)
    _erase_crawls(workspace, names)
    files = _exports_with(workspace, names)
    if workspace.published.exists():
        publish(workspace)
    return Forgotten(len(ids), posts, files)


def erase_accounts(connection: Connection, ids: list[str], names: list[str]) -> int:
    """Erase accounts and all that hangs on them, mask `names` in what others wrote; returns how many posts went."""
    import pyarrow as pa

    connection.register("forgotten", pa.table({"account_id": pa.array(ids, pa.string())}))
    pattern = _pattern(names)
    connection.begin()
    count = int(connection.execute(query("forget_count", "pipelines.sql")).fetchall()[0][0])
    for statement in connection.extract_statements(query("forget_erase", "pipelines.sql")):
        values = {"pattern": pattern} if "$pattern" in statement.query else {}
        connection.execute(statement, values)
    connection.commit()
    connection.unregister("forgotten")
    return count


def _pattern(names: list[str]) -> str:
    """Return a pattern of every name, longest first; a short one must stand as a word of its own."""
    known = sorted(
        {name.lstrip("@") for name in names if len(name.lstrip("@")) > 2}, key=lambda name: (-len(name), name)
    )
    parts = [re.escape(name) if len(name) > 5 else rf"\b{re.escape(name)}\b" for name in known]
    return f"(?i)@?({'|'.join(parts)})" if parts else "$^"


def rewrite(store: Path) -> None:
    """Write the store anew, so that no freed block keeps the person's words."""
    fresh = store.with_name("work.rewritten.duckdb")
    fresh.unlink(missing_ok=True)
    connection = connect()
    connection.execute(f"ATTACH '{_quoted(store)}' AS old (READ_ONLY)")
    connection.execute(f"ATTACH '{_quoted(fresh)}' AS new")
    connection.execute("COPY FROM DATABASE old TO new")
    connection.execute("DETACH new")
    connection.execute("DETACH old")
    connection.close()
    fresh.replace(store)
    for backup in store.parent.glob("work.before-*.duckdb"):
        backup.unlink()


def _erase_crawls(workspace: Workspace, names: list[str]) -> None:
    from crawlers.erase import erase

    for path in sorted(workspace.crawls.glob("*.sqlite")):
        erase(path, names)
    for path in workspace.rejects.glob("*.csv"):
        path.unlink()


def _exports_with(workspace: Workspace, names: list[str]) -> list[Path]:
    """Remove our sheets and maps that name the person; list them, so that copies can be chased, and briefs to edit."""
    found = [path for path in (workspace.root / "briefs").glob("*.toml") if _names_someone(path, names)]
    for folder in (workspace.sheets, workspace.maps, workspace.root / "export", workspace.root / "relation"):
        for path in folder.rglob("*") if folder.exists() else ():
            if path.is_file() and _names_someone(path, names):
                path.unlink()
                found.append(path)
    return sorted(found)


def _names_someone(path: Path, names: list[str]) -> bool:
    if path.suffix in {".pdf", ".xlsx", ".docx", ".pptx", ".parquet"}:  # their words cannot be searched as bytes
        return True
    content = path.read_bytes().lower()
    return any(name.lower().encode() in content for name in names if len(name) > 2)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
