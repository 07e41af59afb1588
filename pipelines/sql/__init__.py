"""Queries that several steps share, one per file."""
