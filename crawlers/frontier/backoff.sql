-- A host said "too much" or failed: every request of the host waits.
UPDATE hosts SET in_flight = max(in_flight - 1, 0), backoff_until = max(backoff_until, :until), backoffs = backoffs + 1,
    waited = waited + :seconds, failures = failures + :failure, next_at = max(next_at, :now + max(delay, coalesce(crawl_delay, 0)))
WHERE origin = :origin
