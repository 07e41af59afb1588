"""The pages in a real browser: they load, say nothing on the console, and answer mouse and keyboard."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tarfile
import time
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect as open_socket

from pipelines.documents import ecosystem_map, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from data.warehouse.store import Connection

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--use-angle=swiftshader",
    "--remote-debugging-port=0",
)
PERSON = "person:mastodon:social.example:"


class Tab:
    """One tab spoken to by the DevTools protocol; `said` collects console errors and uncaught exceptions."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._calls, self.said = socket, 0, []  # type: ignore[var-annotated]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("id") == self._calls:
                assert "error" not in message, message
                return message["result"]
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        about = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.said.append(json.dumps(about["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if about["type"] in ("error", "assert"):
                self.said.append(json.dumps(about["args"]))
            case "Log.entryAdded" if about["entry"]["level"] == "error":
                self.said.append(about["entry"]["text"])
            case "Network.requestWillBeSent" if about["request"]["url"].startswith("http"):
                self.said.append("request to " + about["request"]["url"])

    def run(self, script: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.as_uri())
        self.wait("document.readyState === 'complete'")

    def wait(self, condition: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < end, f"never true: {condition}"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    profile = tmp_path_factory.mktemp("profile")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "--window-size=1400,900", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as chromium:
        assert chromium.stderr is not None
        port = next(m[1] for line in chromium.stderr if (m := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with open_socket(_tab_address(port), max_size=None, proxy=None) as socket:
            yield Tab(socket)
        chromium.terminate()


def _tab_address(port: str) -> str:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/json") as answer:
        return next(page["webSocketDebuggerUrl"] for page in json.load(answer) if page["type"] == "page")


@pytest.fixture(scope="module", params=["fr", "en"])
def map_page(request: pytest.FixtureRequest, con: Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("map")
    return ecosystem_map.write(con, "cafe", "run-1", ["html"], folder, request.param)[0]


@pytest.fixture
def on_map(tab: Tab, map_page: Path) -> Tab:
    tab.said.clear()
    tab.open(map_page)
    tab.wait("document.body.dataset.ready")
    return tab


def shown(tab: Tab) -> int:
    return int(tab.run("document.querySelectorAll('#people tr[data-at]').length"))


def test_the_map_draws_everybody_without_a_word_on_the_console(on_map: Tab) -> None:
    assert on_map.run("document.body.dataset.ready") == "37"
    assert on_map.run("document.querySelectorAll('#map canvas').length") >= 4
    on_map.run("new Promise((done) => setTimeout(done, 300))")
    assert on_map.said == []


def test_a_search_narrows_the_list_and_enter_chooses(on_map: Tab) -> None:
    everybody = shown(on_map)
    on_map.run("document.getElementById('search').focus()")
    on_map.call("Input.insertText", text="lea n° 12")
    on_map.wait("document.querySelectorAll('#people tr[data-at]').length === 1")
    assert everybody > 1
    on_map.press("Enter")
    on_map.wait("document.querySelector('#detail h2')?.textContent === 'Léa n° 12'")


def test_a_tier_can_be_left_out(on_map: Tab) -> None:
    everybody = shown(on_map)
    on_map.run("document.querySelector('[data-tier=macro]').click()")
    assert 0 < shown(on_map) < everybody
    assert not on_map.run(
        "[...document.querySelectorAll('#people tbody td:nth-child(2)')].some((c) => c.textContent === 'Macro')"
    )


def test_the_legend_hides_a_community(on_map: Tab) -> None:
    everybody = shown(on_map)
    on_map.run("document.querySelector('#legend input').click()")
    assert 0 < shown(on_map) < everybody


def test_choosing_in_the_list_shows_the_person_and_their_neighbours(on_map: Tab) -> None:
    on_map.run("document.querySelector('#people button').click()")
    assert on_map.run("document.querySelector('#detail h2').textContent")
    assert on_map.run("document.querySelectorAll('#detail li button').length") > 0
    on_map.run("document.getElementById('map').focus()")
    on_map.press("Escape")
    assert on_map.run("document.querySelector('#detail h2')") is None


def test_the_segment_and_score_can_be_changed(on_map: Tab) -> None:
    first = on_map.run("document.querySelector('#people tbody').textContent")
    on_map.run("const s = document.getElementById('segment'); s.value = '1'; s.dispatchEvent(new Event('change'))")
    assert on_map.run("document.querySelector('#people tbody').textContent") != first
    on_map.run("const z = document.getElementById('size'); z.value = 'reach'; z.dispatchEvent(new Event('change'))")
    assert on_map.run("document.getElementById('scorehead').textContent") in ("Portée", "Reach")
    assert on_map.said == []


def test_the_picture_is_saved_as_svg_and_png(on_map: Tab) -> None:
    on_map.run(
        "window.saved = []; URL.createObjectURL = (blob) => { saved.push(blob); return 'blob:x' };"
        "HTMLAnchorElement.prototype.click = function () {};"
        "document.getElementById('svg').click(); document.getElementById('png').click()"
    )
    on_map.wait("saved.length === 2")
    svg = on_map.run("saved.find((b) => b.type === 'image/svg+xml').text()")
    assert svg.count("<circle") == 37 - on_map.run("37 - document.querySelectorAll('#people tr[data-at]').length")
    assert "<script" not in svg
    size = on_map.run("saved.find((b) => b.type === 'image/png').size")
    assert size > 5000


def test_hostile_names_stay_text(on_map: Tab) -> None:
    assert on_map.run("document.querySelectorAll('#people img, #people script, #legend b').length") == 0


def test_a_name_is_not_lost_on_a_narrow_screen(on_map: Tab) -> None:
    on_map.call("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=False)
    on_map.wait("document.documentElement.scrollWidth <= 390", seconds=5)
    on_map.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("key", ["p00", "h0", "h4", "h5", "thin", "silent"])
@pytest.mark.parametrize("width", [1200, 390])
def test_a_sheet_loads_quietly_and_fits_the_screen(
    tab: Tab, con: Connection, tmp_path: Path, key: str, width: int
) -> None:
    path = sheets.write(con, "cafe", "run-1", [PERSON + key], ["html"], tmp_path, "fr")[0]
    tab.said.clear()
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    tab.open(path)
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run("getComputedStyle(document.querySelector('h1')).fontSize") != "32px"
    assert tab.said == []
    tab.call("Emulation.clearDeviceMetricsOverride")


def test_a_sheet_prints_without_its_queries(tab: Tab, con: Connection, tmp_path: Path) -> None:
    tab.open(sheets.write(con, "cafe", "run-1", [PERSON + "p00"], ["html"], tmp_path, "fr")[0])
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.run("getComputedStyle(document.querySelector('.proof')).display") == "none"
    tab.call("Emulation.setEmulatedMedia", media="")
    assert base64.b64decode(tab.call("Page.printToPDF")["data"]).startswith(b"%PDF")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core's source, fetched from npm for the test; skips where npm or its registry is not there."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.skip("npm is not installed: accessibility is not checked")
    command = [npm, "pack", "--silent", "axe-core@4.11.0"]
    packed = subprocess.run(command, check=False, cwd=folder, capture_output=True, timeout=120)
    if packed.returncode:
        pytest.skip("axe-core cannot be fetched from npm: accessibility is not checked")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        source = archive.extractfile("package/axe.min.js")
        assert source is not None
        return source.read().decode()


def serious(tab: Tab, axe: str) -> list[str]:
    """Return the serious and critical faults that axe-core finds on the page shown."""
    tab.run(axe + ";0")
    found = tab.run("axe.run().then(r => JSON.stringify(r.violations))")
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in json.loads(found)
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_the_map(on_map: Tab, axe: str, scheme: str) -> None:
    on_map.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    assert serious(on_map, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_axe_finds_no_serious_fault_on_sheets_contents_and_comparison(
    tab: Tab, con: Connection, tmp_path: Path, axe: str, lang: str, scheme: str
) -> None:
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    people = [PERSON + key for key in ("p00", "h0", "h4", "h5", "thin", "silent")]
    for path in sheets.write(con, "cafe", "run-1", people, ["html"], tmp_path, lang, compare=True):
        tab.open(path)
        assert serious(tab, axe) == [], path.name
