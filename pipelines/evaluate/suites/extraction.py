"""How well a page is read: its words, its authors, its date, beside trafilatura alone on the same pages."""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from crawlers.pages import read_page
from crawlers.web.dates import when
from crawlers.web.names import people_in, same_name
from data.errors import UserError
from pipelines.evaluate.folder import read_table
from pipelines.evaluate.result import Figure, SuiteResult, mean_with_interval

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST = 20_000_000
WORD = re.compile(r"\w+")
NO_TRUTH = "no_truth"
FIGURES = ("token_f1", "author_accuracy", "date_accuracy")
HTML = {"content-type": "text/html"}


def evaluate(path: Path) -> SuiteResult:
    """Judge `path/pages/*.html[.gz]` against `path/truth.csv` (page, text, author, published; url if known).

    An empty cell of truth is unknown, never "none". Authors are right when they are the same people, in whatever
    order, case and accents; dates when they are the same day,
    by the page's own clock. UserError on a bad folder.
    """
    rows = read_table(path / "truth.csv", ("page", "text", "author", "published"))
    pages = [_body(path / "pages", row["page"]) for row in rows]
    read_page(
        b"<html><body><p>warm</p></body></html>", "https://page.invalid/", HTML
    )  # libraries load once in a process
    started = time.perf_counter()
    told = [_read(body, row) for body, row in zip(pages, rows, strict=True)]
    seconds = time.perf_counter() - started
    scores = [_scores(row, *one) for row, one in zip(rows, told, strict=True)]
    plain = [_scores(row, *_trafilatura(body, row)) for body, row in zip(pages, rows, strict=True)]
    return SuiteResult(
        suite="extraction",
        n=sum(value is not None for one in scores for value in one),
        seconds=seconds,
        figures={name: _figure([one[i] for one in scores]) for i, name in enumerate(FIGURES)},
        baseline={"name": "trafilatura alone"}
        | {name: _figure([one[i] for one in plain]).value for i, name in enumerate(FIGURES)},
    )


def _body(folder: Path, page: str) -> bytes:
    names = [page, f"{page}.gz", f"{page}.html", f"{page}.html.gz"]
    place = next((folder / name for name in names if (folder / name).is_file()), None)
    if place is None or place.resolve().parent != folder.resolve():
        raise UserError(f"{folder / page} : cette page manque", f"{folder / page}: this page is missing")
    try:
        with gzip.open(place) if place.name.endswith(".gz") else place.open("rb") as file:
            return file.read(LONGEST)
    except (OSError, EOFError) as error:
        raise UserError(f"{place} : illisible ({error})", f"{place}: cannot be read ({error})") from error


def _read(body: bytes, row: dict[str, str]) -> tuple[str | None, list[str], str | None]:
    page = read_page(body, row.get("url") or "https://page.invalid/", HTML, heed=False)
    return page.text, [byline.name for byline in page.bylines if byline.name], page.day


def _trafilatura(body: bytes, row: dict[str, str]) -> tuple[str | None, list[str], str | None]:
    """Return what trafilatura tells by itself, its authors as it separates them."""
    import trafilatura

    found = trafilatura.bare_extraction(
        body, url=row.get("url") or None, include_comments=False, include_tables=True, with_metadata=True
    )
    if found is None:
        return None, [], None
    author, date, text = (getattr(found, name, None) for name in ("author", "date", "text"))
    return text, [name.strip() for name in (author or "").split(";") if name.strip()], date


def _scores(
    row: dict[str, str], text: str | None, authors: list[str], published: str | None
) -> tuple[float | None, float | None, float | None]:
    names, day = row["author"].strip(), _day(row["published"])
    return (
        token_f1(row["text"], text or "") if row["text"].strip() else None,
        float(same_people(names, authors)) if names else None,
        float(day == _day(published or "")) if day else None,
    )


def token_f1(truth: str, told: str) -> float:
    """Return the F1 of the words told, each counted as often as it stands."""
    wanted, found = (Counter(WORD.findall(text.casefold())) for text in (truth, told))
    shared = (wanted & found).total()
    return 2 * shared / (wanted.total() + found.total()) if shared else 0.0


def same_people(truth: str, told: list[str]) -> bool:
    """Whether the names told are those of the truth (`;`, commas or "and" between them), neither more nor fewer."""
    wanted = (
        [name.strip() for name in truth.split(";") if name.strip()] if ";" in truth else people_in(truth) or [truth]
    )
    return len(wanted) == len(told) and all(any(same_name(name, one) for one in told) for name in wanted)


def _day(told: str) -> str | None:
    found = when(told.strip())
    return found.date().isoformat() if found else None


def _figure(values: list[float | None], interval: Callable[..., Figure] = mean_with_interval) -> Figure:
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    return interval(known) if len(known) else Figure(None, missing=NO_TRUTH)
