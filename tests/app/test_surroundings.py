"""The command behaves wherever it is started, and never repeats harmful text to a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.terminal import plain

VIGIE = Path(sys.executable).with_name("vigie")
ROOMS = ("app", "flows", "pipelines", "crawlers", "nlp", "graph", "data", "tests", "typer", "duckdb")


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    for name in ROOMS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('a decoy was imported')\n", "utf-8")
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a decoy was imported')\n", "utf-8")
    return tmp_path


def test_a_folder_full_of_decoys_changes_nothing(decoys):
    for arguments in (
        ["--help"],
        ["init", "here", "--lang", "en"],
        ["check", "here/briefs/exemple.toml", "--lang", "en"],
    ):
        done = subprocess.run([VIGIE, *arguments], cwd=decoys, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert "decoy" not in done.stdout + done.stderr


def test_help_comes_without_loading_the_heavy_libraries():
    code = (
        "import sys; from app.cli import run; run(['--help']);"
        "print(sorted({'scrapy','spacy','sklearn','networkx','prefect','typst','trafilatura','pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip().endswith("[]")


def test_a_reader_that_stops_early_sees_no_traceback(discovered):
    command = f"{VIGIE} rank cafe --format csv --workspace {discovered} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr


def test_results_go_to_standard_output_and_the_rest_to_standard_error(discovered):
    environment = {**os.environ, "LANG": "fr_FR.UTF-8"}
    done = subprocess.run(
        [VIGIE, "rank", "cafe", "--workspace", discovered],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=environment,
    )
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


@given(st.text())
def test_text_from_outside_cannot_act_on_a_terminal(text):
    shown = plain(text)
    assert not set(shown) & {chr(c) for c in (*range(32), 127, *range(0x80, 0xA0), 0x202E, 0x2066)}
    assert len(shown) <= 500


def test_escape_sequences_and_direction_marks_are_taken_out():
    assert plain("\x1b[31mrouge\x1b]0;titre\x07 \u202egnp.exe") == "[31mrouge]0;titre gnp.exe"
