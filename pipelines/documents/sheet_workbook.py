"""One sheet as an XLSX workbook: figures with n and query, posts as evidence, what speaks against, the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.documents.first_page import identity, key_figures
from pipelines.documents.outline import outline
from pipelines.documents.pdf import footer, strip_note
from pipelines.documents.pictures import AXES
from pipelines.documents.say import as_time, word
from pipelines.documents.spreadsheet import Book, Share

if TYPE_CHECKING:
    from pipelines.documents.read import Sheet

POST = ("post_id", "published_at", "relevance", "reactions", "text", "url")


def render_workbook(sheet: Sheet, lang: str, counter: list[dict[str, str]]) -> bytes:
    """Return the workbook of one sheet; `counter` holds the sentences of what speaks against."""
    book = Book()
    lines = [
        (part["title"], line["label"], _plain(line), line["n"], line["missing"], line["query"])
        for part in outline(sheet, lang)
        for line in part["lines"]
    ]  # fmt: skip
    head = [word("column", code, lang) for code in ("section", "measure", "value", "n", "missing", "query")]
    book.add(word("worksheet", "sheet", lang), head, lines)
    columns = ["segment", "tier", "rank", *(f"{axis}{part}" for axis in AXES for part in ("", "_low", "_high", "_n"))]
    book.add(word("worksheet", "scores", lang), columns, [[row[name] for name in columns] for row in sheet.scores])
    strip = [
        (cell["name"], cell["figure"], cell["place"], cell["n"], cell["query"]) for cell in key_figures(sheet, lang)
    ]
    names = [word("column", code, lang) for code in ("measure", "value", "percentile", "n", "query")]
    book.add(word("ui", "strip", lang), names, strip)
    book.add(word("worksheet", "method", lang), head[1:3], _signed(sheet, lang))
    posts = [*sheet.parts["what"]["signature_posts"]["rows"], *sheet.evidence["counter_posts"]]
    book.add(word("worksheet", "posts", lang), POST, [[_typed(name, row.get(name)) for name in POST] for row in posts])
    said = [(sentence["text"], sentence["query"]) for sentence in counter]
    book.add(word("worksheet", "counter", lang), head[2::3], said)
    book.add(word("worksheet", "sql", lang), [head[5], "SQL"], list(sheet.statements().items()))
    return book.close()


def _signed(sheet: Sheet, lang: str) -> list[tuple[str, str]]:
    """Return who made the sheet, of what, and how it is to be read."""
    told = [(word("ui", "sheet", lang), f"{sheet.name} · {sheet.run['brief']}"), ("", identity(sheet, lang))]
    told += [("", line) for line in footer(sheet, lang)["lines"]]
    return [*told, (word("ui", "strip", lang), strip_note(sheet, lang)), ("", word("ui", "pay_note", lang))]


def _plain(line: dict[str, object]) -> object:
    """Return the figure itself (numbers stay numbers, times become times), or rows as one sentence."""
    if line["raw"] is None:
        return line["value"]
    if isinstance(line["raw"], float) and str(line["value"]).endswith("%"):
        return Share(line["raw"])
    return as_time(line["raw"]) if isinstance(line["raw"], str) else line["raw"]


def _typed(name: str, value: object) -> object:
    return as_time(value) if name.endswith("_at") else value
