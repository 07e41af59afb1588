"""What YouTube's API says of counts that are hidden and comments that are closed, and of channels that are not there."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.connector import Answer, Context
from crawlers.registry import connector

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UC = "UC" + "a" * 22
CHANNEL = {"id": UC, "snippet": {"title": "Léa", "publishedAt": "2020-01-01T00:00:00Z", "customUrl": "@lea"}}


def told(purpose, body, payload=None, status=200):
    answer = Answer(
        "https://yt.example/x",
        purpose,
        payload or {},
        status,
        {"content-type": "application/json"},
        json.dumps(body).encode(),
        0,
        NOW,
    )
    return connector("youtube").parse(answer, Context(options={"api": "https://yt.example"}))


@pytest.mark.parametrize(("numbers", "followers"), [
    ({"subscriberCount": "1230", "hiddenSubscriberCount": False}, 1230), ({"subscriberCount": "0", "hiddenSubscriberCount": True}, None),
    ({"hiddenSubscriberCount": True}, None), ({"subscriberCount": "many"}, None), ({}, None),
])  # fmt: skip
def test_hidden_subscribers_are_unknown_never_zero(numbers, followers):
    [account] = told("channels", {"items": [CHANNEL | {"statistics": numbers}]}).records
    assert account["followers"] == followers
    assert account["extra"]["followers_precision"] == "rounded"


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [("commentsDisabled", []), ("quotaExceeded", ["quotaExceeded"]), ("forbidden", ["forbidden"])],
)
def test_closed_comments_are_no_trouble_and_a_spent_quota_is(reason, trouble):
    body = {"error": {"code": 403, "errors": [{"reason": reason}]}}
    assert [kind for kind, _ in told("comments", body, {"video": "yt:video/v"}, 403).troubles] == trouble


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": None}])
def test_a_channel_named_that_is_not_there_is_told(body):
    try:
        batch = told("channels", body, {"seed": "@nobody"})
    except ValueError:
        return
    assert batch.troubles == [("unknown_account", "@nobody")]
    assert batch.records == []


def test_a_channel_met_on_the_way_that_is_gone_is_no_trouble():
    assert told("channels", {"items": []}).troubles == []
