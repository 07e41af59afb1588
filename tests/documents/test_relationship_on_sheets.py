"""What the team recorded of a relationship is on the sheet as it stands now, with its SQL."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import orjson
import pytest

from data.warehouse.store import connect
from pipelines.documents.outline import recorded
from pipelines.documents.read import read_sheets
from pipelines.documents.sheet import render_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.warehouse.store import Connection
    from data.workspace import Workspace
    from pipelines.documents.read import Sheet

WHO = "person:mastodon:social.example:p00"
ACCOUNT = "mastodon:social.example:p00"


@pytest.fixture(scope="module")
def related(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A copy in which the team has recorded a relationship with one person, after the run stored the sheet."""
    path: Path = tmp_path_factory.mktemp("related") / "copy.duckdb"
    shutil.copy(workspace.published, path)
    con = connect(path)
    con.execute("SET TimeZone = 'UTC'")
    ids = {"who": WHO, "account": ACCOUNT}
    for end, score, stage in (("2026-02-28", 4.0, "notoriety"), ("2026-03-31", 12.5, "credibility")):
        con.execute(
            "INSERT INTO relation.proximity (brief, person_id, account_id, period_end, score, stage)"
            " VALUES ('cafe', $who, $account, $end, $score, $stage)",
            {**ids, "end": f"{end} 12:00:00+00", "score": score, "stage": stage},
        )
    for day, channel in (("2026-03-01", "mail"), ("2026-03-05", "mail"), ("2026-03-09", "phone")):
        con.execute(
            "INSERT INTO relation.touchpoints (person_id, account_id, brief, action, channel, happened_at)"
            " VALUES ($who, $account, 'cafe', 'meeting', $channel, $day)",
            {**ids, "channel": channel, "day": f"{day} 12:00:00+00"},
        )
    for flag in ("employee", "maybe_minor"):
        con.execute(
            "INSERT INTO relation.flags (person_id, account_id, flag) VALUES ($who, $account, $flag)",
            {**ids, "flag": flag},
        )
    con.execute("INSERT INTO relation.owners (person_id, account_id, owner) VALUES ($who, $account, 'Sophie <b>')", ids)
    con.execute(
        "INSERT INTO relation.agreements (person_id, account_id, campaign) VALUES ($who, $account, 'Printemps')", ids
    )
    yield con
    con.close()


def sheet_of(con: Connection, person: str = WHO) -> Sheet:
    return next(iter(read_sheets(con, "cafe", "run-1", [person])))


def test_the_newest_proximity_the_usual_channel_and_past_partnerships_are_told(related: Connection) -> None:
    row = sheet_of(related).parts["how"]["relationship"]["rows"][0]
    assert (row["proximity"], row["stage"], row["exchanges"], row["channel"]) == (12.5, "credibility", 3, "mail")
    said = dict(recorded(row, "fr"))
    assert said["étape"] == "crédibilité"
    assert said["proximité"] == "12,5"
    assert said["dernier échange"] == "9 mars 2026"
    assert said["canal le plus employé"] == "courriel"
    assert said["collaborations"] == "Printemps"


def test_only_flags_that_bear_on_interests_are_shown(related: Connection) -> None:
    row = sheet_of(related).parts["how"]["relationship"]["rows"][0]
    assert row["flags"] == ["employee"]
    assert "maybe_minor" not in render_sheet(sheet_of(related), "en", "json").decode()


def test_its_sql_gives_the_same_figures(related: Connection) -> None:
    sheet = sheet_of(related)
    cursor = related.execute(sheet.statements()["relationship"])
    names = [column[0] for column in cursor.description]
    again = dict(zip(names, cursor.fetchall()[0], strict=True))
    row = sheet.parts["how"]["relationship"]["rows"][0]
    plain = orjson.loads(orjson.dumps(again, default=str, option=orjson.OPT_UTC_Z))
    assert {key: plain[key] for key in row} == row


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "xlsx", "md", "json"])
def test_every_form_is_made_with_a_relationship(related: Connection, form: str) -> None:
    content = render_sheet(sheet_of(related), "fr", form)
    assert content
    if form == "html":
        assert b"<li>cr\xc3\xa9dibilit\xc3\xa9</li>" in content
        assert b"Sophie <b>" not in content


def test_what_is_recorded_is_no_longer_an_unknown(related: Connection) -> None:
    unknown = {one["field"] for one in sheet_of(related).evidence["unknown"]}
    assert "relationship" not in unknown
    other = sheet_of(related, WHO.replace("p00", "p01"))
    assert "relationship" in {one["field"] for one in other.evidence["unknown"]}
    assert other.stage is None


def test_a_database_from_before_there_were_records_still_gives_its_sheets(related: Connection) -> None:
    related.begin()
    try:
        related.execute("DROP TABLE relation.proximity")
        assert sheet_of(related).parts["how"]["relationship"]["missing"] == "no_relationship"
    finally:
        related.rollback()
