"""Every field of the sheet is there, in every form and language; what posts cannot tell an analyst fills in, or it is unknown."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UserError
from data.notes import FIELDS, write_note
from data.relations.publish import copy_relations
from data.relations.store import open_relations
from data.warehouse.store import connect
from pipelines.detection.fivew.sections import who
from pipelines.documents import say
from pipelines.documents.first_page import glance, identity, key_figures, place_said
from pipelines.documents.lines import SAID, row_said
from pipelines.documents.outline import outline
from pipelines.documents.read import VERSION, Signed, read_sheets
from pipelines.documents.sheet import FORMS, render_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.warehouse.store import Connection
    from data.workspace import Workspace
    from pipelines.documents.read import Sheet

PEOPLE = "person:mastodon:social.example:"
ACCOUNT = "mastodon:social.example:p00"
ASKED = {
    "what": {"key_messages", "brand", "positions", "topics", "hashtags", "kinds", "own_share", "signature_posts"},
    "when": {"first_at", "posts_per_week", "hours", "longest_gap_days", "news_hours", "events", "last_at", "growth"},
    "where": {"accounts", "own_sites", "region", "communities", "languages"},
    "who": {"own_words", "declared", "type", "audience", "quality", "heard_by", "turned_to", "relations", "conflicts"},
    "how": {"tones", "register", "visual_style", "reply_share", "question_share", "disclosures", "paid_share",
            "clear_share", "answer_hours", "relationship", "compensation"},
    "why": {"fit", "risks", "advised_role", "lawful_basis", "scores", "standing"},
}  # fmt: skip


def sheet_of(con: Connection, key: str = "p00", signed: Signed | None = None) -> Sheet:
    return next(read_sheets(con, "cafe", "run-1", [PEOPLE + key], signed=signed or Signed()))


@pytest.fixture(scope="module")
def noted(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A copy in which an analyst filled in what no post tells, and the team recorded pay and a consent."""
    folder: Path = tmp_path_factory.mktemp("noted")
    with open_relations(folder / "people.sqlite") as people:
        for field in FIELDS:
            write_note(people, "cafe", ACCOUNT, f"avant {field}", who="nina", field=field)
            write_note(people, "cafe", ACCOUNT, f"mot sur {field} <b>", who="nina", field=field)
        write_note(people, "cafe", ACCOUNT, "note libre", who="nina")
        write_note(people, "autre", ACCOUNT, "d’un autre brief", who="nina", field="risks")
    shutil.copy(workspace.published, folder / "copy.duckdb")
    con = connect(folder / "copy.duckdb")
    con.execute("SET TimeZone = 'UTC'")
    copy_relations(con, folder / "people.sqlite")
    yield con
    con.close()


@pytest.mark.parametrize("key", ["p00", "thin", "silent", "h5"])
def test_every_field_is_on_the_sheet_known_or_unknown_with_its_reason(con: Connection, key: str) -> None:
    sheet = sheet_of(con, key)
    for section, fields in ASKED.items():
        assert fields <= sheet.parts[section].keys()
        for field in fields:
            figure = sheet.parts[section][field]
            known = figure.get("rows") or figure.get("value") is not None
            assert known or say.words("missing", "fr")[figure["missing"]], field
    unknown = {one["field"] for one in sheet.evidence["unknown"]}
    assert {"compensation", "lawful_basis", "conflicts"} <= unknown


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_field_is_a_line_of_the_outline_in_words(con: Connection, lang: str) -> None:
    sheet = sheet_of(con)
    for part in outline(sheet, lang):
        labels = {line["label"] for line in part["lines"]}
        drawn = {"hours", "growth", "signature_posts", "scores", "standing"}
        assert {say.word("field", field, lang) for field in ASKED[part["code"]] - drawn} <= labels
        assert all(line["value"] or line["missing"] for line in part["lines"])


def test_a_key_message_is_a_sentence_of_the_persons_own_with_its_post(con: Connection) -> None:
    sheet = sheet_of(con)
    messages = sheet.parts["what"]["key_messages"]["rows"]
    texts = dict(con.execute("SELECT post_id, text FROM core.posts").fetchall())
    assert 1 <= len(messages) <= 3
    assert len({row["post_id"] for row in messages}) == len(messages)
    for row in messages:
        assert row["message"] in texts[row["post_id"]]
        assert row["phrase"] in row["message"].casefold()
        assert 5 <= len(row["message"].split()) <= 45
    assert sheet_of(con, "thin").parts["what"]["key_messages"]["missing"] == "too_few_posts"


