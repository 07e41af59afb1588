"""Writes the 5W sheets of several people into a folder, with a contents page that compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.documents.comparison import check_count, render_comparison
from pipelines.documents.jinja import environment, style
from pipelines.documents.read import UNSIGNED, Signed, read_sheets
from pipelines.documents.safe import file_name, one_line, write_whole
from pipelines.documents.sheet import check_form, render_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.brief.model import Brief
    from data.warehouse.store import Connection


def write(
    con: Connection,
    brief: str,
    run_id: str,
    person_ids: Sequence[str],
    formats: Sequence[str],
    out_dir: Path,
    lang: str,
    *,
    made_from: Brief | None = None,
    compare: bool = False,
    signed: Signed = UNSIGNED,
) -> list[Path]:
    """Write each person's sheet in each of `formats`, then `index.html`; return the files, the contents page last.

    With `compare`, `compare.html` lays them side by side. `made_from` computes the sheets that the run did not store;
    `signed` says who signs.
    An unknown format, or a person without a place in this run, raises UserError before anything is written.
    """
    for form in formats:
        check_form(form)
    if compare:
        check_count(len(set(person_ids)))
    sheets = list(read_sheets(con, brief, run_id, list(dict.fromkeys(person_ids)), made_from=made_from, signed=signed))
    paths: list[Path] = []
    entries: list[dict[str, Any]] = []
    for sheet in sheets:
        name = file_name(sheet.name, sheet.person_id)
        files = {form: f"{name}.{form}" for form in formats}
        paths += [write_whole(out_dir / file, render_sheet(sheet, lang, form)) for form, file in files.items()]
        entries.append({"sheet": sheet, "files": {"html": None} | files})
    if not sheets:
        return paths
    if compare:
        paths.append(write_whole(out_dir / "compare.html", render_comparison(con, sheets, lang)))
    return [*paths, write_whole(out_dir / "index.html", _contents(entries, brief, lang))]


def _contents(entries: list[dict[str, Any]], brief: str, lang: str) -> bytes:
    css, csp = style("style.css")
    page = environment(lang, html=True).get_template("index.html.j2")
    as_of = entries[0]["sheet"].run["as_of"]
    return page.render(entries=entries, brief=one_line(brief), css=css, csp=csp, as_of=as_of).encode("utf-8", "replace")
