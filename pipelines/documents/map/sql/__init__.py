"""The queries of the map."""
