"""Every key of a brief and of the settings: accepted, given its default, refused in words of the reader's language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.brief.read import read_brief
from data.errors import UserError
from data.settings import read_settings

LEAST = '[brief]\nname = "cafe"\n\n[[segments]]\nname = "filtre"\nquery = "V60"\n'
WHOLE = """
[brief]
name = "cafe-de-specialite"
title = "Café de spécialité, lancement 2026"
why = "Faire connaître la gamme filtre aux amateurs avertis."
objectives = ["advocacy", "awareness", "audience", "share_of_voice", "conversion",
              "reputation", "leads", "digital", "satisfaction", "employees"]
languages = ["fr", "en"]
market = "FR"
as_of = 2026-01-02T03:04:05+02:00

[brand]
name = "Brûlerie du Canal"
accounts = ["@brulerie@social.example"]
domains = ["brulerie.example"]
terms = ['"brûlerie du canal"']
[[brand.competitors]]
name = "Torréfaction Nord"
accounts = []
domains = ["torrefactionnord.example"]

[[segments]]
name = "filtre"
query = '("café filtre" OR V60) AND NOT capsule*'
examples = ["Recette V60 : 15 g"]
weight = 0.5

[seeds]
accounts = ["@lea@social.example", "nina.bsky.social"]
hashtags = ["cafe", "slowcoffee"]

[[sources]]
kind = "mastodon"
instances = ["https://social.example"]
[[sources]]
kind = "feeds"
urls = ["https://blog.example/feed.xml"]
opml = ["blogs.opml", "https://a.example/list.opml"]

[budget]
requests = 1
accounts = 2
posts_per_account = 3
days = 4

