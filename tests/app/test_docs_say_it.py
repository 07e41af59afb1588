"""The documentation says what there is: commands, options, tables, pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli import COMMANDS
from app.reference import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs").glob("*.md"))


def test_the_command_reference_is_the_one_the_commands_give():
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == reference()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_has_help(name):
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert f"## vigie {name}" in page


def test_every_option_of_every_command_has_a_meaning():
    for line in reference().splitlines():
        if line.startswith("| `--"):
            meaning = line.rstrip(" |").split("|")[-1].strip()
            assert len(meaning) > 8, line


def test_the_readme_gives_the_two_commands_first():
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert text.index("make demo") < text.index("vigie init")


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_index_names_every_page():
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    for page in PAGES:
        if page.name != "README.md":
            assert f"({page.name})" in index, page.name


@pytest.mark.parametrize(
    "word", re.findall(r"^ +vigie ([a-z]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
)
def test_commands_named_in_the_readme_exist(word):
    assert word in COMMANDS


def test_the_database_page_is_the_one_the_schema_gives():
    from data.warehouse.describe import describe

    assert (ROOT / "docs" / "database.md").read_text("utf-8") == describe()


def test_the_makefile_offers_what_the_readme_and_contributing_promise():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    promised = set()
    for name in ("README.md", "CONTRIBUTING.md"):
        promised |= set(re.findall(r"make ([a-z-]+)", (ROOT / name).read_text("utf-8")))
    assert promised - {"and"} <= targets
