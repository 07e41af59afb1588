"""What was collected is erased when its time is over; the clock starts at the first collection and never again."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from app.cli import run
from data.relations.store import add, open_relations
from data.warehouse.load import Staging, load
from data.warehouse.store import connect, open_store
from data.workspace import find_workspace
from pipelines.retention import Overdue, overdue, purge

DAY = datetime(2026, 1, 10, tzinfo=UTC)
LEA = {"type": "account", "account_id": "forum:1", "source": "forum", "native_id": "1", "handle": "lea"}
POST = {
    "type": "post", "post_id": "forum:p1", "account_id": "forum:1", "source": "forum", "native_id": "p1", "likes": 4,
    "published_at": "2025-12-01T00:00:00Z", "text": "Du café, encore du café",
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    assert run(["init", str(tmp_path / "w"), "--lang", "en"]) == 0
    return find_workspace(tmp_path / "w")


def tell(workspace, *records, now=DAY):
    with open_store(workspace.store) as store:
        staging = Staging(store)
        staging.add_json_lines([json.dumps(record) for record in records])
        load(staging, brief="b", found_via="test", now=now)


def ask(workspace, question):
    connection = connect(workspace.store, read_only=True)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def months(number):
    return DAY + timedelta(days=31 * number)


def test_nothing_goes_before_its_time(workspace):
    tell(workspace, LEA, POST)
    assert purge(workspace, months(11)).nothing
    assert ask(workspace, "SELECT text FROM core.posts") == [("Du café, encore du café",)]


def test_words_go_after_their_time_and_counts_stay(workspace):
    tell(workspace, LEA, POST)
    assert purge(workspace, months(13)) == Overdue({"forum": 1}, 0)
    assert ask(workspace, "SELECT text, likes FROM core.posts JOIN core.post_observations USING (post_id)") == [
        (None, 4)
    ]
    assert purge(workspace, months(13)).nothing


def test_seeing_a_post_again_does_not_start_the_clock_again(workspace):
    tell(workspace, LEA, POST)
    tell(workspace, LEA, POST | {"likes": 9}, now=months(11))
    assert overdue(workspace, months(13)).texts == {"forum": 1}


def test_what_was_erased_does_not_come_back_with_the_next_crawl(workspace):
    tell(workspace, LEA, POST)
    purge(workspace, months(13))
    tell(workspace, LEA, POST | {"text": "Du café, toujours", "edited_at": "2026-12-01T00:00:00Z"}, now=months(14))
    assert ask(workspace, "SELECT text FROM core.posts") == [(None,)]


def test_no_block_of_the_store_keeps_the_words(workspace):
    tell(workspace, LEA, POST | {"text": "ornithorynque " * 50})
    purge(workspace, months(13))
    assert b"ornithorynque" not in workspace.store.read_bytes()


def test_a_source_with_stricter_terms_is_erased_sooner(workspace):
    tell(workspace, LEA | {"account_id": "yt:channel/1", "source": "youtube"},
         POST | {"account_id": "yt:channel/1", "source": "youtube"})  # fmt: skip
    assert overdue(workspace, DAY + timedelta(days=27)).nothing
    assert overdue(workspace, DAY + timedelta(days=32)) == Overdue({"youtube": 1}, 1)


def test_people_go_whole_after_theirs(workspace):
    tell(workspace, LEA, POST, {"type": "tie", "from_account": "forum:1", "to_account": "forum:2", "kind": "follow"})
    assert purge(workspace, months(37)).accounts == 1
    for table in ("accounts", "posts", "post_observations", "stated_ties", "brief_posts"):
        assert ask(workspace, f"SELECT count(*) FROM core.{table}") == [(0,)], table


def test_someone_with_whom_there_was_contact_stays(workspace):
    tell(workspace, LEA, POST)
    with open_relations(workspace.people) as records:
        values = {"account_id": "forum:1", "brief": "b", "action": "met", "happened_at": months(20).isoformat()}
        add(records, "touchpoints", values, who="nina")
    assert overdue(workspace, months(37)) == Overdue({"forum": 1}, 0)
    assert overdue(workspace, months(58)).accounts == 1


def test_a_person_goes_with_all_accounts_or_none(workspace):
    other = LEA | {"account_id": "forum:2", "native_id": "2", "handle": "lea2"}
    tell(workspace, LEA, {"type": "person", "person_id": "p", "account_id": "forum:1"},
         {"type": "person", "person_id": "p", "account_id": "forum:2"})  # fmt: skip
    tell(workspace, other, now=months(30))
    assert overdue(workspace, months(37)).accounts == 0


def test_a_workspace_without_anything_has_nothing_to_erase(workspace):
    assert purge(workspace).nothing
    assert overdue(workspace).nothing


def test_the_command_counts_first_and_erases_when_told(discovered, tmp_path, capsys):
    root = tmp_path / "copy"
    shutil.copytree(discovered, root)
    settings = root / "vigie.toml"
    settings.write_text(settings.read_text("utf-8").replace("texts_months = 12", "texts_months = 1"), "utf-8")
    with open_store(root / ".vigie" / "work.duckdb") as store:
        store.execute("UPDATE core.posts SET first_seen = first_seen - INTERVAL 5 YEAR")
        written = store.execute("SELECT count(*) FROM core.posts WHERE text IS NOT NULL").fetchall()[0][0]
    where = ["--workspace", str(root), "--json"]
    capsys.readouterr()
    assert run(["purge", "--dry-run", *where]) == 0
    counted = json.loads(capsys.readouterr().out)
    assert (sum(counted["texts"].values()), counted["erased"]) == (written, False)
    assert run(["purge", *where]) == 0
    assert json.loads(capsys.readouterr().out)["erased"] is True
    published = connect(root / "vigie.duckdb", read_only=True)
    assert published.execute("SELECT count(*) FROM core.posts WHERE text IS NOT NULL").fetchall() == [(0,)]
    published.close()
    assert run(["purge", "--lang", "fr", "--workspace", str(root)]) == 0
    assert "Rien n'est au-delà" in capsys.readouterr().out


BRIEF = '[brief]\nname = "b"\n[[segments]]\nname = "café"\nquery = "café"\n'


def test_a_discovery_erases_what_is_past_its_time_before_it_reads(workspace, capsys):
    """The clock stands at the first collection, so texts of 2020 told then are long past their twelve months."""
    (workspace.root / "briefs" / "b.toml").write_text(BRIEF, "utf-8")
    tell(workspace, LEA, POST, now=datetime(2020, 1, 10, tzinfo=UTC))
    assert run(["discover", "b", "--offline", "--workspace", str(workspace.root)]) in (0, 3)
    assert "Retention" in capsys.readouterr().err
    assert ask(workspace, "SELECT count(*) FROM core.posts WHERE text IS NOT NULL") == [(0,)]


def test_doctor_tells_what_is_overdue_and_nothing_when_all_is_within_its_time(workspace, capsys):
    where = ["--workspace", str(workspace.root), "--lang", "en"]
    tell(workspace, LEA, POST, now=datetime.now(UTC))
    run(["doctor", *where])
    assert "past their time" not in capsys.readouterr().out
    tell(workspace, POST | {"post_id": "forum:p2", "native_id": "p2"}, now=datetime(2020, 1, 10, tzinfo=UTC))
    run(["doctor", *where])
    assert "! kept past their time: 1 post(s)" in capsys.readouterr().out
