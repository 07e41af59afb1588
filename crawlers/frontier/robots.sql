-- A host's robots.txt is known. A host of others is asked one request at a time, whatever the speed.
UPDATE hosts SET robots = :rules, robots_status = :status, robots_at = :now, crawl_delay = :delay, backoff_until = 0,
    connections = CASE WHEN :own THEN connections ELSE 1 END, next_at = max(next_at, :now + coalesce(:delay, 0))
WHERE origin = :origin
