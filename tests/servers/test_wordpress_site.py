"""WordPress from Debian's packages: every public post and comment of the site is found, and nothing else."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROUTER = """<?php
$file = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($file)) return false;
if (is_dir($file) && is_file("$file/index.php") && rtrim($file, '/') !== __DIR__) return false;
require __DIR__ . '/index.php';
"""
SETTINGS = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', '127.0.0.1:{port}');
define('DB_CHARSET', 'utf8mb4'); define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
BRIEF = """
[brief]
name = "essai"
[[segments]]
name = "café"
query = "café* OR moulin*"
[[sources]]
kind = "wordpress"
sites = ["{address}"]
[budget]
requests = 2000
accounts = 500
posts_per_account = 500
days = 365
"""


@dataclass(frozen=True)
class Site:
    """The running site; `told` asks WordPress itself what it holds."""

    address: str
    folder: Path
    php: str

    def told(self, what: str) -> dict[str, Any]:
        script = Path(__file__).with_name("wordpress.php")
        command = [self.php, "-d", "memory_limit=512M", str(script), str(self.folder), self.address, what]
        done = subprocess.run(command, check=False, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
        answer: dict[str, Any] = json.loads(done.stdout[done.stdout.index(b'{"posts"') :])
        return answer


def start_database(tools: Any, programs: Any) -> int:
    """Start a throw-away MariaDB and return its port."""
    server = tools.debian("mariadbd", "mariadb-server")
    install = tools.debian("mariadb-install-db", "mariadb-server")
    home, port = Path(tempfile.mkdtemp(prefix="vigie-maria-")), tools.free_port()
    user = []
    if os.geteuid() == 0:
        shutil.chown(home, pwd.getpwnam("mysql").pw_uid)
        user = ["--user=mysql"]
    place = f"--datadir={home / 'db'}"
    tools.run(install, "--no-defaults", place, "--auth-root-authentication-method=normal", *user)
    options = [
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={home / 's'}",
        f"--pid-file={home / 'pid'}",
        *user,
    ]
    process = programs.start("mariadb", [server, "--no-defaults", place, *options])
    programs.wait_for(port, process)
    tools.run(tools.debian("mariadb", "mariadb-client"), "--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot", "-e",
              "CREATE DATABASE wp CHARACTER SET utf8mb4")  # fmt: skip
    return port


@pytest.fixture(scope="module")
def site(tools: Any, programs: Any) -> Site:
    """A site of four authors, 243 posts and 112 comments that may be read."""
    php = tools.debian("php", "php-cli", "php-mysql", "php-xml", "php-mbstring", "php-curl", "php-gd")
    source = Path("/usr/share/wordpress")
    if not (source / "wp-load.php").exists():
        tools.install("wordpress", "php-mysql", "php-xml", "php-mbstring")
    if not (source / "wp-load.php").exists():
        pytest.skip("WordPress is not installed: apt-get install wordpress php-cli php-mysql mariadb-server")
    folder = programs.folder / "wordpress"
    tools.run("cp", "-rL", source, folder)
    port, database = tools.free_port(), start_database(tools, programs)
    address = f"http://127.0.0.1:{port}"
    (folder / "wp-config.php").unlink(missing_ok=True)
    (folder / "wp-config.php").write_text(SETTINGS.format(port=database, address=address), "utf-8")
    (folder / "router.php").write_text(ROUTER, "utf-8")
    made = Site(address, folder, php)
    made.told("seed")
    command = [php, "-d", "memory_limit=256M", "-S", f"127.0.0.1:{port}", "-t", folder, folder / "router.php"]
    server = programs.start("wordpress", command, env=os.environ | {"PHP_CLI_SERVER_WORKERS": "4"}, cwd=folder)
    programs.wait_for(port, server)
    return made


@pytest.fixture(scope="module")
def desk(site: Site, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one discovery finds."""
    made = tools.new_desk(tmp_path_factory.mktemp("wordpress"))
    made.brief(BRIEF.format(address=site.address))
    assert made.discover() == 0
    return made


def test_every_public_post_and_comment_is_found_once(site, desk):
    truth = site.told("count")
    expected = {post["url"] for post in truth["posts"] if post["author"] != "wary"}
    found = [url for (url,) in desk.rows("SELECT url FROM core.posts WHERE kind = 'post'")]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert desk.rows("SELECT count(*) FROM core.posts WHERE kind = 'reply'") == [(truth["comments"],)]
    [(threads,)] = desk.rows("SELECT count(*) FROM core.posts r JOIN core.posts p ON p.post_id = r.in_reply_to")
    assert threads == truth["comments"]


def test_what_is_not_public_and_who_asked_to_be_left_out_leave_nothing(site, desk):
    kept = desk.words().decode()
    for told in ("secret", "texte sous clef", "achetez ici", "Confidence", "Vieux café"):
        assert told not in kept, told
    assert desk.rows("SELECT count(*) FROM core.accounts WHERE handle = 'wary'") == [(0,)]
    assert desk.rows("SELECT text FROM core.posts WHERE title LIKE '%Billet fermé'") == [(None,)]


def test_what_the_site_takes_back_or_corrects_changes_here(site, desk):
    """Kept last: it changes the site."""
    truth = site.told("change")
    assert desk.discover() in {0, 3}
    expected = {post["url"] for post in truth["posts"] if post["author"] != "wary"}
    there = desk.rows("SELECT url FROM core.posts WHERE kind = 'post' AND deleted_at IS NULL")
    assert {url for (url,) in there} == expected
    assert len(there) == len(expected)
    gone = desk.rows("SELECT title, text, links, deleted_at IS NOT NULL FROM core.posts WHERE deleted_at IS NOT NULL")
    assert gone == [(None, None, None, True)] * 4
    assert desk.rows("SELECT count(*) FROM core.posts WHERE kind = 'reply' AND text IS NOT NULL") == [
        (truth["comments"],)
    ]
    [(corrected,)] = desk.rows("SELECT text FROM core.posts WHERE title = 'Café numéro 9'")
    assert corrected == "Une correction heureuse."
    kept = desk.words().decode()
    for told in (
        "Café numéro 7'",
        "Café numéro 200",
        "Café numéro 11'",
        "Merci pour ce café 42",
        "Café numéro 9 : l’atelier",
    ):
        assert told not in kept, told
