"""When and how often: Prefect flows around the steps."""

from __future__ import annotations

import os

# Prefect reads these when it is imported; what the user has set stands.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")  # its 20 s do not do on a fresh home
