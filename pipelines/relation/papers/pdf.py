"""A paper as PDF, set by typst; its texts travel as JSON and are never read as markup."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.documents.safe import clean
from pipelines.relation.papers.model import shares, text_of

if TYPE_CHECKING:
    from pipelines.relation.papers.model import Paper, Section


def pdf_paper(paper: Paper) -> bytes:
    """Return the paper as an A4 PDF."""
    compiler, source = _compiler()
    data = {
        "lang": paper.lang,
        "title": clean(paper.title),
        "subtitle": clean(paper.subtitle),
        "foot": clean(paper.foot),
        "sections": [_section(section) for section in paper.sections],
    }
    pdf: bytes = compiler.compile(input=source, format="pdf", sys_inputs={"data": orjson.dumps(data).decode()})
    return pdf


def picture_png(svg: str) -> bytes:
    """Return one of our own SVG pictures as PNG."""
    compiler, _ = _compiler()
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 400pt)'
    )
    png: bytes = compiler.compile(input=source, format="png", ppi=200.0, sys_inputs={"svg": svg})
    return png


def _section(section: Section) -> dict[str, Any]:
    table = section.table
    return {
        "picture": section.picture,
        "shares": shares(table) if table else [],
        "title": clean(section.title),
        "sentences": [clean(one) for one in section.sentences],
        "items": [clean(one) for one in section.items],
        "columns": list(table.columns) if table else [],
        "cells": [text_of(cell) for row in table.rows for cell in row] if table else [],
    }


@cache
def _compiler() -> tuple[Any, bytes]:
    import typst

    source = resources.files("pipelines.relation.papers").joinpath("paper.typ").read_bytes()
    return typst.Compiler(), source
