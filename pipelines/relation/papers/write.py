"""Writes a paper in the format that a file's ending asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import UserError
from pipelines.documents.safe import write_whole
from pipelines.relation.papers.model import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.relation.papers.model import Paper


def write_paper(paper: Paper, path: Path) -> Path:
    """Write `paper` to `path` in the format of its ending; an ending that is not known raises UserError."""
    return write_whole(path, render(paper, path.suffix.lower()))


def render(paper: Paper, suffix: str) -> bytes:
    """Return `paper` in the format of `suffix`: .md, .txt, .html, .docx, .pdf, .xlsx or .pptx."""
    from pipelines.relation.papers import pdf, plain, sheets, slides, web, word

    writers: dict[str, Callable[[Paper], bytes]] = {
        ".md": web.markdown_paper,
        ".txt": plain.plain_paper,
        ".html": web.html_paper,
        ".docx": word.word_paper,
        ".pdf": pdf.pdf_paper,
        ".xlsx": sheets.workbook_paper,
        ".pptx": slides.slides_paper,
    }
    if suffix not in writers:
        known = " ".join(writers)
        raise UserError(f"format « {suffix} » inconnu : {known}", f'unknown format "{suffix}": {known}')
    return writers[suffix](paper if suffix == ".xlsx" else said(paper))  # a spreadsheet sets its numbers itself
