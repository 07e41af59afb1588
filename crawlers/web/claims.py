"""A claim: one place of a page that names who wrote it, believed as far as its kind deserves."""

from __future__ import annotations

from dataclasses import dataclass

WEIGHTS = {
    "json_ld": 0.9,
    "h_entry": 0.9,
    "microdata": 0.85,
    "rel_author": 0.8,
    "rdfa": 0.8,
    "hatom": 0.8,
    "meta": 0.75,
    "author_link": 0.6,
    "byline": 0.6,
    "signed": 0.55,
    "class": 0.5,
    "box": 0.5,
    "owner": 0.5,
    "h_card": 0.46,
    "foot": 0.46,
    "line": 0.45,
    "script": 0.3,
    "person": 0.3,
}
"""How far a kind is believed alone: what is written for machines most, what only looks like a byline least."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One name of a claim, with the addresses beside it; `group`: an organisation, `own`: the site itself."""

    name: str
    url: str | None = None
    same_as: tuple[str, ...] = ()
    group: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a place says wrote the page; `part` tells places of one kind apart, `rank` counts them from the headline."""

    kind: str
    signers: tuple[Signer, ...]
    rank: int = 0
    part: str = ""

    @property
    def weight(self) -> float:
        """How far its kind is believed."""
        return WEIGHTS[self.kind]

    @property
    def source(self) -> str:
        """The kind and the part."""
        return f"{self.kind} {self.part}".strip()
