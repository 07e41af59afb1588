"""`vigie check` says by which hashtags and words the brief's subjects will be looked for."""

from __future__ import annotations

import json

import pytest

from app.cli import run

BRIEF = """
[brief]
name = "cafe"
languages = ["fr"]
[brand]
name = "Brûlerie du Canal"
[[segments]]
name = "filtre"
query = '"café de spécialité" OR V60 OR le'
[[sources]]
kind = "mastodon"
instances = ["https://social.example"]
"""


@pytest.fixture
def brief(tmp_path):
    path = tmp_path / "cafe.toml"
    path.write_text(BRIEF, "utf-8")
    return str(path)


@pytest.mark.parametrize(("lang", "sentence"), [("fr", "Cherchés aussi"), ("en", "Looked for too")])
def test_the_plan_names_the_hashtags_of_queries_and_brands(brief, capsys, lang, sentence):
    assert run(["check", brief, "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert sentence in told
    assert "[filtre] #cafedespecialite #cafédespécialité #v60\n" in told
    assert "[Brûlerie du Canal] #brulerieducanal #brûlerieducanal" in told
    assert "café de spécialité, V60" in told
    assert "#le" not in told


def test_a_machine_reads_what_each_hashtag_stands_for(brief, capsys):
    assert run(["check", brief, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["looked_for"]
    assert {"forms": ["v60"], "for": "filtre"} in told["hashtags"]
    assert told["searches"] == ["café de spécialité", "V60"]


@pytest.mark.parametrize(("lang", "sentence"), [("fr", "aucune source ne comprend"), ("en", "no source understands")])
def test_a_seed_that_no_source_understands_is_told(tmp_path, capsys, lang, sentence):
    path = tmp_path / "cafe.toml"
    seeds = '[seeds]\naccounts = ["@lea@social.example", "did:plc:lea", "lea"]\n[[segments]]'
    path.write_text(BRIEF.replace("[[segments]]", seeds), "utf-8")
    assert run(["check", str(path), "--lang", lang]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if sentence in line]
    assert [line.rsplit(" ", 1)[1] for line in told] == ["did:plc:lea", "lea"]
