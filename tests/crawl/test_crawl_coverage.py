"""How much of each source was heard is said in words, and how each record was found is kept."""

from __future__ import annotations

import pytest

from crawlers.coverage import statements
from crawlers.job import SourceJob
from crawlers.results import read_records
from crawlers.run import crawl


def test_every_server_that_answered_is_counted(mastodon, mastodon_job):
    job = mastodon_job()
    crawl(job)
    [told] = statements(job.path)
    assert told.en == "mastodon: its server answered"
    assert told.fr == "mastodon : le serveur a répondu"


@pytest.mark.parametrize("closed", ["by a refusal", "beforehand"])
def test_a_closed_timeline_is_said(mastodon, mastodon_job, other_server, closed):
    plain = mastodon.answer

    def shut(handler):
        if "timelines/tag" in handler.path and closed == "by a refusal":
            return 401, {}, {"error": "This method requires an authenticated user"}
        if handler.path == "/api/v2/instance" and closed == "beforehand":
            access = {"timelines_access": {"hashtag_feeds": {"local": "disabled", "remote": "disabled"}}}
            return 200, {}, {"domain": mastodon.server.host, "version": "4.6.0", "configuration": access}
        return plain(handler)

    mastodon.server.fallback = shut
    source = SourceJob("mastodon", {"instances": [mastodon.server.base, other_server.base]})
    job = mastodon_job(sources=(source,))
    crawl(job)
    [told] = statements(job.path)
    assert told.en == "mastodon: 2 of 2 servers answered; hashtag timelines closed on 1" or (
        told.en.startswith("mastodon: 1 of 2 servers answered; hashtag timelines closed on 1")
    )
    assert "fils de hashtag : fermés sur 1" in told.fr


def test_a_server_that_is_silent_is_not_counted_as_heard(mastodon, mastodon_job, other_server):
    other_server.close()
    source = SourceJob("mastodon", {"instances": [mastodon.server.base, other_server.base]})
    job = mastodon_job(sources=(source,))
    crawl(job)
    [told] = statements(job.path)
    assert told.en.startswith("mastodon: 1 of 2 servers answered")
    assert told.fr.startswith("mastodon : 1 serveur a répondu sur 2")


def test_what_a_timeline_brought_says_so(mastodon, mastodon_job):
    job = mastodon_job(seed_accounts=(), max_requests=2)
    crawl(job)
    ways = {record.via for record in read_records(job.path)}
    assert ways == {"timeline: #coffee"}
