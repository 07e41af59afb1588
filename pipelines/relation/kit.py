"""Step 6: the brand kit, which a partner receives with the campaign's brief; listed, checked, packed."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from data.bilingual import Bilingual
from data.errors import UserError
from data.relations.store import keep
from pipelines.documents.safe import file_name, link
from pipelines.relation.disclosure import wording
from pipelines.relation.papers.model import Paper, Section, Table
from pipelines.relation.papers.write import render
from pipelines.relation.words import words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from data.brief.model import Brief
    from data.relations.store import Row

MAX_FILE = 50_000_000
MAX_PACK = 200_000_000
PAPERS = (".docx", ".pdf", ".md")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of asset: its name, what it should answer, and whether a kit needs one."""

    name: Bilingual
    ask: Bilingual
    needed: bool


@cache
def kinds() -> dict[str, Kind]:
    """Return the kinds of assets, in the order in which a kit shows them."""
    text = resources.files("pipelines.relation").joinpath("kit.toml").read_text(encoding="utf-8")
    return {
        key: Kind(Bilingual(one["fr"], one["en"]), Bilingual(one["ask_fr"], one["ask_en"]), one["needed"])
        for key, one in tomllib.loads(text).items()
    }


def keep_asset(
    people: sqlite3.Connection, key: Row, *, content: str | None, address: str | None, file: Path | None, who: str,
    why: str = "",
) -> int:  # fmt: skip
    """Add or change the asset named by `key` (brief, kind, title, lang); a file is noted with its hash.

    Raises UserError for an unknown kind, an address that is none, a file that is not there or too large, or nothing.
    """
    if key["kind"] not in kinds():
        there = ", ".join(kinds())
        raise UserError(f"sorte « {key['kind']} » inconnue : {there}", f'no kind "{key["kind"]}": {there}')
    if address is not None and link(address) is None:
        raise UserError(f"« {address} » n'est pas une adresse http(s)", f'"{address}" is no http(s) address')
    if content is None and address is None and file is None:
        raise UserError("il faut --text, --link ou --file", "--text, --link or --file is needed")
    given: Row = {"content": content, "link": address}
    if file is not None:
        given |= {"file": str(file.resolve()), "file_hash": _hash(file)}
    return keep(people, "assets", key, given, who=who, why=why)


def standing(assets: Sequence[Row], lang: str) -> list[Row]:
    """Return the assets that are in the kit in `lang`."""
    return [row for row in assets if row["withdrawn_at"] is None and row["lang"] == lang]


def gaps(assets: Sequence[Row], lang: str) -> list[Bilingual]:
    """Return what the kit lacks in `lang`: kinds nobody filled, files that are gone or are no longer the same."""
    mine = standing(assets, lang)
    there = {row["kind"] for row in mine}
    lacking = [
        Bilingual(f"{one.name.fr} : {one.ask.fr}", f"{one.name.en}: {one.ask.en}")
        for key, one in kinds().items()
        if one.needed and key not in there
    ]
    return lacking + [told for row in mine if (told := _file_gap(row))]


def kit_paper(brief: Brief, assets: Sequence[Row], *, market: str, lang: str) -> Paper:
    """Return the kit as a paper: one section per kind, the disclosure wording of the market, what is missing."""
    tell, mine = words("kit", lang), standing(assets, lang)
    sections = [_section(key, one, mine, lang) for key, one in kinds().items()]
    lacking = tuple(one.to(lang) for one in gaps(assets, lang))
    return Paper(
        title=f"{tell['title']} {brief.brand.name if brief.brand else brief.title or brief.name}",
        lang=lang,
        subtitle=brief.title or brief.name,
        sections=(
            *(section for section in sections if section is not None),
            Section(tell["disclosure"], wording(market, lang)),
            Section(tell["missing"], () if lacking else (tell["complete"],), lacking),
        ),
        foot=tell["foot"],
    )


def pack(papers: Mapping[str, Paper], assets: Sequence[Row], lang: str) -> bytes:
    """Return a ZIP of the papers (each as DOCX, PDF and Markdown) and of the kit's files that are there.

    Raises UserError when the files are more than 200 MB together.
    """
    out, size = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, paper in papers.items():
            for suffix in PAPERS:
                archive.writestr(f"{name}{suffix}", render(paper, suffix))
        for row in standing(assets, lang):
            path = Path(row["file"]) if row["file"] else None
            if path is None or not path.is_file():
                continue
            size += path.stat().st_size
            if size > MAX_PACK:
                raise UserError("fichiers trop lourds : 200 Mo au plus", "files too large: at most 200 MB")
            archive.write(path, f"files/{file_name(path.stem, str(path))}{path.suffix.lower()}")
    return out.getvalue()


def _section(key: str, kind: Kind, assets: Sequence[Row], lang: str) -> Section | None:
    mine = [row for row in assets if row["kind"] == key]
    if not mine:
        return None
    tell = words("kit", lang)
    rows = [(row["title"], row["content"], row["link"] or (Path(row["file"]).name if row["file"] else None))
            for row in mine]  # fmt: skip
    return Section(kind.name.to(lang), table=Table(tuple(tell["columns"].split("|")), tuple(rows)))


def _file_gap(row: Row) -> Bilingual | None:
    if not row["file"]:
        return None
    path = Path(row["file"])
    if not path.is_file():
        return Bilingual(f"{row['title']} : fichier introuvable ({path})", f"{row['title']}: file is gone ({path})")
    if path.stat().st_size > MAX_FILE or _hash(path) != row["file_hash"]:
        return Bilingual(
            f"{row['title']} : le fichier a changé depuis qu'il a été noté",
            f"{row['title']}: the file changed since it was noted",
        )
    return None


def _hash(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UserError(f"{path} : 50 Mo au plus", f"{path}: at most 50 MB")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{path} : illisible ({error})", f"{path}: cannot be read ({error})") from None
