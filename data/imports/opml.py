"""An OPML list of feeds becomes accounts of the source `feeds`, which a crawl can then follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.imports.emit import Emitter
from data.imports.values import uri
from data.imports.xml import parse_xml

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging


def stage_opml(staging: Staging, path: Path) -> None:
    """Stage each outline that has an `xmlUrl`; folders become tags in `extra`, other outlines are passed over."""
    folders: list[str] = []
    roots: list[str] = []
    with Emitter(staging) as emitter:

        def start(tag: str, given: dict[str, str]) -> None:
            roots.append(tag)
            if tag != "outline":
                return
            name = given.get("title") or given.get("text") or ""
            if "xmlUrl" in given:
                _add_feed(emitter, given, name, [folder for folder in folders if folder])
            folders.append("" if "xmlUrl" in given else name)

        def end(tag: str, _: str) -> None:
            if tag == "outline":
                folders.pop()

        parse_xml(path, start, end)
        if roots[:1] != ["opml"]:
            emitter.reject(1, "not an OPML document")


def _add_feed(emitter: Emitter, given: dict[str, str], name: str, folders: list[str]) -> None:
    address = uri(given["xmlUrl"])
    if address is None:
        emitter.reject(emitter.count, "xmlUrl: not a web address", given["xmlUrl"])
        return
    emitter.add(
        {
            "type": "account",
            "account_id": f"feed:{address}",
            "source": "feeds",
            "native_id": address,
            "display_name": name,
            "url": uri(given.get("htmlUrl")) or address,
            "summary": given.get("description"),
            "found_via": "opml",
            "extra": {"feed": address, "folders": folders},
        }
    )
