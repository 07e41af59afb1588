"""What the crawl's process does with memory and with failed downloads."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scrapy import exceptions

from crawlers.engine import failures
from crawlers.engine.failures import kind_of
from crawlers.engine.settings import scrapy_settings
from crawlers.frontier import Picked
from crawlers.job import CrawlJob, Speed

FAULTS = """
import resource, sys
from crawlers.engine.tuning import settle
from crawlers.text import html_text

if sys.argv[1] == "settled":
    settle()
keep = [html_text("<p>warm <b>up</b></p>") for _ in range(300)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
keep += [html_text(f"<p>page <b>{number}</b> of words</p>") for number in range(1000)]
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
SETTLED = """
import gc, sys
from crawlers.engine.tuning import settle

settle()
print(gc.get_freeze_count() > 1000, gc.isenabled(), gc.get_threshold()[0] > 700)
"""


def told(code, *arguments):
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return ended.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of glibc")
def test_parsing_page_after_page_asks_the_system_for_no_more_memory():
    assert int(told(FAULTS, "settled")[0]) < 500  # of a thousand pages; a page that is given back costs dozens each


def test_what_is_long_lived_is_not_looked_through_again_and_waste_is_still_collected():
    assert told(SETTLED) == ["True", "True", "True"]


# --- why there was no answer ----------------------------------------------------------------------------------------


def picked(origin="http://blog.example:80"):
    return Picked(1, "web", origin, f"{origin}/", None, "page", {}, None, 0, 1.0, 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (exceptions.DownloadTimeoutError("late"), "timeout"),
        (exceptions.DownloadCancelledError("more than 8 MB"), "too_large"),
        (exceptions.IgnoreRequest("no"), "too_large"),
        (exceptions.CannotResolveHostError("no such name"), "dns"),
        (exceptions.DownloadConnectionRefusedError("closed"), "refused"),
        (exceptions.ResponseDataLossError([]), "cut"),
        (exceptions.UnsupportedURLSchemeError("gopher"), "bad_address"),
        (OSError("Not a gzipped file: bad header"), "bad_encoding"),
        (OSError("broken pipe"), "connection"),
        (RuntimeError("anything"), "connection"),
        (None, "connection"),
    ],
)
def test_a_failed_download_is_told_by_a_code(error, code):
    assert kind_of(error, picked()) == code


def test_a_host_whose_addresses_are_all_private_is_told_as_such_whatever_the_error(monkeypatch):
    monkeypatch.setattr(failures, "refused", {"inside.example"})
    assert kind_of(exceptions.DownloadTimeoutError(), picked("http://inside.example:80")) == "address_refused"
    assert kind_of(exceptions.DownloadTimeoutError(), picked()) == "timeout"


# --- settings -------------------------------------------------------------------------------------------------------


def test_scrapy_is_left_no_retries_redirects_cookies_robots_or_open_ports_of_its_own():
    settings = scrapy_settings(CrawlJob(path="x", brief="b", sources=()), "vigie")
    off = ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "RETRY_ENABLED", "REDIRECT_ENABLED")
    assert not any(settings[name] for name in off)
    kept_out = {name.rsplit(".", 1)[1] for name, order in settings["DOWNLOADER_MIDDLEWARES"].items() if order is None}
    assert {"RobotsTxtMiddleware", "RetryMiddleware", "RedirectMiddleware", "HttpProxyMiddleware"} <= kept_out


def test_a_host_of_ones_own_may_have_more_connections_and_no_answer_may_be_larger_than_agreed():
    speed = Speed(local_connections=5, connections=1, max_bytes=1234, timeout=7.0, total=9)
    settings = scrapy_settings(CrawlJob(path="x", brief="b", sources=(), speed=speed), "vigie")
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 5
    assert settings["CONCURRENT_REQUESTS"] == 9
    assert (settings["DOWNLOAD_MAXSIZE"], settings["DOWNLOAD_TIMEOUT"]) == (1234, 7.0)
    assert settings["USER_AGENT"] == "vigie"
