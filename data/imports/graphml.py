"""GraphML becomes accounts (its nodes) and ties (its edges)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.imports.emit import Emitter
from data.imports.xml import parse_xml
from data.records import ACCOUNT

if TYPE_CHECKING:
    from pathlib import Path

    from data.warehouse.load import Staging

SOURCE = "graphml"
NAMED = {"name": "display_name", "label": "display_name", "homepage": "url", "description": "summary"}
RESERVED = {"account_id", "extra", "type", "native_id", "source", "first_seen", "last_seen"}
"""A node's account_id and source come back only from our own maps, which write them both."""


def stage_graphml(staging: Staging, path: Path) -> None:
    """Stage the nodes and edges of `path`; attributes not named as account columns go to `extra`."""
    with Emitter(staging) as emitter:
        reader = _Reader(emitter)
        parse_xml(path, reader.start, reader.end)
        if not reader.graphs:
            emitter.reject(1, "no graph in the file")


class _Reader:
    """The state of one reading: the declared keys, the element at hand and its attributes."""

    def __init__(self, emitter: Emitter) -> None:
        self.emitter = emitter
        self.graphs = 0
        self.directed = True
        self.keys: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.element: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.key = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "key":
            self.keys[attributes.get("id", "")] = attributes.get("attr.name") or attributes.get("id", "")
        elif tag == "graph":
            self.graphs += 1
            self.directed = attributes.get("edgedefault") != "undirected"
        elif tag in {"node", "edge"}:
            self.element, self.given = attributes, {}
        elif tag == "data":
            self.key = attributes.get("key", "")

    def end(self, tag: str, text: str) -> None:
        if tag == "data":
            if text.strip():
                self.given[self.keys.get(self.key, self.key)] = text.strip()
        elif tag == "node":
            self._node(self.element.get("id", ""))
        elif tag == "edge":
            self._edge(self.element.get("source", ""), self.element.get("target", ""))

    def _node(self, native: str) -> None:
        if not native:
            self.emitter.reject(self.emitter.count, "a node without id")
            return
        own = self.given.get("account_id")
        self.ids[native] = own or f"{SOURCE}:{native}"
        source = self.given.get("source") if own else SOURCE
        record: dict[str, Any] = {
            "type": "account",
            "account_id": self.ids[native],
            "source": source or self.ids[native].split(":", 1)[0],
            "native_id": self.given.get("native_id") if own else native,
        }
        extra = {}
        for name, value in self.given.items():
            field = NAMED.get(name.lower(), name)
            if field in ACCOUNT and field not in RESERVED and field not in record and _fits(field, value):
                record[field] = value
            elif name not in RESERVED:
                extra[name] = value
        self.emitter.add(record | {"extra": extra or None})

    def _edge(self, start: str, end: str) -> None:
        if not start or not end:
            self.emitter.reject(self.emitter.count, "an edge without source or target")
            return
        ends = [self.ids.get(node, f"{SOURCE}:{node}") for node in (start, end)]
        directed = {"true": True, "false": False}.get(self.element.get("directed", ""), self.directed)
        for pair in [ends] if directed else [ends, ends[::-1]]:
            self.emitter.add(
                {
                    "type": "tie",
                    "from_account": pair[0],
                    "to_account": pair[1],
                    "kind": self.given.get("kind") or "link",
                    "weight": self.given.get("weight") or self.given.get("count"),
                    "at": self.given.get("at"),
                }
            )


def _fits(field: str, value: str) -> bool:
    """Tell whether an attribute can be what its name says; a count or time that is none goes to `extra`."""
    if field in {"followers", "following", "posts", "listed"}:
        return value.replace(".", "", 1).isdigit()
    if field.endswith("_at"):
        return value[:4].isdigit() and "-" in value
    return field not in {"links", "verified_links", "consent_signals", "consent", "status"}
