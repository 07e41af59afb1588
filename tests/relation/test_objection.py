"""Objection ends everything: after it no command names the person, and a new crawl does not bring them back."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from app.cli import run
from data.warehouse.store import connect

FORMATS = ("md", "html", "docx", "pdf", "xlsx", "pptx")


class Teller:
    """Runs commands and keeps all they print and write."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys

    def do(self, *words: object, status: int = 0) -> str:
        self.capsys.readouterr()
        given = run([*map(str, words), "--workspace", str(self.root), "--lang", "fr"])
        told = self.capsys.readouterr()
        assert given == status, (words, told)
        return told.out + told.err

    def query(self, sql: str) -> list[tuple]:
        connection = connect(self.root / "vigie.duckdb", read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture
def teller(discovered: Path, tmp_path: Path, capsys) -> Teller:
    root = tmp_path / "team"
    shutil.copytree(discovered, root)
    return Teller(root, capsys)


def words_in(path: Path) -> str:
    """All text of a file, that of office formats included."""
    if path.suffix in (".docx", ".xlsx", ".pptx", ".zip"):
        archive = zipfile.ZipFile(path)
        return " ".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "ignore")


def known_as(teller: Teller, account: str) -> list[str]:
    rows = teller.query(
        "SELECT a.account_id, split_part(ltrim(a.handle, '@'), '@', 1) FROM core.accounts a"
        " LEFT JOIN core.person_accounts p USING (account_id) WHERE coalesce(p.person_id, a.account_id) ="
        f" (SELECT coalesce(max(person_id), '{account}') FROM core.person_accounts WHERE account_id = '{account}')"
    )
    return sorted({str(name) for row in rows for name in row if name and len(str(name)) > 4})


def everything_recorded(teller: Teller, who: str, other: str) -> None:
    do = teller.do
    do("relate", "programme", "Presse", "--department", "communication")
    do("relate", "kit", "cafe", "message", "slogan", "--text", "Un café lent")
    for account in (who, other):
        do("relate", "join", "Presse", account)
        do("relate", "decide", "cafe", account, "accept", "--why", "complète les autres")
        for action in ("contact", "answer", "meeting"):
            do("relate", "touch", "cafe", account, action, "--programme", "Presse", "--at", "2026-05-01")
        do("relate", "benefit", account, "remise", "--value", "40", "--programme", "Presse", "--at", "2026-05-02")
        do("relate", "remind", account, "rappeler", "--due", "2026-05-03")
        do("relate", "flag", account, "journalist")
        do("relate", "owner", account, "ana")
        do("relate", "consent", account, "email_open", "--evidence", "formulaire")
        do("relate", "owner", account, "bob", "--why", "départ")
    do("campaign", "new", "Printemps", "--brief", "cafe", "--starts", "2026-05-01", "--ends", "2026-05-20", "--programme", "Presse",
       "--objective", "faire goûter", "--main-kpi", "visits")  # fmt: skip
    for account, code in ((who, "AAA1"), (other, "BBB2")):
        do("campaign", "deliverable", "Printemps", account, "post", "--due", "2026-05-10", "--code", code)
        do("campaign", "kpi", "Printemps", "visits", "digital", "12", "--account", account, "--at", "2026-05-11")
        do("campaign", "plan", "Printemps", "--add", "envoi", "--due", "2026-05-05", "--for", account)
        do("relate", "agreement", "Printemps", account, "--mission", "deux publications", "--pay", "900")
        do("relate", "pay", account, "900", "--campaign", "Printemps", "--at", "2026-05-06")
    do("campaign", "change", "Printemps", "deliverable", "1", "--due", "2026-05-12", "--why", "retard")
    do("campaign", "forecast", "Printemps")


