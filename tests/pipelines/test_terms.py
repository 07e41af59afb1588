"""What a source's terms forbid is not computed."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.detection.map_read import prepare
from pipelines.terms import underived

YOUTUBE = '\n[[sources]]\nkind = "youtube"\nchannels = ["@lea"]\n'


def channel_and_member(put, account):
    put(account("forum:1"), account("yt:channel/1") | {"source": "youtube"})


def scored(store, brief):
    prepare(store, brief, "run", datetime(2026, 11, 1, tzinfo=UTC))
    return [row[0] for row in store.execute("SELECT account_id FROM map_accounts ORDER BY 1").fetchall()]


def test_channels_of_youtube_are_known_and_not_scored(brief_of, store, put, account):
    channel_and_member(put, account)
    assert scored(store, brief_of()) == ["forum:1"]
    assert store.execute("SELECT count(*) FROM core.accounts").fetchall() == [(2,)]


def test_they_are_scored_once_the_user_says_that_it_was_allowed(brief_of, store, put, account):
    channel_and_member(put, account)
    brief = brief_of(**{'query = "espresso*"\n': f'query = "espresso*"\n{YOUTUBE}derive = true\n'})
    assert underived(brief) == []
    assert scored(store, brief) == ["forum:1", "yt:channel/1"]


def test_other_sources_leave_their_figures_free(brief_of):
    assert underived(brief_of()) == ["youtube"]