def test_the_visual_style_counts_only_posts_whose_attachments_are_known(con: Connection) -> None:
    (row,) = sheet_of(con).parts["how"]["visual_style"]["rows"]
    known = con.execute(
        "SELECT count(*), avg((json_array_length(extra, '$.media') > 0)::INTEGER) FROM core.posts"
        " WHERE account_id = ? AND kind <> 'repost' AND json_exists(extra, '$.media')"
        " AND published_at > TIMESTAMPTZ '2025-03-31 12:00:00+00'",
        [ACCOUNT],
    ).fetchone()
    assert known is not None
    assert (row["posts"], row["picture_share"]) == (known[0], pytest.approx(known[1], abs=1e-4))
    assert (row["video_share"], row["sound_share"], row["alt_share"]) == (row["picture_share"], 0.0, 1.0)
    assert sheet_of(con, "silent").parts["how"]["visual_style"]["missing"] == "media_not_observed"


def test_key_figures_stand_in_percentiles_of_the_segments_people(con: Connection) -> None:
    cells = {
        row["measure"]: row for row in sheet_of(con).parts["why"]["standing"]["rows"] if row["segment"] == "filtre"
    }
    assert set(cells) == {"reach", "resonance", "relevance", "air"}
    reach = [row[0] for row in con.execute(
        "SELECT reach FROM detection.ecosystem WHERE segment = 'filtre' AND reach IS NOT NULL").fetchall()]  # fmt: skip
    own = con.execute(
        "SELECT reach FROM detection.ecosystem WHERE segment = 'filtre' AND account_id = ?", [ACCOUNT]
    ).fetchone()
    assert own is not None
    below, same = sum(one < own[0] for one in reach), sum(one == own[0] for one in reach)
    assert abs(cells["reach"]["percentile"] - 100 * (below + same / 2) / len(reach)) <= 0.51
    assert cells["reach"]["field"] == len(reach)
    assert 1 <= cells["air"]["figure"] <= 100


def test_the_air_like_figure_needs_its_three_parts(con: Connection) -> None:
    measures = {row["measure"] for row in sheet_of(con, "thin").parts["why"]["standing"]["rows"]}
    assert measures == {"reach"}
    told = {cell["name"]: cell["figure"] for cell in key_figures(sheet_of(con, "thin"), "en")}
    assert told["AIR-like"] == told["Proximity"] == told["Resonance"] == "unknown"


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_form_says_who_signs_on_what_basis_and_the_key_figures(con: Connection, form: str, lang: str) -> None:
    sheet = sheet_of(con, signed=Signed("Nina Roche", "legitimate_interest"))
    said = words_of(render_sheet(sheet, lang, form), form)
    if form == "pdf":
        return
    basis = "legitimate_interest" if form == "json" else say.word("remark", "legitimate_interest", lang)
    assert "Nina Roche" in said
    assert basis in said
    assert ("sheet_version" if form == "json" else f"{say.word('ui', 'sheet_version', lang)} {VERSION}") in said
    assert ('"air"' if form == "json" else say.word("strip", "air", lang)) in said


def words_of(content: bytes, form: str) -> str:
    """Return what a document says, as text."""
    if form == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    return re.sub(r"\\(.)", r"\1", content.decode()) if form == "md" else content.decode("utf-8", "replace")


def test_who_nobody_signed_for_says_so(con: Connection) -> None:
    assert "Analyste\u00a0: non indiqué" in identity(sheet_of(con), "fr")
    assert "Lawful basis: unknown: lawful basis not recorded" in identity(sheet_of(con), "en")


def test_an_analyst_fills_in_what_no_post_tells(noted: Connection) -> None:
    sheet = sheet_of(noted)
    places = {"key_messages": ("what", "key_messages_noted"), "visual_style": ("how", "visual_style_noted")}
    for field in FIELDS:
        section, name = places.get(field, (next(s for s, f in ASKED.items() if field in f), field))
        (row,) = sheet.parts[section][name]["rows"]
        assert (row["text"], row["recorded_by"]) == (f"mot sur {field} <b>", "nina")
    assert not {"compensation", "risks", "fit"} & {one["field"] for one in sheet.evidence["unknown"]}
    assert "d’un autre brief" not in render_sheet(sheet, "fr", "json").decode()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_an_analyst_wrote_is_text_in_every_form(noted: Connection, form: str) -> None:
    content = render_sheet(sheet_of(noted), "fr", form)
    assert content
    if form == "html":
        assert b"mot sur risks &lt;b&gt;" in content
        assert b"mot sur risks <b>" not in content


