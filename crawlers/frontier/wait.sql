-- When the next queued request may go out, were no host busy (NULL: nothing is queued).
SELECT min(max(h.next_at, h.backoff_until, coalesce((
           SELECT min(q.not_before) FROM requests q WHERE q.origin = h.origin AND q.state = 'queued'), 0)))
FROM hosts h
WHERE h.dead IS NULL AND EXISTS (SELECT 1 FROM requests q WHERE q.origin = h.origin AND q.state = 'queued')
