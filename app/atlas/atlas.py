"""What the atlas holds while it serves: the workspace, its publication, the door, the maps already laid out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.atlas.guard import Door
from app.atlas.published import Published

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from data.bilingual import Lang
    from data.workspace import Workspace

MAPS_KEPT = 4


@dataclass
class Atlas:
    """One served workspace."""

    workspace: Workspace
    lang: Lang
    door: Door = field(default_factory=Door)
    _maps: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)
    _drawing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.published = Published(self.workspace.published)

    def map_page(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """Return the map of `key`, drawn at most once at a time: a layout takes seconds."""
        with self._drawing:
            if key not in self._maps:
                self._maps[key] = draw()
            self._maps.move_to_end(key)
            while len(self._maps) > MAPS_KEPT:
                self._maps.popitem(last=False)
            return self._maps[key]
