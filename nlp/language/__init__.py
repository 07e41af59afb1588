"""Language of a text from the text itself, made for short posts; `unknown` is an answer."""

from nlp.language.detector import SUPPORTED, UNKNOWN, detect

__all__ = ["SUPPORTED", "UNKNOWN", "detect"]
