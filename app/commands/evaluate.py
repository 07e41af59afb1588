"""`vigie evaluate`: how well it judges, on labelled data."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from app.session import JsonOption, LangOption, WorkspaceOption, spoken
from app.terminal import print_json, print_table, say
from data.bilingual import Bilingual
from pipelines.evaluate.registry import run_suite
from pipelines.evaluate.result import Figure


def command(
    suite: Annotated[
        str, typer.Argument(metavar="SUITE", help="What is judged: influence, relevance, language, tone…")
    ],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder of labelled data (docs/evaluate.md).")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Measure a judgement on labelled data of your own: figures with 95 % intervals, and a plain baseline."""
    spoke = spoken(lang, workspace)
    result = run_suite(suite, path)
    version = metadata.version("vigie")
    if json:
        print_json(result.as_json(version))
        return
    say(f"{result.suite} · n = {result.n:,} · {result.seconds:.1f} s · vigie {version}")
    rows = [["", name, *_cells(figure)] for name, figure in result.figures.items()]
    for group, figures in result.groups.items():
        rows += [[group, name, *_cells(figure)] for name, figure in figures.items()]
    headers = Bilingual("groupe|mesure|valeur|intervalle à 95 %", "group|figure|value|95 % interval")
    print_table(headers.to(spoke).split("|"), rows, right=(2,))
    if result.baseline:
        plain_one = ", ".join(
            f"{key} {value:.3f}" for key, value in result.baseline.items() if isinstance(value, float)
        )
        say(f"{Bilingual('Référence simple', 'Plain baseline').to(spoke)}: {result.baseline.get('name')}: {plain_one}")


def _cells(figure: Figure) -> list[str]:
    if figure.value is None:
        return ["–", str(figure.missing or "")]
    return [f"{figure.value:.3f}", "" if figure.low is None else f"{figure.low:.3f} – {figure.high:.3f}"]
