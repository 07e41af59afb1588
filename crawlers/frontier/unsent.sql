-- The crawl is over: what waits for a host that was left alone will not be asked.
UPDATE requests SET state = 'failed', done_at = :now,
    error = coalesce((SELECT dead FROM hosts h WHERE h.origin = requests.origin), 'unsent')
WHERE state IN ('queued', 'in_flight')
