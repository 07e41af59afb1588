"""Queries of the execution steps."""
