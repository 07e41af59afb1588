"""Signals that a text discloses paid content: graded, placed, per market. Signals to check, never accusations."""

from nlp.disclosure.find import VERSION, Disclosure, find, find_many

__all__ = ["VERSION", "Disclosure", "find", "find_many"]
