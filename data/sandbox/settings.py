"""What a synthetic world is made of: its size, its seed, and how hard it is to read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from data.errors import UserError

Difficulty = Literal["easy", "default", "hard", "no-structure"]

AS_OF = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PORT = 8765
INSTANCES = 3
SEGMENTS = ("filtre", "espresso", "torrefaction")
TOPICS = (*SEGMENTS, "velo", "photo", "logiciel", "auto", "cinema")
CHATTER = len(TOPICS)
LANGUAGES = ("fr", "en", "de", "es")
BRANDS = ("Brûlerie du Canal", "Torréfaction Nord", "Maison Arabica")
BRAND_DOMAINS = ("brulerie.example", "torrefactionnord.example", "maisonarabica.example")


@dataclass(frozen=True, slots=True)
class Noise:
    """How much a difficulty blurs the world; shares are probabilities, `spread` is the latents' standard deviation."""

    spread: float
    across: float
    astride: float
    off_subject: float
    missing: float
    oblique: float
    homonym: float
    structured: bool = True


NOISE: dict[str, Noise] = {
    "easy": Noise(spread=0.3, across=0.12, astride=0.1, off_subject=0.2, missing=0.01, oblique=0.25, homonym=0.03),
    "default": Noise(spread=0.4, across=0.25, astride=0.35, off_subject=0.35, missing=0.04, oblique=0.4, homonym=0.06),
    "hard": Noise(spread=0.65, across=0.35, astride=0.6, off_subject=0.5, missing=0.12, oblique=0.55, homonym=0.12),
    "no-structure": Noise(
        spread=0.4,
        across=0.25,
        astride=0.35,
        off_subject=0.35,
        missing=0.04,
        oblique=0.4,
        homonym=0.06,
        structured=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a world depends on: the same settings give the same files."""

    accounts: int = 1200
    posts: int = 24000
    days: int = 180
    seed: int = 1
    difficulty: Difficulty = "default"
    as_of: datetime = AS_OF
    port: int = PORT
    instances: int = INSTANCES

    def __post_init__(self) -> None:
        """Raise UserError when no world can be made of these settings."""
        limits = {
            "accounts": (self.accounts, 50, 2_000_000),
            "posts": (self.posts, 100, 20_000_000),
            "days": (self.days, 2, 3650),
            "seed": (self.seed, 0, 2**63 - 1),
            "port": (self.port, 1024, 65_000),
            "instances": (self.instances, 1, 15),
        }
        for name, (value, low, high) in limits.items():
            if not low <= value <= high:
                raise UserError(
                    f"bac à sable : {name} = {value} doit être entre {low} et {high}",
                    f"sandbox: {name} = {value} must be between {low} and {high}",
                )
        if self.difficulty not in get_args(Difficulty):
            raise UserError(
                f"bac à sable : difficulté inconnue « {self.difficulty} » ; au choix : {', '.join(NOISE)}",
                f"sandbox: unknown difficulty '{self.difficulty}'; one of: {', '.join(NOISE)}",
            )

    @property
    def noise(self) -> Noise:
        """The blur of this difficulty."""
        return NOISE[self.difficulty]


@cache
def vocabulary() -> dict[str, Any]:
    """The word banks of `vocabulary.toml`, by language and by topic."""
    return tomllib.loads((files("data.sandbox") / "vocabulary.toml").read_text(encoding="utf-8"))
