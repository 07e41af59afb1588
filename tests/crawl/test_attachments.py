"""What is attached to a post is told alike for every network, and its absence only where a source tells it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.attachments import MOST, bluesky_media, mastodon_media

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_pictures_films_and_sound_of_a_status_say_whether_they_are_described() -> None:
    told = [
        {"type": "image", "description": "une tasse"},
        {"type": "image", "description": None},
        {"type": "gifv"},
        {"type": "audio", "description": " "},
        {"type": "unknown"},
    ]
    assert mastodon_media({"media_attachments": told}) == [
        {"kind": "image", "alt": True},
        {"kind": "image", "alt": False},
        {"kind": "video", "alt": False},
        {"kind": "audio", "alt": False},
    ]


def test_a_server_that_tells_nothing_of_attachments_leaves_them_unknown() -> None:
    assert mastodon_media({}) is None
    assert mastodon_media({"media_attachments": []}) == []


@pytest.mark.parametrize("beside", [False, True])
def test_a_bluesky_post_embeds_pictures_alone_or_beside_a_quote(beside: bool) -> None:
    media: dict[str, Any] = {"$type": "app.bsky.embed.images", "images": [{"alt": "tasse"}, {"alt": ""}]}
    embed = {"$type": "app.bsky.embed.recordWithMedia", "media": media} if beside else media
    assert bluesky_media({"embed": embed}) == [{"kind": "image", "alt": True}, {"kind": "image", "alt": False}]


def test_a_bluesky_film_is_a_video_and_a_link_card_is_no_picture() -> None:
    assert bluesky_media({"embed": {"$type": "app.bsky.embed.video", "alt": "x"}}) == [{"kind": "video", "alt": True}]
    assert bluesky_media({"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a"}}}) == []
    assert bluesky_media({}) == []


@given(ANYTHING)
def test_any_answer_gives_few_plain_attachments(told: Any) -> None:
    for found in (
        mastodon_media({"media_attachments": told}),
        bluesky_media({"embed": told}),
        bluesky_media({"embed": {"$type": "app.bsky.embed.images", "images": told}}),
    ):
        assert found is None or len(found) <= MOST
        assert all(set(one) == {"kind", "alt"} for one in found or [])
