"""`vigie evaluate`: how well it judges, on labelled data."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from app.session import JsonOption, LangOption, WorkspaceOption, spoken
from app.tables import print_table
from app.terminal import print_json, say
from app.words import called
from data.bilingual import Bilingual, Lang
from data.figures import interval, number
from pipelines.evaluate.registry import run_suite
from pipelines.evaluate.result import Figure
from pipelines.relation.words import pair


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
    name, n = called("suite", result.suite, spoke), number(result.n, spoke)
    say(f"{name} · n = {n} · {number(result.seconds, spoke, 1)} s · vigie {version}")
    rows = [["", called("figure", name, spoke), *_cells(figure, spoke)] for name, figure in result.figures.items()]
    for group, figures in result.groups.items():
        rows += [[group, called("figure", name, spoke), *_cells(figure, spoke)] for name, figure in figures.items()]
    headers = Bilingual("groupe|mesure|valeur|intervalle à 95\u202f%", "group|figure|value|95% interval")
    print_table(headers.to(spoke).split("|"), rows, lang=spoke, right=(2,))
    if result.baseline:
        say(_baseline(result.baseline, spoke))


def _baseline(found: dict[str, float | str | None], lang: Lang) -> str:
    """Return what the plain baseline is and what it reaches, in words."""
    figures = ", ".join(
        f"{called('figure', key, lang)} {number(value, lang, 3)}"
        for key, value in found.items()
        if isinstance(value, float)
    )
    name = pair(called("baseline", found.get("name"), lang), figures, lang)
    return pair(Bilingual("Référence simple", "Plain baseline").to(lang), name, lang)


def _cells(figure: Figure, lang: Lang) -> list[str]:
    if figure.value is None:
        return ["–", called("no_figure", figure.missing, lang)]
    return [number(figure.value, lang, 3), interval(figure.low, figure.high, lang, 3)]
