"""The data dictionary of an export: each file's columns, their type and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.warehouse.comments import comment_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLES = {
    "account": ("core", "accounts"),
    "post": ("core", "posts"),
    "tie": ("core", "stated_ties"),
    "observation": ("core", "account_observations"),
    "person": ("core", "person_accounts"),
}
DECISION = {
    "account_id": "Key of the account that was decided about",
    "status": "in, out or undecided",
    "why": "Reason, in the words of whoever decided",
    "decided_by": "Who decided",
    "decided_at": "When (UTC)",
}
OTHER = {
    ("tie", "at"): "When the tie was made; empty when unknown (UTC)",
    ("person", "display_name"): "Name of the person",
}


def dictionary(files: Mapping[str, str], columns: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """Return the dictionary in Markdown; `files` is record type → file name, `columns` type → (name, SQL type)."""
    lines = ["# Data dictionary", "", "Times are UTC. An empty cell is unknown, never 0.", ""]
    for kind, listed in columns.items():
        lines += [f"## {files[kind]}: {kind}", "", "| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| {name} | {type_} | {_meaning(kind, name)} |" for name, type_ in listed]
        lines.append("")
    return "\n".join(lines)


def _meaning(kind: str, name: str) -> str:
    if kind == "decision":
        return DECISION.get(name, comment_on("core", "brief_posts", name) or "")
    schema, table = TABLES[kind]
    second = "post_observations" if kind == "observation" else table
    found = comment_on(schema, table, name) or comment_on(schema, second, name) or OTHER.get((kind, name))
    return (found or "").replace("|", "\\|")
