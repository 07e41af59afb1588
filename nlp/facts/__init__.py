"""The facts of a 5W sheet, read from one person's posts and profile; every item names the posts it rests on."""

from nlp.facts.posts import Post, read
from nlp.facts.sheet import Facts, facts

__all__ = ["Facts", "Post", "facts", "read"]
