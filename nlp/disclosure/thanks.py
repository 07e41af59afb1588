"""Thanks that may tell of a gift: to an account or a brand, and not for a deed."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from nlp.disclosure.lexicon import HASHTAG, Cue, Match, tag_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.disclosure.folding import Folded

_NOT_PAID = re.compile(
    r"\W{0,3}(?:pour|for|de|du)?\W{0,2}(?:le |la |l'|les |ton |ta |votre |the |your )?"
    r"(?:rt|ret|retweet|follow|follows|partage|relais|suivi|info|infos|reponse|soutien|article|"
    r"thread|share|sharing|support|reply|"
    r"help|aide|mention|like|listening|reading|following|conseil|tip|heads)\b"
)
_THANKS: Final = {
    "fr": Cue("merci à @marque", "fr", "C", frozenset()),
    "en": Cue("thanks to @brand", "en", "C", frozenset()),
}
_TEAM: Final = Cue("#team{marque}", "fr", "C", frozenset())
_THANK = r"(?<!\w)(?P<word>merci|thanks|thank you|thx)(?: beaucoup| infiniment| so much)?(?: a| aux?| to)?\s{1,3}"
_THANKED = re.compile(_THANK + r"(?P<who>@\w[\w.-]{0,60})")
_GRATEFUL = re.compile(
    _THANK + r"(?P<who>[a-z][\w&'-]{1,40}(?: [a-z][\w&'-]{1,40})?)"
    r"(?=\s(?:pour (?:l'envoi|l'invitation|ce |cette |ces |le colis|le produit|les produits|"
    r"le coffret|m'avoir|le cadeau)|"
    r"for (?:sending|gifting|the gift|the product|these|this|having|inviting|the pr|the invite)))",
)


# A relayed text thanks in another's name.
_RELAYED = re.compile(r"\s*rt @\w")
# Thanks for what somebody did or said, rather than for what they gave.
_FOR_A_DEED = re.compile(
    r"\W{0,3}\s(?:et @[\w.-]{1,60} )?(?:"
    r"(?:de |d'|d’)(?:nous |vous |l'|le |la |les |m'|me |s'|se |t'|te |y |en |n'|ne |pas |"
    r"votre |ton |ta |leur |vos |tes |ses )?"
    r"(?!offrir|envoyer|inviter|gater|sponsoriser|faire)(?:\w{3,20}(?:er|ir|re|oir)\b|soutien|engagement|visite|interet)"
    r"|(?:pour|for) (?:ces?|cet|cette|tes|ton|ta|vos|votre|son|sa|ses|leurs?|your|his|her|their|the|this|these|those)"
    r"(?: \w{1,15})? (?:mots?|paroles?|soutiens?|combats?|courage|engagements?|debats?|ecoute|visites?|action|lutte|"
    r"reponses?|questions?|analyses?|precisions?|remarques?|commentaires?|correction|signalement|parrainage|vote|travail|aide|"
    r"words?|support|courage|comments?|answers?|replies|reply|help|question|edit|feedback|explanation|clarification|"
    r"suggestions?|work|insights?|service)\b"
    r"|for (?:point|explain|clarify|answer|reply|help|edit|fix|speak|stand|runn|the (?:link|heads|info|tip|follow))"
    r")"
)
_NAMING_TAG = re.compile(r"(?<!\w)#(?P<word>team|thanks|thankyou|merci)(?P<name>\w{3,30})(?!\w)")


def thanks(folded: Folded, names: Sequence[str]) -> Iterator[Match]:
    """Yield the thanks to an account, a brand or a giver that may stand for a gift or a partnership."""
    for found in _THANKED.finditer(folded.text):
        if not (
            _NOT_PAID.match(folded.text, found.end())
            or _RELAYED.match(folded.text)
            or _FOR_A_DEED.match(folded.text, found.end())
        ):
            yield Match(_THANKS["fr" if found["word"] == "merci" else "en"], found.start(), found.end(), "pattern")
    for found in _GRATEFUL.finditer(folded.text):
        first, last = folded.span(*found.span("who"))
        if folded.original[first:last][:1].isupper():
            yield Match(_THANKS["fr" if found["word"] == "merci" else "en"], found.start(), found.end(), "pattern")
    for name in names:
        yield from _with_name(folded, re.escape(name))
    yield from _named_tags(folded)


def _named_tags(folded: Folded) -> Iterator[Match]:
    """Yield #team… and #thanks… hashtags whose name the text itself mentions, by an @handle or a capitalised word."""
    for found in islice(_NAMING_TAG.finditer(folded.text), 20):
        written = rf"(?<![\w#])@?{re.escape(found['name'])}(?!\w)"
        said = re.search(written, folded.text)
        first = folded.original[folded.span(*said.span())[0]] if said else ""
        if first == "@" or first.isupper():
            thanked = {"merci": _THANKS["fr"], "team": _TEAM}.get(found["word"], _THANKS["en"])
            yield Match(thanked, found.start(), found.end(), "tag")


def _with_name(folded: Folded, name: str) -> Iterator[Match]:
    pattern = rf"(?<!\w)(?P<word>merci|thanks|thank you)(?: a| aux?| to)?\s{{1,3}}(?:la |les? |the )?@?{name}(?!\w)"
    for found in re.finditer(pattern, folded.text):
        yield Match(_THANKS["fr" if found["word"] == "merci" else "en"], found.start(), found.end(), "pattern")
    bare = name.replace("\\ ", "").replace(" ", "").replace("\\-", "")
    for found in HASHTAG.finditer(folded.text):
        key = tag_key(found[0])
        if re.fullmatch(rf"team{bare}", key):
            yield Match(_TEAM, found.start(), found.end(), "tag")
        elif re.fullmatch(rf"(?:thanks|thankyou|merci){bare}", key):
            yield Match(_THANKS["fr" if key.startswith("merci") else "en"], found.start(), found.end(), "tag")
