"""How a long run tells where it is; whoever shows it (terminal, Prefect, nobody) is the caller's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Progress:
    """One sign of life: what is being done, how far (`done` of `total`, None when it cannot be told), what it meets."""

    what: Bilingual
    done: float | None = None
    total: float | None = None
    detail: Bilingual | None = None


OnProgress = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Show nothing."""
