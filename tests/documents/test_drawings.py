"""PDF and Word show the same pictures as the HTML sheet, drawn from the same figures."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import docx
import pytest

from pipelines.documents import pictures
from pipelines.documents.drawings import NAMES, alone, drawings, png, told
from pipelines.documents.jinja import environment
from pipelines.documents.read import read_sheets
from pipelines.documents.sheet import render_sheet

if TYPE_CHECKING:
    from data.warehouse.store import Connection
    from pipelines.documents.read import Sheet

PEOPLE = "person:mastodon:social.example:"
HOSTILE = ["h0", "h1", "h2", "h4", "h5", "h6", "h7", "h8", "h9", "ha"]
SVG = "{http://www.w3.org/2000/svg}"


def sheet_of(con: Connection, key: str) -> Sheet:
    return next(iter(read_sheets(con, "cafe", "run-1", [PEOPLE + key])))


def size_of(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_a_lively_person_has_every_picture(con: Connection) -> None:
    assert set(drawings(sheet_of(con, "p00"), "fr")) == set(NAMES)


def test_who_never_posted_has_no_picture_of_posts(con: Connection) -> None:
    drawn = drawings(sheet_of(con, "silent"), "fr")
    assert not {"heat", "months", "trend", "topics"} & set(drawn)


@pytest.mark.parametrize("key", [*HOSTILE, "p00", "thin"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_picture_is_a_whole_svg_file_in_which_nothing_runs(con: Connection, key: str, lang: str) -> None:
    for svg in drawings(sheet_of(con, key), lang).values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert float(root.attrib["width"]) > 0
        assert {item.tag.removeprefix(SVG) for item in root.iter()} <= {
            "svg", "style", "line", "text", "rect", "path", "title", "circle", "polyline",
        }  # fmt: skip
        assert not [name for item in root.iter() for name in item.attrib if name.startswith("on") or "href" in name]


def test_the_picture_of_the_page_is_the_picture_of_the_pdf(con: Connection) -> None:
    sheet = sheet_of(con, "p00")
    page = render_sheet(sheet, "fr", "html").decode()
    for name, svg in drawings(sheet, "fr").items():
        inside = svg.split("</style>")[1].removesuffix("</svg>")
        assert inside in page, name


def test_the_heat_map_has_a_square_per_hour_of_the_week_and_the_ego_a_dot_per_neighbour(con: Connection) -> None:
    sheet = sheet_of(con, "p00")
    drawn = drawings(sheet, "en")
    assert drawn["heat"].count("<rect") == 7 * 24
    who = sheet.parts["who"]
    near = len(who["heard_by"]["rows"][:6]) + len(who["turned_to"]["rows"][:6])
    assert drawn["ego"].count("<circle") == near + 1
    assert drawn["topics"].count('class="bar"') == min(8, len(sheet.parts["what"]["topics"]["rows"]))


def test_a_picture_tells_its_figures_to_who_cannot_see_it(con: Connection) -> None:
    drawn = drawings(sheet_of(con, "p00"), "en")
    assert re.match(r"Influence \d+ \(\d+–\d+\)\. Reach", told(drawn["bars"]))
    assert told("<svg></svg>") == ""


def test_a_picture_becomes_a_png_of_its_own_shape(con: Connection) -> None:
    for svg in drawings(sheet_of(con, "h5"), "fr").values():
        width, height = size_of(png(svg))
        root = ET.fromstring(svg)
        assert width / height == pytest.approx(float(root.attrib["width"]) / float(root.attrib["height"]), rel=0.05)
        assert width > 600


def test_a_word_sheet_carries_the_pictures_with_their_words_and_the_sql(con: Connection) -> None:
    sheet = sheet_of(con, "p00")
    content = render_sheet(sheet, "fr", "docx")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        images = [name for name in parts.namelist() if name.startswith("word/media/")]
        body = parts.read("word/document.xml").decode()
    assert len(images) == len(NAMES)
    assert re.search(r'descr="Influence \d+', body)
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]
    shared, parts_of = sheet.statement_parts()
    assert shared in texts
    assert all(part in texts for part in parts_of.values())


def test_the_figures_of_a_word_sheet_name_their_queries(con: Connection) -> None:
    document = docx.Document(io.BytesIO(render_sheet(sheet_of(con, "p00"), "en", "docx")))
    cells = {row.cells[0].text: row.cells[-1].text for table in document.tables for row in table.rows}
    assert cells["posts per week"].endswith("activity")
    assert cells["own topics"].endswith("readings")


def test_topics_are_as_long_as_their_shares() -> None:
    drawn = pictures.topics([{"phrase": "a", "share": 0.4}, {"phrase": "b", "share": 0.1}])
    assert [row["length"] for row in drawn] == [1, 0.25]
    assert pictures.topics([]) == []


def test_markup_in_a_topic_stays_text() -> None:
    macros = environment("fr", html=True).get_template("macros.html.j2").module
    row = {"phrase": "</text><script>x</script>", "share": 0.5, "posts": 3}
    root = ET.fromstring(alone(str(macros.topics([row])), 14))  # type: ignore[attr-defined]
    assert "script" not in {item.tag.removeprefix(SVG) for item in root.iter()}
    assert "</text><script>x" in "".join(root.itertext())
