"""Every number on a sheet is given again by the SQL printed on it, run as a reader would run it."""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from data.warehouse.store import connect
from pipelines.documents import say
from pipelines.documents.read import read_sheets
from pipelines.documents.safe import one_line
from pipelines.documents.sheet import render_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.warehouse.store import Connection
    from data.workspace import Workspace

PEOPLE = "person:mastodon:social.example:"
KEYS = ["p00", "p05", "h0", "h5", "h9", "thin", "silent"]
NUMBER = re.compile(r"\d(?:[\d\u202f.,]*\d)?")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def readonly(workspace: Workspace) -> Iterator[Connection]:
    """The published database as `vigie sql` opens it: nothing bound, nothing written."""
    con = connect(workspace.published, read_only=True)
    con.execute("SET TimeZone = 'UTC'")
    yield con
    con.close()


def content_of(con: Connection, key: str) -> dict[str, Any]:
    sheet = next(iter(read_sheets(con, "cafe", "run-1", [PEOPLE + key])))
    content: dict[str, Any] = orjson.loads(render_sheet(sheet, "en", "json"))
    return content


ASKED: dict[str, dict[str, Rows]] = {}


def answers(con: Connection, statements: dict[str, str]) -> dict[str, Rows]:
    """Run every printed statement as it stands; return query name → rows as plain JSON values."""
    if statements["readings"] not in ASKED:
        ASKED[statements["readings"]] = _asked(con, statements)
    return ASKED[statements["readings"]]


def _asked(con: Connection, statements: dict[str, str]) -> dict[str, Rows]:
    found = {}
    for name, sql in statements.items():
        assert "$" not in re.sub(r"'[^']*'", "", sql), f"{name} has an open parameter"
        cursor = con.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        found[name] = orjson.loads(orjson.dumps(rows, default=str, option=orjson.OPT_UTC_Z))
    return found


def numbers(value: Any) -> dict[str, float]:
    """Return the numeric fields of one row, by column."""
    return {k: v for k, v in value.items() if isinstance(v, int | float) and not isinstance(v, bool)}


def unproved(value: Any, rows: dict[str, Rows], path: str = "") -> list[str]:
    """Return the numbers of a sheet's JSON that no printed SQL gives again."""
    if isinstance(value, dict) and "query" in value:
        return _unproved_figure(value, rows[value["query"]], path)
    if isinstance(value, dict):
        return [bad for k, item in value.items() for bad in unproved(item, rows, f"{path}.{k}")]
    if isinstance(value, list):
        return [bad for at, item in enumerate(value) for bad in unproved(item, rows, f"{path}[{at}]")]
    bare = isinstance(value, int | float) and not isinstance(value, bool)
    return [f"{path} = {value} stands without a query"] if bare else []


def _unproved_figure(figure: dict[str, Any], rows: Rows, path: str) -> list[str]:
    bad = [
        f"{path}: {numbers(row)} is in no row of {figure['query']}"
        for row in figure.get("rows", [])
        if not any(numbers(row).items() <= other.items() for other in rows)
    ]
    if figure.get("value") is not None and figure["value"] not in [row[figure["column"]] for row in rows]:
        bad.append(f"{path} = {figure['value']} is not in {figure['query']}.{figure['column']}")
    given = {v for row in rows for v in numbers(row).values()} | {len(rows), 0}
    extra = {k: figure[k] for k in ("n", "high") if figure.get(k) is not None}
    return bad + [f"{path}.{k} = {v} is in no row of {figure['query']}" for k, v in extra.items() if v not in given]


@pytest.mark.parametrize("key", KEYS)
def test_every_number_of_a_sheet_is_given_again_by_its_own_query(readonly: Connection, key: str) -> None:
    content = content_of(readonly, key)
    rows = answers(readonly, content["evidence"]["sql"])
    figures = {part: content[part] for part in ("what", "when", "where", "who", "how", "why")}
    figures["counter"] = content["evidence"]["counter"]
    assert unproved(figures, rows) == []
    posts = content["evidence"]["counter_posts"]
    assert unproved({"rows": posts, "query": "counter_posts"}, rows) == []


def test_a_number_that_was_made_up_is_noticed(readonly: Connection) -> None:
    content = content_of(readonly, "p00")
    rows = answers(readonly, content["evidence"]["sql"])
    content["when"]["posts"]["value"] += 1
    content["what"]["topics"]["rows"][0]["posts"] += 1
    content["how"]["reply_share"]["n"] += 500
    content["why"]["objectives"].append(7)
    assert len(unproved({k: content[k] for k in ("what", "when", "how", "why")}, rows)) == 4


