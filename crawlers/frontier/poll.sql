-- Remember how often an address was read and had changed, and when it is worth reading again.
INSERT OR REPLACE INTO polls (fingerprint, first_at, last_at, times, visits, changes, elapsed, digest, due_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
