"""By what a crawl looks for the brief's subjects, its brand and its competitors."""

from __future__ import annotations

import pytest

from crawlers.connector import Context
from crawlers.job import job_from_json
from crawlers.mastodon_mentions import hashtags as asked_of_mastodon
from crawlers.registry import connector
from data.workspace import find_workspace
from pipelines.detection.collect import crawl_job
from pipelines.detection.entries import MOST_TAGS, entries, with_entries
from pipelines.detection.study import study
from pipelines.options import Options


def found(brief):
    return entries(brief, study(brief))


def test_segments_and_brands_give_hashtags_that_say_what_they_stand_for(brief_of):
    told = {entry.forms[0]: entry.stands_for for entry in found(brief_of()).tags}
    assert told == {"cafefiltre": "filtre", "v60": "filtre", "brulerie": "Brûlerie"}


def test_the_briefs_own_hashtags_are_not_repeated(brief_of):
    brief = brief_of(**{'[[segments]]\nname = "filtre"': '[seeds]\nhashtags = ["#V60"]\n[[segments]]\nname = "filtre"'})
    assert "v60" not in {entry.forms[0] for entry in found(brief).tags}


def test_a_long_query_leaves_room_for_the_others(brief_of):
    many = " OR ".join(f"zorgl{n}a" for n in range(100))
    told = found(brief_of(**{"'\"café filtre\" OR V60'": f"'{many}'"}))
    assert len(told.tags) == MOST_TAGS
    assert "Brûlerie" in {entry.stands_for for entry in told.tags}


def test_the_crawl_is_told(brief_of, tmp_path):
    from app.cli import run

    assert run(["init", str(tmp_path / "ws")]) == 0
    brief = brief_of()
    job = crawl_job(find_workspace(tmp_path / "ws"), brief, study(brief), Options())
    assert job.topic_tags == ("cafefiltre", "caféfiltre", "brulerie", "brûlerie", "v60")
    assert job.topic_terms == ("café filtre", "V60")
    assert job_from_json(job.to_json()) == job


def test_an_estimate_counts_the_hashtags_that_will_be_asked(brief_of):
    brief = brief_of()
    counted = with_entries(brief, found(brief))
    options = {"instances": ["https://m.example"]}
    assert len(counted.seeds.hashtags) == 3
    assert connector("mastodon").requests_for(options, counted) > connector("mastodon").requests_for(options, brief)


CONTEXT = {"seed_hashtags": ("#Filtre",), "topic_tags": ("cafefiltre", "caféfiltre", "filtre"), "topic_terms": ("café filtre",),
           "brand_names": ("Brûlerie",), "brand_domains": ("brulerie.example",)}  # fmt: skip


def urls(kind, options=None, **more):
    return " ".join(ask.url for ask in connector(kind).seeds(Context(options=options or {}, **(CONTEXT | more))).asks)


def test_hashtags_are_asked_for_once_each():
    assert Context(options={}, **CONTEXT).hashtags == ("Filtre", "cafefiltre", "caféfiltre")
    assert [tag.casefold() for tag in asked_of_mastodon(Context(options={}, **CONTEXT))] == [
        "filtre",
        "caféfiltre",
        "brulerie",
    ]


@pytest.mark.parametrize(("kind", "options"), [
    ("misskey", {"instances": ["https://mk.example"]}), ("nostr", {"relays": ["wss://r.example"]}), ("forem", {}), ("bluesky", {}),
])  # fmt: skip
def test_the_terms_of_the_queries_are_asked_of_hashtag_timelines(kind, options):
    assert "cafefiltre" in urls(kind, options)


@pytest.mark.parametrize(("kind", "options"), [
    ("hackernews", {}), ("gdelt", {}), ("peertube", {"instances": ["https://pt.example"]}), ("podcastindex", {}), ("reddit", {}), ("youtube", {}),
    ("stackexchange", {"tags": []}),
])  # fmt: skip
def test_the_terms_of_the_queries_are_searched_for_unless_the_source_has_queries_of_its_own(kind, options):
    alone = {"seed_hashtags": ()}
    assert "filtre" in urls(kind, options, **alone)
    assert "filtre" not in urls(kind, options | {"queries": ["moka"]}, **alone)
    assert "moka" in urls(kind, options | {"queries": ["moka"]}, **alone)


@pytest.mark.parametrize("kind", ["hackernews", "reddit", "stackexchange"])
def test_links_to_the_brands_sites_are_searched_for(kind):
    assert "brulerie.example" in urls(kind)
