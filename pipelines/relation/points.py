"""The points file: what each act is worth, how it fades, which stages it leads through."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt, Le, MaxLen, MinLen

from data.bilingual import Bilingual
from data.brief.model import Funnel
from data.errors import UserError
from data.toml import read_toml

if TYPE_CHECKING:
    from data.workspace import Workspace

FILE = "points.toml"
Bounded = Annotated[float, Ge(-1000), Le(1000)]


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of act: its points, how many count per month, what it is evidence of."""

    points: Bounded
    fr: str = ""
    en: str = ""
    cap: Annotated[int, Gt(0)] | None = None
    on: bool = True
    ours: bool = False
    two_way: bool = False
    publication: bool = False
    stop: bool = False
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Decay:
    """How points fade: by half every `days`, or all at once after `days`."""

    method: Literal["half_life", "window"] = "half_life"
    days: Annotated[float, Gt(0)] = 180


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the relationship: the score it starts at and what must have happened."""

    key: Annotated[str, MinLen(1)]
    threshold: float
    fr: str = ""
    en: str = ""
    evidence: Literal["", "exchange", "publication"] = ""

    @property
    def name(self) -> Bilingual:
        """What the team calls it."""
        return Bilingual(self.fr or self.key, self.en or self.key)


@dataclass(frozen=True, slots=True)
class Fit:
    """The gate beside the score: relevance to the brief (0-100) below which nobody is proposed."""

    minimum: float = 20


@dataclass(frozen=True, slots=True)
class Relationship:
    """How stages are lost (month ends below the threshold) and when a relationship sleeps (days)."""

    drop_after: Annotated[int, Gt(0)] = 2
    lapsed_days: Annotated[int, Gt(0)] = 120


@dataclass(frozen=True, slots=True)
class Points:
    """The whole file."""

    actions: dict[str, Action]
    stages: Annotated[tuple[Stage, ...], MinLen(1), MaxLen(6)]
    decay: Decay = Decay()
    channels: dict[str, Bounded] = field(default_factory=dict)
    fit: Fit = Fit()
    funnel: Funnel = Funnel()
    relationship: Relationship = Relationship()

    def action(self, key: str) -> Action:
        """Return an action by its key; raises UserError naming those there are."""
        if key not in self.actions:
            there = ", ".join(self.actions)
            raise UserError(f"action « {key} » inconnue : {there}", f'no action "{key}": {there}')
        return self.actions[key]

    def action_name(self, key: str, lang: str) -> str:
        """Return what an action is called in `lang`."""
        action = self.actions.get(key)
        return Bilingual(action.fr or key, action.en or key).to(lang) if action else key


def default_text() -> str:
    """Return the text of the catalogue that is shipped."""
    return resources.files("pipelines.relation").joinpath(FILE).read_text(encoding="utf-8")


def read_points(workspace: Workspace) -> Points:
    """Return the workspace's points file, or the catalogue; a mistake raises UserError with file and line."""
    path = workspace.root / FILE
    return read_points_file(path) if path.exists() else shipped_points()


def shipped_points() -> Points:
    """Return the catalogue that comes with vigie."""
    with resources.as_file(resources.files("pipelines.relation").joinpath(FILE)) as shipped:
        return read_points_file(Path(shipped))


def read_points_file(path: Path) -> Points:
    """Return the points in the file at `path`; stages must rise and the funnel must name known actions."""
    points, _ = read_toml(path, Points)
    thresholds = [stage.threshold for stage in points.stages]
    if thresholds != sorted(set(thresholds)):
        raise UserError(f"{path} : les seuils des étapes doivent croître", f"{path}: thresholds of stages must rise")
    for key in (*points.funnel.engaged, *points.funnel.active):
        points.action(key)
    return points
