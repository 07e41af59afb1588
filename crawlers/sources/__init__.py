"""The connectors, one file per kind of source."""
