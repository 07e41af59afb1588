"""`vigie doctor --live`: who is surely there is found, who surely is not is not, on local servers."""

from __future__ import annotations

import json

import pytest

from app.cli import run
from data.brief.read import read_brief
from data.workspace import find_workspace
from pipelines.detection.canaries import Canary, probe

BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "coffee"
[seeds]
accounts = ["{seed}"]
[[sources]]
kind = "mastodon"
instances = ["{base}"]
"""


@pytest.fixture
def desk(tmp_path, mastodon):
    root = tmp_path / "ws"
    assert run(["init", str(root), "--lang", "en"]) == 0
    settings = (root / "vigie.toml").read_text("utf-8")
    allowed = settings.replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.1"]')
    (root / "vigie.toml").write_text(allowed, "utf-8")

    def write(seed):
        path = root / "briefs" / "essai.toml"
        path.write_text(BRIEF.format(seed=seed, base=mastodon.server.base), "utf-8")
        return find_workspace(root), read_brief(path)

    return write


def test_an_account_that_is_there_is_found_an_invented_one_is_not_and_nothing_is_stored(desk, mastodon):
    seed = f"@p0@{mastodon.server.host}"
    workspace, brief = desk(seed)
    [canary] = probe(workspace, brief)
    assert not workspace.store.exists()
    assert len(mastodon.server.paths()) <= 20
    assert canary == Canary("mastodon", seed, True, False)
    assert canary.well
    assert "found" in canary.sentence.en
    assert "trouvé" in canary.sentence.fr


def test_an_account_that_went_is_told(desk, mastodon):
    [canary] = probe(*desk(f"@nobody@{mastodon.server.host}"))
    assert not canary.well
    assert canary.invented is False
    assert "not found" in canary.sentence.en


def test_a_server_that_finds_anybody_is_not_believed(desk, mastodon):
    plain = mastodon.answer

    def credulous(handler):
        if "accounts/lookup" in handler.path:
            name = handler.path.split("acct=")[1].split("&")[0]
            return 200, {}, mastodon.people["p0"] | {"acct": name, "username": name}
        return plain(handler)

    mastodon.server.fallback = credulous
    [canary] = probe(*desk(f"@p0@{mastodon.server.host}"))
    assert canary.invented
    assert not canary.well


def test_the_command_shows_it_and_exits_3_when_a_source_is_unwell(desk, mastodon, capsys):
    workspace, _ = desk(f"@p0@{mastodon.server.host}")
    capsys.readouterr()
    assert run(["doctor", "--live", "essai", "--workspace", str(workspace.root), "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["source"], told["found"], told["invented"], told["well"]) == ("mastodon", True, False, True)
    del mastodon.people["p0"]
    mastodon.posts.clear()
    assert run(["doctor", "--live", "essai", "--workspace", str(workspace.root), "--lang", "fr"]) == 3
    assert "introuvable" in capsys.readouterr().out


FEED = b"""<rss version="2.0"><channel><title>Blog</title><link>https://blog.example/</link><item><title>V60</title>
<guid isPermaLink="false">1</guid><description>Filter coffee</description><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""


def test_a_source_of_sites_is_asked_for_one_that_is_not_there(desk, server):
    workspace, _ = desk("@nobody@m.example")
    server.routes["/feed.xml"] = 200, {"Content-Type": "application/rss+xml"}, FEED
    path = workspace.root / "briefs" / "flux.toml"
    words = BRIEF.format(seed="@nobody@m.example", base="x").replace(
        'kind = "mastodon"\ninstances = ["x"]', f'kind = "feeds"\nurls = ["{server.base}/feed.xml"]'
    )
    path.write_text(words, "utf-8")
    [canary] = probe(workspace, read_brief(path))
    assert canary == Canary("feeds", None, True, False)
    assert any("vigie" in asked for asked in server.paths())
