"""Person-level wishes, resolved to allow, restricted or deny at fetch, and applied to records before they are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from crawlers.connector import Record

TAGGED = re.compile(r"(?i)#(nobots?|noindex|nosearch|noarchive|nobridge)\b")
MARKER = ("type", "account_id", "source", "native_id", "instance", "consent", "consent_signals", "observed_at")
UNTOLD = ("text", "title", "links", "hashtags", "tags", "mentions", "extra")
RANK = {"allow": 0, "restricted": 1, "deny": 2}


@dataclass(frozen=True, slots=True)
class Consent:
    """The decision and the signals it rests on, each as `name=value`."""

    decision: str = "allow"
    signals: tuple[str, ...] = ()


def profile_consent(*, bio: str = "", fields: Iterable[str] = (), flags: Mapping[str, Any] | None = None) -> Consent:
    """Resolve the wishes of one profile: a hashtag in the bio or a field, and the flags its platform knows.

    Flags: `indexable`, `discoverable` (False or None when the key is there), `noindex`, `hide_collections`.
    """
    told = flags or {}
    signals: list[str] = []
    decision = "allow"
    for wish in {match[1].lower() for text in (bio, *fields) for match in TAGGED.finditer(text)}:
        signals.append(f"#{wish}")
        decision = "deny"
    if told.get("noindex") is True:
        signals.append("noindex=true")
        decision = "deny"
    for name in ("indexable", "discoverable"):
        refused = told.get(name) is False or (name == "discoverable" and name in told and told[name] is None)
        if refused:
            signals.append(f"{name}={str(told[name]).lower().replace('none', 'null')}")
            decision = "restricted" if decision == "allow" else decision
    return Consent(decision, tuple(sorted(signals)))


@dataclass(slots=True)
class Gate:
    """Lets through only what may be kept.

    `objections`: keyed hashes of people kept out for good; `known`: account id → decision seen so far.
    """

    key: bytes = b""
    objections: frozenset[str] = frozenset()
    known: dict[str, str] = field(default_factory=dict)

    def kept_out(self, *names: str | None) -> bool:
        """Whether one of these ids or handles objected."""
        if not self.objections:
            return False
        told = [name for name in names if name]
        told += [name.partition(":")[2] for name in told if ":@" in name]  # as mentions name people: source:@handle
        told += [f"bluesky:{name[3:]}" for name in told if name.startswith("at:did:")]  # as older workspaces wrote it
        return any(self._hash(name) in self.objections for name in told)

    def _hash(self, name: str) -> str:
        return hmac.new(self.key, name.strip().lower().encode(), hashlib.sha256).hexdigest()

    def apply(self, records: Iterable[Record], bound: Container[str] = ()) -> tuple[list[Record], int]:
        """Return what may be kept and how many records were held back or emptied.

        `bound`: accounts whose wish these records cannot take back, as they do not show where it was told.
        """
        rows = list(records)
        for row in rows:
            if row["type"] == "account":
                self._learn(row, bound=row["account_id"] in bound)
        kept: list[Record] = []
        refused = 0
        for row in rows:
            allowed = self._judge(row)
            refused += allowed is not row
            if allowed is not None:
                kept.append(allowed)
        return kept, refused

    def _learn(self, row: Record, *, bound: bool) -> None:
        """Keep a person's wish; another server's view may tighten it, only their own may loosen it."""
        told, before = row.get("consent") or "allow", self.known.get(row["account_id"], "allow")
        bound = bound or (row.get("extra") or {}).get("view_scope") == "remote_view"
        self.known[row["account_id"]] = before if bound and RANK[before] > RANK[told] else told
        if row.get("handle"):  # mentions name people this way
            self.known[f"{row['source']}:{row['handle']}".lower()] = self.known[row["account_id"]]

    def _judge(self, row: Record) -> Record | None:
        if row["type"] == "account":
            return self._account(row)
        if row["type"] == "post":
            return self._post(row)
        ends = (row.get("from_account"), row.get("to_account"))
        refused = self.kept_out(*ends) or any(self.known.get(str(end)) == "deny" for end in ends)
        return None if refused else row

    def _account(self, row: Record) -> Record | None:
        if self.kept_out(row["account_id"], row.get("handle"), row.get("url")):
            self.known[row["account_id"]] = "deny"
            return None
        if self.known.get(row["account_id"]) == "deny":
            row = row | {"consent": "deny"}
            marker = {name: row[name] for name in MARKER if name in row}
            wishes = [signal for signal in row.get("consent_signals") or () if signal.startswith("#")]
            # The same marker whichever server told of them: ids are each server's own, bios travel.
            return marker | {"native_id": row["account_id"], **({"consent_signals": wishes} if wishes else {})}
        return row

    def _post(self, row: Record) -> Record | None:
        decision = self.known.get(row["account_id"], "allow")
        if decision == "deny" or self.kept_out(row["account_id"]):
            return None
        if decision == "restricted":
            return {name: value for name, value in row.items() if name not in UNTOLD}
        return row
