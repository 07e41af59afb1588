"""The fine points of the client API that a careful crawler leans on: pages, wishes, other servers, limits, validators."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.sandbox import World, generate
from data.sandbox.server import Running, start
from data.sandbox.server.answers import Limiter

if TYPE_CHECKING:
    from collections.abc import Iterator

Records = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("spoken"), accounts=400, posts=5000, days=60, seed=7)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Running]:
    with start(world.folder, 0) as running:
        yield running


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20) as one:
        yield one


@pytest.fixture(scope="module")
def records(world: World) -> Records:
    return {name: pq.read_table(world.folder / f"{name}.parquet").to_pylist() for name in ("accounts", "posts", "ties")}


def at_home(records: Records, world: World, instance: int = 0) -> list[dict[str, Any]]:
    port = world.settings.port + instance
    return [a for a in records["accounts"] if (a["handle"] or "").endswith(f":{port}")]


@pytest.fixture(scope="module")
def url(server: Running, world: World, records: Records) -> str:
    """The statuses of the account that posts most on the first server."""
    busiest = max(at_home(records, world), key=lambda account: account["posts"])
    return f"{server.instances[0]}/api/v1/accounts/{busiest['native_id']}/statuses"


@pytest.fixture(scope="module")
def ids(client: httpx.Client, url: str) -> list[str]:
    """Every id of that account, newest first."""
    found: list[str] = []
    while page := client.get(url, params={"limit": 40} | ({"max_id": found[-1]} if found else {})).json():
        found += [status["id"] for status in page]
    return found


def get(client: httpx.Client, url: str, **params: Any) -> list[str]:
    return [status["id"] for status in client.get(url, params=params).json()]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_page_is_the_slice_that_its_bounds_name(
    client: httpx.Client, url: str, ids: list[str], data: st.DataObject
) -> None:
    limit = data.draw(st.integers(1, 40))
    place = st.none() | st.integers(0, len(ids) - 1)
    top, bottom = data.draw(place), data.draw(place)
    inside = ids[0 if top is None else top + 1 : len(ids) if bottom is None else bottom]
    bounds = {"max_id": ids[top]} if top is not None else {}
    since = bounds | ({"since_id": ids[bottom]} if bottom is not None else {})
    least = bounds | ({"min_id": ids[bottom]} if bottom is not None else {})
    assert get(client, url, limit=limit, **since) == inside[:limit]
    assert get(client, url, limit=limit, **least) == (inside[:limit] if bottom is None else inside[-limit:])


def test_links_lead_down_to_the_end_and_back_up_to_the_top(client: httpx.Client, url: str, ids: list[str]) -> None:
    answer = client.get(url, params={"limit": 10})
    down = [s["id"] for s in answer.json()]
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        down += [s["id"] for s in answer.json()]
    assert down == ids
    up: list[str] = []
    while True:
        answer = client.get(answer.links["prev"]["url"])
        if not answer.json():
            break
        up = [s["id"] for s in answer.json()] + up
    assert up == ids[: len(up)]
    assert len(up) >= len(ids) - 10


def test_an_empty_page_has_no_links_and_a_page_keeps_the_filters_in_its_links(
    client: httpx.Client, url: str, ids: list[str]
) -> None:
    assert "link" not in client.get(url, params={"max_id": ids[-1]}).headers
    link = client.get(url, params={"limit": 2, "exclude_reblogs": "true"}).links["next"]["url"]
    assert "exclude_reblogs=true" in link
    assert "limit=2" in link


@pytest.mark.parametrize("switch", ["true", "1", "on", "TRUE"])
def test_flags_leave_out_replies_and_boosts(client: httpx.Client, url: str, switch: str) -> None:
    shown = client.get(url, params={"limit": 40, "exclude_replies": switch, "exclude_reblogs": switch}).json()
    assert shown
    assert not [s for s in shown if s["in_reply_to_id"] or s["reblog"]]


@pytest.mark.parametrize("switch", ["false", "0", "", "no"])
def test_flags_that_are_off_leave_nothing_out(client: httpx.Client, url: str, ids: list[str], switch: str) -> None:
    assert get(client, url, limit=40, exclude_replies=switch, exclude_reblogs=switch) == ids[:40]


def test_a_boost_carries_the_wish_of_the_author_it_repeats(
    server: Running, client: httpx.Client, world: World, records: Records
) -> None:
    refusing = {a["native_id"]: a for a in records["accounts"] if not a["indexable"] or a["noindex"]}
    by_post = {p["native_id"]: p["account"] for p in records["posts"]}
    boosts = [p for p in records["posts"] if p["kind"] == "repost" and by_post[p["repost_of"]] in refusing]
    home = {a["native_id"] for a in at_home(records, world)}
    seen = 0
    for boost in [b for b in boosts if b["account"] in home][:10]:
        shown = client.get(f"{server.instances[0]}/api/v1/statuses/{boost['native_id']}").json()
        author = refusing[by_post[boost["repost_of"]]]
        assert shown["reblog"]["account"]["indexable"] == author["indexable"]
        assert shown["account"]["uri"] != shown["reblog"]["account"]["uri"]
        seen += 1
    assert seen > 0


def test_somebody_who_moved_names_the_new_account(
    server: Running, client: httpx.Client, world: World, records: Records
) -> None:
    moved = [
        (instance, account)
        for instance in range(len(server.instances))
        for account in at_home(records, world, instance)
        if account["moved_to"]
    ]
    assert moved
    for instance, account in moved:
        shown = client.get(f"{server.instances[instance]}/api/v1/accounts/{account['native_id']}").json()
        assert shown["moved"]["url"].endswith(account["moved_to"].rsplit("/", 1)[1])
        assert shown["moved"]["url"] != shown["url"]


def test_another_server_shows_only_its_own_readers_of_a_remote_account(
    server: Running, client: httpx.Client, world: World, records: Records
) -> None:
    mine = {a["native_id"] for a in at_home(records, world, 1)}
    star = max(
        at_home(records, world),
        key=lambda a: sum(t["to_account"] == a["native_id"] and t["from_account"] in mine for t in records["ties"]),
    )
    readers = {t["from_account"] for t in records["ties"] if t["to_account"] == star["native_id"]}
    name = f"{star['url'].rsplit('@', 1)[1]}@{server.instances[0].removeprefix('http://')}"
    away = server.instances[1]
    remote = client.get(f"{away}/api/v1/accounts/lookup", params={"acct": name}).json()
    assert remote["followers_count"] == len(readers & mine)
    shown = client.get(f"{away}/api/v1/accounts/{remote['id']}/followers", params={"limit": 80}).json()
    if not star["hide_collections"]:
        assert {a["id"] for a in shown} == readers & mine
    assert "noindex" not in remote


@pytest.mark.parametrize(
    "path",
    [
        "accounts/0",
        "accounts/-1",
        "accounts/109000000000000003",
        "accounts/1090000000000000000000",
        "accounts/%D9%A1",
        "accounts/1/statuses",
        "accounts/1/followers",
        "accounts/1/following",
        "statuses/0",
        "statuses/abc",
        "statuses/1/context",
        "statuses/1/reblogged_by",
        "statuses/1/favourited_by",
        "accounts/lookup",
        "accounts/lookup?acct=@",
        "accounts/lookup?acct=lea@elsewhere.example",
    ],
)
def test_an_unknown_id_is_404_in_json(server: Running, client: httpx.Client, path: str) -> None:
    answer = client.get(f"{server.instances[0]}/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Record not found"}
    assert "etag" not in answer.headers


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["limit", "max_id", "min_id", "since_id", "offset", "tagged", "local", "q", "acct", "id[]"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        ["timelines/public", "directory", "trends/tags", "accounts", "accounts/lookup", "timelines/tag/cafe"]
    ),
)
def test_no_parameter_breaks_the_server(server: Running, client: httpx.Client, key: str, value: str, path: str) -> None:
    answer = client.get(f"{server.instances[0]}/api/v1/{path}", params={key: value})
    assert answer.status_code in {200, 404}
    assert answer.headers["content-type"].startswith("application/json")


def test_a_refusal_for_haste_says_when_to_come_back_and_then_answers(world: World, client: httpx.Client) -> None:
    with start(world.folder, 0, limiter=Limiter(limit=2, window=2)) as running:
        url = f"{running.instances[0]}/api/v1/instance"
        time.sleep(2 - time.time() % 2)
        refused = [client.get(url) for _ in range(3)][-1]
        assert refused.status_code == 429
        reset = datetime.fromisoformat(refused.headers["x-ratelimit-reset"])
        wait = (reset - datetime.now(UTC)).total_seconds()
        assert 0 < wait <= 2
        time.sleep(wait + 0.1)
        assert client.get(url).status_code == 200


def test_an_answer_to_a_condition_counts_against_the_limit_too(world: World, client: httpx.Client) -> None:
    with start(world.folder, 0, limiter=Limiter(limit=5, window=100_000)) as running:
        url = f"{running.instances[0]}/api/v1/instance"
        first = client.get(url)
        second = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert second.status_code == 304
        assert (first.headers["x-ratelimit-remaining"], second.headers["x-ratelimit-remaining"]) == ("4", "3")


def test_validators_differ_where_the_answers_do(client: httpx.Client, url: str) -> None:
    one, two = client.get(url, params={"limit": 1}), client.get(url, params={"limit": 2})
    assert one.headers["etag"] != two.headers["etag"]
    several = f'"x", {one.headers["etag"]}'
    assert client.get(url, params={"limit": 1}, headers={"If-None-Match": several}).status_code == 304
    assert client.get(url, params={"limit": 2}, headers={"If-None-Match": one.headers["etag"]}).status_code == 200
    assert client.get(url, headers={"If-None-Match": "*"}).status_code == 304


def test_a_head_request_has_the_headers_and_no_body(server: Running, client: httpx.Client) -> None:
    answer = client.head(f"{server.instances[0]}/api/v1/instance")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(server: Running, client: httpx.Client, method: str) -> None:
    answer = client.request(method, f"{server.instances[0]}/api/v1/statuses")
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


def test_an_address_leads_to_an_actor_on_its_own_server_only(
    server: Running, client: httpx.Client, world: World, records: Records
) -> None:
    account = at_home(records, world)[0]
    name, host = account["url"].rsplit("@", 1)[1], server.instances[0].removeprefix("http://")
    path = "/.well-known/webfinger"
    found = client.get(server.instances[0] + path, params={"resource": f"acct:{name}@{host}"})
    assert found.json()["subject"] == f"acct:{name}@{host}"
    assert found.headers["content-type"] == "application/jrd+json"
    for resource in (f"acct:{name}@other.example", f"mailto:{name}@{host}", "", "acct:"):
        assert client.get(server.instances[0] + path, params={"resource": resource}).status_code == 404
    assert client.get(server.instances[1] + path, params={"resource": f"acct:{name}@{host}"}).status_code == 404
