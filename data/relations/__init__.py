"""What teams record about relationships and campaigns: a SQLite store, copied into the database at publish."""
