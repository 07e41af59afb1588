"""Every row of the lexicon, in both languages, with its false friends."""

import pytest

from nlp.disclosure import find

CLEAR_FR = [
    "Publicité : mon nouveau café",
    "Mon nouveau café. Publicité",
    "[Publicité] le café du matin",
    "(publicité) le café du matin",
    "Ceci est une publicité pour la marque",
    "Le café du matin #publicité",
    "#Publicite le café du matin",
    "Collaboration commerciale avec @marque",
    "#CollaborationCommerciale café",
    "#Collaboration_Commerciale café",
    "#collaboration-commerciale café",
    "Contenu sponsorisé : le café",
    "Post sponsorisé",
    "Cet article est sponsorisé par la marque",
    "Vidéo sponsorisée par @marque",
    "Sponsorisé par @marque",
    "#sponsorisé le café",
    "Partenariat rémunéré avec @marque",
    "#partenariatremunere",
    "Communication commerciale",
    "#communicationcommerciale",
    "Un café #publi",
    "Publi-rédactionnel",
    "publirédactionnel : le café",
    "Publireportage",
    "Produit offert par @marque",
    "Coffret offert par @marque",
    "Partenariat avec @marque",
    "En partenariat avec la marque Dupont",
    "Le café du matin #partenariat",
]
IMPROVABLE_FR = [
    "Le café du matin #pub",
    "#PUB le café",
    "Le café du matin #ad",
    "#sponsoring",
    "#sponso le café",
    "Ce café m'a été offert par @marque",
    "Produit offert",
    "Le café #offert",
    "Le café #cadeau @marque",
    "Invitation presse chez @marque",
    "#invitation",
    "Lien affilié en bio",
    "Liens d’affiliation ci-dessous",
    "Je touche une commission sur les ventes",
    "Code promo LEA15",
    "Mon code promo : CAFE10",
    "code promo chez @marque",
    "Reçu gratuitement",
    "J’ai reçu gratuitement ce café",
    "Service presse, merci",
    "#servicepresse",
    "Le café #collab",
    "Une collab avec @marque",
    "En collaboration avec @marque",
    "Ambassadeur @marque",
    "#ambassadeur",
    "Fière ambassadrice de la marque",
    "Merci à @marque",
    "#influence avec @marque",
    "Bon plan chez @marque",
    "-20 % avec mon lien",
    "-20% avec le code LEA20",
    "20 % de réduction avec LEA",
]
NONE_FR = [
    "Vidéo non sponsorisée",
    "Non sponsorisé",
    "Ce n'est pas sponso",
    "Ce n’est pas un partenariat",
    "#nonsponsorise",
    "Une soirée sans pub",
    "Mon bloqueur de pub",
    "On va au pub ce soir",
    "Le pub irlandais du coin",
    "Un partenariat scientifique entre deux labos",
    "Partenariat public-privé",
    "partenariat avec l'université de Lyon",
    "Collaboration de recherche",
    "Collaboration open source",
    "J'ai vu une publicité à la télé",
    "La publicité m'agace",
    "Le marché de la publicité recule",
    "Les bonnes publications du mois",
    "L'ambassadeur de France à Rome",
    "La Commission européenne",
    "Idées cadeaux pour Noël",
    "Merci @lea pour le partage",
    "La mention « publicité » est obligatoire",
    "Le club est sponsorisé par une banque",
    "public et publicain",
    "Le café du matin",
    "",
]
CLEAR_EN = [
    "Loving this coffee #ad",
    "#ad Loving this coffee",
    "Ad: loving this coffee",
    "[Ad] loving this coffee",
    "(ad) loving this coffee",
    "AD | loving this coffee",
    "Ad - loving this coffee",
    "This is an ad for the brand",
    "Loving this #advert",
    "Advert: coffee",
    "Advertisement",
    "This is an advertisement",
    "#advertisement",
    "[advertising]",
    "#advertising",
    "A paid ad for coffee",
    "#paidad",
    "Sponsored",
    "#sponsored coffee",
    "Sponsored by @brand",
    "This video is sponsored by @brand",
    "Sponsored post",
    "Paid partnership with @brand",
    "#PaidPartnership",
    "Paid promotion",
    "#paidpromotion",
    "Advertorial",
    "Paid post",
    "#promotional",
    "This post is promotional",
]
IMPROVABLE_EN = [
    "In partnership with @brand",
    "#partner @brand",
    "#partner",
    "Gifted by @brand",
    "My #gifted coffee",
    "#prgift",
    "Free product from @brand",
    "Affiliate link below",
    "#affiliate",
    "Commission earned",
    "I earn a commission",
    "As an Amazon Associate I earn",
    "Discount code LEA15",
    "My discount code: COFFEE10",
    "#pr",
    "On a press trip",
    "Hosted by @brand",
    "Brand ambassador for @brand",
    "#collab",
    "A collab with @brand",
    "#sp",
    "#spon",
    "Proud ambassador @brand",
    "#ambassador",
    "Thanks to @brand",
    "Thanks @brand",
    "#promo",
    "#aff",
    "coffee (aff)",
    "Use code LEA15",
    "in association with @brand",
]
NONE_EN = [
    "Not sponsored",
    "This is not sponsored",
    "No ad",
    "not an ad",
    "#notsponsored",
    "#notanad",
    "My ad blocker",
    "adblock works",
    "An ad hoc meeting",
    "And so on ad infinitum",
    "#adventure time",
    "Adventure in the Alps",
    "I saw an ad on TV",
    "Reviewed my PR on GitHub",
    "PR #42 fixes it",
    "pull request merged",
    "They sponsor a bill",
    "The senator sponsored a bill",
    "GitHub Sponsors is great",
    "Advertising agencies are dying",
    "the advertising industry",
    "state-sponsored attack",
    "The ambassador to France resigned",
    "Thanks @lea for the follow",
    "A gifted child",
    'The word "sponsored" must be shown',
    "#adele #spa #spring #prague #collage",
    "addition",
]


