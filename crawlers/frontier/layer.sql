-- The nearest hop still being asked on a host that answers, when what waits on each host fits into the room left there; NULL when it does not.
-- Whether all that waits fits into the budget is known before (Frontier.fits).
SELECT min(hop) FROM (
    SELECT (SELECT min(q.hop) FROM requests q
            WHERE q.origin = h.origin AND q.state = 'queued' AND q.purpose NOT IN ('robots', 'tdm')) AS hop
    FROM hosts h WHERE h.dead IS NULL AND h.backoff_until <= :now
    UNION ALL
    SELECT r.hop FROM requests r JOIN hosts h ON h.origin = r.origin
    WHERE r.state = 'in_flight' AND r.purpose NOT IN ('robots', 'tdm') AND h.dead IS NULL AND h.backoff_until <= :now)
WHERE :host_most IS NULL OR NOT EXISTS (
    SELECT 1 FROM hosts o
    WHERE (SELECT count(*) FROM requests q WHERE q.origin = o.origin AND q.state = 'queued') > :host_most - o.sent)
