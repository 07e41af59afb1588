"""A whole Bluesky network from npm: what it holds is what is found, and what it no longer holds is forgotten."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

DEV_ENV = "@atproto/dev-env@0.6.7"
NOW = datetime.now(UTC)
POST, REPOST, FOLLOW = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.graph.follow"
LIKE, PROFILE = "app.bsky.feed.like", "app.bsky.actor.profile"
HIDDEN = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
SPOKEN = "café filtre"


def ago(days: float) -> str:
    """Return a moment before now as the network writes it."""
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass
class Network:
    """The network: every call is one that people's own programs make."""

    appview: str
    pds: str
    process: subprocess.Popen[bytes]
    ask: Any
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, method: str, body: Any, who: str | None = None) -> Any:
        from_whom = {"Authorization": f"Bearer {self.people[who]['accessJwt']}"} if who else {}
        return self.ask(f"{self.pds}/xrpc/{method}", body, method="POST", **from_whom)

    def read(self, method: str, **values: Any) -> Any:
        from urllib.parse import urlencode

        return self.ask(f"{self.appview}/xrpc/{method}?{urlencode(values, doseq=True)}")

    def did(self, name: str) -> str:
        return str(self.people[name]["did"])

    def person(self, name: str, bio: str = "", **profile: Any) -> None:
        told = {"handle": f"{name}.test", "email": f"{name}@example.com", "password": "mot de passe"}
        self.people[name] = self.call("com.atproto.server.createAccount", told)
        shown = {"displayName": name.title(), "description": bio, **profile}
        self.write(name, PROFILE, shown, rkey="self")

    def write(self, who: str, collection: str, record: dict[str, Any], **more: str) -> dict[str, str]:
        whole = {"$type": collection, "createdAt": ago(1)} | record
        told = {"repo": self.did(who), "collection": collection, "record": whole} | more
        return dict(
            self.call(
                "com.atproto.repo.createRecord" if "rkey" not in more else "com.atproto.repo.putRecord", told, who
            )
        )

    def posts(self, who: str, records: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Write many posts at once; return their addresses."""
        made = []
        for first in range(0, len(records), 100):
            writes = [
                {"$type": "com.atproto.repo.applyWrites#create", "collection": POST, "value": {"$type": POST} | one}
                for one in records[first : first + 100]
            ]
            made += self.call("com.atproto.repo.applyWrites", {"repo": self.did(who), "writes": writes}, who)["results"]
        return [{"uri": one["uri"], "cid": one["cid"]} for one in made]

    def delete(self, who: str, uri: str) -> None:
        collection, key = uri.split("/")[3:5]
        self.call("com.atproto.repo.deleteRecord", {"repo": self.did(who), "collection": collection, "rkey": key}, who)

    def settle(self) -> None:
        """Wait until the AppView has seen everything."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"settle\n")
        self.process.stdin.flush()
        assert json.loads(self.process.stdout.readline()) == {"done": "settle"}

    def feed(self, name: str) -> list[dict[str, Any]]:
        """Return everything that the AppView lists of someone, as a plain client reads it."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.read("app.bsky.feed.getAuthorFeed", actor=self.did(name), limit=100, **cursor)
            items += page["feed"]
            if "cursor" not in page:
                return items
            cursor = {"cursor": page["cursor"]}


def start_database(tools: Any, programs: Any) -> str:
    """Start a throw-away PostgreSQL and return its address; it refuses to run as root."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        tools.debian("psql", "postgresql")
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    home, port = Path(tempfile.mkdtemp(prefix="vigie-pg-")), tools.free_port()
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
        as_whom = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": home}
    tools.run(binaries[-1], "-D", home / "db", "-U", "pg", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", **as_whom)
    options = ["-k", home, "-p", str(port), "-h", "127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300"]
    process = programs.start("postgres", [binaries[-1].with_name("postgres"), "-D", home / "db", *options], **as_whom)
    programs.wait_for(port, process)
    return f"postgresql://pg@127.0.0.1:{port}/postgres"


@pytest.fixture(scope="session")
def network(tools: Any, programs: Any) -> Iterator[Network]:
    """The network, empty."""
    environment = tools.node()

    def install(folder: Path) -> None:
        (folder / "package.json").write_text('{"private": true, "type": "module"}')
        tools.run("npm", "install", "--no-audit", "--no-fund", DEV_ENV, cwd=folder, env=environment)

    folder = tools.once_made("bluesky", install)
    redis_port = tools.free_port()
    redis = [
        tools.debian("redis-server", "redis-server"),
        "--port",
        str(redis_port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
    ]
    programs.wait_for(redis_port, programs.start("redis", redis))
    shutil.copy(Path(__file__).with_name("network.mjs"), folder / "network.mjs")
    told = environment | {
        "DB_POSTGRES_URL": start_database(tools, programs), "DB_POSTGRES_SCHEMA": "vigie",
        "REDIS_HOST": f"127.0.0.1:{redis_port}", "LOG_ENABLED": "0", "NODE_ENV": "test",
    }  # fmt: skip
    pipes = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": (programs.folder / "bluesky.err").open("wb"),
    }
    process = programs.start("bluesky", ["node", "network.mjs"], cwd=folder, env=told, **pipes)
    line = process.stdout.readline()
    if not line:
        pytest.skip(f"the Bluesky network did not start: {(programs.folder / 'bluesky.err').read_text()[-2000:]}")
    places = json.loads(line)
    yield Network(places["appview"], places["pds"], process, tools.ask)
    process.stdin.close()


def mention(text: str, did: str) -> dict[str, Any]:
    """Return a post that ends by naming someone, after letters that take several bytes."""
    start = len(f"{text} ".encode())
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
    facet = {"index": {"byteStart": start, "byteEnd": start + 5}, "features": [feature]}
    return {"text": f"{text} @elle", "facets": [facet]}


@pytest.fixture(scope="session")
def world(network: Network) -> Network:
    """Lea speaks of coffee, others answer, repeat and quote her; two asked to be left out; the rest only follows."""
    for name in ("lea", "nina", "oto", "jean", "gone", "erased", *(f"fan{number}" for number in range(8))):
        network.person(name, bio=f"{SPOKEN} et {name}")
    network.person("shy", bio=SPOKEN, labels=HIDDEN)
    network.person("wary", bio="du café, mais #nobot")
    told = [{"text": f"{SPOKEN} numéro {turn}", "createdAt": ago(turn * 1.2)} for turn in range(230)]
    told[3] |= mention("Les cafés ☕ de", network.did("nina"))
    told[4] |= mention(f"{SPOKEN} avec", network.did("shy"))
    told[5] |= mention(f"{SPOKEN} chez", network.did("wary"))
    told[6] |= mention(f"{SPOKEN} et", network.did("gone"))
    told[7] |= mention(f"{SPOKEN} ou", network.did("erased"))
    lea = network.posts("lea", told)
    network.posts("nina", [{"text": f"{SPOKEN} chez Nina {turn}", "createdAt": ago(turn * 2)} for turn in range(120)])
    network.posts("nina", [{"text": f"vieux café {turn}", "createdAt": ago(800 + turn)} for turn in range(5)])
    twice = {"text": "deux fois pareil", "createdAt": ago(9)}
    network.posts("oto", [twice, twice, *({"text": f"{SPOKEN} ? {turn}", "createdAt": ago(3)
                          , "reply": {"root": lea[turn], "parent": lea[turn]}} for turn in range(4))])  # fmt: skip
    for who in ("shy", "wary", "gone", "erased"):
        network.posts(who, [{"text": f"confidence {who} {turn}", "createdAt": ago(turn + 1)} for turn in range(6)])
    quoted = {"$type": "app.bsky.embed.record", "record": lea[8]}
    network.posts("jean", [{"text": f"{SPOKEN} : à lire", "createdAt": ago(1), "embed": quoted}])
    for one in lea[10:14]:
        network.write("jean", REPOST, {"subject": one})
    for number in range(8):
        fan = f"fan{number}"
        network.write(fan, FOLLOW, {"subject": network.did("lea")})
        network.write("lea", FOLLOW, {"subject": network.did(fan)})
        network.write(fan, LIKE, {"subject": lea[number]})
        network.posts(fan, [{"text": f"{SPOKEN} {fan} {turn}", "createdAt": ago(turn + 1)} for turn in range(number)])
    for who in ("oto", "jean"):
        network.write("lea", FOLLOW, {"subject": network.did(who)})
    network.settle()
    return network


BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = 'café* OR "deux fois"'
[seeds]
accounts = ["lea.test"]
[[sources]]
kind = "bluesky"
service = "{appview}"
follows = true
[budget]
requests = 2000
accounts = 100
posts_per_account = 500
days = 365
"""


@pytest.fixture(scope="module")
def crawled(world: Network, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds."""
    made = tools.new_desk(tmp_path_factory.mktemp("bluesky"))
    made.brief(BRIEF.format(appview=world.appview))
    assert made.discover() == 0
    return made


def shown(network: Network, name: str) -> set[str]:
    """Return the uids of what the AppView itself lists of someone within the window."""
    since, found = ago(365), set()
    for item in network.feed(name):
        post, reason = item["post"], item.get("reason")
        if reason:
            found.add("at:" + reason["uri"].removeprefix("at://"))
        elif min(post["record"]["createdAt"], post["indexedAt"]) >= since:
            found.add("at:" + post["uri"].removeprefix("at://"))
    return found


def test_every_public_post_of_everyone_in_reach_is_found_once(world, crawled):
    reached = ["lea", "nina", "oto", "jean", "gone", "erased", *(f"fan{number}" for number in range(8))]
    expected = {uid for name in reached for uid in shown(world, name)}
    found = [uid for (uid,) in crawled.rows("SELECT post_id FROM core.posts")]
    assert len(found) == len(set(found))
    assert set(found) == expected
    counted = dict(crawled.rows("SELECT account_id, count(*) FROM core.posts WHERE kind <> 'repost' GROUP BY 1"))
    for name in reached:
        old = 5 if name == "nina" else 0
        profile = world.read("app.bsky.actor.getProfile", actor=world.did(name))
        assert counted.get(f"at:{world.did(name)}", 0) == profile["postsCount"] - old, name


def test_ties_are_those_of_the_network(world, crawled):
    ties = {(a, b, kind) for a, b, kind in crawled.rows("SELECT from_account, to_account, kind FROM core.ties")}
    of = {name: f"at:{world.did(name)}" for name in world.people}
    follows = {(of["lea"], of[name], "follow") for name in ("oto", "jean", *(f"fan{n}" for n in range(8)))}
    assert follows <= ties
    assert {
        (of["jean"], of["lea"], "repost"),
        (of["jean"], of["lea"], "quote"),
        (of["oto"], of["lea"], "reply"),
    } <= ties
    assert (of["lea"], of["nina"], "mention") in ties


def test_who_asked_to_be_left_out_leaves_no_words_and_no_rank(world, crawled):
    everything = crawled.words().decode()
    for who in ("shy", "wary"):
        did = world.did(who)
        assert f"confidence {who}" not in everything
        assert f"{who}.test" not in everything
        assert crawled.rows(f"SELECT consent FROM core.accounts WHERE account_id = 'at:{did}'") == [("deny",)]
        assert crawled.rows(f"SELECT 1 FROM detection.candidates WHERE person_id LIKE '%{did}%'") == []
        assert crawled.rows(f"SELECT 1 FROM core.posts WHERE account_id = 'at:{did}'") == []
    assert crawled.rows("SELECT count(*) >= 3 FROM detection.candidates") == [(True,)]


def test_posts_are_searched_with_the_users_own_account_only(world, desk, monkeypatch):
    brief = BRIEF.format(appview=world.appview).replace('["lea.test"]', '["fan0.test"]\nhashtags = ["pareil"]')
    desk.brief(brief.replace("follows = true", f'hops = 0\nsearch = true\npds = "{world.pds}"'))
    assert desk.discover() == 3  # without a key the search is shut, and that is said
    assert desk.rows("SELECT count(*) FROM core.posts WHERE text = 'deux fois pareil'") == [(0,)]
    settings = desk.root / "vigie.toml"
    named = settings.read_text("utf-8").replace("[credentials]", '[credentials]\nbluesky = "VIGIE_BLUESKY"')
    settings.write_text(named, "utf-8")
    monkeypatch.setenv("VIGIE_BLUESKY", "fan1.test:mot de passe")
    assert desk.discover() == 0
    found = desk.rows(
        "SELECT b.found_via FROM core.posts p JOIN core.brief_posts b USING (post_id) WHERE p.text = 'deux fois pareil'"
    )
    assert len(found) == 2
    assert {via for (via,) in found} <= {"search: pareil", "search: deux fois"}  # the hashtag or the query's own term
    assert "mot de passe" not in desk.words().decode()


def test_what_vanishes_from_the_network_vanishes_here(world, crawled):
    """Kept last: it changes the network."""
    feed = [item["post"]["uri"] for item in world.feed("lea") if "numéro" in item["post"]["record"]["text"]]
    taken_back, recent = feed[150], feed[1]
    answer = next(item["post"]["uri"] for item in world.feed("oto") if "reply" in item["post"]["record"])
    for who, uri in (("lea", taken_back), ("lea", recent), ("oto", answer)):
        world.delete(who, uri)
    texts = dict(crawled.rows("SELECT native_id, text FROM core.posts"))
    world.call("com.atproto.server.deactivateAccount", {}, "gone")
    password = "Basic YWRtaW46YWRtaW4tcGFzcw=="
    world.ask(
        f"{world.pds}/xrpc/com.atproto.admin.deleteAccount",
        {"did": world.did("erased")},
        method="POST",
        Authorization=password,
    )
    world.write("nina", PROFILE, {"displayName": "Nina", "description": "plus jamais #nobot"}, rkey="self")
    world.posts("jean", [{"text": f"{SPOKEN} tout frais", "createdAt": ago(0)}])
    world.settle()
    assert crawled.discover() in {0, 3}
    kept = crawled.words().decode()
    for uri in (taken_back, recent, answer):
        assert crawled.rows(
            f"SELECT text, url, hashtags, deleted_at IS NULL FROM core.posts WHERE native_id = '{uri}'"
        ) == [(None, None, None, False)]
        assert f"{texts[uri]}'" not in kept
        assert crawled.rows(f"SELECT 1 FROM detection.hits WHERE post_id = 'at:{uri[5:]}'") == []
    for who in ("gone", "erased", "nina"):
        assert (
            crawled.rows(f"SELECT 1 FROM core.posts WHERE account_id = 'at:{world.did(who)}' AND text IS NOT NULL")
            == []
        )
    assert "confidence" not in kept
    assert "chez Nina" not in kept
    assert crawled.rows("SELECT count(*) FROM core.posts WHERE text LIKE '%tout frais'") == [(1,)]
    alive = {uri for name in ("lea", "oto", "jean") for uri in shown(world, name)}
    assert alive == {uid for uid, in crawled.rows(
        f"SELECT post_id FROM core.posts WHERE deleted_at IS NULL AND account_id IN ('at:{world.did('lea')}', 'at:{world.did('oto')}', 'at:{world.did('jean')}')")}  # fmt: skip
