"""When a source has nothing more to tell: its last requests brought too little, so the rest of the budget is left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from data.bilingual import Bilingual

APART = frozenset({"robots", "tdm", "recheck"})  # purposes that look for nothing new


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a source was ended: of its last `window` requests, `brought` less than `least`; `left` were not asked.

    `on_subject`: new posts on the subject were counted, else new records of any kind.
    """

    source: str
    window: int
    brought: int
    least: int
    on_subject: bool
    left: int = 0

    @property
    def sentence(self) -> Bilingual:
        """What to show."""
        fr, en = (
            ("nouveaux posts sur le sujet", "new posts on the subject")
            if self.on_subject
            else ("nouveaux enregistrements", "new records")
        )
        return Bilingual(
            f"{self.source} : arrêtée, ses {self.window} dernières requêtes ont apporté moins de {self.least} {fr} "
            f"({self.brought}) ; {self.left} en attente n'ont pas été envoyées",
            f"{self.source}: stopped, its last {self.window} requests brought fewer than {self.least} {en} "
            f"({self.brought}); {self.left} that waited were not sent",
        )


@dataclass(slots=True)
class Yields:
    """What the last requests of each source brought; `window` 0: no source is ever ended.

    While all that waits fits into the budget it is asked, unless nothing new at all comes; past that, a choice is
    made anyway, and what does not speak of the subject is no reason to go on.
    """

    window: int
    least: int
    records: dict[str, deque[int]] = field(default_factory=dict)
    relevant: dict[str, deque[int]] = field(default_factory=dict)

    def tell(self, source: str, new: int, relevant: int) -> None:
        """Count one request that looked for something new: records never seen, and those that speak of the subject."""
        if self.window:
            self.records.setdefault(source, deque(maxlen=self.window)).append(new)
            self.relevant.setdefault(source, deque(maxlen=self.window)).append(relevant)

    def suspect(self, source: str) -> bool:
        """Whether the source would be ended if its budget were scarce: cheap, asked after every answer."""
        told = self.relevant.get(source, ())
        return bool(self.window) and len(told) >= self.window and sum(told) < self.least

    def verdict(self, source: str, *, scarce: bool) -> Stop | None:
        """Return why the source ends, or None. `scarce`: more waits than the budget can pay for."""
        if not self.suspect(source):
            return None
        brought = sum((self.relevant if scarce else self.records)[source])
        return Stop(source, self.window, brought, self.least, scarce) if brought < self.least else None
