"""The atlas in a real browser: no word on the console, filters and keyboard work, no serious accessibility fault."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import tarfile
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
import uvicorn
from websockets.sync.client import connect as open_socket

from app.atlas.guard import LOOPBACK, Door
from app.atlas.server import create_app

from .test_pages import PAGES, person_page
from .test_relationship import CAMPAIGN_PAGE, partner_page, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

    from data.workspace import Workspace

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
VIEWS = {"wide": (1280, 900), "narrow": (380, 800)}


class Tab:
    """One tab spoken to by the DevTools protocol; `said` collects errors and requests that leave this machine."""

    def __init__(self, tab: ClientConnection, origin: str) -> None:
        self._socket, self._calls, self.origin = tab, 0, origin
        self.said: list[str] = []
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
                if not about["request"]["url"].startswith(self.origin):
                    self.said.append("request to " + about["request"]["url"])

    def run(self, script: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path: str) -> None:
        self.said.clear()
        self.call("Page.navigate", url=self.origin + path)
        self.wait(
            f"document.readyState === 'complete' && location.pathname === {json.dumps(path.split('?', maxsplit=1)[0])}"
        )

    def wait(self, condition: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < end, f"never true: {condition}"
            time.sleep(0.05)

    def press(self, key: str, text: str = "") -> None:
        codes = {"Tab": 9, "Enter": 13, "Escape": 27}
        more = {"text": text or ("\r" if key == "Enter" else "")}
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=codes.get(key, 0), **more
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=codes.get(key, 0))

    def look(self, view: str, scheme: str = "light") -> None:
        width, height = VIEWS[view]
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


def served(workspace: Workspace) -> Iterator[str]:
    """Serve the workspace on a free port from a thread; yield its origin."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        app = create_app(workspace, "fr", Door(LOOPBACK, cookie=f"vigie-{port}"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def own(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    from data.workspace import Workspace as Space

    space = Space(shutil.copytree(published.root, tmp_path_factory.mktemp("browser") / "ws"))
    record(space)
    return space


@pytest.fixture(scope="module")
def origin(own: Workspace) -> Iterator[str]:
    yield from served(own)


