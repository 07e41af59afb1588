"""Dated runs: which there are, which one held on a day, and what a person reads of the difference."""

import json
import shutil

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import run as vigie
from data.errors import UserError
from data.warehouse.publish import publish
from data.warehouse.store import connect, open_store
from data.workspace import Workspace
from graph.history import diff
from pipelines.history import compare, pick, runs_of
from pipelines.ranking import Filters, ranking_rows, run_of, tier_mix

RUNS = [  # run, as of, finished, brief hash; standings: person → rank, tier
    ("20260101T000000-aaaaaa", "2026-01-01", "2026-01-02", "h1", {"lea": (1, "macro"), "max": (2, None), "zoe": (3, "micro")}),
    ("20260201T000000-bbbbbb", "2026-02-01", "2026-02-02", "h1", {"lea": (9, "macro"), "zoe": (2, "magic_middle"), "ines": (3, None)}),
    ("20260301T000000-cccccc", "2026-03-01", "2026-03-02", "h2", {"lea": (9, "macro"), "zoe": (2, "magic_middle"), "ines": (3, None)}),
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("history")
    (root / "briefs").mkdir()
    (root / "vigie.toml").write_text("", encoding="utf-8")
    (root / "briefs" / "cafe.toml").write_text(
        '[brief]\nname = "cafe"\n[[segments]]\nname = "filtre"\nquery = "v60"\n', encoding="utf-8"
    )
    found = Workspace(root)
    with open_store(found.store) as con:
        for name in ("lea", "max", "zoe", "ines"):
            con.execute(
                "INSERT INTO core.accounts (account_id, source, native_id, handle) VALUES (?, 'net', ?, ?)",
                [name, name, f"{name}@net.example"],
            )
        for run_id, as_of, finished, brief_hash, standings in RUNS:
            con.execute(
                "INSERT INTO detection.runs VALUES (?, 'cafe', ?, ?, 'finished', ?, '1', ?, NULL)",
                [run_id, finished, finished, as_of, brief_hash],
            )
            names = list(standings)
            rows = pa.table(
                {
                    "brief": ["cafe"] * len(names), "run_id": [run_id] * len(names), "segment": ["filtre"] * len(names),
                    "person_id": [f"person:{n}" for n in names], "account_id": names, "source": ["net"] * len(names),
                    "status": ["discovered"] * len(names), "rank": [standings[n][0] for n in names],
                    "rank_low": [max(1, standings[n][0] - 1) for n in names],
                    "rank_high": [standings[n][0] + 1 for n in names], "tier": [standings[n][1] for n in names],
                    "influence": [100.0 / standings[n][0] for n in names],
                    "relevance": [20.0 if standings[n][0] > 5 else 40.0 for n in names],
                }
            )  # fmt: skip
            con.register("given", rows)
            con.execute("INSERT INTO detection.candidates BY NAME SELECT * FROM given")
            con.unregister("given")
    publish(found)
    return found


@pytest.fixture
def con(workspace):
    connection = connect(workspace.published, read_only=True)
    yield connection
    connection.close()


def test_runs_are_listed_newest_first_with_their_people(con):
    found = runs_of(con, "cafe")
    assert [run.run_id[-6:] for run in found] == ["cccccc", "bbbbbb", "aaaaaa"]
    assert [(run.people, run.ranked) for run in found] == [(3, 3), (3, 3), (3, 3)]
    assert runs_of(con, "the") == []


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("2026-01-01", "aaaaaa"), ("2026-01-31", "aaaaaa"), ("2026-02-01", "bbbbbb"), ("2030-01-01", "cccccc"),
        ("20260201T", "bbbbbb"), ("20260301T000000-cccccc", "cccccc"), ("2026-02-01T00:00:00+00:00", "bbbbbb"),
    ],
)  # fmt: skip
def test_a_run_is_meant_by_its_id_by_the_beginning_of_it_or_by_a_day(con, reference, meant):
    assert pick(runs_of(con, "cafe"), reference).run_id.endswith(meant)


@pytest.mark.parametrize("reference", ["2025-12-31", "2026", "hier", "", "'; DROP TABLE x"])
def test_a_day_before_the_first_run_or_no_day_at_all_is_the_users_error(con, reference):
    with pytest.raises(UserError):
        pick(runs_of(con, "cafe"), reference)


@given(st.text(max_size=30))
def test_any_text_picks_a_run_or_is_the_users_error(text):
    try:
        assert pick([], text)
    except UserError as error:
        said = error.message.fr
    assert said


def test_a_comparison_names_who_came_went_rose_fell_and_changed_tier(con):
    newest, middle, oldest = runs_of(con, "cafe")
    found = compare(con, "cafe", oldest, middle)
    assert [found.names[m.person_id] for m in found.diff.entrants] == ["ines@net.example"]
    assert [found.names[m.person_id] for m in found.diff.leavers] == ["max@net.example"]
    assert [(m.places, m.sure) for m in found.diff.fallers] == [(-8, True)]
    assert [(m.places, m.sure) for m in found.diff.risers] == [(1, False)]
    assert [(m.tier_before, m.tier_after) for m in found.diff.tier_changes] == [("micro", "magic_middle")]
    assert found.same_brief
    assert not compare(con, "cafe", middle, newest).same_brief


