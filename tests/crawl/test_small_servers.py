"""What small servers of the fediverse do otherwise than Mastodon, in answers written by hand after theirs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.connector import Answer, Batch, Context
from crawlers.mastodon import order, uid_of
from crawlers.registry import connector

BASE, DOMAIN = "http://small.example", "small.example"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def person(name: str, acct: str) -> dict[str, Any]:
    return {"id": f"{name}0", "username": name, "acct": acct, "uri": f"{BASE}/{name}", "url": f"{BASE}/{name}", "note": "",
            "followers_count": 0, "statuses_count": 0}  # fmt: skip


def status(who: dict[str, Any], number: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "uri": f"{who['uri']}/p/{number}", "account": who, "content": "<p>coffee</p>", "visibility": "public",
            "created_at": "2026-11-01T10:00:00Z", "reblog": None} | more  # fmt: skip


def read(purpose: str, body: Any, status_code: int = 200, notes: dict[str, str] | None = None, **payload: Any) -> Batch:
    told = {"base": BASE, "domain": DOMAIN} | payload
    answer = Answer(f"{BASE}/x", purpose, told, status_code, {}, json.dumps(body).encode(), 0, AT)
    return connector("mastodon").parse(answer, Context(options={}, notes=notes or {}))


def test_boosts_told_from_one_another_by_a_fragment_only_stay_apart():
    lea = person("lea", "lea")
    inner = [status(person("nina", "nina"), f"n{turn}") for turn in range(3)]
    boosts = [status(lea, f"b{turn}", uri=f"{BASE}#b{turn}", content="", reblog=one) for turn, one in enumerate(inner)]
    batch = read("statuses", boosts, id="lea0", uid=f"ap:{BASE}/lea")
    reposts = [record for record in batch.records if record.get("kind") == "repost"]
    assert [one["post_id"] for one in reposts] == [f"ap:{BASE}#b{turn}" for turn in range(3)]
    assert [one["repost_of"] for one in reposts] == [f"ap:{BASE}/nina/p/n{turn}" for turn in range(3)]


@pytest.mark.parametrize(
    ("acct", "scope", "handle"),
    [
        ("lea", "home", f"@lea@{DOMAIN}"),
        (f"lea@{DOMAIN}", "home", f"@lea@{DOMAIN}"),
        ("lea@SMALL.example", "home", "@lea@SMALL.example"),
        ("lea@far.example", "remote_view", "@lea@far.example"),
    ],
)
def test_who_lives_here_is_known_by_the_domain_and_not_by_the_sign(acct: str, scope: str, handle: str):
    batch = read("statuses", [status(person("lea", acct), "1")], id="lea0", uid=f"ap:{BASE}/lea")
    account, post = batch.records
    assert (account["handle"], account["extra"]["view_scope"], post["extra"]["view_scope"]) == (handle, scope, scope)


def test_a_server_that_says_it_is_snac_is_asked_as_one_from_then_on():
    facts = {"uri": DOMAIN, "version": "4.0.0 (not true; really snac/2.94)"}
    notes = read("instance", facts, v=1).notes
    assert notes == {
        f"domain {BASE}": DOMAIN,
        f"software {BASE}": "snac",
        f"many {BASE}": "no",
        f"single {BASE}": "closed",
    }
    [account] = read("lookup", person("lea", "lea"), notes=notes, name="lea").records
    assert (account["followers"], account["posts"]) == (None, None)


def test_a_server_without_the_second_instance_address_is_asked_by_the_first():
    for body, code in (("<h1>404</h1>", 404), ({}, 200), ("", 500)):
        [ask] = read("instance", body, code, v=2).asks
        assert ask.url == f"{BASE}/api/v1/instance"


@given(st.text("0123456789abcdef", min_size=1, max_size=40), st.text("0123456789abcdef", min_size=1, max_size=40))
def test_ids_have_one_order_whatever_they_are_made_of(one: str, other: str):
    assert (order(one) < order(other)) + (order(other) < order(one)) + (one == other) == 1
    if one.isdigit() and other.isdigit() and one[0] != "0" and other[0] != "0":
        assert (order(one) < order(other)) == (int(one) < int(other))


@given(st.one_of(st.none(), st.integers(), st.text(max_size=60), st.lists(st.text(max_size=5))))
def test_whatever_is_given_for_an_address_an_id_is_an_address_or_nothing(told: object):
    uid = uid_of({"uri": told, "url": told})
    assert uid is None or uid.startswith(("ap:http://", "ap:https://"))
