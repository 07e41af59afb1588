"""What can go wrong in a way that the user should read, and the exit status it ends in."""

from __future__ import annotations

from data.bilingual import Bilingual


class VigieError(Exception):
    """A failure told in one clear line; nothing was half-written. Exit status 1."""

    exit_status = 1

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(fr=fr, en=en)


class UserError(VigieError):
    """The user's input is wrong: the line says what and where, and what to change. Exit status 2."""

    exit_status = 2
