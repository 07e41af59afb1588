"""What a crawl did, per source, read off its file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from crawlers.frontier import open_file, statement
from crawlers.stopping import Stop
from data.bilingual import Bilingual

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

REASONS: dict[str, Bilingual] = {
    "timeout": Bilingual("ne répond pas à temps", "does not answer in time"),
    "dns": Bilingual("nom introuvable", "name not found"),
    "refused": Bilingual("connexion refusée", "connection refused"),
    "connection": Bilingual("connexion rompue", "connection broken"),
    "cut": Bilingual("réponse coupée", "answer cut short"),
    "too_large": Bilingual("réponse trop volumineuse", "answer too large"),
    "bad_encoding": Bilingual("réponse mal encodée", "badly encoded answer"),
    "address_refused": Bilingual(
        "adresse privée refusée (voir allow_private_hosts)", "private address refused (see allow_private_hosts)"
    ),
    "bad_address": Bilingual("adresse inutilisable", "unusable address"),
    "rate_limited": Bilingual("limite de débit qui ne se lève pas", "rate limit that never lifts"),
    "forbidden": Bilingual("accès refusé de façon répétée", "access refused again and again"),
    "robots": Bilingual("interdit par robots.txt", "disallowed by robots.txt"),
    "robots_unreachable": Bilingual(
        "robots.txt injoignable : rien n'est demandé", "robots.txt out of reach: nothing is asked"
    ),
    "redirect_loop": Bilingual("boucle de redirections", "redirect loop"),
    "redirect_refused": Bilingual("redirection vers une adresse refusée", "redirect to a refused address"),
    "not_json": Bilingual("page HTML au lieu de données", "HTML page instead of data"),
    "unreadable_answer": Bilingual("réponse illisible", "unreadable answer"),
    "repeating_pages": Bilingual("pagination qui se répète", "pages that repeat"),
    "closed_timeline": Bilingual("fil fermé aux visiteurs", "timeline closed to visitors"),
    "unknown_account": Bilingual("compte introuvable", "account not found"),
    "unknown_seed": Bilingual("graine qu'aucune source ne comprend", "seed no source understands"),
    "internal": Bilingual("réponse impossible à enregistrer", "answer that could not be recorded"),
    "no_feed": Bilingual("aucun flux trouvé", "no feed found"),
    "login_wanted": Bilingual("réservé aux personnes connectées", "only for people who are logged in"),
    "stream_gap": Bilingual("flux repris trop tard : un trou", "stream taken up too late: a gap"),
    "closed_users": Bilingual("liste des auteurs fermée", "list of authors closed"),
    "closed_comments": Bilingual("commentaires fermés", "comments closed"),
    "wish_withdrawn": Bilingual(
        "signe d'opposition retiré de son profil par la personne", "sign of refusal taken off their profile by a person"
    ),
    "closed_recheck": Bilingual("posts connus invérifiables", "known posts cannot be asked after"),
}
DRIFT = {
    "new_field": Bilingual("champs nouveaux", "new fields"),
    "missing_field": Bilingual("champs disparus", "fields gone"),
}
HARMLESS = frozenset({"objection", "unknown_account", "gone", "new_field", "closed_recheck", "wish_withdrawn"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong: its code, where, how often, an example."""

    kind: str
    host: str
    times: int
    detail: str

    @property
    def sentence(self) -> Bilingual:
        """What to show: host, reason, how often."""
        reason, (kind, _, purpose) = REASONS.get(self.kind), self.kind.partition(" ")
        if drift := DRIFT.get(kind):
            host, named = self.host.split("://")[-1], f"{purpose}: {self.detail}"
            return Bilingual(f"{host} : {drift.fr} ({named})", f"{host}: {drift.en} ({named})")
        host, times = self.host.split("://")[-1], f" (× {self.times})" if self.times > 1 else ""
        if reason is None:
            return Bilingual(f"{host} : erreur {self.kind}{times}", f"{host}: error {self.kind}{times}")
        return Bilingual(f"{host} : {reason.fr}{times}", f"{host}: {reason.en}{times}")


@dataclass(slots=True)
class SourceReport:
    """One source's part: requests sent, full answers (200), unchanged (304), gone, new records, troubles.

    `not_due`: what recurs and was not asked, being fresh still or no change being expected yet. `stopped`: why the
    source was ended before its budget.
    """

    source: str
    requests: int = 0
    full_answers: int = 0
    not_modified: int = 0
    gone: int = 0
    queued: int = 0
    new_records: int = 0
    bytes: int = 0
    refused: int = 0
    not_due: int = 0
    stopped: Stop | None = None
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def errors(self) -> dict[str, int]:
        """Code of the error → how often."""
        counts: dict[str, int] = {}
        for trouble in self.troubles:
            counts[trouble.kind] = counts.get(trouble.kind, 0) + trouble.times
        return counts

    @property
    def degraded(self) -> bool:
        """Whether something is missing that should be there."""
        return any(trouble.kind.split(" ")[0] not in HARMLESS for trouble in self.troubles)


@dataclass(slots=True)
class CrawlReport:
    """One cycle: finished or not, why it ended early (`stop`, a code), and its sources."""

    cycle: int
    finished: bool
    stop: str | None
    sources: list[SourceReport]

    @property
    def degraded(self) -> bool:
        """Whether a source was."""
        return not self.finished or any(source.degraded for source in self.sources)

    @property
    def new_records(self) -> int:
        """Records never seen before."""
        return sum(source.new_records for source in self.sources)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


def stops(db: sqlite3.Connection) -> list[Stop]:
    """Return the sources that the newest cycle ended because they had nothing more to tell."""
    return [Stop(**dict(row) | {"on_subject": bool(row["on_subject"])}) for row in db.execute(statement("stopped"))]


def read_report(path: str | Path) -> CrawlReport:
    """Return the report of the newest cycle of a crawl file."""
    db = open_file(path, read_only=True)
    try:
        return _report(db)
    finally:
        db.close()


def _report(db: sqlite3.Connection) -> CrawlReport:
    crawl = db.execute("SELECT cycle, state, stop FROM crawls ORDER BY cycle DESC LIMIT 1").fetchone()
    if crawl is None:
        return CrawlReport(0, finished=False, stop="never_started", sources=[])
    values = {"cycle": crawl["cycle"]}
    sources: dict[str, SourceReport] = {}
    for row in db.execute(statement("report"), values):
        sources[row["source"]] = SourceReport(**dict(row))
    for row in db.execute(statement("errors"), values):
        source = sources.setdefault(row["source"], SourceReport(row["source"]))
        known = next((t for t in source.troubles if (t.kind, t.host) == (row["kind"], row["origin"])), None)
        if known is None:
            source.troubles.append(Trouble(row["kind"], row["origin"], row["times"], row["detail"] or ""))
    for row in db.execute("SELECT source, records FROM refusals WHERE cycle = :cycle", values):
        sources.setdefault(row["source"], SourceReport(row["source"])).refused = row["records"]
    for stop in stops(db):
        sources.setdefault(stop.source, SourceReport(stop.source)).stopped = stop
    finished = crawl["state"] == "done"
    return CrawlReport(crawl["cycle"], finished, crawl["stop"], sorted(sources.values(), key=lambda s: s.source))
