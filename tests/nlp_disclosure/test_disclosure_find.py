import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.disclosure import find, find_many


def test_the_span_is_the_word_in_the_text_with_its_accents() -> None:
    text = "Bonjour ! #Publicité ☕"
    found = find(text, language="fr", market="FR")
    assert [text[a:b] for a, b in found.spans] == ["#Publicité"] == list(found.terms)


def test_spans_hold_when_accents_are_separate_characters_or_letters_are_styled() -> None:
    text = "e\u0301te\u0301 : [Publicite\u0301] 𝗰𝗼𝗹𝗹𝗮𝗯𝗼𝗿𝗮𝘁𝗶𝗼𝗻 𝗰𝗼𝗺𝗺𝗲𝗿𝗰𝗶𝗮𝗹𝗲"
    found = find(text, language="fr", market="FR")
    assert [text[a:b] for a, b in found.spans] == ["Publicite", "𝗰𝗼𝗹𝗹𝗮𝗯𝗼𝗿𝗮𝘁𝗶𝗼𝗻 𝗰𝗼𝗺𝗺𝗲𝗿𝗰𝗶𝗮𝗹𝗲"]


def test_the_best_grade_is_kept_and_all_cues_are_listed() -> None:
    found = find("#collab #sponsorisé avec @marque", language="fr", market="FR")
    assert (found.status, found.grade, found.terms) == ("clear", "A", ("#collab", "#sponsorisé"))


def test_a_denial_is_told_and_another_cue_still_counts() -> None:
    found = find("Vidéo non sponsorisée mais le produit m'a été offert par @marque", language="fr", market="FR")
    assert found.negated
    assert found.status != "none"
    assert all("sponsor" not in term for term in found.terms)


def test_not_only_is_no_denial() -> None:
    assert find("Ce n'est pas seulement un partenariat rémunéré", language="fr", market="FR").status == "clear"


@pytest.mark.parametrize("text", ["Not an ad", "#notsponsored", "Sans aucune publicité", "pas une collab"])
def test_a_denial_alone_is_none_and_negated(text: str) -> None:
    found = find(text, language="en", market="US")
    assert (found.status, found.negated) == ("none", True)


def test_the_place_in_the_text_is_told() -> None:
    early = find("#ad my coffee", language="en", market="US")
    late = find("word " * 40 + "#ad is here", language="en", market="US")
    assert early.in_first_125_chars
    assert not late.in_first_125_chars


def test_a_tail_of_hashtags_is_told() -> None:
    assert find("My coffee of the day #coffee #ad #morning", language="en", market="US").in_hashtag_tail
    assert not find("#ad my coffee of the day #coffee", language="en", market="US").in_hashtag_tail


def test_a_hashtag_after_see_more_and_among_others_could_be_told_better() -> None:
    buried = "word " * 40 + "#coffee #morning #love #latte #ad"
    assert find(buried, language="en", market="US").status == "improvable"
    assert find("My coffee #coffee #morning #love #latte #ad", language="en", market="US").status == "clear"


def test_brands_of_the_brief_make_thanks_and_teams_count() -> None:
    brands = ("Brûlerie du Canal",)
    assert find("Merci à la Brûlerie du Canal !", language="fr", market="FR", brands=brands).status == "improvable"
    assert find("Merci à la boulangère !", language="fr", market="FR", brands=brands).status == "none"
    assert find("#TeamBrulerieDuCanal", language="fr", market="FR", brands=brands).status == "improvable"
    assert find("#thanksnike", language="en", market="US", brands=("Nike",)).status == "improvable"
    assert find("#teamwork", language="en", market="US", brands=("Nike",)).status == "none"


