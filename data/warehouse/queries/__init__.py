"""The queries of the warehouse, one per file."""
