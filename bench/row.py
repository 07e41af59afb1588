"""One row of the benchmark table, and how a task prints it."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A task's figure beside the reference's: `ours` and `reference` in `unit`; `ratio` = ours / reference."""

    task: str
    work: str
    unit: str
    ours: float
    reference_name: str = ""
    reference: float | None = None
    memory_mb: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the reference's; None without a reference."""
        return None if not self.reference else self.ours / self.reference


def peak_mb() -> float:
    """Return the most memory this process has held, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def tell(*rows: Row) -> None:
    """Print rows for the table, one JSON object per line."""
    for row in rows:
        sys.stdout.write(json.dumps(asdict(row) | {"ratio": row.ratio}) + "\n")
        sys.stdout.flush()
