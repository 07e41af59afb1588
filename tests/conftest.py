"""What every test may use: a quiet home for Prefect, a small world, a workspace that has discovered it offline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("COLUMNS", "100")

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; without it the test says that it is skipped."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout: real data not tried")
    return SHARED


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic world of 250 accounts and 3,000 posts."""
    from data.sandbox import generate

    folder = tmp_path_factory.mktemp("world")
    generate(folder, accounts=250, posts=3000, days=200, seed=11)
    return folder


@pytest.fixture(scope="session")
def discovered(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the small world was imported and discovered; tests that write copy it first."""
    from app.cli import run

    root = tmp_path_factory.mktemp("discovered")
    assert run(["init", str(root), "--lang", "en"]) == 0
    (root / "briefs" / "cafe.toml").write_text((small_world / "brief.toml").read_text("utf-8"), "utf-8")
    where = ["--workspace", str(root)]
    files = [str(small_world / f"{name}.parquet") for name in ("accounts", "posts", "ties", "observations")]
    assert run(["import", "parquet", *files, "--brief", "cafe", *where]) == 0
    assert run(["discover", "cafe", "--offline", *where, "--lang", "en"]) == 0
    return root
