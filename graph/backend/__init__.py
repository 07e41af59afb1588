"""A networkx backend over compressed sparse rows: the heavy measures at compiled speed, with networkx's own calls.

networkx finds it through its entry points (`networkx.backends`); callers build a `FastGraph` from columns and write
`networkx.pagerank(graph)` as they would for a graph of networkx itself.
"""

from graph.backend.fast import FastGraph
from graph.backend.info import get_info
from graph.backend.interface import BackendInterface

__all__ = ["BackendInterface", "FastGraph", "get_info"]
