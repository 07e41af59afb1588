-- A host answered: it is free again, healthy, and may be asked no sooner than its limits say.
UPDATE hosts SET in_flight = max(in_flight - 1, 0), failures = 0, backoffs = 0, waited = 0,
    next_at = max(next_at, :now + max(delay, coalesce(crawl_delay, 0))), backoff_until = max(backoff_until, :until),
    ceiling = coalesce(:ceiling, ceiling), remaining = coalesce(:remaining, remaining), resets_at = coalesce(:resets, resets_at)
WHERE origin = :origin
