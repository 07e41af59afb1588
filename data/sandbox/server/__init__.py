"""The sandbox's server: a world spoken in the protocols of the open networks, one file per protocol."""

from __future__ import annotations

from data.sandbox.server.run import Running, bluesky_place, serve, start

__all__ = ["Running", "bluesky_place", "serve", "start"]
