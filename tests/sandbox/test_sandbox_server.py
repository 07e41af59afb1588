"""The world over HTTP: a client that follows the protocols finds everything, once, and is told when to wait."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pyarrow.parquet as pq
import pytest

from data.errors import UserError, VigieError
from data.sandbox import World, generate
from data.sandbox.server import Running, serve, start
from data.sandbox.server.answers import Limiter
from data.sandbox.server.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("served"), accounts=300, posts=6000, days=60, seed=2)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Running]:
    with start(world.folder, 0) as running:
        yield running


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20) as one:
        yield one


@pytest.fixture(scope="module")
def records(world: World) -> dict[str, list[dict[str, Any]]]:
    return {name: pq.read_table(world.folder / f"{name}.parquet").to_pylist() for name in ("accounts", "posts", "ties")}


def walk(client: httpx.Client, url: str | None) -> list[dict[str, Any]]:
    """Follow rel=next to the end."""
    found: list[dict[str, Any]] = []
    pages = 0
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        found += answer.json()
        url = answer.links.get("next", {}).get("url")
        pages += 1
        assert pages < 1000
    return found


def locals_of(records: dict[str, list[dict[str, Any]]], world: World, instance: int) -> list[dict[str, Any]]:
    port = world.settings.port + instance
    return [a for a in records["accounts"] if (a["handle"] or "").endswith(f":{port}")]


def busiest(records: dict[str, list[dict[str, Any]]], world: World) -> dict[str, Any]:
    return max(locals_of(records, world, 0), key=lambda account: account["posts"])


def text_of(html: str) -> str:
    """Return the words of a status without its markup, links by their address."""
    links = re.sub(r'<a href="([^"]+)" target=.*?</a>', r"\1", html)
    return re.sub(r"<[^>]+>", "", links).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def test_every_post_of_every_account_is_found_on_its_home_server_and_none_twice(
    server: Running, client: httpx.Client, world: World, records: dict[str, list[dict[str, Any]]]
) -> None:
    expected = {p["native_id"] for p in records["posts"] if p["source"] == "mastodon"}
    found: list[str] = []
    for instance, base in enumerate(server.instances):
        for account in locals_of(records, world, instance):
            mine = walk(client, f"{base}/api/v1/accounts/{account['native_id']}/statuses?limit=40")
            assert len(mine) == account["posts"]
            found += [status["id"] for status in mine]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_status_says_what_the_record_says(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    account = busiest(records, world)
    by_id = {p["native_id"]: p for p in records["posts"]}
    for status in walk(client, f"{server.instances[0]}/api/v1/accounts/{account['native_id']}/statuses?limit=40"):
        record = by_id[status["id"]]
        if record["kind"] == "repost":
            assert status["content"] == ""
            assert status["reblog"]["content"]
            continue
        assert status["favourites_count"] == record["likes"]
        assert [tag["name"] for tag in status["tags"]] == (record["hashtags"] or "").split()
        if "@" not in record["text"] and "127.0.0.1" not in record["text"]:
            assert text_of(status["content"]) == record["text"]


@pytest.mark.parametrize("size", [5, 7, 40])
def test_pages_of_any_size_add_up_to_the_same_list(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World, size: int
) -> None:
    url = f"{server.instances[0]}/api/v1/accounts/{busiest(records, world)['native_id']}/statuses"
    ids = [status["id"] for status in walk(client, f"{url}?limit={size}")]
    assert ids == sorted(ids, key=int, reverse=True)
    assert len(ids) == len(set(ids)) == busiest(records, world)["posts"]


def test_min_id_goes_forward_and_since_id_gives_the_newest(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    url = f"{server.instances[0]}/api/v1/accounts/{busiest(records, world)['native_id']}/statuses"
    ids = [status["id"] for status in walk(client, f"{url}?limit=40")]
    middle = ids[len(ids) // 2]
    newer = ids[: len(ids) // 2]
    forward = [s["id"] for s in client.get(url, params={"min_id": middle, "limit": 5}).json()]
    newest = [s["id"] for s in client.get(url, params={"since_id": middle, "limit": 5}).json()]
    assert forward == newer[-5:]
    assert newest == newer[:5]
    assert client.get(url, params={"min_id": ids[0]}).json() == []


def test_limits_are_capped_and_nonsense_is_survived(server: Running, client: httpx.Client) -> None:
    url = f"{server.instances[0]}/api/v1/timelines/public"
    assert len(client.get(url, params={"limit": 4000}).json()) == 40
    assert client.get(url, params={"limit": "beaucoup", "max_id": "x" * 50}).status_code == 200


def test_replies_and_boosts_can_be_left_out(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    account = busiest(records, world)
    url = f"{server.instances[0]}/api/v1/accounts/{account['native_id']}/statuses?limit=40"
    kinds = [p["kind"] for p in records["posts"] if p["account"] == account["native_id"]]
    assert len(walk(client, url + "&exclude_replies=true")) == sum(kind != "reply" for kind in kinds)
    assert len(walk(client, url + "&exclude_reblogs=true")) == sum(kind != "repost" for kind in kinds)


def test_followers_are_complete_at_home_and_empty_when_hidden(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    for account in locals_of(records, world, 0)[:60]:
        url = f"{server.instances[0]}/api/v1/accounts/{account['native_id']}/followers?limit=10"
        found = [a["uri"] for a in walk(client, url)]
        expected = sum(tie["to_account"] == account["native_id"] for tie in records["ties"])
        assert len(found) == len(set(found)) == (0 if account["hide_collections"] else expected)


def test_the_same_person_has_another_id_elsewhere_and_is_known_in_part(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    home, away = server.instances[:2]
    known = max(
        locals_of(records, world, 0), key=lambda a: sum(t["to_account"] == a["native_id"] for t in records["ties"])
    )
    here = client.get(f"{home}/api/v1/accounts/{known['native_id']}").json()
    host = home.removeprefix("http://")
    there = client.get(f"{away}/api/v1/accounts/lookup", params={"acct": f"{here['username']}@{host}"}).json()
    assert there["uri"] == here["uri"]
    assert there["id"] != here["id"]
    assert there["acct"] == f"{here['username']}@{host}"
    assert there["statuses_count"] <= here["statuses_count"]
    assert client.get(f"{away}/api/v1/accounts/{here['id']}").status_code == 404
    remote = walk(client, f"{away}/api/v1/accounts/{there['id']}/statuses?limit=40")
    assert len(remote) == there["statuses_count"]


def test_several_accounts_come_in_one_answer(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    ids = [a["native_id"] for a in locals_of(records, world, 0)[:40]]
    answer = client.get(f"{server.instances[0]}/api/v1/accounts", params=[("id[]", i) for i in [*ids, "12"]]).json()
    assert [a["id"] for a in answer] == ids


def test_wishes_are_shown(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]], world: World
) -> None:
    for account in locals_of(records, world, 0):
        shown = client.get(f"{server.instances[0]}/api/v1/accounts/{account['native_id']}").json()
        assert (shown["discoverable"], shown["indexable"], shown["noindex"], shown["bot"]) == (
            account["discoverable"],
            account["indexable"],
            account["noindex"],
            account["is_automated"],
        )


def test_the_directory_lists_only_those_who_opted_in(server: Running, client: httpx.Client) -> None:
    url = f"{server.instances[0]}/api/v1/directory"
    first = client.get(url, params={"limit": 80}).json()
    second = client.get(url, params={"limit": 80, "offset": 80}).json()
    assert all(account["discoverable"] for account in [*first, *second])
    assert not {a["id"] for a in first} & {a["id"] for a in second}


def test_a_tag_timeline_holds_the_tag_and_local_posts_are_the_servers_own(
    server: Running, client: httpx.Client
) -> None:
    found = walk(client, f"{server.instances[0]}/api/v1/timelines/tag/Café?limit=40&local=true")
    assert found
    assert all("cafe" in [tag["name"] for tag in status["tags"]] for status in found)
    assert all("@" not in status["account"]["acct"] for status in found)
    assert client.get(f"{server.instances[0]}/api/v1/timelines/tag/inconnu").json() == []


def test_the_public_timeline_has_no_boosts(server: Running, client: httpx.Client) -> None:
    answer = client.get(f"{server.instances[1]}/api/v1/timelines/public?limit=40").json()
    assert len(answer) == 40
    assert all(status["reblog"] is None for status in answer)


def test_a_thread_can_be_walked_both_ways(server: Running, client: httpx.Client) -> None:
    base = server.instances[0]
    replies = [s for s in walk(client, f"{base}/api/v1/timelines/public?limit=40&local=true") if s["in_reply_to_id"]]
    for reply in replies[:20]:
        above = client.get(f"{base}/api/v1/statuses/{reply['id']}/context").json()["ancestors"]
        assert above[-1]["id"] == reply["in_reply_to_id"]
        below = client.get(f"{base}/api/v1/statuses/{reply['in_reply_to_id']}/context").json()["descendants"]
        assert reply["id"] in [status["id"] for status in below] or len(below) == 60


def test_those_who_boosted_and_liked_can_be_listed(server: Running, client: httpx.Client) -> None:
    base = server.instances[0]
    statuses = walk(client, f"{base}/api/v1/timelines/public?limit=40&local=true")
    liked = max(statuses, key=lambda s: s["favourites_count"])
    fans = walk(client, f"{base}/api/v1/statuses/{liked['id']}/favourited_by?limit=5")
    assert 0 < len({a["uri"] for a in fans}) == len(fans) <= liked["favourites_count"]
    boosted = max(statuses, key=lambda s: s["reblogs_count"])
    assert len(walk(client, f"{base}/api/v1/statuses/{boosted['id']}/reblogged_by")) <= boosted["reblogs_count"]


def test_an_unchanged_answer_is_a_304(server: Running, client: httpx.Client) -> None:
    for url in (f"{server.instances[0]}/api/v1/timelines/public", f"{server.blogs}/opml"):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        other = client.get(url, headers={"If-None-Match": 'W/"0"'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert other.status_code == 200


def test_a_limit_that_is_passed_ends_in_429_until_the_window_is_over(world: World, client: httpx.Client) -> None:
    with start(world.folder, 0, limiter=Limiter(limit=3, window=100_000)) as running:
        url = f"{running.instances[0]}/api/v1/instance"
        answers = [client.get(url) for _ in range(5)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
        assert [a.headers["x-ratelimit-remaining"] for a in answers] == ["2", "1", "0", "0", "0"]
        assert answers[3].json() == {"error": "Too many requests"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", answers[3].headers["x-ratelimit-reset"])
        assert client.get(f"{running.instances[1]}/api/v1/instance").status_code == 200


def test_what_is_not_there_is_404_and_writing_is_refused(server: Running, client: httpx.Client) -> None:
    base = server.instances[0]
    paths = ("accounts/1", "accounts/abc", "statuses/99", "accounts/lookup?acct=personne", "statuses/9" + "9" * 80)
    for path in paths:
        assert client.get(f"{base}/api/v1/{path}").status_code == 404
    assert client.post(f"{base}/api/v1/statuses", json={}).status_code == 401


def test_the_server_introduces_itself(server: Running, client: httpx.Client) -> None:
    base = server.instances[2]
    link = client.get(f"{base}/.well-known/nodeinfo").json()["links"][0]["href"]
    assert client.get(link).json()["software"]["name"] == "mastodon"
    assert (
        client.get(f"{base}/api/v2/instance").json()["configuration"]["timelines_access"]["live_feeds"]["local"]
        == "public"
    )
    name = client.get(f"{base}/api/v1/directory?limit=1").json()[0]["username"]
    resource = f"acct:{name}@{base.removeprefix('http://')}"
    finger = client.get(f"{base}/.well-known/webfinger", params={"resource": resource}).json()
    assert finger["subject"] == resource
    assert client.get(f"{base}/.well-known/webfinger", params={"resource": "acct:x@y"}).status_code == 404


def test_search_finds_people_and_tags_for_visitors_but_no_statuses(server: Running, client: httpx.Client) -> None:
    base = server.instances[0]
    name = client.get(f"{base}/api/v1/directory?limit=1").json()[0]["username"]
    found = client.get(f"{base}/api/v2/search", params={"q": name}).json()
    assert found["accounts"][0]["username"] == name
    assert found["statuses"] == []
    tags = client.get(f"{base}/api/v2/search", params={"q": "#slow", "type": "hashtags"}).json()["hashtags"]
    assert [tag["name"] for tag in tags] == ["slowcoffee"]
    assert client.get(f"{base}/api/v2/search", params={"q": "a", "offset": 5}).status_code == 401


def test_trends_are_the_tags_most_used(server: Running, client: httpx.Client) -> None:
    tags = client.get(f"{server.instances[0]}/api/v1/trends/tags?limit=5").json()
    uses = [int(tag["history"][0]["uses"]) for tag in tags]
    assert len(tags) == 5
    assert uses == sorted(uses, reverse=True)


def test_the_brief_is_served_with_the_real_addresses(server: Running, client: httpx.Client) -> None:
    for base in (server.instances[0], server.blogs):
        text = client.get(f"{base}/brief.toml").text
        assert all(address in text for address in server.instances)
        assert f"{server.blogs}/opml" in text
        assert "127.0.0.1:8765" not in text


def test_no_address_of_the_default_port_leaks_into_answers(server: Running, client: httpx.Client) -> None:
    texts = [client.get(f"{base}/api/v1/timelines/public?limit=40").text for base in server.instances]
    assert not any(re.search(r"127\.0\.0\.1:876\d", text) for text in texts)


def outlines(server: Running, client: httpx.Client) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in ET.fromstring(client.get(f"{server.blogs}/opml").text).iter("outline")]


def test_every_blog_has_a_feed_in_one_of_three_formats(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]]
) -> None:
    blogs = [a for a in records["accounts"] if a["source"] == "feeds"]
    listed = outlines(server, client)
    assert len(listed) == len(blogs)
    formats = set()
    for one in listed:
        answer = client.get(one["xmlUrl"])
        if one["xmlUrl"].endswith("json"):
            formats.add("json")
            assert answer.json()["version"] == "https://jsonfeed.org/version/1.1"
            continue
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        formats.add(parsed.version)
    assert formats == {"json", "rss20", "atom10"}


def test_front_pages_link_every_article_and_articles_name_their_author(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]]
) -> None:
    named = {a["native_id"].split("/")[3]: a for a in records["accounts"] if a["source"] == "feeds"}
    seen = 0
    for one in outlines(server, client):
        links = re.findall(r'<li><a href="([^"]+)"', client.get(one["htmlUrl"]).text)
        account = named[one["htmlUrl"].split("/")[3]]
        assert len(links) == account["posts"]
        for link in links[:2]:
            page = client.get(link)
            assert page.status_code == 200
            assert account["display_name"] in page.text
            seen += 1
    assert seen > 5


def test_some_articles_are_marked_up_and_some_only_have_a_byline(server: Running, client: httpx.Client) -> None:
    kinds = set()
    for one in outlines(server, client):
        for link in re.findall(r'<li><a href="([^"]+)"', client.get(one["htmlUrl"]).text)[:1]:
            text = client.get(link).text
            kinds.add("h-entry" if "h-entry" in text else "json-ld" if "ld+json" in text else "byline")
    assert kinds == {"h-entry", "json-ld", "byline"}


def test_blog_and_profile_of_one_person_link_to_each_other_with_rel_me(
    server: Running, client: httpx.Client, records: dict[str, list[dict[str, Any]]]
) -> None:
    linked = 0
    for one in outlines(server, client):
        found = re.search(r'rel="me" class="u-url" href="([^"]+)"', client.get(one["htmlUrl"]).text)
        if found:
            page = client.get(found[1])
            assert page.status_code == 200
            assert f'href="{one["htmlUrl"]}"' in page.text
            assert 'rel="me' in page.text
            linked += 1
    assert linked > 0


def test_what_was_written_by_people_is_escaped_where_it_is_shown() -> None:
    html = to_html('<script>alert(1)</script> & "x" https://a.example/?q=<b> #tag', "http://host")
    assert "<script" not in html
    assert "<b>" not in html
    assert 'rel="tag">#<span>tag</span></a>' in html


def test_the_same_folder_answers_the_same(world: World, client: httpx.Client) -> None:
    answers = []
    for _ in range(2):
        with start(world.folder, 31_970) as running:
            paths = ("api/v1/timelines/public", "api/v1/directory", "api/v1/trends/tags")
            answers.append([client.get(f"{running.instances[0]}/{path}").content for path in paths])
    assert answers[0] == answers[1]


def test_a_folder_that_is_no_world_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"world\.toml"):
        serve(tmp_path)


def test_a_taken_port_is_told(world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(VigieError, match="not all free"):
            serve(world.folder, taken.getsockname()[1])


def test_robots_can_be_read(server: Running, client: httpx.Client) -> None:
    assert "Disallow: /media_proxy/" in client.get(f"{server.instances[0]}/robots.txt").text
    assert "User-agent: *" in client.get(f"{server.blogs}/robots.txt").text


def test_the_json_of_an_account_has_the_fields_that_clients_read(server: Running, client: httpx.Client) -> None:
    account = client.get(f"{server.instances[0]}/api/v1/directory?limit=1").json()[0]
    wanted = "id username acct display_name locked bot group discoverable indexable noindex created_at note url uri"
    assert set(wanted.split()) <= set(account)
    assert json.dumps(account)