def test_the_persons_own_basis_goes_before_the_workspaces(noted: Connection) -> None:
    (row,) = sheet_of(noted, signed=Signed("", "contract")).parts["why"]["lawful_basis"]["rows"]
    assert row["text"] == "mot sur lawful_basis <b>"
    (row,) = sheet_of(noted, "p01", signed=Signed("", "contract")).parts["why"]["lawful_basis"]["rows"]
    assert row_said("lawful_basis", row, "fr") == "contrat (vigie.toml)"


def test_pay_agreed_and_received_is_told_in_euros_and_never_guessed(noted: Connection) -> None:
    ids = {"who": PEOPLE + "p02", "account": ACCOUNT.replace("p00", "p02")}
    noted.begin()
    try:
        noted.execute(
            "INSERT INTO relation.agreements (person_id, account_id, campaign, advertiser, objective, pay_cents, gift_cents,"
            " signed_at) VALUES ($who, $account, 'Printemps', 'Brûlerie', 'filtre', 125050, 0, '2026-03-01 00:00:00+00')",
            ids,
        )
        for day in ("2026-02-01", "2026-03-01", "2025-03-01"):
            noted.execute(
                "INSERT INTO relation.payments (person_id, account_id, advertiser, objective, kind, amount_cents, happened_at)"
                " VALUES ($who, $account, 'Brûlerie', 'filtre', 'pay', 40000, $day)",
                ids | {"day": f"{day} 12:00:00+00"},
            )
        sheet = sheet_of(noted, "p02")
        rows = sheet.parts["how"]["compensation"]["rows"]
        assert [(row["kind"], row["pay"], row["gift"]) for row in rows] == [
            ("agreed", 1250.5, 0),
            ("received", 800, None),
        ]
        said = row_said("compensation", rows[0], "fr") or ""
        assert said.startswith(
            "convenu\u00a0: rémunération 1\u202f250,50\u00a0€, cadeaux 0,00\u00a0€ (Printemps, Brûlerie, filtre, 1"
        )
        assert [row[5:7] for row in noted.execute(sheet.statements()["compensation"]).fetchall()] == [
            (1250.5, 0.0), (800.0, None)]  # fmt: skip
    finally:
        noted.rollback()
    assert sheet_of(noted, "p02").parts["how"]["compensation"]["missing"] == "no_pay_recorded"


def test_the_verdict_and_a_consent_are_told_with_who_recorded_them(noted: Connection) -> None:
    ids = {"account": ACCOUNT.replace("p00", "p02"), "at": "2026-03-09 12:00:00+00"}
    noted.begin()
    try:
        noted.execute("INSERT INTO relation.selections (brief, account_id, verdict, why, recorded_by, recorded_at)"
                      " VALUES ('cafe', $account, 'accept', 'au cœur du sujet', 'léa', $at)", ids)  # fmt: skip
        noted.execute("INSERT INTO relation.consents (account_id, purpose, evidence, recorded_by, recorded_at)"
                      " VALUES ($account, 'contact', 'courriel', 'léa', $at)", ids)  # fmt: skip
        why = sheet_of(noted, "p02").parts["why"]
        assert row_said("fit", why["fit"]["rows"][0], "fr") == "retenir\u00a0: au cœur du sujet (léa, 9 mars 2026)"
        assert why["lawful_basis"]["rows"][0]["field"] == "consent"
    finally:
        noted.rollback()


def test_a_field_that_is_none_of_the_sheets_is_refused(tmp_path: Path) -> None:
    with open_relations(tmp_path / "people.sqlite") as people, pytest.raises(UserError, match="risks"):
        write_note(people, "cafe", ACCOUNT, "x", who="nina", field="risk")


def test_a_store_from_before_notes_had_a_field_gains_it_and_keeps_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    with open_relations(path) as people:
        write_note(people, "cafe", ACCOUNT, "ancienne", who="nina")
    with sqlite3.connect(path) as old:
        old.execute("ALTER TABLE notes DROP COLUMN field")
    with open_relations(path) as people:
        write_note(people, "cafe", ACCOUNT, "nouvelle", who="nina", field="risks")
        kept = people.execute("SELECT text, field FROM notes ORDER BY id").fetchall()
    assert [tuple(row) for row in kept] == [("ancienne", None), ("nouvelle", "risks")]


def test_a_database_whose_notes_have_no_field_still_gives_its_sheets(noted: Connection) -> None:
    noted.begin()
    try:
        noted.execute("ALTER TABLE relation.notes DROP COLUMN field")
        assert sheet_of(noted).parts["why"]["risks"]["missing"] == "not_noted"
    finally:
        noted.rollback()


