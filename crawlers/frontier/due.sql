-- How many live hosts have something queued, and when the next of those that are in a pause may be asked.
SELECT count(*) AS hosts, min(CASE WHEN at > :now THEN at END) AS due FROM (
    SELECT max(h.next_at, h.backoff_until, coalesce((
               SELECT min(q.not_before) FROM requests q WHERE q.origin = h.origin AND q.state = 'queued'), 0)) AS at
    FROM hosts h
    WHERE h.dead IS NULL AND EXISTS (SELECT 1 FROM requests q WHERE q.origin = h.origin AND q.state = 'queued'))
