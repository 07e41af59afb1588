"""Names and texts written by enemies: nothing runs, nothing leaves its folder, in any format and on the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zlib
from pathlib import Path

import networkx as nx
import openpyxl
import pyarrow.parquet as pq
import pytest
from selectolax.lexbor import LexborHTMLParser

from app.cli import run
from data.warehouse.store import connect

NAMES = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    '=HYPERLINK("http://x.example","click")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE core.posts; --",
    "../../etc/passwd",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\u202eevil\u2066name\u2069",
    "مقهى ☕️ \U0001f469\U0001f3fd\u200d\U0001f373 القهوة",
    "very long " + "x" * 390,
    '#read("/etc/passwd") #link("javascript:alert(1)")[x]',
    "[click](javascript:alert(1))",
    "| a | b |\n# title\n\n```",
    "{{ 7 * 7 }}{% raw %}",
    "two\n\n<script>alert(1)</script>\nlines",
    "CON",
    ".",
    "Léa",
)
URLS = (
    "javascript:alert(1)",
    'https://x.example/"><script>alert(1)</script>',
    "file:///etc/passwd",
    "https://ok.example/",
)
BRIEF = """
[brief]
name = "hostile"
why = "<script>alert(1)</script>"
as_of = 2026-06-10T00:00:00Z
[brand]
name = "=1+1"
[[segments]]
name = "../../<b>filtre</b>"
query = '"café filtre" OR V60'
[[segments]]
name = "=espresso"
query = "espresso"
[[rules]]
label = "=label"
when = "relevance >= 0"
"""
POSTS = 10
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which people with hostile names were imported from CSV and discovered."""
    folder = tmp_path_factory.mktemp("hostile")
    root, accounts, posts = folder / "workspace", folder / "accounts.csv", folder / "posts.csv"
    assert run(["init", str(root)]) == 0
    (root / "briefs" / "hostile.toml").write_text(BRIEF, "utf-8")
    with accounts.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            [
                "source",
                "native_id",
                "handle",
                "display_name",
                "summary",
                "location",
                "url",
                "followers",
                "posts",
                "observed_at",
            ]
        )
        for i, name in enumerate(NAMES):
            handle_name = name if i % 2 else f"person{i}"
            writer.writerow(
                [
                    "forum",
                    name if i % 3 in {0, 2} else i,
                    handle_name,
                    name,
                    name,
                    name,
                    URLS[i % len(URLS)],
                    50 * i + 10,
                    9,
                    "2026-06-01",
                ]
            )
    with posts.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            [
                "source",
                "native_id",
                "account",
                "published_at",
                "text",
                "title",
                "url",
                "in_reply_to",
                "hashtags",
                "links",
                "likes",
            ]
        )
        for i, name in enumerate(NAMES):
            for n in range(POSTS):
                text = (
                    f"Un café filtre au V60, puis un espresso. {name}" if n % 2 else f"La pluie tombe au jardin. {name}"
                )
                reply = f"{(i * 7 + n) % len(NAMES)}-{0}" if n else ""
                writer.writerow(
                    ["forum", f"{i}-{n}", name if i % 3 in {0, 2} else i, f"2026-05-{10 + n}", text, name, URLS[n % len(URLS)], reply,
                     name.replace(" ", ""), URLS[(n + 1) % len(URLS)], i + n]
                )  # fmt: skip
    where = ["--workspace", str(root), "--lang", "en"]
    assert run(["import", "csv", str(accounts), str(posts), "--brief", "hostile", *where]) == 0
    assert run(["discover", "hostile", *where]) == 0
    return root


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> str:
    capsys.readouterr()
    assert run([*arguments, "--workspace", str(workspace), "--lang", "en"]) == 0
    return capsys.readouterr().out


def check_terminal(text: str) -> None:
    bad = {char for char in text if char not in "\n\t" and (char in BIDI or unicodedata.category(char) == "Cc")}
    assert not bad, sorted(map(repr, bad))


