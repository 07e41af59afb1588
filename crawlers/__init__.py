"""Public pages and APIs, read politely, become records."""
