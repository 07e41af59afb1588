"""A discovery on imported data, told through the commands alone."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from app.cli import run
from data.warehouse.store import connect


def answer(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == status
    return capsys.readouterr().out


@pytest.fixture
def copy(discovered: Path, tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    shutil.copytree(discovered, root)
    return root


def rows(root: Path, query: str) -> list[tuple]:
    connection = connect(root / "vigie.duckdb", read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_ranking_is_one_row_per_person_and_segment_best_first(discovered, capsys):
    text = answer(capsys, "rank", "cafe", "--format", "json", "--workspace", str(discovered))
    listed = json.loads(text)
    assert len({(row["person_id"], row["segment"]) for row in listed}) == len(listed) > 20
    known = [row["influence"] for row in listed if row["rank"] is not None]
    assert known == sorted(known, reverse=True)
    assert all(row["rank"] is None for row in listed[len(known) :])
    assert list(listed[0])[:10] == [
        "rank", "account_id", "source", "native_id", "handle", "display_name", "url", "person_id", "segment", "tier",
    ]  # fmt: skip


def test_filters_narrow_the_ranking(discovered, capsys):
    where = ["--format", "json", "--workspace", str(discovered)]
    everyone = json.loads(answer(capsys, "rank", "cafe", *where))
    one = json.loads(answer(capsys, "rank", "cafe", "--segment", "filtre", "--top", "5", *where))
    assert [row["rank"] for row in one] == [1, 2, 3, 4, 5]
    middle = json.loads(answer(capsys, "rank", "cafe", "--tier", "magic_middle", *where))
    assert {row["tier"] for row in middle} == {"magic_middle"}
    assert len(middle) == sum(row["tier"] == "magic_middle" for row in everyone)


def test_the_csv_reads_back_with_the_same_rows(discovered, capsys):
    text = answer(capsys, "rank", "cafe", "--format", "csv", "--workspace", str(discovered))
    listed = list(csv.DictReader(io.StringIO(text)))
    assert len(listed) == len(json.loads(answer(capsys, "rank", "cafe", "--json", "--workspace", str(discovered))))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "json"])
def test_the_ranking_leaves_as_a_file(discovered, capsys, tmp_path, form):
    out = tmp_path / f"list.{form}"
    answer(capsys, "rank", "cafe", "--format", form, "--out", str(out), "--workspace", str(discovered))
    assert out.stat().st_size > 500


def test_an_explanation_names_scores_rule_posts_and_relays(discovered, capsys):
    top = json.loads(answer(capsys, "rank", "cafe", "--top", "1", "--json", "--workspace", str(discovered)))[0]
    told = json.loads(answer(capsys, "explain", "cafe", top["account_id"], "--json", "--workspace", str(discovered)))
    segment = next(s for s in told["segments"] if s["segment"] == top["segment"])
    assert segment["influence"] == pytest.approx(top["influence"])
    assert segment["influence_low"] <= segment["influence"] <= segment["influence_high"]
    assert segment["posts"]
    assert all(post["relevance"] > 0 for post in segment["posts"])
    assert f"[{top['segment']}]" in answer(capsys, "explain", "cafe", top["account_id"], "--workspace", str(discovered))


def test_an_account_is_found_however_it_is_written(discovered, capsys):
    account, source, native, handle, url = rows(
        discovered,
        "SELECT a.account_id, a.source, a.native_id, a.handle, a.url FROM detection.candidates_latest c JOIN core.accounts a USING (account_id)"
        " WHERE a.url LIKE 'http%' AND a.handle IS NOT NULL ORDER BY c.rank, a.account_id LIMIT 1",
    )[0]
    for written in (
        account,
        f"{source}:{native}",
        f"{source}:@{handle.lstrip('@')}",
        handle,
        url,
        "@" + handle.lstrip("@"),
    ):
        told = json.loads(answer(capsys, "explain", "cafe", written, "--json", "--workspace", str(discovered)))
        assert told["account_id"] == account, written


def test_every_hit_points_to_a_stored_post_and_its_offsets_to_the_matched_words(discovered):
    found = rows(
        discovered,
        "SELECT h.matched, h.offsets, p.text FROM detection.hits_latest h LEFT JOIN core.posts p USING (post_id)",
    )
    assert found
    for matched, offsets, text in found:
        assert text is not None
        for start, end in zip(offsets[::2], offsets[1::2], strict=True):
            assert matched
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()


def test_missing_scores_say_why_and_are_never_zero_by_default(discovered):
    for axis in ("reach", "resonance", "relevance", "influence"):
        silent = rows(
            discovered,
            f"SELECT count(*) FROM detection.ecosystem_latest WHERE {axis} IS NULL AND {axis}_missing IS NULL",
        )
        assert silent == [(0,)], axis


def test_intervals_hold_their_estimate(discovered):
    for axis in ("reach", "resonance", "relevance", "influence"):
        outside = rows(
            discovered,
            f"SELECT count(*) FROM detection.candidates_latest WHERE NOT ({axis} BETWEEN {axis}_low - 1e-6 AND {axis}_high + 1e-6)",
        )
        assert outside == [(0,)], axis


def test_people_who_opted_out_are_in_no_list_and_their_words_are_not_kept(discovered, small_world):
    with (small_world / "truth.csv").open(encoding="utf-8") as handle:
        gone = {row["account"] for row in csv.DictReader(handle) if row["opted_out"] == "true"}
    assert gone
    listed = {row[0] for row in rows(discovered, "SELECT account_id FROM detection.candidates_latest")}
    assert not gone & listed
    texts = {row[0] for row in rows(discovered, "SELECT account_id FROM core.posts WHERE text IS NOT NULL")}
    assert not gone & texts


def test_a_decision_takes_effect_with_the_next_discovery(copy, capsys):
    where = ["--workspace", str(copy), "--lang", "en"]
    top = json.loads(answer(capsys, "rank", "cafe", "--top", "1", "--json", *where))[0]
    answer(capsys, "curate", "cafe", top["account_id"], "out", "--why", "works for us", *where)
    answer(capsys, "discover", "cafe", "--offline", *where)
    after = json.loads(answer(capsys, "rank", "cafe", "--json", *where))
    assert top["person_id"] not in {row["person_id"] for row in after}
    assert rows(
        copy, f"SELECT DISTINCT status FROM detection.candidates_latest WHERE person_id = '{top['person_id']}'"
    ) == [("out",)]


def test_discovering_again_on_unchanged_data_reads_nothing_and_ranks_the_same(copy, capsys):
    where = ["--workspace", str(copy), "--lang", "en"]
    before = json.loads(answer(capsys, "rank", "cafe", "--json", *where))
    report = json.loads(answer(capsys, "discover", "cafe", "--offline", "--json", *where))
    assert report["coverage"]["texts_read"] == 0
    after = json.loads(answer(capsys, "rank", "cafe", "--json", *where))
    changed = [key for old, new in zip(before, after, strict=True) for key in old if old[key] != new[key]]
    assert set(changed) == {"run_id"}


def test_importing_the_same_files_again_changes_nothing(copy, small_world, capsys):
    where = ["--workspace", str(copy), "--lang", "en"]
    files = [str(small_world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    told = json.loads(answer(capsys, "import", "parquet", *files, "--brief", "cafe", "--json", *where))
    assert {count for file in told for count in file["new"].values()} == {0}


def test_sheets_and_map_are_written_and_name_their_person(discovered, capsys, tmp_path):
    top = json.loads(answer(capsys, "rank", "cafe", "--top", "1", "--json", "--workspace", str(discovered)))[0]
    out = tmp_path / "sheets"
    paths = json.loads(
        answer(
            capsys,
            "sheet",
            "cafe",
            top["account_id"],
            "--format",
            "html,md,json",
            "--out",
            str(out),
            "--json",
            "--workspace",
            str(discovered),
        )
    )
    assert {Path(path).suffix for path in paths} >= {".html", ".md", ".json"}
    assert any(top["display_name"] in Path(path).read_text("utf-8") for path in paths)
    out = tmp_path / "map"
    paths = json.loads(
        answer(
            capsys,
            "map",
            "cafe",
            "--format",
            "html,gexf,graphml,csv,json",
            "--out",
            str(out),
            "--json",
            "--workspace",
            str(discovered),
        )
    )
    assert {Path(path).suffix for path in paths} >= {".html", ".gexf", ".graphml", ".csv", ".json"}


def test_the_twelve_steps_are_told(discovered, capsys):
    told = json.loads(answer(capsys, "steps", "cafe", "--json", "--workspace", str(discovered)))
    assert [row["step"] for row in told] == list(range(1, 13))
    assert [row["state"] for row in told[:4]] == ["done"] * 4


def test_sql_answers_on_the_published_database(discovered, capsys):
    told = json.loads(
        answer(capsys, "sql", "SELECT count(*) AS n FROM core.posts", "--json", "--workspace", str(discovered))
    )
    assert told[0]["n"] > 1000


def test_resuming_a_discovery_that_had_ended_does_nothing_and_says_so(copy, capsys):
    before = rows(copy, "SELECT run_id FROM detection.runs")
    capsys.readouterr()
    assert run(["discover", "cafe", "--offline", "--resume", "--workspace", str(copy), "--lang", "en"]) == 0
    assert "nothing to resume" in capsys.readouterr().err
    assert rows(copy, "SELECT run_id FROM detection.runs") == before