def test_the_platforms_own_switch_is_clear() -> None:
    found = find("Mon café", language="fr", market="FR", platform_flag=True)
    assert (found.status, found.grade, found.structural) == ("clear", "A", ("platform_flag",))


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://www.amazon.fr/dp/B000?tag=lea-21", "affiliate_parameter:tag"),
        ("https://shop.example/?utm_medium=affiliate", "utm_medium:affiliate"),
        ("https://shop.example/?utm_medium=Influencer", "utm_medium:influencer"),
        ("https://shop.example/?ref=lea", "affiliate_parameter:ref"),
        ("https://shop.example/?aff_id=3", "affiliate_parameter:aff_id"),
        ("https://shop.example/?awc=3", "affiliate_parameter:awc"),
        ("https://shop.example/?irclickid=3", "affiliate_parameter:irclickid"),
        ("https://amzn.to/abc", "affiliate_redirect:amzn.to"),
        ("https://www.awin1.com/x", "affiliate_redirect:awin1.com"),
        ("https://shareasale.com/r", "affiliate_redirect:shareasale.com"),
        ("https://rstyle.me/x", "affiliate_redirect:rstyle.me"),
        ("https://go.skimresources.com/x", "affiliate_redirect:go.skimresources.com"),
        ("https://ltk.app.link/x", "affiliate_redirect:ltk.app.link"),
        ("https://shopmy.us/x", "affiliate_redirect:shopmy.us"),
        ({"url": "https://shop.example/", "rel": "nofollow sponsored"}, "rel_sponsored"),
    ],
)
def test_links_are_evidence_beside_the_words(link: object, code: str) -> None:
    found = find("Mon café", language="fr", market="FR", links=[link])  # type: ignore[list-item]
    assert found.structural == (code,)
    assert found.status == "none", "a tracked link tells readers nothing, and its absence of words accuses nobody"


def test_ordinary_links_are_no_evidence() -> None:
    links = [
        "https://blog.example/?tag=cafe",
        "https://notamzn.to.example/",
        "https://x.example/?utm_medium=social",
        "http://[bad",
    ]
    assert find("Mon café", language="fr", links=links).structural == ()


def test_page_markup_and_named_codes_are_evidence() -> None:
    assert find("x", markup={"@type": "AdvertiserContentArticle"}).structural == ("markup:advertisercontentarticle",)
    assert find("x", markup={"@type": ["Article"], "sponsor": {"name": "B"}}).structural == ("markup:sponsor",)
    assert "promo_code:LEA15" in find("-10 % avec code LEA15", language="fr", market="FR").structural


def test_many_texts_are_judged_like_one() -> None:
    texts = ["#ad hello", "hello", "Publicité : café"]
    languages = ["en", "en", "fr"]
    alone = [find(t, language=lang, market="FR") for t, lang in zip(texts, languages, strict=True)]
    assert list(find_many(texts, languages, market="FR")) == alone


def test_the_answer_serialises_to_json() -> None:
    assert json.loads(json.dumps(find("#ad", language="en", market="US").as_json()))["terms"] == ["#ad"]


@given(st.text(max_size=300), st.sampled_from(["fr", "en", None, "xx"]), st.sampled_from(["FR", "US", "CA", "", "??"]))
def test_any_text_has_an_answer_with_spans_inside_it(text: str, language: str | None, market: str) -> None:
    found = find(text, language=language, market=market, brands=("a",))
    assert found.status in {"clear", "improvable", "none"}
    assert [text[a:b] for a, b in found.spans] == list(found.terms)
    assert (found.status == "none") == (not found.spans)


@given(st.text(alphabet=st.characters(whitelist_categories=["Ll"]), min_size=1, max_size=12))
def test_a_longer_hashtag_that_begins_like_a_cue_is_another_word(ending: str) -> None:
    found = find(f"#adz{ending}", language="en", market="US")
    assert found.status == "none"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        " " * 1_000_000,
        "#ad " * 250_000,
        "pub" * 300_000,
        "merci " * 160_000,
        "\u0301" * 1_000_000,
        "code " * 200_000,
        "\u202e" * 1_000_000,
        "\ud800" * 1_000_000,
        "-20 % sur " * 100_000,
        "sponsored " * 100_000,
        "".join(f"#team{i} " for i in range(100_000)),
        "@a " * 300_000,
        "not " * 250_000,
    ],
)
def test_a_hostile_text_costs_bounded_time(text: str) -> None:
    started = time.process_time()
    find(text, language="fr", market="FR", brands=("marque", "a"), links=[text, "http://" + text])
    assert time.process_time() - started < 3


def test_a_team_hashtag_counts_when_the_text_names_the_brand() -> None:
    assert find("Mes chaussures Nike #teamnike", language="fr", market="FR").status == "improvable"
    assert find("Merci @nike #teamnike", language="fr", market="FR").cues[-1] == "#team{marque}"
    assert find("Allez #teamfrance, la france gagne", language="fr", market="FR").status == "none"


@pytest.mark.parametrize(
    "text",
    [
        "The future of digital advertising",
        "Digital advertising #marketing",
        "Quelle belle publicité",
        "A great advertisement",
    ],
)
def test_a_word_that_ends_a_sentence_is_no_label(text: str) -> None:
    assert find(text, language="en", market="US").status == "none"


def test_a_word_before_the_closing_hashtags_is_a_label() -> None:
    assert find("Un café chez Nike ce matin publicité #cafe", language="fr", market="FR").status == "clear"
