"""Runs every task in a process of its own, prints one table, writes bench/results.json."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TASKS = ("loading", "topical", "reading", "graph", "mapping", "relation", "discovery", "focus", "throughput")
ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("task", "work", "ours", "unit", "reference", "ratio", "memory_mb", "reference_name")


def main() -> int:
    """Run the tasks named on the command line, or all; returns the exit status."""
    rows, failed = [], []
    for task in sys.argv[1:] or TASKS:
        sys.stderr.write(f"· {task}\n")
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{task}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        rows += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode:
            failed.append(task)
    _print(rows)
    (ROOT / "bench" / "results.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    for task in failed:
        sys.stderr.write(f"bench: {task} failed\n")
    return 1 if failed else 0


def _print(rows: list[dict[str, object]]) -> None:
    table = [COLUMNS, *(tuple(_cell(row.get(column)) for column in COLUMNS) for row in rows)]
    widths = [max(len(line[index]) for line in table) for index in range(len(COLUMNS))]
    for line in table:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return (
        f"{value:,.2f}"
        if isinstance(value, float) and abs(value) < 100
        else f"{value:,.0f}"
        if isinstance(value, float)
        else str(value)
    )


if __name__ == "__main__":
    raise SystemExit(main())
