"""The words that stand around names in bylines of the languages that vigie reads, and a few more."""

from __future__ import annotations

import re


def listed(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def any_of(*texts: str) -> str:
    """Return the pattern of any of the words, which are patterns themselves; `_` stands for a space."""
    return "|".join(word.replace("_", " ") for text in texts for word in text.split())


AUTHOR_WORDS = any_of(
    "by par von por di da de door av af przez od autor(?:in|a|es)? auteure?s? authors? autore",
    "verfasser(?:in)? text texte",
    "texto testo words story analysis opinion report review writer redakt(?:eur|ion) contributor redacteur skribent",
    "автор текст",
)
PIECE = any_of(
    "(?:this_)?(?:article|post|story|entry|blog(?:post)?) beitrag artikel billet ein_(?:gast)?beitrag",
    "gastbeitrag une?_\\w+",
    "analysis opinion commentary review report(?:ing|ed)? interview words text texte texto testo photos? guest_post",
    "exclusive column",
)
DONE = any_of(
    "posted written published submitted created contributed compiled edited reviewed added geschrieben verfasst",
    "eingetragen veröffentlicht gepostet erstellt eingestellt publiziert publié écrit rédigé posté proposé ajouté",
    "escrito publicado postado enviado scritto pubblicato postato inserito geplaatst gepubliceerd geschreven skrevet",
    "napisa\\w+ dodan\\w+",
)
PREFIX = re.compile(
    rf"^(?:(?:(?:{PIECE})\s+)?(?:was\s+)?(?:{DONE})?(?:e|s|es)?\s*(?:by|par|von|vom|por|da|di|door|av|af|przez)\b\s*:?"
    rf"|(?:{PIECE})\s+de\s+|(?:about|über|à propos de)\s+"
    rf"|(?:{AUTHOR_WORDS})(?:\(s\)|/in|/-in)?\s*[:|]|by[-\s]?line\s*:?|(?:текст|автор|фото)\b\s*:?)\s*",
    re.IGNORECASE,
)
"""How a byline begins: `By`, `Publié par`, `Ein Gastbeitrag von`, `Text:`."""

MONTHS = any_of(
    "jan(?:uary|vier|uar|eiro)? feb(?:ruary|ruar|rero)? févr?(?:ier)? mar(?:ch|s|zo|ço) märz apr(?:il)?",
    "avr(?:il)? may mai",
    "mayo june? juin juni julio july? juillet juli aug(?:ust)? août agosto sept?(?:ember|embre|iembre)?",
    "o[ck]t(?:ober|obre|ubre)? nov(?:ember|embre|iembre)? de[cz](?:ember|embre)? déc(?:embre)?",
)
WEEKDAYS = any_of(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag",
    "mittwoch donnerstag freitag samstag sonntag",
)
AFTER = any_of(
    "publié posted published updated filed modified last_updated veröffentlicht aktualisiert mis_à_jour actualizado",
    "publicado atualizado pubblicato leave_an? comments? kommentare? commentaires? follow view_all see_all",
    "view_profile",
    "read_more more_(?:by|from|posts|stories) share subscribe e-?mail twitter facebook special_to exclusively",
)
IS = r"(?:is|was|has|covers?|writes?|ist|est|es|schreibt|arbeitet|écrit)"
CUT = re.compile(
    r"\s+[|•·–—»›/>]+(?:\s|$)|\s+-+\s+|[|•·]|\s*\(|\s*\[|\s*<|https?:|www\.|\S+@\S+|(?<!\S)@\w|(?<![\w])\d"
    rf"|(?:^|[\s,])(?:{WEEKDAYS})\b|(?:^|[\s,])(?:{MONTHS})\.?\s+\d|(?:^|\s)\d{{1,2}}\.?\s*(?:{MONTHS})\b"
    r"|\b(?:le|el|il|den|em|am|um|on|op|vom|du)\s+(?=\d)|(?-i:\b(?:on|in|at|am|um)\b)(?=\s)"
    rf"|\b(?:{AFTER})\b|\s{IS}\s+(?:an?|the|about|for|ein\w*|une?|la|le|über|sur|freie\w*|based)\b"
    r"|\s(?:for|für|pour|para|of|from|via)\s+(?:the\s+)?(?=[A-Z\d])|:\s|\.\s+(?=[A-Z]\w{3,}\s+\w+\s+\w+)",
    re.IGNORECASE,
)
"""Where a name ends: a bar, a bracket, an address, a date, a place, what is said of the person."""

JOIN = re.compile(
    r"\s*(?:[;、，\n\r\t]|,|\s(?:and|&|et|und|con|with|avec|mit|en|och|og|＆)\s|\s(?-i:y|e|i|и)\s|\s\+\s|\s/\s)\s*",
    re.IGNORECASE,
)
AFFILIATION = re.compile(r"(\s(?:and|&|et|und|y)\s[^,;\n]+),[^,;\n]+$")
"""`A and B, Herald`: what follows the comma after the last name is where they work."""

ROLES = any_of(
    "writers? editors? reporters? correspond[ae]nte?s? staff contributors? contributing columnists?",
    "journalist(?:e|en|es|in|s)?",
    "redacteur rédact\\w+ redakt\\w+ photograph\\w* producers? analysts? ph\\.?\\s?d m\\.?d r\\.?n rdn? mba",
    "esq blogger\\w*",
    "bloguese freelance\\w* intern director founder co-founder ceo cto president professor fellow manager",
    "expert specialist",
    "critic autor\\w* auteure? author guest gast\\w* host chief head senior junior deputy associate assistant",
    "special_to",
    "volont\\w+ praktikant\\w* éditeur chef\\w* responsable periodista giornalista jornalista editor\\w*",
    "verified profile bio",
    "follow email contact",
)
ROLE = re.compile(rf"\b(?:{ROLES})\b", re.IGNORECASE)
GENERIC = listed(
    """admin administrator administrateur webmaster staff editor editors editorial redaktion redaktionsteam
    redaction redacao
    redazione redaccion guest gast author autor autorin auteur user root anonymous anonym anonyme unknown
    unbekannt moderator
    team blog home post posts news article website contributor contributors writer writers reporter newsroom press
    media by
    none null undefined wordpress wpadmin wp default test me moi contact about share print email comments
    superuser siteadmin
    newsdesk online web info editorialstaff staffwriter staffreports staffreport webredaktion onlineredaktion
    admins desk
    gastautor gastbeitrag guestauthor guestpost guestcontributor freierautor redacteur pressemitteilung
    pressrelease presse
    agencies agencias agences agenturen wires wirereports fromwirereports"""
)
"""Names that name nobody, folded."""

GROUPS = any_of(
    "press news\\w* times post journal magazine magazin staff team editorial editors desk agenc\\w+ agentur",
    "redaktion\\w*",
    "rédaction redaction redação redazione redacción bureau media medien médias group gruppe groupe inc llc",
    "ltd gmbh s\\.?a",
    "verlag university universität université institut\\w* foundation stiftung association verein verband",
    "network radio",
    "television tv online company department ministry ministerium council committee society center centre",
    "zentrum club partei",
    "board service\\w* sports? wire world daily weekly support marketing communications? kommunikation",
    "partners? solutions",
    "international business the prefeitura blog archive collective kollektiv initiative reuters",
    "associated_press bloomberg",
    "dpa afp apa ap pti ani ians efe ansa belga xinhua sputnik tass interfax epd kna sid cnn bbc",
)
GROUP = re.compile(rf"\b(?:{GROUPS})\b|\.(?:com|org|net|de|fr|co|io|info|eu|ch|at|uk)\b", re.IGNORECASE)
SURE = any_of(
    "view articles? artikel posts beiträge biography biographie profile? archives? website homepage published updated",
    "minutes? hours? photos? videos? credit getty copyright reserved rights permalink replies category categories",
    "kategorie\\w*",
    "uncategorized flipboard linkedin instagram youtube pinterest whatsapp rss newsletter subscribe login your",
)
UNSURE = any_of(
    "more all read see about story stories page home here this our you image reply views? likes? tags? latest sign post"
)
BUTTONS = re.compile(rf"\b(?:{SURE})\b|^(?:{UNSURE})$|\b(?:{UNSURE})\b.*\b(?:{UNSURE})\b", re.IGNORECASE)
"""Words of buttons and labels, which stand beside names and are none; some are family names too."""

DETERMINERS = listed(
    "a an the this that these some his her its my ein eine der die das dem den un une des les ces una uno los las"
)
PARTICLES = listed(
    """de da di do du des del della dos das van von der den ten ter la le el al bin ibn af av zu zum zur und y e
    san st mac mc
    o d l ben bat abu"""
)
