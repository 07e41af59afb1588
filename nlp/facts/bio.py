"""What a person declares in their bio: job, organisation, credentials, places; each with its span."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from nlp.facts.topics import is_sensitive

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["job", "organisation", "credential", "place"]
MAX_CHARS: Final = 4000
_JOBS: Final = (
    "journalistes?|r[ée]dact(?:eur|rice)(?: en chef)?|report(?:er|rice)|pigiste|photographe|"
    "auteure?|autrice|ecrivaine?|écrivaine?|blogueu(?:r|se)|"
    "youtubeu(?:r|se)|streameu(?:r|se)|podcasteu(?:r|se)|cr[ée]at(?:eur|rice)(?: de contenus?)?|"
    "influenceu(?:r|se)|consultante?|"
    "chercheu(?:r|se)|professeure?|enseignante?|ma[iî]tre(?:sse)? de conf[ée]rences|docteure?|"
    "ing[ée]nieure?|d[ée]veloppeu(?:r|se)|designer|architecte|"
    "avocate?|m[ée]decin|chef(?:fe)?(?: de projet| cuisini[eè]re?)?|cuisini[eè]re?|"
    "torr[ée]fact(?:eur|rice)|barista|sommeli[eè]re?|"
    "fondat(?:eur|rice)|cofondat(?:eur|rice)|co-fondat(?:eur|rice)|pr[ée]sidente?|direct(?:eur|"
    "rice)(?: \\w+){0,2}|responsable(?: \\w+){0,2}|"
    "charg[ée]e? de (?:communication|mission|projet)s?|attach[ée]e? de presse|[ée]tudiante?|"
    "analyste|[ée]conomiste|sociologue|historienne?|"
    "community manager|"
    "journalist|editor(?:-in-chief)?|writer|author|blogger|youtuber|streamer|podcaster|content "
    "creator|photographer|consultant|researcher|"
    "professor|lecturer|teacher|engineer|(?:software |web |full[- ]stack )?developer|scientist|"
    "analyst|economist|lawyer|doctor|chef|roaster|"
    "founder|co-?founder|president|director(?: of \\w+)?|head of \\w+|manager|lead|(?:vice[- "
    "])?chair|student|correspondent|"
    "CEO|CTO|CFO|CMO|COO|CIO|PDG|DG|VP(?: \\w+)?"
)
_JOB = re.compile(
    rf"(?<!\w)(?:ex-|former |ancien(?:ne)? )?(?:(?:senior|junior|freelance|chief|lead|staff|"
    rf"principal|indep(?:e|é)ndante?)\s)?(?:{_JOBS})(?!\w)",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?P<how>(?<!\w)(?i:chez|at|pour le|pour la|pour|for|de chez|@)\s?|(?<=\s)@\s?|(?<=^)@)"
    r"(?P<name>@?[\wÀ-ÿ][\w&.'’À-ÿ-]{0,60}(?:\s(?:de|du|des|of|&|and|et)?\s?[A-ZÀ-Ý][\w&'’.-]{1,40}){0,3})"
)
_OF = re.compile(
    r"\s(?i:de l'|de la|du|de|des|d'|of|@|,)\s?(?P<name>@?[A-ZÀ-Ý@][\w&'’.-]{1,60}(?:\s(?:de\s|"
    r"du\s|of\s|&\s)?[A-ZÀ-Ý][\w&'’.-]{1,40}){0,3})"
)
_SCHOOL = re.compile(
    r"(?:à|a|au|aux)\s(?:l['’]|la\s|le\s)?(?P<name>(?:Université|Universite|École|Ecole|Institut|"
    r"CNRS|INRAE|Inria|Inserm|Collège|Lycée|"
    r"Sorbonne|Sciences|Centre|CHU|Hôpital|Musée)[\w'’-]*(?:\s(?:de\s|du\s|des\s|la\s|d['’]|"
    r"-\s)*[A-ZÀ-Ý][\w'’-]{1,40}){0,4})"
)
_CREDENTIAL = re.compile(
    r"(?<!\w)(?:Ph\.?\s?D\.?|Doctorat|Dr\.?|Docteure?(?: en \w+)?|MD|MSc|BSc|MBA|MPhil|HDR|"
    r"agr[ée]g[ée]e?(?: d[e'’]\s?\w+)?|certifi[ée]e? \w+|"
    r"dipl[oô]m[ée]e? (?:de |du |d')?[\w ]{2,30}|Master \w+|ing[ée]nieure? (?:dipl[oô]m[ée]e?|"
    r"[A-Z]{3,})|alumn(?:i|us|a) [\w ]{2,30}|normalienn?e?|polytechnicienn?e?|"
    r"Meilleur Ouvrier de France|MOF|(?:[Pp]rix|[Ll]aur[ée]ate?|[Ww]inner|[Aa]ward)[^.,;|\n]{0,40}|"
    r"Q[- ]?grader|SCA [\w ]{2,20}|carte de presse|FRS|CFA|PMP)(?!\w)"
)
_PLACE = re.compile(
    r"(?:📍|🏠|🌍)\s?(?P<pin>[^|•\n,;🌍📍]{2,40})"
    r"|(?<!\w)(?i:basée? à|basée? en|based in|living in|lives in|vis à|vit à|habite à|"
    r"installée? à|from|originaire de|"
    r"located in)\s(?P<said>[A-ZÀ-Ý][\w'’-]{1,30}(?:[\s-][A-ZÀ-Ý][\w'’-]{1,30}){0,2})"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{1,63}")


@dataclass(frozen=True, slots=True)
class Declared:
    """Something a person says of themselves, in their own words, and where it stands in the bio."""

    kind: Kind
    text: str
    start: int
    end: int
    former: bool = False


def declared(bio: str | None, location: str | None = None) -> tuple[Declared, ...]:
    """Return what a bio declares, in order, sensitive matters left out; the location field has the span (0, 0)."""
    text = _EMAIL.sub(lambda m: " " * len(m[0]), (bio or "")[:MAX_CHARS])
    found = sorted(
        {*_jobs(text), *_organisations(text), *_credentials(text), *_places(text)}, key=lambda d: (d.start, d.kind)
    )
    stated = [Declared("place", location.strip()[:200], 0, 0)] if location and location.strip() else []
    return (*(item for item in found if not is_sensitive(item.text)), *stated)


def _jobs(text: str) -> Iterator[Declared]:
    for found in _JOB.finditer(text):
        yield Declared("job", found[0], *found.span(), former=_is_former(text, found.start(), found[0]))


def _organisations(text: str) -> Iterator[Declared]:
    for job in _JOB.finditer(text):
        after = text[job.end() : job.end() + 140]
        stop = re.search(r"[|•\n;.!?](?=\s|$)|[|•\n]", after)
        after = after[: stop.start()] if stop else after
        found = _SCHOOL.search(after) or _AT.search(after) or _OF.match(after)
        if found and _is_name(found["name"]):
            start, end = found.span("name")
            former = _is_former(text, job.start(), job[0])
            yield Declared("organisation", found["name"], job.end() + start, job.end() + end, former=former)
    for found in re.finditer(
        r"(?<!\w)(?i:chez|working at|works at|work at|travaille (?:à|chez|pour)|bosse (?:à|chez))\s", text
    ):
        name = re.match(
            r"@?[A-ZÀ-Ýa-z@][\w&'’.-]{1,60}(?:\s[A-ZÀ-Ý][\w&'’.-]{1,40}){0,2}", text[found.end() : found.end() + 120]
        )
        if name and _is_name(name[0]):
            yield Declared("organisation", name[0].rstrip("."), found.end(), found.end() + len(name[0].rstrip(".")))


def _is_name(name: str) -> bool:
    return name.startswith("@") or any(word[:1].isupper() for word in name.split())


def _is_former(text: str, start: int, found: str) -> bool:
    before = text[max(0, start - 12) : start].lower()
    return found.lower().startswith(("ex-", "former", "ancien")) or bool(
        re.search(r"(?:ex|former|formerly|ancien(?:ne)?)[\s:-]*$", before)
    )


def _credentials(text: str) -> Iterator[Declared]:
    for found in _CREDENTIAL.finditer(text):
        yield Declared("credential", found[0].strip(), found.start(), found.start() + len(found[0].rstrip()))


def _places(text: str) -> Iterator[Declared]:
    for found in _PLACE.finditer(text):
        group = "pin" if found["pin"] else "said"
        place = found[group].strip()
        if place:
            yield Declared("place", place, found.start(group), found.start(group) + len(place))