class Shown(HTMLParser):
    """The words of a page that carry figures: not its SQL, its quotes, its notes, its axes, its footer."""

    SKIPPED = frozenset({"style", "title", "blockquote", "q", "bdi", "code", "pre", "summary", "h1"})
    CLASSES = frozenset({"foot", "note", "eyebrow", "s m", "q"})
    VOID = frozenset({"meta", "link", "br", "input", "line", "rect", "path", "circle", "polyline"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            classes = dict(attrs).get("class") or ""
            skipped = (tag in self.SKIPPED and not self._inside("svg")) or classes in self.CLASSES
            self.open.append((tag, skipped))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(skipped for _, skipped in self.open):
            self.words.append(data)

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _ in self.open)


def spelled(value: Any, lang: str) -> Iterator[str]:
    """Yield every way in which a page may write a value that the database gave."""
    if isinstance(value, list):
        for item in value:
            yield from spelled(item, lang)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (say.number(value, lang, digits) for digits in (0, 1, 2))
        yield from (say.percent(value, lang), say.signed(value, lang), str(value))
    elif isinstance(value, str):
        yield value
        if (when := say.as_time(value)) is not None:
            assert isinstance(when, date | datetime)
            yield say.day(value, lang)


def without_outside_words(text: str, rows: dict[str, Rows]) -> str:
    """Return the page's words without names, handles and texts from outside, whole or cut."""
    outside = {row[k] for found in rows.values() for row in found for k in row if isinstance(row[k], str)}
    outside -= {one for one in outside if say.as_time(one) or re.fullmatch(r"[\d-]+", one)}
    cuts = {one_line(one, limit) for one in outside for limit in (22, 24, 40, 60, 70, 80, 90, 160)}
    for one in sorted(cuts, key=len, reverse=True):
        text = text.replace(one, " ") if len(one) > 2 else text
    return text


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_every_number_that_a_page_shows_is_one_that_its_sql_gives(readonly: Connection, key: str, lang: str) -> None:
    sheet = next(iter(read_sheets(readonly, "cafe", "run-1", [PEOPLE + key])))
    page = render_sheet(sheet, lang, "html").decode()
    rows = answers(readonly, sheet.statements())
    shown = without_outside_words(" ".join(Shown(page).words), rows)
    known = {token for found in rows.values() for row in found for value in row.values()
             for text in spelled(value, lang) for token in NUMBER.findall(text)}  # fmt: skip
    tokens = [token for token in NUMBER.findall(shown) if token not in known]
    assert tokens == []
    if key not in ("thin", "silent"):
        assert len(NUMBER.findall(shown)) > 60


@pytest.mark.parametrize("key", ["p00", "thin"])
def test_every_query_name_beside_a_figure_leads_to_its_sql_on_the_page(readonly: Connection, key: str) -> None:
    sheet = next(iter(read_sheets(readonly, "cafe", "run-1", [PEOPLE + key])))
    page = render_sheet(sheet, "en", "html").decode()
    leads = set(re.findall(r'href="#(q-[a-z_]+)"', page))
    assert leads
    assert leads <= set(re.findall(r'<details id="(q-[a-z_]+)"', page))


def test_what_was_read_in_texts_is_counted_again_in_the_texts_it_names(readonly: Connection) -> None:
    content = content_of(readonly, "p00")
    rows = answers(readonly, content["evidence"]["sql"])
    texts = {row["post_id"]: row["text"].lower() for row in rows["post_columns"]}
    topics = content["what"]["topics"]["rows"]
    assert topics
    for topic in topics:
        counted = next(row for row in rows["readings"] if row["field"] == "topics" and row["item"] == topic["phrase"])
        assert counted["posts"] == topic["posts"]
        assert counted["post_ids"] == topic["post_ids"]
        assert all(topic["phrase"].split()[0] in texts[post] for post in topic["post_ids"])


def test_sensitive_matters_are_neither_named_nor_counted(readonly: Connection) -> None:
    content = content_of(readonly, "p00")
    assert content["what"]["topics"]["withheld"] in (True, False)
    assert content["what"]["hashtags"]["withheld"] in (True, False)