@pytest.fixture(scope="module")
def tab(origin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    profile = tmp_path_factory.mktemp("profile")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as chromium:
        assert chromium.stderr is not None
        port = next(m[1] for line in chromium.stderr if (m := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            address = next(page["webSocketDebuggerUrl"] for page in json.load(answer) if page["type"] == "page")
        with open_socket(address, max_size=None, proxy=None) as tab_socket:
            yield Tab(tab_socket, origin)
        chromium.terminate()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, fetched by npm for this run only."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: accessibility not tried")
    try:
        subprocess.run([npm, "pack", "axe-core@4"], cwd=folder, check=True, capture_output=True, timeout=120)
    except (subprocess.SubprocessError, OSError):
        pytest.skip("npm could not fetch axe-core: accessibility not tried")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


PEOPLE = [person_page(key) for key in ("lea", "script", "long", "arab")]
EVERY = [*PAGES, *PEOPLE, partner_page("lea"), CAMPAIGN_PAGE]


@pytest.mark.parametrize("page", EVERY)
def test_each_page_loads_without_a_word_on_the_console_and_fits_wide_and_narrow(tab: Tab, page: str) -> None:
    for view in VIEWS:
        tab.look(view)
        tab.open(page)
        if not page.endswith("map.html"):
            assert tab.run("document.documentElement.scrollWidth <= innerWidth"), (page, view)
        tab.run("new Promise((done) => setTimeout(done, 50))")
        assert tab.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [page for page in EVERY if not page.endswith("/map")])
def test_axe_finds_no_serious_fault(tab: Tab, axe: str, page: str, scheme: str) -> None:
    for view in VIEWS:
        tab.look(view, scheme)
        tab.open(page)
        if page.endswith("map.html"):
            tab.wait("document.body.dataset.ready", 60)
        tab.run("for (const d of document.querySelectorAll('details')) d.open = true")
        tab.call("Runtime.evaluate", expression=axe)
        found = tab.run(
            "axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations"
            ".filter((v) => ['serious', 'critical'].includes(v.impact))"
            ".map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? ''))]))"
        )
        assert found == [], (page, scheme, view)


def test_a_filter_answers_as_it_is_chosen_and_the_address_follows(tab: Tab) -> None:
    tab.look("wide")
    tab.open("/b/cafe/people")
    everybody = tab.run("document.querySelectorAll('.ranking tbody tr').length")
    tab.run(
        "{const s = document.querySelector('[name=tier]'); s.value = 'macro'; s.dispatchEvent(new Event('input', {bubbles: true}))}"
    )
    tab.wait("location.search.includes('tier=macro')")
    few = tab.run("document.querySelectorAll('.ranking tbody tr').length")
    assert 0 < few < everybody
    tab.open("/b/cafe/people?tier=macro")
    assert tab.run("document.querySelectorAll('.ranking tbody tr').length") == few


def test_slash_leads_to_the_search_and_typing_narrows_the_list(tab: Tab) -> None:
    tab.open("/b/cafe/people")
    tab.press("/", "/")
    tab.wait("document.activeElement.name === 'words'")
    assert tab.run("document.activeElement.value") == ""
    tab.call("Input.insertText", text="lea martin")
    tab.wait("document.querySelectorAll('.ranking tbody tr').length === 2")
    assert "Léa Martin" in tab.run("document.querySelector('.ranking tbody').textContent")


def test_the_keyboard_reaches_content_first_and_opens_the_sql(tab: Tab) -> None:
    tab.open("/b/cafe/")
    tab.press("Tab")
    assert tab.run("document.activeElement.className") == "skip"
    tab.press("Enter")
    tab.wait("location.hash === '#content'")
    for _ in range(3):
        tab.press("Tab")
        if tab.run("document.activeElement.tagName") == "SUMMARY":
            break
    tab.press("Enter")
    tab.wait("document.activeElement.closest('details.sql')?.open")
    assert "SELECT" in tab.run("document.activeElement.parentElement.querySelector('pre').textContent")
    tab.press("Escape")
    tab.wait("!document.querySelector('details.sql[open]')")


def test_a_figure_of_the_sheet_leads_to_its_query_and_opens_it(tab: Tab) -> None:
    tab.open(person_page("lea"))
    tab.run("document.querySelector('.sheet a.q').click()")
    tab.wait("document.getElementById(location.hash.slice(1))?.open")


def test_a_decision_is_taken_and_undone_by_the_forms_of_the_page(tab: Tab) -> None:
    tab.open(person_page("nina"))
    tab.run(
        "document.querySelector('.decide [name=why]').value = 'vu au salon'; document.querySelector('.decide [value=out]').click()"
    )
    tab.wait("document.querySelector('.past')?.textContent.includes('vu au salon')")
    assert tab.said == []
    tab.run("document.querySelector('.past form button').click()")
    tab.wait("document.querySelector('.past')?.textContent.includes('annulation')")


def test_the_map_is_drawn_inside_the_atlas(tab: Tab) -> None:
    tab.look("wide")
    tab.open("/b/cafe/map")
    tab.wait("document.querySelector('iframe').contentDocument?.body?.dataset.ready", 60)
    assert tab.said == []


def test_the_map_of_the_atlas_answers_the_keyboard(tab: Tab) -> None:
    tab.look("wide")
    tab.open("/b/cafe/map.html")
    tab.wait("document.body.dataset.ready", 60)
    tab.run("document.getElementById('search').focus()")
    tab.call("Input.insertText", text="lea martin")
    tab.wait("document.querySelectorAll('#people tr[data-at]').length === 1")
    tab.press("Enter")
    tab.wait("document.querySelector('#detail h2')?.textContent === 'Léa Martin'")
    tab.run("document.getElementById('map').focus()")
    for key in ("ArrowLeft", "+", "-", "0"):
        tab.press(key)
    tab.press("Escape")
    tab.wait("!document.querySelector('#detail h2')")
    assert tab.said == []


def test_a_label_is_given_and_a_note_written_by_the_forms_of_the_page(tab: Tab) -> None:
    tab.look("narrow", "dark")
    tab.open(person_page("nina"))
    tab.run(
        "document.querySelector('#labels [name=label]').value = 'jury';"
        "document.querySelector('#labels [name=why]').value = 'au jury';"
        "document.querySelector('#labels [value=given]').click()"
    )
    tab.wait("document.querySelector('.chips')?.textContent.includes('jury') && location.hash === '#labels'")
    tab.run(
        "document.querySelector('#notes [name=text]').value = 'rappeler'; document.querySelector('#notes .decide button').click()"
    )
    tab.wait("document.querySelector('#notes .past')?.textContent.includes('rappeler')")
    tab.run("document.querySelector('#notes .past button').click()")
    tab.wait("document.querySelector('#notes .past .old')")
    tab.run("document.querySelector('#labels .past button').click()")
    tab.wait("document.querySelector('.chips') && !document.querySelector('.chips').textContent.includes('jury')")
    assert tab.said == []


def test_the_pages_say_the_same_without_javascript(tab: Tab) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.call("Page.navigate", url=f"{tab.origin}/b/cafe/people?tier=macro")
        time.sleep(1)
        root = tab.call("DOM.getDocument")["root"]["nodeId"]
        found = tab.call("DOM.querySelectorAll", nodeId=root, selector=".ranking tbody tr")
        assert len(found["nodeIds"]) > 1
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
