"""A blog made by Pelican, served by nginx: every article is found once; redirects, robots and 304 are obeyed."""

from __future__ import annotations

import os
import pwd
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PELICAN = ("pelican==4.12.0", "markdown==3.7")
ARTICLES = 35
NGINX = """
{user}
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; application/rss+xml xml; text/css css; text/plain txt; }}
  access_log {folder}/access.log; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port}; root {folder}/output; absolute_redirect on; server_name_in_redirect off;
    location = /old.xml {{ return 301 http://127.0.0.1:{port}/feeds/all.rss.xml; }}
    location = /closed.xml {{ return 410; }}
  }}
}}
"""
SETTINGS = """
SITENAME = "Carnet"; SITEURL = "{address}"; PATH = "content"; TIMEZONE = "Europe/Paris"; DEFAULT_LANG = "fr"
FEED_ALL_RSS = "feeds/all.rss.xml"; FEED_ALL_ATOM = None; CATEGORY_FEED_ATOM = None; AUTHOR_FEED_ATOM = None; AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None; RSS_FEED_SUMMARY_ONLY = False; STATIC_PATHS = ["robots.txt"]; ARTICLE_URL = "{{slug}}.html"
EXTRA_PATH_METADATA = {{"robots.txt": {{"path": "robots.txt"}}}}; DEFAULT_DATE_FORMAT = "%Y-%m-%d"
"""
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café*"
[[sources]]
kind = "feeds"
urls = [{feeds}]
[budget]
requests = 500
days = 365
"""


class Blog(NamedTuple):
    """Where the blog is, and what was asked of it."""

    address: str
    folder: Path

    def asked(self) -> list[str]:
        lines = (self.folder / "access.log").read_text("utf-8").splitlines()
        return [line.split('"')[1] + " " + line.split('"')[2].split()[0] for line in lines]


@pytest.fixture(scope="module")
def blog(tools: Any, programs: Any) -> Blog:
    """Thirty-five articles by two people; one of them lies where robots.txt lets nobody in."""
    nginx = tools.debian("nginx", "nginx-light")

    def install(folder: Path) -> None:
        tools.run(sys.executable, "-m", "venv", folder / "venv")
        tools.run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", *PELICAN)

    pelican = tools.once_made("pelican", install) / "venv" / "bin" / "pelican"
    folder, port = programs.folder / "blog", tools.free_port()
    (folder / "content").mkdir(parents=True)
    folder.chmod(0o755)
    for number in range(ARTICLES):
        when = (datetime.now(UTC) - timedelta(days=number * 3 + 1)).strftime("%Y-%m-%d %H:%M")
        slug = "prive-secret" if number == 4 else f"cafe-{number}"
        head = f"Title: Café numéro {number}\nDate: {when}\nSlug: {slug}\nAuthor: {['Léa', 'Nina'][number % 2]}\nTags: café, essai\n\n"
        text = f"Un *café* de plus, le {number}ᵉ, chez [le moulin](https://moulin.example/{number}). " * 5
        (folder / "content" / f"{slug}.md").write_text(head + text, "utf-8")
    (folder / "content" / "robots.txt").write_text("User-agent: *\nDisallow: /prive\n", "utf-8")
    address = f"http://127.0.0.1:{port}"
    (folder / "pelicanconf.py").write_text(SETTINGS.format(address=address), "utf-8")
    tools.run(pelican, "content", "-s", "pelicanconf.py", "-o", "output", cwd=folder)
    user = "user root;" if os.geteuid() == 0 and pwd.getpwuid(0) else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user), "utf-8")
    programs.wait_for(port, programs.start("nginx", [nginx, "-c", folder / "nginx.conf", "-p", folder]))
    return Blog(address, folder)


def test_every_article_is_found_once_by_an_address_that_moved(blog, desk):
    desk.brief(BRIEF.format(feeds=f'"{blog.address}/old.xml"'))
    assert desk.discover() in {0, 3}
    found = [url for (url,) in desk.rows("SELECT url FROM core.posts")]
    assert sorted(url.rsplit("/", 1)[1] for url in found) == sorted(f"cafe-{n}.html" for n in range(ARTICLES) if n != 4)
    assert not [line for line in blog.asked() if "/prive" in line]
    [(names,)] = desk.rows("SELECT count(DISTINCT account_id) FROM core.posts")
    assert names >= 2


def test_an_unchanged_feed_is_not_sent_twice(blog, desk):
    desk.brief(BRIEF.format(feeds=f'"{blog.address}/feeds/all.rss.xml"'))
    assert desk.discover() in {0, 3}
    before = len(blog.asked())
    assert desk.discover() in {0, 3}
    again = blog.asked()[before:]
    assert [line for line in again if "/feeds/all.rss.xml" in line and line.endswith(" 304")]
    assert not [line for line in again if "cafe-" in line and line.endswith(" 200")]


def test_a_feed_that_is_gone_costs_nothing_of_the_others(blog, desk):
    feeds = ", ".join(f'"{blog.address}/{name}"' for name in ("closed.xml", "feeds/all.rss.xml"))
    desk.brief(BRIEF.format(feeds=feeds))
    assert desk.discover() in {0, 3}
    assert [line for line in blog.asked() if "/closed.xml" in line and line.endswith(" 410")]
    assert desk.rows("SELECT count(*) FROM core.posts") == [(ARTICLES - 1,)]
