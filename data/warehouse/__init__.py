"""One DuckDB file: migrations, loads, publication."""