def all_that_is_shown(teller: Teller, other: str, folder: Path) -> str:
    """Every command of phases II and III that shows or writes something, and the lists of phase I."""
    do = teller.do
    said = [
        do(*words)
        for words in (
            ("rank", "cafe", "--top", "400"), ("steps", "cafe"), ("funnel", "cafe", "--target", "9", "--svg", folder / "f.svg"),
            ("relate", "proximity", "cafe", "--top", "1000", "--json"), ("relate", "proximity", "cafe", "--lapsed"),
            ("relate", "next", "cafe", "--top", "500"), ("relate", "next", "cafe", "--top", "500", "--json"),
            ("relate", "compare", "cafe", "--json"), ("relate", "remind", "--all"), ("relate", "benefit"), ("relate", "even", "--json"),
            ("relate", "ledger"), ("relate", "coherence", "cafe"), ("relate", "programme"), ("relate", "digest", "cafe"),
            ("relate", "daily", "cafe", "--json"), ("relate", "kit", "cafe"), ("relate", "timeline", other),
            ("relate", "portfolio", "cafe", "--budget", "4000", "--cost", "400", "--json"),
            ("relate", "template", "cafe", "--out", folder / "t.xlsx"), ("campaign", "levers", "cafe"),
            ("campaign", "programmes", "--json"), ("campaign", "check", "Printemps"), ("campaign", "plan", "Printemps"),
            ("campaign", "plan", "Printemps", "--out", folder / "p.ics"), ("campaign", "plan", "Printemps", "--out", folder / "p.xlsx"),
            ("campaign", "brief", "Printemps", "--out", folder / "b.zip"), ("campaign", "forecast", "Printemps", "--check"),
            ("relate", "callsheet", "cafe", other), ("relate", "partner", "cafe", other), ("relate", "draft", "cafe", other),
        )
    ]  # fmt: skip
    readers = ("executive", "community", "performance", "pr", "legal", "analyst")
    said += [do("campaign", "report", "Printemps", "--for", reader) for reader in readers]
    for suffix in FORMATS:
        do("campaign", "report", "Printemps", "--for", "analyst", "--out", folder / f"r.{suffix}")
    return "\n".join([*said, *(words_in(path) for path in folder.iterdir())])


@pytest.mark.servers  # a hundred commands and a second discovery: minutes on a busy machine
def test_after_an_objection_no_command_names_the_person_and_no_crawl_brings_them_back(teller, small_world, tmp_path):
    ranked = [row["account_id"] for row in json.loads(teller.do("rank", "cafe", "--top", "3", "--json"))]
    who, other = ranked[0], ranked[1]
    names = known_as(teller, who)
    everything_recorded(teller, who, other)
    before = tmp_path / "before"
    before.mkdir()
    shown = all_that_is_shown(teller, other, before)
    assert all(name in shown for name in names[:1]), "the test would prove nothing"

    teller.do("forget", who, "--why", "demande reçue le 3 mai")
    for refused in (
        ("relate", "touch", "cafe", who, "answer"), ("relate", "decide", "cafe", who, "accept", "--why", "x"),
        ("relate", "join", "Presse", who), ("relate", "draft", "cafe", who), ("relate", "callsheet", "cafe", who),
        ("relate", "partner", "cafe", who), ("relate", "timeline", who), ("relate", "remind", who, "x", "--due", "2026-06-01"),
        ("relate", "benefit", who, "x"), ("relate", "owner", who, "ana"), ("relate", "flag", who, "employee"),
        ("relate", "consent", who, "email_open", "--evidence", "x"), ("relate", "pay", who, "10", "--campaign", "Printemps"),
        ("relate", "gift", who, "10", "--campaign", "Printemps"), ("relate", "agreement", "Printemps", who),
        ("campaign", "deliverable", "Printemps", who, "post", "--due", "2026-05-10"), ("relate", "proximity", "cafe", "--account", who),
    ):  # fmt: skip
        teller.do(*refused, status=2)

    def silent(folder: str) -> None:
        made = tmp_path / folder
        made.mkdir()
        told = all_that_is_shown(teller, other, made)
        for name in names:
            assert name not in told, name
        for path in (teller.root / ".vigie").glob("people.sqlite*"):
            assert not any(name.encode() in path.read_bytes() for name in names)

    silent("after")
    files = [str(small_world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    teller.do("import", "parquet", *files, "--brief", "cafe")
    teller.do("discover", "cafe", "--offline")
    silent("crawled again")
    listed = ", ".join(f"'{name}'" for name in names)
    assert teller.query(f"SELECT count(*) FROM core.accounts WHERE account_id IN ({listed})") == [(0,)]