def test_the_first_page_answers_each_question_in_a_line(con: Connection) -> None:
    for key in ("p00", "thin", "silent"):
        answers = glance(sheet_of(con, key), "fr")
        assert [question for question, _ in answers] == ["Quoi", "Quand", "Où", "Qui", "Comment", "Pourquoi"]
        assert all(answer and "\n" not in answer for _, answer in answers)
    assert dict(glance(sheet_of(con, "silent"), "fr"))["Quand"].startswith("inconnu\u00a0:")


@pytest.mark.parametrize(
    ("place", "lang", "said"),
    [(1, "fr", "1er centile (sur 9)"), (2, "fr", "2e centile (sur 9)"), (1, "en", "1st percentile (of 9)"),
     (12, "en", "12th percentile (of 9)"), (22, "en", "22nd percentile (of 9)"), (93, "en", "93rd percentile (of 9)")],
)  # fmt: skip
def test_a_percentile_is_an_ordinal_of_its_language(place: int, lang: str, said: str) -> None:
    assert place_said(place, 9, lang) == said


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert say.day("2026-03-01", "fr") == "1er mars 2026"
    assert say.day("2026-03-11", "fr") == "11 mars 2026"
    assert say.day("2026-03-01", "en") == "1 March 2026"


def test_a_worksheet_shows_shares_in_percent_and_whole_numbers_whole(con: Connection) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_sheet(sheet_of(con), "fr", "xlsx")))
    found = {row[1].value: row[2] for row in book.worksheets[0].iter_rows(min_row=2)}
    shown = {name: found[say.word("field", name, "fr")] for name in ("own_share", "posts", "posts_per_week")}
    assert {name: cell.number_format for name, cell in shown.items()} == {
        "own_share": "0%", "posts": "#,##0", "posts_per_week": "#,##0.00"}  # fmt: skip
    assert shown["own_share"].value == sheet_of(con).parts["what"]["own_share"]["value"]


def test_a_wrapped_row_is_as_high_as_its_lines(con: Connection) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_sheet(sheet_of(con), "fr", "xlsx")))
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            longest = max((len(cell.value) for cell in row if isinstance(cell.value, str)), default=0)
            if 66 < longest < 600:
                assert sheet.row_dimensions[row[0].row].height >= 13.5 * longest / 66


@given(st.text(max_size=80))
def test_french_is_set_with_spaces_no_line_breaks_at(text: str) -> None:
    said = say.typeset(text)
    assert not re.search(" [;?!%:»]", said)
    assert said.translate({0x202F: " ", 0xA0: " "}) == text.translate({0x202F: " ", 0xA0: " "})


@given(st.sampled_from(sorted(SAID)), st.text(min_size=1, max_size=500))
def test_words_from_outside_stay_on_one_line(field: str, text: str) -> None:
    rows: dict[str, dict[str, Any]] = {
        "key_messages": {"message": text, "published_at": "2026-03-01"},
        "own_sites": {"link": text, "kind": "site", "evidence": "stated"},
        "region": {"location": text},
        "type": {"label": text},
        "risks": {"value": None, "text": text, "recorded_by": text, "recorded_at": None},
        "events": {"name": text, "on": None, "place": text, "role": "cites"},
    }
    said = row_said(field, rows[field], "fr") if field in rows else ""
    assert said is not None
    assert not re.search(r"[\n\r\x00-\x08\x1b\u202e]", said)
    assert len(said) < 1500


@pytest.mark.parametrize(
    ("labels", "told"),
    [(["expert", "journalist"], ["journalist"]), (None, []), (["media", "media", "fan"], ["media", "fan"])],
)
def test_a_type_is_one_of_the_run_s_labels_never_a_guess(labels: list[str] | None, told: list[str]) -> None:
    score = {"labels": labels, "segment": "s", "authenticity": None}
    section = who({"accounts": [], "peers": [], "audience": [], "relations": [], "scores": [score]})
    assert [row["label"] for row in section["type"]["rows"]] == told
    assert section["quality"]["missing"] == "not_observed"


def test_a_word_table_keeps_each_line_on_one_page_and_rules_it(con: Connection) -> None:
    with zipfile.ZipFile(io.BytesIO(render_sheet(sheet_of(con), "fr", "docx"))) as parts:
        body = parts.read("word/document.xml").decode()
    assert body.count("<w:tr>") + body.count("<w:tr ") == body.count("<w:cantSplit")
    assert "insideH" in body


def test_a_json_sheet_carries_version_and_signature(con: Connection) -> None:
    content = orjson.loads(render_sheet(sheet_of(con, signed=Signed("Nina")), "fr", "json"))
    assert (content["run"]["analyst"], content["run"]["sheet_version"]) == ("Nina", VERSION)