@pytest.mark.parametrize("text", CLEAR_FR)
def test_a_french_public_is_told_clearly(text: str) -> None:
    assert find(text, language="fr", market="FR").status == "clear"


@pytest.mark.parametrize("text", IMPROVABLE_FR)
def test_a_french_public_could_be_told_better(text: str) -> None:
    assert find(text, language="fr", market="FR").status == "improvable"


@pytest.mark.parametrize("text", NONE_FR)
def test_a_french_text_says_nothing_of_being_paid(text: str) -> None:
    assert find(text, language="fr", market="FR").status == "none"


@pytest.mark.parametrize("market", ["US", "UK", "CA"])
@pytest.mark.parametrize("text", CLEAR_EN)
def test_an_english_public_is_told_clearly(text: str, market: str) -> None:
    assert find(text, language="en", market=market).status == "clear"


@pytest.mark.parametrize("market", ["US", "UK", "CA"])
@pytest.mark.parametrize("text", IMPROVABLE_EN)
def test_an_english_public_could_be_told_better(text: str, market: str) -> None:
    assert find(text, language="en", market=market).status == "improvable"


@pytest.mark.parametrize("text", NONE_EN)
def test_an_english_text_says_nothing_of_being_paid(text: str) -> None:
    assert find(text, language="en", market="US").status == "none"


@pytest.mark.parametrize(
    ("text", "language", "market", "status"),
    [
        ("Loving it #ad", "en", "US", "clear"),
        ("Loving it #ad", "en", "FR", "improvable"),
        ("J'adore #ad", "fr", "FR", "improvable"),
        ("J'adore #pub", "fr", "CA", "clear"),
        ("J'adore #pub", "fr", "BE", "improvable"),
        ("Contenu commandité", "fr", "CA", "clear"),
        ("Contenu commandité", "fr", "FR", "improvable"),
        ("#commandité", "fr", "CA", "clear"),
        ("#sponsored j'adore", "fr", "FR", "improvable"),
        ("#publicité love it", "en", "US", "improvable"),
        ("#ad love it", "en", "GB", "clear"),
        ("#ad love it", "en", None, "clear"),
        ("#ad j'adore", "fr", None, "improvable"),
    ],
)
def test_one_cue_is_worth_more_in_some_markets(text: str, language: str, market: str | None, status: str) -> None:
    assert find(text, language=language, market=market).status == status
