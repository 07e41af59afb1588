"""The scheduler between Scrapy and the frontier."""

from __future__ import annotations

import subprocess
import sys

BROKEN_FRONTIER = """
import logging
from types import SimpleNamespace
from crawlers.engine.scheduler import FrontierScheduler

def fail(now):
    raise TypeError("a row that cannot be")

logging.basicConfig()
conductor = SimpleNamespace(next=fail)
FrontierScheduler(SimpleNamespace(spider=SimpleNamespace(conductor=conductor))).next_request()
"""


def test_an_error_of_ours_ends_the_crawl_instead_of_turning_in_circles():
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN_FRONTIER], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 4
    assert "a row that cannot be" in ended.stderr
