"""What users are shown is in their language, all of it."""

from __future__ import annotations

import json
import re

import pytest

from app.cli import COMMANDS, run
from app.session import system_language
from app.usage import explain_usage
from data.imports.faults import IN_FRENCH, fault

ENGLISH = re.compile(
    r"\b(the|is|are|was|not|with|without|of|and|must|needed|missing|unknown|wanted|ready|folder|available|free|disk|"
    r"basic|loaded|rejected|line|cells|where|header|no such|did you mean|done|accounts|posts|ties)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(le|la|les|des|une|est|sont|avec|sans|pas|ligne|fichier|compte|comptes|manque|inconnue?|attendu|dossier|"
    r"disponible|libre|règles|lues|chargées|rejetées|nature|aucune?|vouliez-vous)\b",
    re.IGNORECASE,
)
BAD = "source,native_id,account,published_at,text\nx,1,a,never,t\nx,2,a,2026-01-01,t\nx,3\n,4,a,2026-01-01,t\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("ws")
    assert run(["init", str(root), "--lang", "fr"]) == 0
    (root / "briefs" / "b.toml").write_text('[brief]\nname = "b"\n[[segments]]\nname = "s"\nquery = "V60"\n', "utf-8")
    (root / "bad.csv").write_text(BAD, "utf-8")
    return root


SAID = [
    (["init", "{ws}"], 0),
    (["check", "b"], 0),
    (["import", "--list"], 0),
    (["import", "csv", "{ws}/bad.csv", "--brief", "b"], 0),
    (["import", "csv"], 2),
    (["import", "csv", "{ws}/none.csv", "--brief", "b"], 2),
    (["check", "absent"], 2),
    (["discover", "absent"], 2),
    (["rank", "b"], 2),
    (["curate", "b", "@x", "in", "--why", "w"], 2),
    (["export", "b"], 2),
    (["sql", "SELECT 1"], 2),
    (["forget", "@x", "--why", "w"], 2),
    (["schedule"], 2),
    (["schedule", "b"], 2),
    (["evaluate", "nope", "{ws}"], 2),
    (["evaluate", "language", "{ws}"], 2),
    (["sandbox", "serve", "{ws}"], 2),
    (["doctor"], 0),
]


def shown(capsys, workspace, arguments, status, lang):
    filled = [word.replace("{ws}", str(workspace)) for word in arguments]
    capsys.readouterr()
    assert run([*filled, "--lang", lang, *([] if "{ws}" in arguments else ["--workspace", str(workspace)])]) == status
    text = "".join(capsys.readouterr()).replace(str(workspace), "")
    # Commands, formats and words in quotes are the same in every language; so are the versions of libraries.
    text = re.sub(
        r"« vigie [^»]*»|\"vigie [^\"]*\"|vigie:|\S+\.(csv|toml|parquet)|^vigie .*$|scrapy .*",
        "",
        text,
        flags=re.MULTILINE,
    )
    assert text.strip()
    return text


@pytest.mark.parametrize(
    ("arguments", "status"), SAID, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_french_output_holds_no_english_and_english_no_french(capsys, workspace, arguments, status):
    fr, en = (shown(capsys, workspace, arguments, status, lang) for lang in ("fr", "en"))
    assert not (found := ENGLISH.search(fr)), (found, fr)
    assert not (found := FRENCH.search(en)), (found, en)


@pytest.mark.parametrize(
    ("arguments", "fr", "en"),
    [
        (["rank"], "il manque BRIEF", "BRIEF is missing"),
        (["curate", "b", "@x", "in"], "il manque --why", "--why is missing"),
        (["rank", "b", "--tier", "micr"], "--tier : valeur inconnue « micr » ; vouliez-vous dire « micro »", '"micro"'),
        (["rank", "b", "--top", "x"], "--top : un nombre entier est attendu", "--top: a whole number is wanted"),
        (["rank", "b", "--top"], "--top demande une valeur", "--top needs a value"),
        (["rank", "b", "--topp", "3"], "option inconnue --topp", "did you mean --top"),
        (["rank", "a", "b", "c"], "de trop", "too many"),
        (["discover", "b", "--max-requests", "0"], "--max-requests : doit valoir au moins 1", "must be at least 1"),
        (["discver"], "commande inconnue « discver » ; vouliez-vous dire « discover »", 'did you mean "discover"'),
    ],
)
def test_a_command_that_is_wrongly_written_is_told_in_the_readers_language(capsys, arguments, fr, en):
    for lang, wanted in (("fr", fr), ("en", en)):
        assert run([arguments[0], f"--lang={lang}", *arguments[1:]]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert wanted in err


def test_a_word_that_is_no_command_of_a_group_is_told_those_of_the_group(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert run(["sandbox", "make"]) == 2
    told = capsys.readouterr().err
    assert "demo, generate, serve" in told
    assert "campaign" not in told
    assert run(["relate", "touhc"]) == 2
    assert "touch" in capsys.readouterr().err


def test_what_the_parser_may_say_beyond_is_still_shown():
    assert explain_usage("Something new.", COMMANDS).to("fr").endswith("Something new.")


def test_a_group_of_commands_alone_shows_its_help_line_by_line(capsys):
    assert run(["sandbox"]) == 2
    assert len(capsys.readouterr().err.splitlines()) > 5


@pytest.mark.parametrize("reason", [*IN_FRENCH, "kind: not one of post, reply", "2 cells where the header has 5"])
def test_every_reason_for_a_reject_has_its_french(reason):
    said = fault(f"published_at: {reason}" if ":" not in reason else reason)
    assert not ENGLISH.search(said.fr)
    assert said.en.endswith(reason)


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_CA"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
    ],
)
def test_without_a_workspace_the_locale_decides(monkeypatch, variables, lang):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert system_language() == lang


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_workspace_speaks_the_language_it_was_made_in(capsys, monkeypatch, tmp_path, lang):
    monkeypatch.setenv("LC_ALL", "C")
    assert run(["init", str(tmp_path), "--lang", lang]) == 0
    capsys.readouterr()
    assert run(["check", "exemple", "--workspace", str(tmp_path)]) == 0
    assert {"fr": "requêtes", "en": "imported data"}[lang] in capsys.readouterr().out.replace("importées", "requêtes")


@pytest.mark.parametrize(("written", "said"), [("fr", "disque libre"), ("en", "free disk")])
def test_the_language_of_the_workspace_comes_before_the_locale(capsys, monkeypatch, tmp_path, written, said):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8" if written == "fr" else "fr_FR.UTF-8")
    assert run(["init", str(tmp_path), "--lang", written]) == 0
    (tmp_path / "vigie.toml").write_text(f'[workspace]\nlanguage = "{written}"\n', "utf-8")
    capsys.readouterr()
    assert run(["doctor", "--workspace", str(tmp_path)]) == 0
    assert said in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == 0
    assert said in capsys.readouterr().out


def test_machines_read_the_same_keys_in_both_languages(capsys, workspace):
    answers = []
    for lang in ("fr", "en"):
        capsys.readouterr()
        assert run(["check", "b", "--json", "--lang", lang, "--workspace", str(workspace)]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0].keys() == answers[1].keys()
    assert answers[0]["segments"][0]["query"] == answers[1]["segments"][0]["query"] == "V60"
