"""The map as files that other tools open: GEXF, GraphML, node and edge CSV, graphology JSON; typed and sanitised.

networkx writes files that it cannot read back when a column mixes types or a name carries a control character; here
every column has one type, and what has no place in XML is left out.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

# What XML 1.0 cannot carry, lone surrogates included; and the terminal's escapes with it.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # spreadsheets read the wide ones alike
# Okabe and Ito's palette, told apart by colour-blind readers; grey is no tier.
COLOURS: dict[str | None, tuple[int, int, int]] = {
    "macro": (230, 159, 0),
    "magic_middle": (0, 114, 178),
    "micro": (0, 158, 115),
    None: (153, 153, 153),
}
SMALLEST, LARGEST = 3.0, 30.0

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class MapGraph:
    """A map to be written: node ids, a column per attribute, and ties by node position.

    Columns named `label`, `tier`, `influence` and `community` give label, colour, size and group.
    """

    ids: list[str]
    columns: Mapping[str, list[Any]]
    source: Array
    target: Array
    weight: Array
    kind: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        lengths = {len(values) for values in self.columns.values()} | {len(self.ids)}
        if len(lengths) > 1:
            raise ValueError("every column must have one value per node")


def gexf(graph: MapGraph) -> str:
    """Return the map as GEXF 1.2, with colour and size as Gephi shows them."""
    return _xml("\n".join(nx.generate_gexf(_networkx(graph, viz=True), version="1.2draft")))


def graphml(graph: MapGraph) -> str:
    """Return the map as GraphML; colour is `#rrggbb`, size a number."""
    return _xml("\n".join(nx.generate_graphml(_networkx(graph, viz=False))))


def node_csv(graph: MapGraph) -> str:
    """Return the nodes as Gephi's node table: Id, Label, then the columns."""
    columns = _typed(graph)
    labels = _labels(graph)
    rows = ([node, labels[i], *(column[i] for column in columns.values())] for i, node in enumerate(_ids(graph)))
    return _csv(["Id", "Label", *columns], rows)


def edge_csv(graph: MapGraph) -> str:
    """Return the ties as Gephi's edge table: Source, Target, Type, Weight, Kind."""
    ids, kinds = _ids(graph), graph.kind or [""] * len(graph.source)
    rows = (
        [ids[s], ids[t], "Directed", float(w), _clean(k)]
        for s, t, w, k in zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), kinds, strict=True)
    )
    return _csv(["Source", "Target", "Type", "Weight", "Kind"], rows)


def graphology(graph: MapGraph) -> dict[str, Any]:
    """Return the map as graphology's serialised JSON object."""
    columns, ids = _typed(graph), _ids(graph)
    look = _look(graph)
    nodes = [
        {"key": node, "attributes": {**{k: v[i] for k, v in columns.items() if v[i] is not None}, **look[i]}}
        for i, node in enumerate(ids)
    ]
    kinds = graph.kind or [""] * len(graph.source)
    edges = [
        {"source": ids[s], "target": ids[t], "attributes": {"weight": float(w), "kind": _clean(k)}}
        for s, t, w, k in zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), kinds, strict=True)
    ]
    options = {"type": "directed", "multi": True, "allowSelfLoops": True}
    return {"attributes": {}, "options": options, "nodes": nodes, "edges": edges}


def _networkx(graph: MapGraph, *, viz: bool) -> Any:
    columns, ids, look = _typed(graph), _ids(graph), _look(graph)
    result: Any = nx.MultiDiGraph() if graph.kind else nx.DiGraph()
    for i, node in enumerate(ids):
        attributes = {name: values[i] for name, values in columns.items() if values[i] is not None and name != "label"}
        shown = look[i]
        if viz:
            attributes["viz"] = {
                "color": dict(zip("rgb", shown["rgb"], strict=True)) | {"a": 1.0},
                "size": shown["size"],
            }
        else:
            attributes |= {"color": shown["color"], "size": shown["size"]}
        result.add_node(node, label=shown["label"], **attributes)
    kinds: list[str | None] = [*graph.kind] or [None] * len(graph.source)
    for s, t, w, k in zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), kinds, strict=True):
        result.add_edge(ids[s], ids[t], weight=float(w), **({} if k is None else {"kind": _clean(k)}))
    return result


def _typed(graph: MapGraph) -> dict[str, list[Any]]:
    return {_name(name): _column(values) for name, values in graph.columns.items()}


def _column(values: list[Any]) -> list[Any]:
    """Return a column of one type: bool, int, float, else text; unknown values and lists' empties are None."""
    plain = [_plain(value) for value in values]
    kinds = {type(value) for value in plain if value is not None}
    if kinds <= {bool} or kinds <= {int}:
        return plain
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in plain]
    return [None if value is None else _clean(value) for value in plain]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, (list, tuple, set, frozenset)):
        return " | ".join(_clean(part) for part in value if part is not None) or None
    if isinstance(value, float) and abs(value) < sys.float_info.min:
        return 0.0  # igraph refuses a whole file over one number smaller than that
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return float(value)
    return value if isinstance(value, (bool, int, float)) else str(value)


def _clean(value: Any) -> str:
    return FORBIDDEN.sub("", str(value))


def _name(name: str) -> str:
    return re.sub(r"\W", "_", _clean(name)) or "_"


def _ids(graph: MapGraph) -> list[str]:
    """Return ids that stay apart once cleaned."""
    seen: dict[str, int] = {}
    result = []
    for raw in graph.ids:
        clean = _clean(raw)
        count = seen.get(clean, 0)
        seen[clean] = count + 1
        result.append(f"{clean}~{count}" if count else clean)
    return result


def _labels(graph: MapGraph) -> list[str]:
    given = graph.columns.get("label", graph.ids)
    return [_clean(value) if value is not None else node for value, node in zip(given, _ids(graph), strict=True)]


def _look(graph: MapGraph) -> list[dict[str, Any]]:
    """Return label, colour by tier and size by influence of each node."""
    tiers = graph.columns.get("tier", [None] * len(graph.ids))
    sizes = graph.columns.get("influence", [None] * len(graph.ids))
    result = []
    for label, tier, influence in zip(_labels(graph), tiers, sizes, strict=True):
        rgb = COLOURS.get(tier, COLOURS[None])
        known = _plain(influence)
        share = min(max(float(known), 0.0), 100.0) / 100.0 if isinstance(known, (int, float)) else 0.0
        size = round(SMALLEST + (LARGEST - SMALLEST) * share, 2)
        result.append({"label": label, "rgb": rgb, "color": "#{:02x}{:02x}{:02x}".format(*rgb), "size": size})
    return [dict(shown) for shown in result]


def _csv(header: list[str], rows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        clean = _clean(value).replace("\r", " ")  # an unquoted one ends the line for whoever reads
        return f"'{clean}" if clean.lstrip(" \u00a0").startswith(FORMULA) else clean
    return value


def _xml(text: str) -> str:
    return text if text.startswith("<?xml") else f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
