"""Writes the ecosystem of a run: the page, and the files other graph tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from data.warehouse.sql import query
from pipelines.documents.map.ecosystem import ecosystem_graph
from pipelines.documents.map.files import map_files
from pipelines.documents.map.layout import layout
from pipelines.documents.map.page import render_page
from pipelines.documents.safe import file_name, one_line, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.warehouse.store import Connection

FORMS = ("html", "gexf", "graphml", "csv", "json")


def write(
    con: Connection, brief: str, run_id: str, formats: Sequence[str], out_dir: Path, lang: str = "en"
) -> list[Path]:
    """Write a run's map into `out_dir` in each of `formats`; return the files; another format raises UserError."""
    if unknown := [form for form in formats if form not in FORMS]:
        raise UserError(f"format inconnu : {one_line(unknown[0])} (connus : {', '.join(FORMS)})",
                        f"unknown format: {one_line(unknown[0])} (known: {', '.join(FORMS)})")  # fmt: skip
    ecosystem = ecosystem_graph(con, brief, run_id)
    points = layout(len(ecosystem.people), ecosystem.source, ecosystem.target, ecosystem.weight, ecosystem.groups())
    name = file_name(brief, brief)
    runs = con.execute(query("run", "pipelines.documents.sql"), {"brief": brief, "run_id": run_id}).fetchall()
    as_of = runs[0][5] if runs else None
    files: dict[str, bytes] = {}
    for form in formats:
        if form == "html":
            files[".html"] = render_page(ecosystem, points, lang, as_of=as_of, file=name)
        else:
            files |= map_files(ecosystem, points, form)
    return [write_whole(out_dir / f"{name}{suffix}", content) for suffix, content in files.items()]
