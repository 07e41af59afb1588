"""Several people side by side on one page: scores with intervals, every field of the sheets, shared audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.errors import UserError
from data.warehouse.sql import query
from pipelines.documents.jinja import environment, style
from pipelines.documents.outline import outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.warehouse.store import Connection
    from pipelines.documents.read import Sheet

LEAST, MOST = 2, 8


def check_count(people: int) -> None:
    """Raise UserError when so many people make no readable comparison."""
    if not LEAST <= people <= MOST:
        raise UserError(f"une comparaison montre de {LEAST} à {MOST} personnes ; ici {people}",
                        f"a comparison shows {LEAST} to {MOST} people; here {people}")  # fmt: skip


def render_comparison(con: Connection, sheets: Sequence[Sheet], lang: str) -> bytes:
    """Return the page that lays `sheets` (2 to 8, of one run) side by side; another count raises UserError."""
    check_count(len(sheets))
    css, csp = style("style.css")
    page = environment(lang, html=True).get_template("compare.html.j2")
    return page.render(
        sheets=sheets, css=css, csp=csp, sections=_sections(sheets, lang), overlap=shared_audience(con, sheets),
        statement=query("shared_audience", "pipelines.documents.sql").strip(),
    ).encode("utf-8", "replace")  # fmt: skip


def shared_audience(con: Connection, sheets: Sequence[Sheet]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return (person, person) → accounts seen reacting to both, to either, and the share of the smaller audience."""
    params = {**_window(sheets[0]), "person_ids": [sheet.person_id for sheet in sheets]}
    cursor = con.execute(query("shared_audience", "pipelines.documents.sql"), params)
    return {
        (one, other): {"both": both, "least": least, "share": both / least if least else None}
        for one, other, both, least in cursor.fetchall()
    }


def _window(sheet: Sheet) -> dict[str, Any]:
    return {"run_id": sheet.run["run_id"]}


def _sections(sheets: Sequence[Sheet], lang: str) -> list[dict[str, Any]]:
    """Return sections with, by field, one line per person; a field that nobody has is left to the sheets."""
    outlines = [outline(sheet, lang) for sheet in sheets]
    found = []
    for parts in zip(*outlines, strict=True):
        by_label = [{line["label"]: line for line in part["lines"]} for part in parts]
        labels = list(dict.fromkeys(label for lines in by_label for label in lines))
        rows = [(label, [lines.get(label) for lines in by_label]) for label in labels]
        kept = [(label, lines) for label, lines in rows if any(line and not line["missing"] for line in lines)]
        found.append({"title": parts[0]["title"], "rows": kept})
    return found
