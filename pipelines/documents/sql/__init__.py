"""The queries of the documents."""
