"""What people write: language, query hits, topical fit, tone, disclosure."""
