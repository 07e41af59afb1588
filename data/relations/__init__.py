"""What teams record about relationships and campaigns: a SQLite write-ahead store, copied into the database at publish."""