def test_the_list_of_a_day_is_the_one_that_held_then(con):
    then = ranking_rows(con, "cafe", Filters(as_of="2026-01-15"))
    assert [row["account_id"] for row in then] == ["lea", "max", "zoe"]
    now = ranking_rows(con, "cafe", Filters())
    assert [row["account_id"] for row in now] == ["zoe", "ines", "lea"]
    assert run_of(con, "cafe").endswith("cccccc")
    assert dict(tier_mix(con, "cafe", "2026-01-15")) == {"macro": 1, "micro": 1, None: 1}


def command(workspace, *words):
    return vigie([*words, "--workspace", str(workspace.root)])


def test_the_command_says_it_in_both_languages(workspace, capsys):
    assert command(workspace, "history", "cafe", "--from", "2026-01-01", "--to", "2026-02-01", "--lang", "fr") == 0
    told = capsys.readouterr().out
    assert "ines@net.example · filtre\u00a0: – → 3" in told
    assert "lea@net.example · filtre\u00a0: 1 → 9 (−8, net)" in told
    assert "Micro → Magic middle" in told
    assert "a changé entre les deux" not in told
    assert "Montent (1, dont 0 au-delà des intervalles)" in told
    assert "Descendent (1, dont 1 au-delà des intervalles)" in told
    assert "pertinence 40 → 20" in told
    assert command(workspace, "history", "cafe", "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "Nothing changed." in told
    assert "the brief changed in between" in told
    assert "the version of vigie changed" not in told


def test_the_command_gives_the_same_to_a_machine(workspace, capsys):
    assert (
        command(workspace, "history", "cafe", "--from", "2026-01-01", "--to", "2026-02-01", "--top", "1", "--json") == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert len(found["runs"]) == 3
    assert found["diff"]["totals"] == {"entrants": 1, "leavers": 1, "risers": 1, "fallers": 1, "tier_changes": 1}
    assert found["diff"]["fallers"][0]["name"] == "lea@net.example"
    assert found["diff"]["fallers"][0]["places"] == -8


def test_rank_as_of_a_day_and_its_mistakes(workspace, capsys):
    assert command(workspace, "rank", "cafe", "--as-of", "2026-01-15", "--format", "json") == 0
    assert [row["account_id"] for row in json.loads(capsys.readouterr().out)] == ["lea", "max", "zoe"]
    assert command(workspace, "rank", "cafe", "--as-of", "2020-01-01") == 2
    assert "2026-01-01" in capsys.readouterr().err
    assert command(workspace, "history", "cafe", "--segment", "filter") == 2
    assert "filtre" in capsys.readouterr().err


def test_who_refuses_since_is_in_no_diff(workspace, tmp_path):
    copy = tmp_path / "vigie.duckdb"
    shutil.copy(workspace.published, copy)
    con = connect(copy)
    con.execute("UPDATE core.accounts SET consent = 'opt_out' WHERE account_id = 'ines'")
    _, middle, oldest = runs_of(con, "cafe")
    assert compare(con, "cafe", oldest, middle).diff.entrants == []
    con.close()


RANKS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30), max_size=8)


@given(RANKS, RANKS)
def test_everybody_is_in_one_kind_of_move_at_most_and_back_again_is_the_mirror(before, after):
    def rows(ranks):
        return [
            {"person_id": p, "segment": "s", "rank": r, "rank_low": r, "rank_high": r, "tier": None}
            for p, r in ranks.items()
        ]

    there, back = diff(rows(before), rows(after)), diff(rows(after), rows(before))
    moved = [m.person_id for kind in (there.entrants, there.leavers, there.risers, there.fallers) for m in kind]
    assert len(moved) == len(set(moved))
    assert {m.person_id for m in there.entrants} == {m.person_id for m in back.leavers}
    assert {(m.person_id, m.places) for m in there.risers} == {(m.person_id, -m.places) for m in back.fallers}


def test_two_runs_of_one_day_are_told_apart_by_when_they_ended(workspace, tmp_path, capsys):
    shutil.copytree(workspace.root, tmp_path / "one-day")
    copy = Workspace(tmp_path / "one-day")
    con = connect(copy.published)
    con.execute("UPDATE detection.runs SET as_of = TIMESTAMPTZ '2026-02-01 15:00:00+00' WHERE run_id = ?", [RUNS[2][0]])
    con.close()
    assert command(copy, "history", "cafe", "--from", RUNS[1][0], "--to", RUNS[2][0], "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "As of 1 February 2026, the run finished 2026-02-02" in told
    assert "and the one of 2026-03-02" in told


def test_a_run_is_not_compared_with_itself(workspace, capsys):
    later = RUNS[1][0]
    assert command(workspace, "history", "cafe", "--from", later, "--to", later, "--lang", "en") == 2
    assert f"--from and --to mean the same run, {later}" in capsys.readouterr().err


def test_runs_of_another_code_are_told_even_when_the_version_is_the_same(workspace, tmp_path):
    copy = tmp_path / "vigie.duckdb"
    shutil.copy(workspace.published, copy)
    con = connect(copy)
    for run_id, method in ((RUNS[0][0], "m1"), (RUNS[1][0], "m2")):
        con.execute("INSERT INTO ecosystem.methods VALUES ('cafe', ?, 'filtre', ?, 0.1)", [run_id, method])
    _, middle, oldest = runs_of(con, "cafe")
    found = compare(con, "cafe", oldest, middle)
    con.close()
    assert (oldest.method, middle.method) == ("m1", "m2")
    assert not found.same_method
    assert not found.same_brief
    assert found.before.brief_hash == found.after.brief_hash
