"""The frontier: which request is next, what came of each, and how each host is treated, in one SQLite file."""

from crawlers.frontier.queue import Frontier, Picked
from crawlers.frontier.store import open_file, statement

__all__ = ["Frontier", "Picked", "open_file", "statement"]
