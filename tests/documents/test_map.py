"""The map: what is read, where people are placed, and files other tools read back."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from pipelines.documents import ecosystem_map
from pipelines.documents.map.ecosystem import ecosystem_graph
from pipelines.documents.map.layout import layout

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.warehouse.store import Connection

NOBODY = np.zeros(0, dtype=np.int32)


def planted(groups: int, size: int, seed: int = 0) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return ties of a world whose people tie within their group nine times of ten, and the groups."""
    rng = np.random.default_rng(seed)
    n = groups * size
    source = rng.integers(0, n, 8 * n)
    inside = (source // size) * size + rng.integers(0, size, 8 * n)
    target = np.where(rng.random(8 * n) < 0.9, inside, rng.integers(0, n, 8 * n))
    kept = source != target
    return source[kept].astype(np.int32), target[kept].astype(np.int32), np.arange(n) // size


def place(n: int, source: NDArray[np.int32], target: NDArray[np.int32]) -> NDArray[np.float64]:
    return layout(n, source, target, np.ones(len(source)), np.full(n, -1, dtype=np.int32))


def test_people_who_exchange_are_placed_together() -> None:
    source, target, truth = planted(5, 60)
    points = place(300, source, target)
    near = np.argsort(((points[:, None] - points[None]) ** 2).sum(axis=2), axis=1)[:, 1:11]
    assert (truth[near] == truth[:, None]).mean() > 0.8


def test_the_same_ecosystem_gives_the_same_picture() -> None:
    source, target, _ = planted(3, 30)
    assert np.array_equal(place(90, source, target), place(90, source, target))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 30), st.integers(0, 60), st.integers(0, 9))
def test_any_graph_gets_finite_positions(n: int, ties: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = ties if n > 1 else 0
    source = rng.integers(0, max(n, 1), count).astype(np.int32)
    target = rng.integers(0, max(n, 1), count).astype(np.int32)
    points = layout(n, source, target, np.ones(count), rng.integers(-1, 3, n).astype(np.int32), steps=20)
    assert points.shape == (n, 2)
    assert np.isfinite(points).all()


def test_people_do_not_pile_up() -> None:
    points = place(200, NOBODY, NOBODY)
    assert len(np.unique(points.round(6), axis=0)) == 200


def test_ties_join_people_of_the_run_and_never_a_person_to_themself(con: Connection) -> None:
    found = ecosystem_graph(con, "cafe", "run-1")
    n = len(found.people)
    assert n == con.execute("SELECT count(DISTINCT person_id) FROM detection.candidates").fetchall()[0][0]
    assert len(found.source) == len(found.target) == len(found.weight) == len(found.kinds) > 0
    assert not (found.source == found.target).any()
    assert max(found.source.max(), found.target.max()) < n


def test_the_weights_are_those_of_the_ties(con: Connection) -> None:
    found = ecosystem_graph(con, "cafe", "run-1")
    total = con.execute("SELECT sum(weight) FROM core.ties").fetchall()[0][0]
    assert found.weight.sum() == pytest.approx(total)


def test_a_map_of_few_keeps_the_most_influential(con: Connection) -> None:
    few = ecosystem_graph(con, "cafe", "run-1", people=5, ties=3)
    everybody = ecosystem_graph(con, "cafe", "run-1")
    assert [p["person_id"] for p in few.people] == [p["person_id"] for p in everybody.people[:5]]
    assert len(few.source) <= 3


@pytest.fixture(scope="module")
def files(con: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("map")
    paths = ecosystem_map.write(con, "cafe", "run-1", list(ecosystem_map.FORMS), folder, "fr")
    return {path.name.split(".", 1)[1]: path for path in paths}


def test_every_format_is_written(files: dict[str, Path]) -> None:
    assert set(files) == {"html", "gexf", "graphml", "nodes.csv", "edges.csv", "json"}


@pytest.mark.parametrize(("form", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_networkx_reads_the_graph_back(con: Connection, files: dict[str, Path], form: str, read: object) -> None:
    found = ecosystem_graph(con, "cafe", "run-1")
    graph = read(files[form])  # type: ignore[operator]
    assert graph.number_of_nodes() == len(found.people)
    assert graph.number_of_edges() == len(found.source)
    assert graph.nodes["person:mastodon:social.example:h5"]["label"] == "ليلى أحمد"


def test_the_tables_start_no_formula(files: dict[str, Path]) -> None:
    for name in ("nodes.csv", "edges.csv"):
        rows = list(csv.reader(io.StringIO(files[name].read_text(encoding="utf-8"))))
        texts = [value for row in rows for value in row if not re.fullmatch(r"-?[\d.e+-]+", value)]
        assert not [value for value in texts if value.startswith(("=", "+", "-", "@"))]


def test_the_page_carries_the_people_and_nothing_that_can_run(files: dict[str, Path]) -> None:
    html = files["html"].read_text(encoding="utf-8")
    blocks = re.findall(r"<script[^>]*>(.*?)</script>", html, flags=re.DOTALL)
    assert len(blocks) == 2
    data = json.loads(blocks[0])
    assert "<" not in blocks[0]
    assert {person["name"] for person in data["people"]} >= {"<script>alert(1)</script><img src=x onerror=alert(2)>"}
    assert all(person["url"] is None or person["url"].startswith("https://") for person in data["people"])


def test_the_page_asks_nothing_of_the_network(files: dict[str, Path]) -> None:
    html = files["html"].read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="', html)


def test_the_licences_of_what_the_page_carries_are_in_the_package() -> None:
    from importlib import resources

    text = resources.files("pipelines.documents.map.assets").joinpath("LICENSES.txt").read_text(encoding="utf-8")
    for package in ("sigma", "graphology", "graphology-utils", "events"):
        assert f"== {package} " in text
    assert text.count("Permission is hereby granted") >= 4


def test_an_unknown_format_is_the_users_error(con: Connection, out: Path) -> None:
    with pytest.raises(UserError, match="unknown format"):
        ecosystem_map.write(con, "cafe", "run-1", ["html", "exe"], out, "fr")
    assert not out.exists()


def test_a_run_without_people_still_gives_files(con: Connection, out: Path) -> None:
    paths = ecosystem_map.write(con, "vide", "no-run", list(ecosystem_map.FORMS), out, "en")
    assert len(paths) == 6
