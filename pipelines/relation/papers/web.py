"""A paper as Markdown and as one self-contained page of HTML that runs nothing."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from pipelines.documents.safe import clean, link, markdown
from pipelines.relation.papers.model import shares, text_of

if TYPE_CHECKING:
    from pipelines.relation.papers.model import Paper, Section, Table

ADDRESS = 38
STYLE = """
body{font:16px/1.55 Georgia,serif;max-width:46rem;margin:2.5rem auto;padding:0 1.2rem;color:#1c2426;background:#fdfcf9}
h1,h2{font-family:system-ui,sans-serif;color:#0b5a6b;line-height:1.2}h2{margin-top:2rem;font-size:1.15rem}
img{max-width:30rem;width:100%;background:#fff}a{color:inherit}
table{border-collapse:collapse;width:100%;min-width:34rem;table-layout:fixed;font:14px/1.4 system-ui,sans-serif}
th,td{border-bottom:1px solid #cfd8d8;overflow-wrap:anywhere;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{color:#0b5a6b}
.sub,footer{color:#566;font-size:.9rem}p{white-space:pre-line}.wide{overflow-x:auto}
@media(prefers-color-scheme:dark){body{background:#14191b;color:#e6e8e6}h1,h2,th{color:#6cc4d4}th,td{border-color:#38464a}
.sub,footer{color:#a5b0b0}}@media print{body{background:#fff;color:#000;margin:0}}
"""


def markdown_paper(paper: Paper) -> bytes:
    """Return the paper as Markdown."""
    lines = [f"# {markdown(paper.title)}", ""]
    if paper.subtitle:
        lines += [f"*{markdown(paper.subtitle)}*", ""]
    for section in paper.sections:
        lines += [f"## {markdown(section.title)}", ""]
        for sentence in section.sentences:
            lines += ["  \n".join(markdown(line) for line in clean(sentence).split("\n")), ""]
        if section.items:
            lines += [*(f"- {markdown(item)}" for item in section.items), ""]
        if section.table:
            lines += [*_markdown_table(section.table), ""]
    if paper.foot:
        lines += ["---", "", markdown(paper.foot), ""]
    return "\n".join(lines).encode()


def html_paper(paper: Paper) -> bytes:
    """Return the paper as HTML."""
    body = "".join(_html_section(section) for section in paper.sections)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html><html lang="{escape(paper.lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{_html(paper.title)}</title><style>{STYLE}</style></head><body><h1>{_html(paper.title)}</h1>"
        f'<p class="sub">{_html(paper.subtitle)}</p>{body}<footer>{_html(paper.foot)}</footer></body></html>\n'
    ).encode()


def _html_section(section: Section) -> str:
    parts = [f"<section><h2>{_html(section.title)}</h2>"]
    parts += [f"<p>{_html(sentence)}</p>" for sentence in section.sentences]
    if section.items:
        parts.append(f"<ul>{''.join(f'<li>{_html(item)}</li>' for item in section.items)}</ul>")
    if section.picture:
        data = b64encode(section.picture.encode()).decode()
        parts.append(f'<img alt="{_html(section.title)}" src="data:image/svg+xml;base64,{data}">')
    if section.table:
        sizes = "".join(f'<col style="width:{100 * share:.1f}%">' for share in shares(section.table))
        head = "".join(f'<th scope="col">{_html(name)}</th>' for name in section.table.columns)
        rows = ("".join(f"<td>{_html_cell(text_of(cell))}</td>" for cell in row) for row in section.table.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        inside = f"<colgroup>{sizes}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        parts.append(f'<div class="wide"><table>{inside}</table></div>')
    return "".join(parts) + "</section>"


def _html_cell(text: str) -> str:
    """Return a cell's text; an address becomes a link that is short enough for its column."""
    address = link(text)
    if address is None:
        return _html(text)
    shown = address.split("://", 1)[1]
    shown = shown if len(shown) <= ADDRESS else f"{shown[: ADDRESS - 1]}…"
    return f'<a href="{_html(address)}" rel="noopener noreferrer">{_html(shown)}</a>'


def _html(text: str) -> str:
    return escape(clean(text), quote=True)


def _markdown_table(table: Table) -> list[str]:
    def row(cells: tuple[object, ...]) -> str:
        return "| " + " | ".join(markdown(text_of(cell)) for cell in cells) + " |"

    return [row(table.columns), "|" + " --- |" * len(table.columns), *(row(cells) for cells in table.rows)]
