"""Every suite that is offered can be run, and what cannot is refused in one line."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from data.errors import UserError
from pipelines.evaluate.registry import names, run_suite

PAGE = (Path(__file__).parents[2] / "docs" / "evaluate.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names())
def test_a_suite_that_is_offered_can_be_run(name):
    assert callable(import_module(f"pipelines.evaluate.suites.{name}").evaluate)


@pytest.mark.parametrize("name", names())
def test_an_empty_folder_is_the_users_mistake(name, tmp_path):
    with pytest.raises(UserError):
        run_suite(name, tmp_path)


def test_the_page_tells_the_suites_that_there_are():
    assert set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE)) >= set(names())


@pytest.mark.parametrize("name", ["authenticity_posts", "__init__", "../suites", "os", ""])
def test_what_is_no_suite_is_refused(name, tmp_path):
    with pytest.raises(UserError, match="unknown suite"):
        run_suite(name, tmp_path)
