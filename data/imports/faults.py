"""Why a row was not loaded, in the reader's language; rejects keep the English words that the load's SQL gives."""

from __future__ import annotations

import re

from data.bilingual import Bilingual

IN_FRENCH = {
    "missing": "manque",
    "not a time": "n'est pas une date",
    "not a whole number": "n'est pas un nombre entier",
    "not a positive number": "n'est pas un nombre positif",
    "not a web address": "n'est pas une adresse web",
    "not JSON": "n'est pas du JSON",
    "not UTF-8": "n'est pas en UTF-8",
    "no known type": "nature inconnue",
    "longer than 8 MB": "plus de 8 Mo",
    "not an OPML document": "n'est pas un document OPML",
    "neither a tweet nor a user": "ni tweet, ni utilisateur",
    "neither a status, nor an account, nor an activity": "ni message, ni compte, ni activité",
    "neither a profile, nor a post, nor an event": "ni profil, ni message, ni évènement",
    "no author, no date or no id": "ni auteur, ni date ou pas d'identifiant",
    "no graph in the file": "pas de réseau dans le fichier",
    "a node without id": "un nœud sans identifiant",
    "an edge without source or target": "un lien sans origine ou sans cible",
}
_CELLS = re.compile(r"(\d+) cells where the header has (\d+)")
_CHOICE = re.compile(r"not one of (.+)")


def fault(reason: str) -> Bilingual:
    """Return a reject's reason in words: what is wrong, behind the field where there is one."""
    field, colon, what = reason.rpartition(": ")
    if cells := _CELLS.fullmatch(what):
        fr = f"{cells[1]} cellules où l'en-tête en a {cells[2]}"
    elif choice := _CHOICE.fullmatch(what):
        fr = f"aucun de {choice[1]}"
    else:
        fr = IN_FRENCH.get(what, what)
    return Bilingual(f"{field} : {fr}" if colon else fr, reason)