[scale]
method = "absolute"
[scale.cuts.mastodon]
macro = 10000
[scale.floors]
mastodon = 50
[score]
preset = "weighted"
weights = { reach = 1, relevance = 2.5 }
[[rules]]
label = "ambassador"
when = "brand_mentions >= 3 AND brand_tone >= 0"
"""


@pytest.fixture
def read(tmp_path):
    def run(text):
        (tmp_path / "b.toml").write_text(text, "utf-8")
        return read_brief(tmp_path / "b.toml")

    return run


def test_every_key_of_the_manual_is_understood(read, tmp_path):
    brief = read(WHOLE)
    assert (brief.name, brief.market, brief.languages, len(brief.objectives)) == (
        "cafe-de-specialite", "FR", ("fr", "en"), 10,
    )  # fmt: skip
    assert brief.brand.competitors[0].domains == ("torrefactionnord.example",)
    assert (brief.segments[0].weight, brief.segments[0].examples) == (0.5, ("Recette V60 : 15 g",))
    assert (brief.seeds.hashtags, brief.budget.posts_per_account, brief.budget.days) == (("cafe", "slowcoffee"), 3, 4)
    assert (brief.scale.cuts, brief.scale.floors) == ({"mastodon": {"macro": 10000.0}}, {"mastodon": 50})
    assert (brief.score.preset, brief.score.weights) == ("weighted", {"reach": 1.0, "relevance": 2.5})
    assert (brief.rules[0].label, brief.sources[0].kind) == ("ambassador", "mastodon")
    assert brief.sources[1].options["opml"] == [str(tmp_path / "blogs.opml"), "https://a.example/list.opml"]


def test_the_moment_of_a_brief_is_told_in_utc(read):
    assert read(WHOLE).as_of == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert read(WHOLE.replace("+02:00", "")).as_of == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_all_but_name_and_segment_has_its_default(read):
    brief = read(LEAST)
    assert (brief.as_of, brief.brand, brief.sources, brief.rules, brief.languages) == (None, None, (), (), ())
    budget = brief.budget
    assert (budget.requests, budget.accounts, budget.posts_per_account, budget.days) == (5000, 2000, 200, 365)
    assert (brief.scale.method, brief.score.preset, brief.segments[0].weight) == ("relative", "geometric", 1.0)


def test_the_same_text_has_the_same_hash_and_another_text_another(read):
    assert read(LEAST).hash == read(LEAST).hash != read(LEAST + "\n# note\n").hash


WRONG = [
    (LEAST + "[budget]\ndays = 0\n", "budget.days", "doit être plus grand que 0", "must be greater than 0"),
    (LEAST + '[budget]\ndays = "x"\n', "budget.days", "un nombre entier est attendu", "a whole number is wanted"),
    (LEAST + "[budget]\ndays = 1.5\n", "budget.days", "un nombre entier est attendu", "a whole number is wanted"),
    (LEAST.replace('"V60"', '""'), "segments.0.query", "ne doit pas être vide", "must not be empty"),
    (LEAST.replace('"V60"', "60"), "segments.0.query", "un texte entre guillemets", "a text in quotes"),
    (LEAST + "weight = -1\n", "segments.0.weight", "doit valoir au moins 0", "must be at least 0"),
    (LEAST + 'examples = "x"\n', "segments.0.examples", "une liste entre crochets", "a list in square brackets"),
    (LEAST + "examples = [1]\n", "segments.0.examples.0", "un texte entre guillemets", "a text in quotes"),
    ('budget = 3\n' + LEAST, "budget", "une table de clés", "a table of keys"),
    ('brand = "x"\n' + LEAST, "brand", "une table de clés", "a table of keys"),
    (LEAST.replace('"cafe"', '"cafe"\nas_of = "soon"'), "brief.as_of", "une date est attendue", "a date is wanted"),
    ('segments = []\n[brief]\nname = "b"\n', "segments", "ne doit pas être vide", "must not be empty"),
    (LEAST + "[score.weights]\nreach = []\n", "score.weights.reach", "un nombre est attendu", "a number is wanted"),
]  # fmt: skip
WRONG += [
    (LEAST + f'[[sources]]\nkind = "feeds"\nopml = {given}\n', "sources.0.opml", "une liste entre", "a list in square")
    for given in ('"x.opml"', "3", "[3]")
]
ENGLISH = re.compile(r"\b(input|should|valid|must|wanted|value|type|greater|least|items?)\b", re.IGNORECASE)


@pytest.mark.parametrize(("text", "key", "fr", "en"), WRONG)
def test_why_a_value_is_refused_is_told_in_the_readers_language(read, text, key, fr, en):
    with pytest.raises(UserError) as refused:
        read(text)
    told = refused.value.message
    assert f", {key} : " in told.fr
    assert f", {key}: " in told.en
    assert fr in told.fr
    assert en in told.en
    assert not ENGLISH.search(told.fr.split(" : ", 1)[1])


junk = st.recursive(
    st.integers(-5, 5) | st.booleans() | st.sampled_from(["", "x", "2026-01-01", "nan"]) | st.just(1.5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "kind", "opml", "a b"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(one)}' for key, one in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)


KEYS = [*sorted(tomllib.loads(WHOLE)), "other", "segment"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), junk, max_size=3))
def test_whatever_stands_under_a_key_is_understood_or_told_in_one_line(read, tables):
    base = {"brief": {"name": "b"}, "segments": [{"name": "s", "query": "q"}]} | tables
    try:
        brief = read("\n".join(f"{key} = {toml(value)}" for key, value in base.items()))
    except UserError as refused:
        for line in (refused.message.fr, refused.message.en):
            assert "b.toml" in line
            assert len(line.splitlines()) == 1
    else:
        assert brief.segments


def test_the_settings_that_init_writes_are_the_defaults(tmp_path):
    (tmp_path / "none.toml").write_text("", "utf-8")
    (tmp_path / "made.toml").write_bytes(resources.files("data.templates").joinpath("vigie.toml").read_bytes())
    empty, made = read_settings(tmp_path / "none.toml"), read_settings(tmp_path / "made.toml")
    for field in fields(empty):
        assert getattr(made, field.name) == getattr(empty, field.name), field.name
    assert (made.crawler.contact, made.crawler.allow_private_hosts) == ("", ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[workspace]\nlanguage = "de"\n', "possibles : en, fr"),
        ("[retention]\ntexts_months = 0\n", "doit être plus grand que 0"),
        ('[credentials]\nbluesky = ["x"]\n', "un texte entre guillemets est attendu"),
        ('[crawler]\nallow_private_hosts = "127.0.0.1"\n', "une liste entre crochets est attendue"),
    ],
)
def test_a_wrong_setting_is_told_in_french(tmp_path, text, told):
    (tmp_path / "vigie.toml").write_text(text, "utf-8")
    with pytest.raises(UserError) as refused:
        read_settings(tmp_path / "vigie.toml")
    assert "ligne 2" in refused.value.message.fr
    assert told in refused.value.message.fr


@pytest.mark.parametrize(
    ("body", "fr"),
    [
        (b"[brief\n", "TOML mal formé, ligne 1, colonne 7"),
        (b"[brief]\nname = ", "TOML mal formé, à la fin"),
        (b'[brief]\nname = "caf\xe9"\n', "n'est pas en UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told_in_french_without_english_inside(tmp_path, body, fr):
    (tmp_path / "b.toml").write_bytes(body)
    with pytest.raises(UserError) as refused:
        read_brief(tmp_path / "b.toml")
    assert refused.value.message.fr.endswith(f"b.toml : {fr}")
    assert refused.value.message.en.startswith(str(tmp_path / "b.toml"))
