"""What holds for a workspace and not for one brief: `vigie.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal

from annotated_types import Gt

from data.toml import read_toml


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """The language of sheets, notices and reports; who signs the sheets, and the lawful basis the team relies on."""

    language: Literal["fr", "en"] = "fr"
    analyst: str = ""
    lawful_basis: Literal["", "legitimate_interest", "consent", "contract", "public_task", "legal_obligation"] = ""


@dataclass(frozen=True, slots=True)
class CrawlerSettings:
    """Who crawls (a page or mailbox where its owner answers) and which non-public hosts may be asked."""

    contact: str = ""
    allow_private_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How many months what was collected is kept; the clock never restarts at a re-crawl."""

    texts_months: Annotated[int, Gt(0)] = 12
    persons_months: Annotated[int, Gt(0)] = 36


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole of `vigie.toml`; credentials are names of environment variables, never values."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    crawler: CrawlerSettings = CrawlerSettings()
    retention: RetentionSettings = RetentionSettings()
    credentials: dict[str, str] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """Return the settings in `path`; a mistake raises UserError with file, line and key."""
    settings, _ = read_toml(path, Settings)
    return settings
