"""Queries of the relation steps."""
