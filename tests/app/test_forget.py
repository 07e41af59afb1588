"""An objection erases a person everywhere, and they do not come back."""

from __future__ import annotations

import json
import shutil

from app.cli import run
from data.warehouse.store import connect


def test_nothing_that_is_kept_names_the_person_and_an_import_does_not_bring_them_back(
    discovered, small_world, tmp_path, capsys
):
    root = tmp_path / "copy"
    shutil.copytree(discovered, root)
    where = ["--workspace", str(root), "--lang", "en"]
    capsys.readouterr()
    assert run(["rank", "cafe", "--top", "1", "--json", *where]) == 0
    top = json.loads(capsys.readouterr().out)[0]
    assert run(["forget", top["account_id"], "--why", "objection", *where]) == 0

    def left() -> list[str]:
        found = []
        for name in ("vigie.duckdb", ".vigie/work.duckdb"):
            connection = connect(root / name, read_only=True)
            tables = connection.execute(
                "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(
                    f"SELECT count(*) FROM {table} t WHERE contains(to_json(t)::VARCHAR, ?) OR contains(to_json(t)::VARCHAR, ?)",
                    [top["account_id"], top["handle"].lstrip("@")],
                ).fetchall()
                if rows[0][0]:
                    found.append(f"{name}: {table}")
            connection.close()
        return found

    assert left() == []
    for path in root.rglob("*"):
        if path.is_file() and path.suffix not in {".duckdb", ".sqlite"} and path.parent.name != "briefs":
            assert top["handle"].encode() not in path.read_bytes(), path
    files = [str(small_world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    assert run(["import", "parquet", *files, "--brief", "cafe", *where]) == 0
    assert run(["discover", "cafe", "--offline", *where]) == 0
    capsys.readouterr()
    assert run(["rank", "cafe", "--json", *where]) == 0
    assert top["account_id"] not in {row["account_id"] for row in json.loads(capsys.readouterr().out)}
