"""Little is known, and the list says so: nobody comes out by a guess."""

import csv

import pytest

from app.cli import run

BRIEF = '[brief]\nname = "b"\n[[segments]]\nname = "café"\nquery = "café OR coffee"\n'


@pytest.fixture
def workspace(tmp_path):
    assert run(["init", str(tmp_path), "--lang", "en"]) == 0
    (tmp_path / "briefs" / "b.toml").write_text(BRIEF, "utf-8")
    return tmp_path


def bring(workspace, posts, accounts=()):
    for name, rows in (("accounts", accounts), ("posts", posts)):
        if rows:
            path = workspace / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            assert run(["import", "csv", str(path), "--brief", "b", "--workspace", str(workspace)]) == 0
    return run(["discover", "b", "--offline", "--workspace", str(workspace), "--lang", "en"])


def post(number, person, text, **more):
    at = f"2026-01-{1 + number % 28:02d}T10:00:00Z"
    return {"source": "x", "native_id": f"p{number}", "account": person, "published_at": at, "text": text, **more}


def test_without_audience_reactions_or_ties_nobody_is_ranked_and_the_list_says_why(workspace, capsys):
    assert bring(workspace, [post(i, i % 7, "un café filtre ce matin") for i in range(40)]) == 0
    capsys.readouterr()
    assert run(["rank", "b", "--workspace", str(workspace), "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert "[café] données insuffisantes pour classer 7 personnes" in out
    assert run(["explain", "b", "x:3", "--workspace", str(workspace), "--lang", "en"]) == 0
    assert "not enough data for a rank: neither audience nor reactions" in capsys.readouterr().out


def test_names_that_would_harm_a_terminal_are_shown_without_the_harm(workspace, capsys):
    names = ["=cmd|1", "a\x1b[31mred\x07", "\u202eevil", "<b>x</b>"]
    accounts = [
        {"source": "x", "native_id": str(i), "handle": f"h{i}", "display_name": name, "followers": 10 + i}
        for i, name in enumerate(names)
    ]
    assert bring(workspace, [post(i, i % 4, "un café filtre ce matin", likes=i % 5) for i in range(40)], accounts) == 0
    out = capsys.readouterr().out
    for number in range(4):
        assert run(["explain", "b", f"x:{number}", "--workspace", str(workspace), "--lang", "en"]) == 0
        out += capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out


def test_a_segment_that_nothing_speaks_of_is_empty_and_says_so(workspace, capsys):
    (workspace / "briefs" / "b.toml").write_text(BRIEF + '[[segments]]\nname = "vide"\nquery = "zzzzqqq"\n', "utf-8")
    accounts = [{"source": "x", "native_id": str(i), "handle": f"h{i}", "followers": 10 + i} for i in range(7)]
    posts = [post(i, i % 7, "un café filtre ce matin" if i % 2 else "rien à dire", likes=i % 5) for i in range(60)]
    assert bring(workspace, posts, accounts) == 0
    capsys.readouterr()
    assert run(["rank", "b", "--segment", "café", "--workspace", str(workspace), "--lang", "en"]) == 0
    assert "h1" in capsys.readouterr().out
    assert run(["rank", "b", "--segment", "vide", "--workspace", str(workspace), "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert "Personne n'a été trouvé sur le sujet" in out


@pytest.mark.parametrize(("lang", "told"), [("fr", "pour classer 1 personne : "), ("en", "to rank 1 person: ")])
def test_one_person_is_told_in_the_singular(workspace, capsys, lang, told):
    assert bring(workspace, [post(i, 1, "un café filtre ce matin") for i in range(8)]) == 0
    capsys.readouterr()
    assert run(["rank", "b", "--workspace", str(workspace), "--lang", lang]) == 0
    assert told in capsys.readouterr().out
