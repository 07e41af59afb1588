"""A refusal told by a sign in a profile ends when its person takes the sign away, where it was told; an objection never does."""

from __future__ import annotations

import hashlib
import hmac
import json
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.consent import RANK, Gate
from crawlers.job import SourceJob
from crawlers.report import read_report
from crawlers.results import handed_over, read_records
from pipelines.detection.collect import _alarms

DAY = 86_400.0


# --- the gate -----------------------------------------------------------------------------------------------------


def account(consent="allow", scope="home", **fields):
    return {
        "type": "account",
        "account_id": "a",
        "source": "s",
        "native_id": "a",
        "consent": consent,
        "handle": "@a",
        "extra": {"view_scope": scope},
    } | fields


decisions = st.sampled_from(sorted(RANK))


@given(before=decisions, told=decisions, scope=st.sampled_from(["home", "remote_view"]), bound=st.booleans())
def test_only_what_shows_where_a_wish_was_told_may_loosen_it(before, told, scope, bound):
    gate = Gate(known={"a": before})
    gate.apply([account(told, scope)], {"a"} if bound else ())
    free = scope == "home" and not bound
    assert gate.known["a"] == (told if free or RANK[told] >= RANK[before] else before)


@pytest.mark.parametrize("scope", ["home", "remote_view"])
def test_who_said_no_leaves_a_marker_whoever_tells_of_them_later(scope):
    gate = Gate(known={"a": "deny"})
    kept, _ = gate.apply([account("allow", scope, display_name="Léa", summary="café")], {"a"})
    assert kept == [{"type": "account", "account_id": "a", "source": "s", "native_id": "a", "consent": "deny"}]


# --- whole crawls -------------------------------------------------------------------------------------------------


@pytest.fixture
def town(world, mastodon, job):
    """The small Mastodon without sockets; `shy` says #nobot in her bio and is a seed."""
    mastodon.people["shy"] |= {
        "note": "<p>coffee #nobot</p>",
        "indexable": True,
        "discoverable": True,
        "noindex": False,
    }

    def answer(url):
        parts = urlsplit(url)
        world.log.append((world.now, url))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        given = mastodon.answer(SimpleNamespace(path=path, headers={}))
        status, headers, body = given or (404, {}, {})
        return status, headers | {"Content-Type": "application/json"}, json.dumps(body)

    world.answer = answer
    source = SourceJob("mastodon", {"instances": [mastodon.server.base], "hops": 0})
    made = job(source, seed_accounts=(f"@shy@{mastodon.server.host}",))

    def crawl(**values):
        from dataclasses import replace

        world.log.clear()
        world.now += DAY
        world.crawl(replace(made, **values)).frontier.close()
        rows = [json.loads(one.line) for one in read_records(made.path)]
        handed_over(made.path)
        return rows

    return SimpleNamespace(world=world, mastodon=mastodon, crawl=crawl, job=made, shy=mastodon.people["shy"])


def about(rows, kind, town):
    return [row for row in rows if row["type"] == kind and row["account_id"] == f"ap:{town.shy['uri']}"]


def read_again(town):
    town.shy["note"] += "<p>more coffee</p>"
    return town.crawl()


def statuses_asked(town):
    return [url for url in town.world.asked() if f"/accounts/{town.shy['id']}/statuses" in url]


def test_while_the_sign_stands_the_profile_alone_is_asked(town):
    for _ in range(3):
        rows = town.crawl()
        assert [row["consent"] for row in about(rows, "account", town)] in ([], ["deny"])
        assert not about(rows, "post", town)
        assert not statuses_asked(town)
        assert sum("lookup" in url for url in town.world.asked()) == 1


def test_a_sign_taken_away_is_noted_and_the_person_counts_again(town):
    town.crawl()
    town.shy["note"] = "<p>coffee</p>"
    rows = town.crawl()
    [shown] = about(rows, "account", town)
    assert (shown["consent"], shown["summary"]) == ("allow", "coffee")
    assert shown["consent_signals"][0].startswith("withdrawn=20")
    assert [post["text"] for post in about(rows, "post", town)] == ["coffee in secret"]


def test_the_analyst_is_told_and_nothing_is_called_wrong(town):
    town.crawl()
    town.shy["note"] = "<p>coffee</p>"
    town.crawl()
    report = read_report(town.job.path)
    assert not report.degraded
    [said] = _alarms(report)
    assert "taken off their profile" in said.en
    assert "retiré de son profil" in said.fr


def test_it_is_told_once_and_the_note_stands(town):
    town.crawl()
    town.shy["note"] = "<p>coffee</p>"
    town.crawl()
    [note] = about(read_again(town), "account", town)[0]["consent_signals"]
    assert note.startswith("withdrawn=")
    assert not _alarms(read_report(town.job.path))


def test_a_sign_that_comes_back_is_obeyed_at_once(town):
    for note, consent in (("#nobot", "deny"), ("coffee", "allow"), ("coffee #noindex", "deny")):
        town.shy["note"] = f"<p>{note}</p>"
        rows = town.crawl()
        assert about(rows, "account", town)[0]["consent"] == consent
    assert not about(rows, "post", town)


def test_a_profile_out_of_reach_takes_nothing_back(town):
    town.crawl()
    people = dict(town.mastodon.people)
    del town.mastodon.people["shy"]
    town.crawl()
    town.mastodon.people.update(people)
    assert not statuses_asked(town)
    town.crawl()
    assert not statuses_asked(town)


def test_an_objection_stands_whatever_the_profile_says(town):
    key = b"k" * 32
    barred = (f"ap:{town.shy['uri']}", f"@shy@{town.mastodon.server.host}")
    prints = tuple(hmac.new(key, name.lower().encode(), hashlib.sha256).hexdigest() for name in barred)
    objection = {"suppression": prints, "suppression_key": key.hex()}
    town.crawl()
    town.shy["note"] = "<p>coffee</p>"
    for _ in range(2):
        rows = town.crawl(**objection)
        assert not about(rows, "account", town)
        assert not about(rows, "post", town)
        assert not statuses_asked(town)


def test_who_was_restricted_has_words_again_once_they_say_so(town):
    town.shy.update(note="<p>coffee</p>", indexable=False)
    assert [post.get("text") for post in about(town.crawl(), "post", town)] == [None]
    town.shy["indexable"] = True
    town.mastodon.post("shy", "coffee for all")
    rows = town.crawl()
    assert about(rows, "account", town)[0]["consent_signals"][0].startswith("withdrawn=")
    assert "coffee for all" in [post.get("text") for post in about(rows, "post", town)]
