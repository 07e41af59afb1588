"""The schema, one numbered step per file."""
