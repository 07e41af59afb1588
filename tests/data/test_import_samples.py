"""Every format that `vigie import --list` names has a sample in the tests, and what suites export is read line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data.imports.registry import FORMATS

HERE = Path(__file__).parent
SAMPLES = {
    "csv": "test_one_identity.py", "xlsx": "test_workbooks_and_archives.py", "parquet": "test_exports.py", "jsonl": "test_one_identity.py",
    "opml": "test_imports.py", "graphml": "test_imports.py", "mastodon": "test_imports.py", "bluesky": "test_imports.py",
    "twitter-v1": "test_imports.py", "twitter-v2": "test_imports.py", "4cat": "test_imports.py", "minet": "test_imports.py",
    "brandwatch": "test_imports.py", "meltwater": "test_imports.py", "talkwalker": "test_imports.py",
}  # fmt: skip
RETWEETS = {
    "brandwatch": (
        "Report:,x\nBrand:,y\n\nQuery Name,Date,Title,Url,Page Type,Author,Full Name,Full Text,Twitter Author ID,Twitter Followers,Twitter Retweet of\n"
        'q,2026-01-02 10:00:00.0,t,http://twitter.com/lea/status/11,twitter,lea,Léa,"café, filtre\nsur deux lignes",9,"1,200",\n'
        "q,2026-01-03 10:00:00.0,t,http://twitter.com/bo/status/12,twitter,bo,Bo,RT @lea: café,8,3,http://twitter.com/lea/status/11\n"
    ),
    "minet": (
        "id,timestamp_utc,user_screen_name,text,user_id,user_followers,retweeted_id,url\n"
        '11,1767348000,lea,"café, filtre\nsur deux lignes",9,1200,,https://twitter.com/lea/status/11\n'
        "12,1767434400,bo,RT @lea: café,8,3,11,https://twitter.com/bo/status/12\n"
    ),
}


def test_every_format_has_a_sample():
    assert set(SAMPLES) == set(FORMATS)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_stands_where_it_is_said_to(name):
    assert re.search(rf'"{name}"', (HERE / SAMPLES[name]).read_text("utf-8"))


@pytest.mark.parametrize("name", RETWEETS)
def test_an_export_with_words_on_two_lines_and_a_retweet_is_read(bring, store, name):
    loaded = bring(name, "e.csv", RETWEETS[name].encode())
    assert loaded.rejects == []
    told = store.sql("SELECT post_id, kind, repost_of, text FROM core.posts ORDER BY post_id").fetchall()
    assert told[0] == ("twitter:11", "post", None, "café, filtre\nsur deux lignes")
    assert told[1][:3] == ("twitter:12", "repost", "twitter:11")
