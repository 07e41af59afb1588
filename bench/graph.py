"""The graph measures of one segment, beside igraph and plain networkx on the same graph in the same run.

Run it as `python -m bench.graph [--large] [--without-networkx]` from the root; prints one JSON object per task.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from typing import Any

import numpy as np

from bench.row import Row, tell

SOURCES = 50
# networkx stops at n × tol: at its default of 1e-6 it would stop after two steps of a graph this large.
TOLERANCE = 1e-10
SMALL, LARGE = (100_000, 1_000_000), (500_000, 5_000_000)


def arrays(people: int, ties: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Return a directed power-law graph with planted communities of 500; a quarter of attention flows back."""
    rng = np.random.default_rng(seed)
    source = rng.integers(0, people, int(ties * 1.1))
    popular = np.minimum(rng.pareto(1.3, len(source)) * 8, 499).astype(np.int64)
    inside = rng.random(len(source)) < 0.7
    target = np.where(
        inside, source // 500 * 500 + popular, (rng.pareto(1.1, len(source)) * 50).astype(np.int64) % people
    )
    target = np.minimum(target, people - 1)
    back = rng.random(len(source)) < 0.25
    source, target = np.where(back, target, source), np.where(back, source, target)
    pairs = np.unique(source * people + target)
    pairs = rng.permutation(pairs[pairs // people != pairs % people])[:ties]
    return (pairs // people).astype(np.int32), (pairs % people).astype(np.int32)


def ours(source: Any, target: Any, n: int) -> dict[str, float]:
    import networkx as nx

    from graph.backend import FastGraph

    # The first call imports the compiled library: the others' imports are not timed either.
    nx.community.leiden_communities(FastGraph.from_arrays([0], [1], n=2, directed=False))
    lap = _Laps()
    graph = FastGraph.from_arrays(source, target, n=n)
    both = graph.undirected()
    lap("build")
    nx.pagerank(graph, tol=TOLERANCE)
    lap("pagerank")
    nx.community.leiden_communities(both, seed=1)
    lap("leiden")
    nx.core_number(both)
    lap("cores")
    nx.hits(graph, tol=1e-6)
    lap("hubs")
    nx.betweenness_centrality(graph, k=SOURCES, seed=1)
    lap("betweenness")
    return lap.seconds


def igraph(source: Any, target: Any, n: int) -> dict[str, float]:
    import igraph as ig

    lap = _Laps()
    graph = ig.Graph(n=n, edges=np.column_stack([source, target]), directed=True)
    both = graph.as_undirected(mode="collapse")
    lap("build")
    graph.pagerank()
    lap("pagerank")
    both.community_leiden(objective_function="modularity", n_iterations=3)
    lap("leiden")
    both.coreness()
    lap("cores")
    graph.hub_score()
    lap("hubs")
    sources = np.random.default_rng(1).choice(n, SOURCES, replace=False).tolist()
    graph.betweenness(sources=sources, targets=None)
    lap("betweenness")
    return lap.seconds


def networkx(source: Any, target: Any, n: int) -> dict[str, float]:
    import networkx as nx

    nx.config.backend_priority = []
    lap = _Laps()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    both = graph.to_undirected()
    lap("build")
    nx.pagerank(graph, tol=TOLERANCE)
    lap("pagerank")
    nx.community.louvain_communities(both, seed=1)
    lap("leiden")
    nx.core_number(both)
    lap("cores")
    nx.hits(graph, tol=1e-6)
    lap("hubs")
    nx.betweenness_centrality(graph, k=SOURCES, seed=1)
    lap("betweenness")
    return lap.seconds


class _Laps:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.last = time.perf_counter()

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self.last, 3)
        self.last = now


def _child(name: str, people: int, ties: int, answer: Any) -> None:
    source, target = arrays(people, ties)
    seconds = {"ours": ours, "igraph": igraph, "networkx": networkx}[name](source, target, people)
    answer.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(name: str, people: int, ties: int) -> dict[str, Any]:
    """Run one library in a process of its own; return its seconds by task, their sum, and peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    child = context.Process(target=_child, args=(name, people, ties, answer))
    child.start()
    while answer.empty() and child.is_alive():
        time.sleep(0.05)
    child.join()
    if child.exitcode != 0:
        raise RuntimeError(f"the {name} run ended with status {child.exitcode}")
    seconds, memory = answer.get()
    return {"seconds": seconds, "total": round(sum(seconds.values()), 2), "memory_mb": round(memory)}


def rows(*, large: bool = False, plain: bool = True) -> list[Row]:
    """Return the benchmark's rows: the sum of the measures, then each of them, beside each reference."""
    people, ties = LARGE if large else SMALL
    mine = measured("ours", people, ties)
    work = f"{people:,} people, {ties:,} ties"
    result = []
    for name in ("igraph", *(("networkx",) if plain and not large else ())):
        other = measured(name, people, ties)
        result.append(Row("graph measures", work, "s", mine["total"], name, other["total"], mine["memory_mb"]))
        result += [
            Row(f"graph: {task}", work, "s", seconds, name, other["seconds"][task])
            for task, seconds in mine["seconds"].items()
        ]
    return result


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="500,000 people and 5 million ties")
    parser.add_argument("--without-networkx", action="store_true")
    given = parser.parse_args()
    tell(*rows(large=given.large, plain=not given.without_networkx))


if __name__ == "__main__":
    main()
