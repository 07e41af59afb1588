"""The brand kit: what is listed, what is missing, what goes out with the campaign's brief; disclosure by market."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import run
from data.errors import UserError
from data.relations.store import add, erase, open_relations, rows, tables
from pipelines.relation.disclosure import UNION, rule, rules, wording
from pipelines.relation.kit import gaps, keep_asset, kinds, kit_paper, pack
from pipelines.relation.papers.write import render

NEEDED = [key for key, one in kinds().items() if one.needed]


def noted(people, kind: str, title: str = "t", lang: str = "fr", **more: object) -> int:
    key = {"brief": "cafe", "kind": kind, "title": title, "lang": lang}
    return keep_asset(people, key, **({"content": None, "address": None, "file": None, "who": "ana"} | more))


@pytest.fixture
def people(tmp_path):
    with open_relations(tmp_path / "people.sqlite") as records:
        yield records


def test_an_empty_kit_asks_for_each_kind_that_is_needed(people):
    asked = [one.fr for one in gaps([], "fr")]
    assert len(asked) == len(NEEDED) == 8
    assert any(text.startswith("Mentions obligatoires") for text in asked)
    for kind in NEEDED:
        noted(people, kind, content="…")
    assert gaps(rows(people, "assets"), "fr") == []
    assert len(gaps(rows(people, "assets"), "en")) == 8, "a kit is complete in one language at a time"


def test_a_file_that_is_gone_or_was_changed_is_told(people, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>", "utf-8")
    noted(people, "identity", "logo", file=logo)
    assert not [one for one in gaps(rows(people, "assets"), "fr") if "logo" in one.fr and "fichier" in one.fr]
    logo.write_text("<svg></svg>", "utf-8")
    assert [one.en for one in gaps(rows(people, "assets"), "fr") if "changed" in one.en]
    logo.unlink()
    assert [one.en for one in gaps(rows(people, "assets"), "fr") if "gone" in one.en]


def test_what_is_no_asset_is_refused(people, tmp_path):
    for wrong in (
        {"kind": "slogan", "content": "x"},
        {"kind": "link", "address": "javascript:alert(1)"},
        {"kind": "link"},
        {"kind": "identity", "file": tmp_path / "nowhere.png"},
    ):
        with pytest.raises(UserError):
            noted(people, **wrong)
    assert rows(people, "assets") == []


def test_changing_an_asset_keeps_what_it_said_and_a_withdrawn_one_is_not_handed_over(small, capsys):
    where = ["--workspace", str(small.root), "--lang", "fr"]
    for text in ("Pas de prix.", "Aucun prix."):
        assert run(["relate", "kit", "cafe", "dont", "prix", "--text", text, "--who", "ana", *where]) == 0
    with open_relations(small.people) as records:
        assert [(row["before"], row["after"]) for row in rows(records, "history")] == [("Pas de prix.", "Aucun prix.")]
    assert "Aucun prix" in capsys.readouterr().out
    assert run(["relate", "kit", "cafe", "--withdraw", "1", *where]) == 0
    assert "Aucun prix" not in capsys.readouterr().out
    assert run(["relate", "kit", "cafe", "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["assets"]) == 1
    assert len(told["missing"]) == 8


def test_the_campaigns_brief_goes_out_with_the_kit_and_its_files(small, tmp_path, capsys):
    where = ["--workspace", str(small.root), "--lang", "fr"]
    logo = tmp_path / "Logo été.svg"
    logo.write_text("<svg/>", "utf-8")
    assert run(["relate", "kit", "cafe", "identity", "logo", "--file", str(logo), *where]) == 0
    dates = ["--starts", "2026-06-01", "--ends", "2026-06-14"]
    assert run(["campaign", "new", "Printemps", "--brief", "cafe", *dates, *where]) == 0
    out = tmp_path / "dossier.zip"
    assert run(["campaign", "brief", "Printemps", "--out", str(out), *where]) == 0
    archive = zipfile.ZipFile(out)
    names = set(archive.namelist())
    assert {f"{paper}{suffix}" for paper in ("brief", "kit") for suffix in (".docx", ".pdf", ".md")} <= names
    files = [name for name in names if name.startswith("files/")]
    assert len(files) == 1
    assert re.fullmatch(r"files/logo-ete-[0-9a-f]{8}\.svg", files[0])
    assert archive.read(files[0]) == b"<svg/>"
    assert "Kit de marque" in archive.read("kit.md").decode()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_kit_says_what_it_holds_the_markets_wording_and_what_it_lacks(people, small, lang):
    noted(people, "do", "<b>café</b>", lang=lang, content="=1+1", address="https://brulerie.example/kit")
    page = render(kit_paper(small.brief("cafe"), rows(people, "assets"), market="DE", lang=lang), ".html").decode()
    assert "&lt;b&gt;caf" in page
    assert "brulerie.example/kit" in page
    assert "Werbung" in page
    assert ("Entreprise" if lang == "fr" else "Company") in page


def test_a_pack_leaves_out_files_that_are_gone(people, small, tmp_path):
    gone = tmp_path / "gone.png"
    gone.write_bytes(b"x")
    noted(people, "identity", file=gone)
    gone.unlink()
    assets = rows(people, "assets")
    paper = kit_paper(small.brief("cafe"), assets, market="FR", lang="fr")
    names = zipfile.ZipFile(io.BytesIO(pack({"kit": paper}, assets, "fr"))).namelist()
    assert sorted(names) == ["kit.docx", "kit.md", "kit.pdf"]


def test_a_store_made_before_the_kit_existed_gets_its_table(tmp_path):
    path = tmp_path / "people.sqlite"
    with open_relations(path) as records:
        records.execute("DROP TABLE assets")
        add(records, "guidelines", {"theme": "prix", "stance": "avoid"}, who="ana")
    with open_relations(path) as records:
        assert rows(records, "assets") == []
        assert rows(records, "guidelines")[0]["theme"] == "prix"
    connection = sqlite3.connect(path)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert set(tables()) <= there


def test_an_erased_persons_name_leaves_the_kit_even_where_two_titles_become_the_same(tmp_path):
    path = tmp_path / "people.sqlite"
    with open_relations(path) as records:
        noted(records, "content", "vidéo de zorglub", content="avec zorglub")
        noted(records, "content", "vidéo de zorglubine", content="avec elle")
    erase(path, ["x:zorglub"], r"(?i)@?(zorglubine|zorglub)")
    with open_relations(path) as records:
        assert not [row for row in rows(records, "assets") if "zorglub" in f"{row['title']}{row['content']}"]
    assert b"orglub" not in path.read_bytes()


def test_every_markets_rule_says_something_in_both_languages_and_names_its_source():
    for market, one in rules().items():
        assert one.text.fr.endswith(".")
        assert one.text.en.endswith(".")
        assert one.sources or market == "other"


@pytest.mark.parametrize(
    ("market", "expected"),
    [
        ("fr", "FR"),
        ("UK", "GB"),
        (" gb ", "GB"),
        ("usa", "US"),
        ("AT", "EU"),
        ("PT", "EU"),
        ("JP", "other"),
        (None, "other"),
        ("", "other"),
    ],
)
def test_a_market_finds_its_rule_or_the_one_that_covers_it(market, expected):
    assert rule(market).market == expected


@given(st.one_of(st.none(), st.text(max_size=20), st.sampled_from(sorted(UNION))))
def test_any_market_gets_a_wording(market):
    for lang in ("fr", "en"):
        assert wording(market, lang)[0]


def test_words_called_clear_and_words_called_unclear_are_never_the_same():
    for one in rules().values():
        assert not {word.casefold() for word in one.labels} & {word.casefold() for word in one.avoid}
