"""A large map stays smooth while it is moved: the script's own time, not that of the graphics of this machine."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.documents.map.ecosystem import Ecosystem
from pipelines.documents.map.page import render_page

from .test_in_browser import CHROMIUM, Tab, tab

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tab"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
PEOPLE, TIES = 20_000, 200_000
PER_FRAME = 8.0  # milliseconds of script: half of a frame at sixty a second
TRANSFORM = "document.querySelector('#map canvas').style.transform"


def ecosystem(people: int, ties: int) -> Ecosystem:
    """Return people in twelve communities, tied at random."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, 12, people)
    tiers = ("macro", "magic_middle", "micro", None)
    scores = {"reach": 50.0, "resonance": 40.0, "relevance": 30.0, "low": 10.0, "high": 60.0}
    listed = [
        {"person_id": f"p{i}", "community_id": f"c{group[i]}", "name": f"Personne {i}", "handle": f"@p{i}@x.example",
         "url": None, "role": None, "pagerank": 0.1, "followers": i,
         "segments": [{"segment": "filtre", "tier": tiers[i % 4], "rank": i + 1, "influence": 100 * rng.random(), **scores}]}
        for i in range(people)
    ]  # fmt: skip
    ends = [rng.integers(0, people, ties).astype(np.int32) for _ in range(2)]
    communities = [{"community_id": f"c{i}", "name": f"groupe {i}", "size": int((group == i).sum())} for i in range(12)]
    return Ecosystem(
        "essai", "r", listed, communities, *ends, np.sort(rng.random(ties))[::-1], [[] for _ in range(ties)]
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of as many people and ties as a map may hold."""
    path = tmp_path_factory.mktemp("large") / "map.html"
    points = np.random.default_rng(2).normal(0, 1, (PEOPLE, 2))
    path.write_bytes(render_page(ecosystem(PEOPLE, TIES), points, "fr", as_of=datetime.now(UTC), file="carte"))
    return path


@pytest.fixture
def on_large(tab: Tab, large: Path) -> Tab:
    tab.said.clear()
    tab.open(large)
    tab.wait("document.body.dataset.ready", 60)
    tab.run("new Promise((done) => setTimeout(done, 500))")
    return tab


def middle(tab: Tab) -> tuple[float, float]:
    box = tab.run("(({x, y, width, height}) => [x + width / 2, y + height / 2])(document.getElementById('map').getBoundingClientRect())")  # fmt: skip
    return box[0], box[1]


def mouse(tab: Tab, kind: str, x: float, y: float, **more: object) -> None:
    tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)


def script_seconds(tab: Tab) -> float:
    listed = tab.call("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in listed if one["name"] == "ScriptDuration"))


def test_moving_a_large_map_costs_little_script_per_frame_and_draws_at_rest(on_large: Tab) -> None:
    x, y = middle(on_large)
    on_large.call("Performance.enable")
    on_large.run("window.frames_ = 0; (function next() { frames_++; requestAnimationFrame(next); })()")
    mouse(on_large, "mouseMoved", x, y)
    mouse(on_large, "mousePressed", x, y, button="left", clickCount=1)
    mouse(on_large, "mouseMoved", x + 20, y, button="left", buttons=1)
    on_large.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    before, frames, shifts = script_seconds(on_large), on_large.run("frames_"), set()
    for step in range(60):
        mouse(
            on_large, "mouseMoved", x + 90 * math.sin(step / 6), y + 60 * math.cos(step / 6), button="left", buttons=1
        )
        shifts.add(on_large.run(TRANSFORM))
        time.sleep(0.01)
    spent, drawn = script_seconds(on_large) - before, on_large.run("frames_") - frames
    mouse(on_large, "mouseReleased", x, y, button="left", clickCount=1)
    assert drawn > 5
    assert len(shifts) > 15
    assert 1000 * spent / drawn < PER_FRAME
    on_large.wait(f"{TRANSFORM} === ''", 10)
    assert on_large.said == []


def test_who_is_under_the_pointer_is_found_without_reading_the_picture_back(on_large: Tab) -> None:
    on_large.run("WebGL2RenderingContext.prototype.readPixels = () => { throw new Error('read back'); }")
    x, y = middle(on_large)
    for step in range(40):
        mouse(on_large, "mouseMoved", x + 3 * step, y)
    assert on_large.run("document.getElementById('map').style.cursor") in ("", "pointer")
    mouse(on_large, "mousePressed", x, y, button="left", clickCount=1)
    mouse(on_large, "mouseReleased", x, y, button="left", clickCount=1)
    on_large.wait("document.querySelector('#detail h2')", 10)
    assert on_large.run("document.querySelector('#detail h2').textContent").startswith("Personne ")
    assert on_large.said == []


def test_zooming_by_keyboard_ends_in_a_fresh_drawing(on_large: Tab) -> None:
    on_large.run("document.getElementById('map').focus()")
    for key in ("+", "+", "ArrowLeft", "-", "0"):
        on_large.press(key)
    on_large.wait(f"{TRANSFORM} === ''", 10)
    assert on_large.said == []
