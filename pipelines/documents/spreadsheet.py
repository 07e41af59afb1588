"""Writes worksheets that are pleasant to filter and in which nothing from outside can run."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from pipelines.documents.safe import CELL_LIMIT, cell, clean, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ROWS = 1_048_575
WIDEST = 60  # characters of a column
LINE_POINTS = 13.5
WRAPPED = 600  # a longer text stays on one line: its row would fill the screen
NO_GUESSING = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HANDLE = re.compile(r"@\w[\w.\-@]*$")


class Share(float):
    """A share of one, shown in percent."""


class Book:
    """A workbook under way; `add` appends a worksheet, `close` gives the finished file."""

    def __init__(self) -> None:
        import xlsxwriter

        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, {"in_memory": True, **NO_GUESSING})
        self._book.set_properties({"title": "vigie", "author": "vigie"})
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self._head = self._book.add_format({**base, "bold": True, "bg_color": "#0B5A6B", "font_color": "#FFFFFF"})
        self._text = self._book.add_format(base)
        self._long = self._book.add_format({**base, "text_wrap": True})
        self._quoted = self._book.add_format({**base, "quote_prefix": True})
        # No "0.##": a whole number would be shown with a bare decimal point.
        self._whole = self._book.add_format({**base, "num_format": "#,##0"})
        self._number = self._book.add_format({**base, "num_format": "#,##0.00"})
        self._share = self._book.add_format({**base, "num_format": "0%"})
        self._time = self._book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm"})

    def add(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Append a worksheet with a frozen, filterable header; rows beyond what a worksheet holds are left out."""
        sheet = self._book.add_worksheet(cut(re.sub(r"[\[\]:*?/\\']", " ", clean(title)), 31))
        widths = [len(name) for name in columns]
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, self._head)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MAX_ROWS:
                break
            for at, value in enumerate(row):
                widths[at] = max(widths[at], self._write(sheet, count, at, value))
            if (lines := max((_lines(value) for value in row), default=1)) > 1:
                sheet.set_row(count, LINE_POINTS * lines)  # not every program makes room by itself
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), max(len(columns) - 1, 0))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(max(width + 2, 8), WIDEST))
        # On paper: A4 lying, as many pages as it takes downwards, the header on each.
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _write(self, sheet: Any, row: int, column: int, value: object) -> int:
        """Write one value by its type and return how wide it is; unknown leaves the cell empty."""
        if value is None or (isinstance(value, float) and not isfinite(value)):
            return 0
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self._text)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self._numeric(value))
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), self._time)
            return 16
        else:
            return self._write_text(sheet, row, column, value)
        return len(str(value)[:12])

    def _numeric(self, value: float) -> Any:
        if isinstance(value, Share):
            return self._share
        return self._whole if float(value).is_integer() else self._number

    def _write_text(self, sheet: Any, row: int, column: int, value: object) -> int:
        """Write text that stays text, a handle included, whatever it starts with."""
        joined = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        text = cut(clean(joined), CELL_LIMIT)
        if HANDLE.fullmatch(text):
            sheet.write_string(row, column, text, self._quoted)
        else:
            long = WIDEST < len(text) < WRAPPED
            sheet.write_string(row, column, str(cell(text)), self._long if long else self._text)
        return min(len(text), WIDEST)

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self._book.close()
        return self._file.getvalue()


def _lines(value: object) -> int:
    """Return how many lines a value takes in the widest column; what is not wrapped takes one."""
    if not isinstance(value, str) or not WIDEST < len(value) < WRAPPED:
        return 1
    return -(-len(value) // (WIDEST + 6))
