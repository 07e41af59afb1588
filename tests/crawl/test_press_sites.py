"""A site that says, in schema.org's words, that a news organisation stands behind it is noted as saying so."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.connector import Answer
from crawlers.web.site_pages import read_site_page
from crawlers.web.site_records import owner

URL = "https://le-grain.example/"
HTML = {"content-type": "text/html; charset=utf-8"}


def page(*things):
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    body = f"<html><head><title>Le Grain</title>{scripts}</head><body><p>Bonjour</p></body></html>"
    return read_site_page(body.encode(), URL, HTML)


NEWS = {"@context": "https://schema.org", "@type": "NewsMediaOrganization", "name": "Le Grain", "url": URL}


@pytest.mark.parametrize(
    "thing",
    [
        NEWS,
        {**NEWS, "@type": ["Organization", "NewsMediaOrganization"]},
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Le Grain"}, NEWS]},
        {"@context": "https://schema.org", "@type": "WebPage", "publisher": NEWS},
        {"@context": "https://schema.org", "@type": "https://schema.org/NewsMediaOrganization", "name": "Le Grain"},
    ],
)
def test_a_news_organisation_is_read_wherever_the_page_names_it(thing):
    assert page(thing).organisation == "NewsMediaOrganization"


@pytest.mark.parametrize(
    "thing",
    [
        {"@context": "https://schema.org", "@type": "Organization", "name": "Torréfaction"},
        {"@context": "https://schema.org", "@type": "Person", "name": "Léa"},
        {"@context": "https://schema.org", "@type": "WebPage", "publisher": "NewsMediaOrganization"},
        [], "NewsMediaOrganization", None,
    ],
)  # fmt: skip
def test_other_organisations_people_and_loose_words_are_not(thing):
    assert page(thing).organisation is None


def told(read):
    answer = Answer(
        url=URL, status=200, headers=HTML, body=b"", at=datetime(2026, 6, 1, tzinfo=UTC), purpose="home",
        payload={"site": URL}, hop=0,
    )  # fmt: skip
    return owner(answer, read, "")


def test_the_site_s_account_keeps_what_it_says_and_nothing_else():
    assert told(page(NEWS))["extra"] == {"organisation": "NewsMediaOrganization"}
    assert "extra" not in told(page())