def check_html(path: Path) -> None:
    text = path.read_text("utf-8")
    page = LexborHTMLParser(text)
    assert page.body is not None
    for node in page.root.traverse(include_text=False):
        for name, value in node.attributes.items():
            assert "alert" not in (value or "") or not name.lower().startswith("on"), (path, node.html[:200])
            if name in {"href", "src", "action", "formaction", "data", "xlink:href"}:
                assert re.match(
                    r"(https?:|mailto:|#|data:(image|font|application/octet)|[^:]*$)",
                    (value or "").strip(),
                    re.IGNORECASE,
                ), (path, value)
        if node.tag == "script":
            assert (node.text() or "").strip() != "alert(1)", path
        if node.tag in {"img", "iframe", "object", "embed"}:
            assert node.attributes.get("src") != "x", path


def check_markdown(path: Path) -> None:
    text = path.read_text("utf-8")
    text = re.sub(r"(?m)^ {4}.*$", "", text)  # code is shown as it is
    assert not re.search(r"(?<!\\)<(script|img)\b", text, re.IGNORECASE), path
    assert not re.search(r"(?<!\\)\]\(\s*javascript:", text, re.IGNORECASE), path
    check_terminal(text)


def check_workbook(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (path, cell.value)
                if cell.hyperlink is not None and cell.hyperlink.target:
                    assert re.match(r"(https?://|#)", cell.hyperlink.target), cell.hyperlink.target


def check_csv(path: Path) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1, path
    for row in rows:
        for cell in row:
            assert not re.match(r"[=+]|@SUM|\t|\r", cell), (path, cell)


def check_pdf(path: Path) -> None:
    raw = path.read_bytes()
    assert raw.startswith(b"%PDF")
    inside = raw
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        try:
            inside += zlib.decompress(stream)
        except zlib.error:
            continue
    for forbidden in (b"/JavaScript", b"/JS ", b"/JS(", b"root:x:0", b"/Launch"):
        assert forbidden not in inside, (path, forbidden)
    targets = re.findall(rb"/URI\s*\(([^)]*)\)", inside)
    assert all(target.startswith((b"https://", b"http://", b"mailto:")) for target in targets), targets


CHECKS = {".html": check_html, ".md": check_markdown, ".xlsx": check_workbook, ".pdf": check_pdf}


def check_folder(folder: Path, *, spreadsheets: bool = True) -> set[str]:
    """Check every file below a folder, its name included; returns the suffixes that were met."""
    met = set()
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert len(path.name.encode()) <= 255
        assert not {
            char for char in path.name if char in BIDI or unicodedata.category(char) == "Cc" or char in '<>:"|?*\\'
        }
        assert path.stem.strip(".").upper() not in {"CON", ""}
        met.add(path.suffix)
        if path.suffix in CHECKS:
            CHECKS[path.suffix](path)
        elif path.suffix == ".csv" and spreadsheets:
            check_csv(path)
        elif path.suffix == ".json":
            json.loads(path.read_text("utf-8"))
        elif path.suffix in {".gexf", ".graphml"}:
            graph = (nx.read_gexf if path.suffix == ".gexf" else nx.read_graphml)(path)
            assert len(graph) > 1
    return met


def outside(workspace: Path, out: Path) -> set[str]:
    """Every file near the workspace that is not in `out`."""
    return {str(path) for path in workspace.parent.rglob("*") if path.is_file() and out not in path.parents}


def test_every_row_arrived_and_no_table_is_gone(workspace):
    connection = connect(workspace / "vigie.duckdb", read_only=True)
    try:
        assert connection.execute("SELECT count(*) FROM core.posts").fetchall() == [(POSTS * len(NAMES),)]
        assert connection.execute("SELECT count(*) FROM core.accounts").fetchall() == [(len(NAMES),)]
        ranked = connection.execute("SELECT count(DISTINCT person_id) FROM detection.candidates_latest").fetchall()
        assert ranked == [(len(NAMES),)]
    finally:
        connection.close()


def test_the_terminal_shows_one_harmless_line_each(workspace, capsys):
    check_terminal(told(capsys, workspace, "rank", "hostile", "--top", "100"))
    listed = json.loads(told(capsys, workspace, "rank", "hostile", "--format", "json"))
    for account in sorted({row["account_id"] for row in listed}):
        check_terminal(told(capsys, workspace, "explain", "hostile", account))
    check_terminal(told(capsys, workspace, "sql", "SELECT display_name, summary FROM core.accounts"))
    check_terminal(told(capsys, workspace, "sql", 'SELECT text AS "\x1b[31m" FROM core.posts LIMIT 3'))
    check_terminal(told(capsys, workspace, "check", "hostile"))


def test_errors_show_hostile_words_harmlessly(workspace, capsys):
    for arguments in (
        ["explain", "hostile", "\x1b[31m<script>\u202e"],
        ["rank", "\x1b[31m\u202e"],
        ["rank", "hostile", "--segment", "\x1b]0;x\x07"],
        ["curate", "hostile", "../../etc/passwd\x1b[0m", "maybe\x1b", "--why", "x"],
    ):
        capsys.readouterr()
        assert run([*arguments, "--workspace", str(workspace), "--lang", "en"]) == 2
        shown = capsys.readouterr()
        check_terminal(shown.out + shown.err)
        assert len(shown.err.strip().splitlines()) == 1


def test_the_ranking_is_safe_in_every_format(workspace, capsys):
    out = workspace.parent / "ranking"
    out.mkdir()
    before = outside(workspace, out)
    for form in ("csv", "json", "xlsx", "parquet"):
        told(capsys, workspace, "rank", "hostile", "--format", form, "--out", str(out / f"list.{form}"))
    assert check_folder(out) == {".csv", ".json", ".xlsx", ".parquet"}
    assert set(pq.read_table(out / "list.parquet").column("display_name").to_pylist()) >= {
        "<script>alert(1)</script>",
        "Léa",
    }
    assert outside(workspace, out) == before


def test_sheets_are_safe_in_every_format_and_stay_in_their_folder(workspace, capsys):
    out = workspace.parent / "sheets"
    before = outside(workspace, out)
    told(capsys, workspace, "sheet", "hostile", "--top", "100", "--format", "html,pdf,xlsx,md,json", "--out", str(out))
    assert check_folder(out) >= {".html", ".pdf", ".xlsx", ".md", ".json"}
    assert len(list(out.rglob("*.md"))) >= len(NAMES)
    assert outside(workspace, out) == before


def test_the_map_is_safe_in_every_format(workspace, capsys):
    out = workspace.parent / "map"
    before = outside(workspace, out)
    told(capsys, workspace, "map", "hostile", "--format", "html,gexf,graphml,csv,json", "--out", str(out))
    assert check_folder(out) >= {".html", ".gexf", ".graphml", ".csv", ".json"}
    assert outside(workspace, out) == before


def test_what_discover_wrote_by_itself_is_safe(workspace):
    assert ".html" in check_folder(workspace / "sheets")
    assert {".html", ".gexf"} <= check_folder(workspace / "map")


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_the_whole_export_stays_in_its_folder_and_reads_back(workspace, capsys, form):
    out = workspace.parent / f"export-{form}"
    before = outside(workspace, out)
    told(capsys, workspace, "export", "hostile", "--format", form, "--out", str(out))
    assert check_folder(out, spreadsheets=False)
    assert outside(workspace, out) == before
    if form == "jsonl":
        lines = [json.loads(line) for path in out.rglob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
        assert {line.get("display_name") for line in lines if line["type"] == "account"} >= {NAMES[0], NAMES[7]}
