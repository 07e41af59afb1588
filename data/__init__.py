"""The records of the house and where they are kept."""
