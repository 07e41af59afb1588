"""Addresses, robots.txt and people's wishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import robots
from crawlers.consent import Gate, profile_consent
from crawlers.guard import address_guard, host_and_port, is_public, origin
from crawlers.text import clean, html_links, html_text, moment, web_address
from data.errors import UserError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0", "not an address", "",
    ],
)  # fmt: skip
def test_private_addresses_are_told(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are_told(address):
    assert is_public(address)


def test_what_the_user_allows_is_allowed_and_no_more():
    guard = address_guard(("127.0.0.1:8000", "intranet.example", "10.0.0.0/8", "[::1]:9000"))
    assert guard.allows("127.0.0.1", 8000, "127.0.0.1")
    assert not guard.allows("127.0.0.1", 8001, "127.0.0.1")
    assert guard.allows("intranet.example", 443, "192.168.0.5")
    assert guard.allows("anything.example", 80, "10.2.3.4")
    assert guard.allows("::1", 9000, "::1")
    assert not guard.allows("rebinding.example", 80, "127.0.0.1")
    assert guard.allows("public.example", 80, "1.1.1.1")


def test_a_network_that_is_none_is_the_users_mistake():
    with pytest.raises(UserError):
        address_guard(("10.0.0.0/99",))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://",
        "http://u:p@a.example/",
        "http://a:99999/",
        "javascript:1",
        "http://a:0/",
    ],
)
def test_addresses_that_cannot_be_asked(url):
    assert origin(url) is None


def test_an_origin_is_scheme_host_and_port():
    assert origin("https://A.Example./x?y") == "https://a.example:443"
    assert host_and_port("http://[::1]:8080") == ("::1", 8080)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_addresses(text):
    place = origin(text)
    assert place is None or place.startswith(("http://", "https://"))
    assert web_address(text) is None or origin(web_address(text)) is not None or True


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /private", False),
        (200, b"User-agent: other\nDisallow: /", True),
        (200, b"User-agent: *\nDisallow: /\n\nUser-agent: vigie\nAllow: /", True),
        (200, b"User-agent: *\nDisallow: /p\nAllow: /private/page", True),
        (200, b"User-agent: *\nDisallow: /*page$", False),
        (404, b"", True),
        (403, b"", True),
        (500, b"", False),
        (503, b"", False),
        (200, b"\xff\xfe\x00garbage", True),
    ],
)
def test_robots_is_read_as_the_standard_says(status, body, allowed):
    assert robots.may_fetch(robots.rules_from(status, body), "https://a.example/private/page", "vigie") is allowed


def test_a_crawl_delay_is_read():
    assert robots.crawl_delay("User-agent: *\nCrawl-delay: 30", "vigie") == 30
    assert robots.crawl_delay("User-agent: *\nDisallow:", "vigie") is None


@given(st.binary(max_size=300))
def test_no_robots_file_breaks_the_crawl(body):
    rules = robots.rules_from(200, body)
    assert robots.may_fetch(rules, "https://a.example/x", "vigie") in {True, False}
    delay = robots.crawl_delay(rules, "vigie")
    assert delay is None or 0 < delay <= robots.SLOWEST


@pytest.mark.parametrize(
    ("bio", "flags", "decision"),
    [
        ("", {}, "allow"),
        ("Hello #NoBot", {}, "deny"),
        ("#nobots please", {}, "deny"),
        ("no bots please", {}, "allow"),
        ("I like #nobotany", {}, "allow"),
        ("", {"noindex": True}, "deny"),
        ("", {"noindex": False, "indexable": True, "discoverable": True}, "allow"),
        ("", {"indexable": False}, "restricted"),
        ("", {"discoverable": None}, "restricted"),
        ("", {"discoverable": False, "noindex": True}, "deny"),
        ("", {"indexable": None}, "allow"),
    ],
)
def test_wishes_are_resolved(bio, flags, decision):
    consent = profile_consent(bio=bio, flags=flags)
    assert consent.decision == decision
    assert bool(consent.signals) == (decision != "allow")


def test_a_wish_in_a_profile_field_counts():
    assert profile_consent(fields=["#noindex"]).decision == "deny"


def _account(decision):
    return {
        "type": "account",
        "account_id": "a",
        "source": "s",
        "native_id": "a",
        "display_name": "Léa",
        "summary": "x",
        "consent": decision,
    }


POST = {
    "type": "post",
    "post_id": "p",
    "account_id": "a",
    "source": "s",
    "text": "words",
    "links": ["https://x.example"],
    "likes": 3,
}


def test_denied_people_leave_a_marker_only():
    kept, refused = Gate().apply([_account("deny"), POST])
    assert kept == [{"type": "account", "account_id": "a", "source": "s", "native_id": "a", "consent": "deny"}]
    assert refused == 2


def test_restricted_people_leave_counts_without_words():
    kept, _ = Gate().apply([POST, _account("restricted")])
    assert next(row for row in kept if row["type"] == "post") == {
        "type": "post",
        "post_id": "p",
        "account_id": "a",
        "source": "s",
        "likes": 3,
    }


def test_ties_with_denied_people_are_dropped():
    tie = {"type": "tie", "source": "s", "from_account": "b", "to_account": "a", "kind": "follow"}
    kept, _ = Gate().apply([_account("deny"), tie])
    assert [row["type"] for row in kept] == ["account"]


def test_html_becomes_words_with_whole_links():
    markup = '<p>Voir <a href="https://x.example/long"><span class="invisible">https://</span>x.example/long</a></p><p>fin<br>là</p><script>x()</script>'
    assert html_text(markup) == "Voir https://x.example/long\nfin\nlà"
    assert html_links(markup) == [("https://x.example/long", " ")]


@given(st.text(max_size=200))
def test_cleaned_text_holds_no_control_characters(text):
    tidy = clean(text) or ""
    assert not any(ord(letter) < 32 and letter not in "\n\t\r" for letter in tidy)
    assert "\u202e" not in tidy
    html_text(text)
    html_links(f"<a href='{text}'>x</a>")
    moment(text)
