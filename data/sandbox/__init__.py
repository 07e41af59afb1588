"""The sandbox: a synthetic ecosystem with planted truth, written as records and served over HTTP."""

from __future__ import annotations

from data.sandbox.generate import World, generate
from data.sandbox.settings import Difficulty, Settings

__all__ = ["Difficulty", "Settings", "World", "generate"]
