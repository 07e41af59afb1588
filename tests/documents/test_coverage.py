"""What each source gave, in words, whatever shape a run recorded it in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.documents.coverage import coverage_facts, coverage_text, fact_said

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


def test_a_list_of_sources_is_told_source_by_source() -> None:
    coverage = {
        "sources": [{"kind": "mastodon", "accounts": 12, "refused": 3}, {"kind": "feeds", "posts": 4}],
        "loaded": 7,
    }
    assert coverage_facts(coverage) == [
        ("sources mastodon", "accounts", 12),
        ("sources mastodon", "refused", 3),
        ("sources feeds", "posts", 4),
        ("", "loaded", 7),
    ]


def test_a_mapping_of_sources_is_one_sentence() -> None:
    text = coverage_text({"mastodon": {"posts": 800, "notes": ["429 after 300", "no search"]}})
    assert text == "mastodon: posts 800, notes 429 after 300; no search"


def test_nothing_recorded_says_nothing() -> None:
    assert coverage_text({}) == ""
    assert coverage_text(None) == ""


@given(JSON)
def test_any_record_is_told_on_one_line_without_controls(coverage: object) -> None:
    text = coverage_text(coverage)
    assert not set("\n\r\x00\x1b\u202e") & set(text)


def test_facts_are_told_in_the_readers_words_and_zeros_left_out() -> None:
    coverage = {
        "said": {"fr": ["mastodon : 3 serveurs sur 3"], "en": ["mastodon: 3 of 3 servers"]},
        "sources": [{"source": "mastodon", "requests": 1904, "refused": 0, "bytes": 39527442}],
        "posts": {"mastodon": {"new": 18477, "changed": 0}},
        "texts_read": 15357,
    }
    assert coverage_text(coverage, "en") == (
        "mastodon: 3 of 3 servers, texts read 15,357; mastodon: requests 1,904, bytes 39,527,442; posts mastodon: new 18,477"
    )
    french = coverage_text(coverage, "fr")
    assert "requêtes 1\u202f904" in french
    assert "3 serveurs sur 3" in french
    assert "said" not in french


def test_a_fact_without_a_name_is_told_by_its_own_words() -> None:
    assert fact_said("rate_limited", "fr") == "rate limited"
    assert fact_said("sources peertube", "fr") == "peertube"
    assert fact_said("", "en") == ""
