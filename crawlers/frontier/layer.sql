-- The nearest hop still being asked on a host that answers, when all that waits fits into the room left, and into that of each host; NULL when it does not.
SELECT min(r.hop)
FROM requests r JOIN hosts h ON h.origin = r.origin
WHERE r.state IN ('queued', 'in_flight') AND r.purpose NOT IN ('robots', 'tdm') AND h.dead IS NULL AND h.backoff_until <= :now
  AND (SELECT count(*) FROM (SELECT 1 FROM requests WHERE state = 'queued' LIMIT :room + 1)) <= :room
  AND (:host_most IS NULL OR NOT EXISTS (
      SELECT 1 FROM hosts o
      WHERE (SELECT count(*) FROM requests q WHERE q.origin = o.origin AND q.state = 'queued') > :host_most - o.sent))
