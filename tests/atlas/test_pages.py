"""Every page answers in both languages, shows what the database holds, and nothing of it becomes markup."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from app.cli import run
from data.workspace import Workspace, create_workspace

B = "/b/cafe"
PAGES = [
    "/", "/questions/", "/questions/shipped/emerging", f"{B}/", f"{B}/people", f"{B}/map", f"{B}/map.html", f"{B}/voice",
    f"{B}/voice?period=week", f"{B}/voice?segment=filtre", f"{B}/moves", f"{B}/sources", f"{B}/steps", f"{B}/relation", f"{B}/decisions",
]  # fmt: skip
KEYS = ("lea", "script", "quote", "sql", "arab", "emoji", "long", "jinja", "control", "none")


def person_page(key: str, leaf: str = "") -> str:
    return f"{B}/person{leaf}?" + urlencode({"id": f"person:mastodon:social.example:{key}"})


class Markup(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def acted_upon(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Markup()
    parser.feed(page)
    return parser.tags


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("page", [*PAGES, *(person_page(key) for key in KEYS)])
def test_every_page_answers_in_both_languages_and_nothing_from_outside_is_markup(
    reader: TestClient, page: str, lang: str
) -> None:
    answer = reader.get(page + ("&" if "?" in page else "?") + f"lang={lang}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    if page.endswith("map.html"):
        assert "<script>alert" not in answer.text
        return
    for tag, given in acted_upon(answer.text):
        assert tag not in ("img", "b", "i", "u", "object", "embed", "style", "base"), (tag, given)
        assert not any(name.startswith("on") or name == "style" for name in given), (tag, given)
        assert not str(given.get("href", "")).lower().startswith(("javascript:", "data:")), given
        if tag == "script":
            assert given.get("src") == "/static/atlas.js"
    assert "Undefined" not in answer.text
    assert "built-in method" not in answer.text


@pytest.mark.parametrize("page", [*(p for p in PAGES if not p.endswith("map.html")), person_page("lea")])
def test_the_two_languages_differ_and_the_choice_is_remembered(published: Workspace, page: str) -> None:
    from .conftest import client_of

    client = client_of(published)
    glue = "&" if "?" in page else "?"
    french, english = client.get(page + glue + "lang=fr").text, client.get(page + glue + "lang=en").text
    assert french != english
    assert '<html lang="en">' in client.get(page).text


def test_the_language_of_the_workspace_is_the_default(reader: TestClient, published: Workspace) -> None:
    from .conftest import client_of

    assert '<html lang="en">' in client_of(published, "en").get("/").text
    assert '<html lang="fr">' in client_of(published, "fr").get("/").text


def test_without_a_publication_the_page_says_what_to_do(tmp_path) -> None:
    from .conftest import client_of

    answer = client_of(create_workspace(tmp_path / "new")).get("/")
    assert answer.status_code == 200
    assert "vigie discover" in answer.text


@pytest.mark.parametrize(
    "page",
    ["/nope", "/b/nope/", f"{B}/nope", f"{B}/person?id=nobody", f"{B}/person", "/questions/own/nope", "/questions/shipped/%2e%2e",
     f"{B}/people.exe", f"{B}/people?page=99", person_page("lea", "/sheet.exe"), "/static/../server.py", "/static/nope.css"],
)  # fmt: skip
def test_what_is_not_there_is_told_as_such(reader: TestClient, page: str) -> None:
    answer = reader.get(page)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=²", "page=9" * 40, "page=0", "sort=1;DROP", "tier=x", "status=x", "words=%00%ff", "words=" + "a" * 5000,
     "words=%25_%27", "lang=de", "segment=%3Cscript%3E", "label=%27", "words=\u202e", "sort=rank&sort=name"],
)  # fmt: skip
def test_odd_questions_get_a_page_and_no_error(reader: TestClient, query: str) -> None:
    answer = reader.get(f"{B}/people?{query}")
    assert answer.status_code in (200, 404)
    assert "<script>" not in answer.text


def test_a_person_who_opted_out_is_nowhere(reader: TestClient) -> None:
    for page in [*PAGES, f"{B}/people?words=Oppos%C3%A9e", f"{B}/people.csv", f"{B}/moves"]:
        assert "Opposée Partie" not in reader.get(page).text, page
    assert reader.get(person_page("gone")).status_code == 404
    assert reader.get(person_page("gone", "/sheet.html")).status_code == 404


def names(page: str) -> list[str]:
    return [unescape(n) for n in re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]*)</bdi>', page)]


def test_the_ranking_is_sorted_filtered_and_searched(reader: TestClient) -> None:
    first = names(reader.get(f"{B}/people?segment=filtre").text)
    assert first[:2] == ["Léa Martin", "Nina Dupré"]
    assert names(reader.get(f"{B}/people?segment=filtre&sort=followers").text)[0] != "Léa Martin"
    assert set(names(reader.get(f"{B}/people?words=lea%20MARTIN").text)) == {"Léa Martin"}
    assert names(reader.get(f"{B}/people?segment=filtre&tier=magic_middle").text)[0] == "Nina Dupré"
    assert "Léa Martin" not in names(reader.get(f"{B}/people?segment=filtre&language=fr").text)
    assert names(reader.get(f"{B}/people?segment=filtre&label=expert").text)[0] == "Léa Martin"
    assert names(reader.get(f"{B}/people?words=nobody+at+all").text) == []


def test_a_hostile_segment_name_survives_the_round_trip(reader: TestClient) -> None:
    page = reader.get(f"{B}/").text
    target = next(unescape(h) for h in re.findall(r'href="(people\?segment=[^"]+)"', page) if "origines" in h)
    found = reader.get(f"{B}/{target}")
    assert "11 lignes" in found.text


def test_a_word_looked_for_is_shown_again_escaped(reader: TestClient) -> None:
    page = reader.get(f"{B}/people?" + urlencode({"words": '"><script>x</script>'})).text
    assert "<script>x" not in page
    assert 'value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"' in page


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "parquet"])
def test_the_list_shown_is_the_list_downloaded(reader: TestClient, form: str) -> None:
    query = "?segment=filtre&tier=macro&words=social.example"
    shown = set(names(reader.get(f"{B}/people{query}").text))
    answer = reader.get(f"{B}/people.{form}{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if form == "json":
        got = {row["display_name"] for row in json.loads(answer.content)}
    elif form == "csv":
        got = {n for n in shown if n in answer.text}
        assert answer.text.count("person:mastodon") == len(shown)
    elif form == "xlsx":
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        column = [c.value for c in sheet[1]].index("display_name")
        got = {row[column].value for row in sheet.iter_rows(min_row=2)}
    else:
        import pyarrow.parquet as pq

        got = set(pq.read_table(io.BytesIO(answer.content))["display_name"].to_pylist())
    assert len(got) == len(shown) > 1


@pytest.mark.parametrize("form", ["html", "pdf", "xlsx", "md", "json"])
def test_a_sheet_can_be_taken_away_even_of_who_is_not_on_the_shortlist(reader: TestClient, form: str) -> None:
    answer = reader.get(person_page("lea", f"/sheet.{form}"))
    assert answer.status_code == 200
    assert len(answer.content) > 500
    assert "attachment" in answer.headers["content-disposition"]


def test_a_person_page_says_why_in_figures_and_posts(reader: TestClient) -> None:
    from .conftest import text

    page = text(reader.get(person_page("lea")).text)
    for said in (
        "relais distincts ≥ 12, part du sujet ≥ 0,40",
        "Recette V60 n° 0",
        "Ce qui changerait le niveau",
        "textes répétés",
    ):
        assert said in page, said
    assert not re.search(r"\b(bot|fraude|faux compte|fake)\b", page, re.IGNORECASE)


def test_the_matrix_counts_the_people_of_the_list(reader: TestClient) -> None:
    page = reader.get(f"{B}/").text
    for count, target in re.findall(r'class="cell[^"]*" href="([^"]+)">(\d+)<', page) and [
        (int(n), unescape(h)) for h, n in re.findall(r'class="cell[^"]*" href="([^"]+)">(\d+)<', page)
    ]:
        assert len(names(reader.get(f"{B}/{target}").text)) == count


def test_steps_not_done_yet_say_what_is_missing_to_go_on(reader: TestClient) -> None:
    page = reader.get(f"{B}/steps?lang=en").text
    assert page.count('class="st-done"') == 2
    assert page.count('class="st-todo"') == 10
    assert "vigie relate decide" in page
    assert "vigie discover BRIEF" in page


def test_coverage_names_sources_and_what_runs_noted(reader: TestClient) -> None:
    page = reader.get(f"{B}/sources").text
    assert "&lt;b&gt;429&lt;/b&gt;" in page
    assert "mastodon" in page


def test_a_brief_whose_name_needs_quoting_has_pages(tmp_path) -> None:
    from .conftest import client_of, make

    odd = "café & co"
    space = make(
        tmp_path / "odd",
        lambda con: [
            con.execute(f"UPDATE {t} SET brief = ?", [odd]) for t in ("detection.runs", "detection.candidates")
        ],  # type: ignore[arg-type, func-returns-value]
    )
    client = client_of(space)
    assert quote(odd) in client.get("/").text
    assert client.get(f"/b/{quote(odd)}/people").status_code == 200


def test_the_share_of_voice_is_that_of_the_voice_command(
    reader: TestClient, published: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    from .conftest import text

    for segment, asked in (([], ""), (["--segment", "filtre"], "?segment=filtre")):
        assert run(["voice", "cafe", "--json", "--workspace", str(published.root), *segment]) == 0
        told = json.loads(capsys.readouterr().out)
        page = text(reader.get(f"{B}/voice{asked}").text)
        assert told["shares"]
        for row in told["shares"]:
            share = f"{100 * row['share_posts']:.0f}\u202f%".replace("\u202f", " ")
            assert f"{row['posts']} {share} {row['authors']}" in page


def test_a_segment_that_does_not_exist_shows_the_whole_brief(reader: TestClient) -> None:
    assert "Sur toute la période" in reader.get(f"{B}/voice?segment=%27%3B--").text


def test_nobody_who_opted_out_speaks_on_the_voice_page(reader: TestClient) -> None:
    assert "Opposée Partie" not in reader.get(f"{B}/voice").text
