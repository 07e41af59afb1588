"""Files that nobody here wrote come in through a map, and every one of their rows is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from data.imports.mapping import read_map
from data.imports.registry import import_file
from data.warehouse.derive import derive_ties

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.store import Connection

pytestmark = pytest.mark.shared

AIRLINES = """kind = "post"
[columns]
id = "native_id"
screenName = "account"
created = "published_at"
replyToSID = "in_reply_to"
retweetCount = "reposts"
favoriteCount = "likes"
[constants]
source = "twitter"
"""
STORIES = """kind = "post"
time_format = "%m/%d/%Y %H:%M"
[columns]
id = "native_id"
title = "text"
num_points = "score"
num_comments = "replies"
"author    id" = "account"
created_at = "published_at"
[constants]
source = "hackernews"
kind = "article"
"""
MEMBERS = """kind = "account"
[columns]
twitter_id = "native_id"
twitter = "handle"
nom = "display_name"
twitter_description = "summary"
twitter_created_at = "created_at"
twitter_followers = "followers"
twitter_following = "following"
twitter_tweets = "posts"
twitter_listed = "listed"
url_institution = "url"
[constants]
source = "twitter"
"""
WEEKLY = """kind = "observation"
[columns]
twitter = "native_id"
date = "observed_at"
tweets = "posts"
[constants]
source = "twitter"
"""
MEDIA = """kind = "account"
[columns]
webentity_id = "native_id"
name = "display_name"
home_page = "url"
[constants]
source = "hyphe"
"""
CREATORS = """kind = "account"
[columns]
creator = "native_id"
{videos} = "posts"
[constants]
source = "{source}"
"""

FILES = [
    ("airlines/mentions.parquet", "parquet", AIRLINES, "post"),
    ("hacker-news/stories.csv", "csv", STORIES, "post"),
    ("parlementaires/deputes.csv", "csv", MEMBERS, "account"),
    ("parlementaires/deputes_2017-2022.csv", "csv", MEMBERS, "account"),
    ("parlementaires/senateurs.csv", "csv", MEMBERS, "account"),
    ("parlementaires/weekly.parquet", "parquet", WEEKLY, "observation"),
    ("french-media/media.csv", "csv", MEDIA, "account"),
    ("creators/tiktok.csv", "csv", CREATORS.format(videos="total_videos", source="tiktok"), "account"),
    ("creators/youtube.csv", "csv", CREATORS.format(videos="tot_videos", source="youtube"), "account"),
]


@pytest.fixture
def mapped(store: Connection, shared: Path, tmp_path: Path) -> Any:
    """Import one of the real files with its map."""

    def run(name: str, form: str, text: str) -> Any:
        (tmp_path / "map.toml").write_text(text, "utf-8")
        path = shared / "data" / "real" / name
        return path, import_file(store, form, path, brief="b", map_file=read_map(tmp_path / "map.toml"))

    return run


def rows_of(path: Path) -> int:
    read = "read_csv('{}', all_varchar = true)" if path.suffix == ".csv" else "'{}'"
    return int(duckdb.sql(f"SELECT count(*) FROM {read.format(path)}").fetchall()[0][0])


@pytest.mark.parametrize(("name", "form", "text", "kind"), FILES, ids=[row[0] for row in FILES])
def test_every_row_is_loaded_or_rejected_with_its_reason(
    mapped: Any, name: str, form: str, text: str, kind: str
) -> None:
    path, loaded = mapped(name, form, text)
    unread = sum(1 for reject in loaded.rejects if reject.kind not in loaded.read)
    assert loaded.read[kind] + unread == rows_of(path)
    assert loaded.good[kind] + len(loaded.rejects) == rows_of(path)
    assert loaded.good[kind] > 0.95 * rows_of(path)
    assert all(reject.reason and reject.line > 0 for reject in loaded.rejects)


def test_replies_among_the_airlines_posts_are_ties(mapped: Any, store: Connection) -> None:
    mapped("airlines/mentions.parquet", "parquet", AIRLINES)
    derive_ties(store)
    replies = store.sql("SELECT count(*) FROM core.ties WHERE kind = 'reply'").fetchall()[0][0]
    assert replies > 1000


def test_the_times_of_stories_are_what_the_file_says(mapped: Any, store: Connection) -> None:
    mapped("hacker-news/stories.csv", "csv", STORIES)
    query = "SELECT published_at::VARCHAR, account_id FROM core.posts WHERE post_id = 'hackernews:12224879'"
    assert store.sql(query).fetchall() == [("2016-08-04 11:52:00+00", "hackernews:ne0phyte")]


def test_an_earlier_list_of_the_same_members_adds_history_and_no_doubles(mapped: Any, store: Connection) -> None:
    for name in ("parlementaires/deputes_2017-2022.csv", "parlementaires/deputes.csv"):
        mapped(name, "csv", MEMBERS)
    count = "SELECT count(*), count(DISTINCT native_id) FROM core.accounts"
    (accounts, natives) = store.sql(count).fetchall()[0]
    assert accounts == natives > 600


def test_the_network_of_the_press_has_its_edges(store: Connection, shared: Path) -> None:
    path = shared / "data" / "real" / "french-media" / "network.graphml"
    loaded = import_file(store, "graphml", path, brief="b")
    assert loaded.rejects == []
    assert loaded.good["account"] == 421
    assert loaded.good["tie"] == 20_992
