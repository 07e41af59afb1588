"""Says in both languages what the parser of the command line found wrong."""

from __future__ import annotations

import re

from data.bilingual import Bilingual
from data.toml import nearest

_NUMBER = Bilingual("un nombre entier est attendu", "a whole number is wanted")
SAID: tuple[tuple[str, str, str], ...] = (
    (r"Missing (?:argument|option) '(?P<what>[^']+)'.*", "il manque {what}", "{what} is missing"),
    (r"Option '(?P<what>[^']+)' requires .*", "{what} demande une valeur", "{what} needs a value"),
    (
        r"Got unexpected extra arguments?(?:\(s\))? \((?P<what>.*)\)",
        "de trop : {what}",
        "one too many: {what}",
    ),
    (
        r"No such option: (?P<what>\S+) \(Possible options?: (?P<near>.*)\)",
        "option inconnue {what} ; vouliez-vous dire {near} ?",
        "unknown option {what}; did you mean {near}?",
    ),
    (r"No such option: (?P<what>\S+).*", "option inconnue {what}", "unknown option {what}"),
    (
        r"Invalid value for '(?P<what>[^']+)': Input should be a valid (?:integer|number).*",
        f"{{what}} : {_NUMBER.fr}",
        f"{{what}}: {_NUMBER.en}",
    ),
    (
        r"Invalid value for '(?P<what>[^']+)': Input should be greater than or equal to (?P<bound>\S+)",
        "{what} : doit valoir au moins {bound}",
        "{what}: must be at least {bound}",
    ),
    (
        r"Invalid value for '(?P<what>[^']+)': Input should be less than or equal to (?P<bound>\S+)",
        "{what} : doit valoir au plus {bound}",
        "{what}: must be at most {bound}",
    ),
)
"""What the parser says → the same in French and in English."""
_CHOICE = r"Invalid value for '(?P<what>[^']+)': (?:Value error, )?'(?P<given>.*)' is not one of (?P<words>.*)\."
_COMMAND = r"No such command '(?P<given>.*)'\..*"


def explain_usage(told: str, commands: tuple[str, ...]) -> Bilingual:
    """Return the parser's sentence in both languages, with the nearest of the words that would have been right."""
    if found := re.fullmatch(_COMMAND, told, re.DOTALL):
        close, given = nearest(found["given"], commands), found["given"]
        return Bilingual(f"commande inconnue « {given} »{close.fr}", f'unknown command "{given}"{close.en}')
    if found := re.fullmatch(_CHOICE, told, re.DOTALL):
        close, given = nearest(found["given"], re.findall(r"'([^']*)'", found["words"])), found["given"]
        return Bilingual(
            f"{found['what']} : valeur inconnue « {given} »{close.fr}",
            f'{found["what"]}: unknown value "{given}"{close.en}',
        )
    for pattern, fr, en in SAID:
        if found := re.fullmatch(pattern, told, re.DOTALL):
            return Bilingual(fr.format(**found.groupdict()), en.format(**found.groupdict()))
    return Bilingual(f"commande mal écrite : {told}", told)
