"""Writes the 5W sheets of several people into a folder, with a contents page that compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.documents.jinja import environment, style
from pipelines.documents.read import read_sheets
from pipelines.documents.safe import file_name, one_line, write_whole
from pipelines.documents.sheet import check_form, render_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.warehouse.store import Connection


def write(
    con: Connection,
    brief: str,
    run_id: str,
    person_ids: Sequence[str],
    formats: Sequence[str],
    out_dir: Path,
    lang: str,
) -> list[Path]:
    """Write each person's sheet in each of `formats`, then `index.html`; return the files, the contents page last.

    An unknown format, or a person without a sheet in this run, raises UserError before anything is written.
    """
    for form in formats:
        check_form(form)
    sheets = list(read_sheets(con, brief, run_id, list(dict.fromkeys(person_ids))))
    paths: list[Path] = []
    entries: list[dict[str, Any]] = []
    for sheet in sheets:
        name = file_name(sheet.name, sheet.person_id)
        files = {form: f"{name}.{form}" for form in formats}
        paths += [write_whole(out_dir / file, render_sheet(sheet, lang, form)) for form, file in files.items()]
        entries.append({"sheet": sheet, "files": {"html": None} | files})
    if not sheets:
        return paths
    return [*paths, write_whole(out_dir / "index.html", _contents(entries, brief, lang))]


def _contents(entries: list[dict[str, Any]], brief: str, lang: str) -> bytes:
    css, csp = style("style.css")
    page = environment(lang, html=True).get_template("index.html.j2")
    as_of = entries[0]["sheet"].run["as_of"]
    return page.render(entries=entries, brief=one_line(brief), css=css, csp=csp, as_of=as_of).encode("utf-8", "replace")
