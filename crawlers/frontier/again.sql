-- A new cycle asks again what recurs, and goes on with lists that the last one left half read.
INSERT INTO requests (cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority, why,
                      parent, recurring, chain, mark, mark_param, stamp, queued_at)
SELECT :cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority + :bonus, why,
       id, recurring, chain, mark, mark_param, stamp, :now
FROM requests
WHERE cycle = :last AND source IN (SELECT value FROM json_each(:sources))
  AND (recurring = 1 AND state IN ('done', 'failed', 'queued', 'in_flight') AND tries > 0 AND coalesce(status, 0) NOT IN (301, 308, 404, 410)
       OR chain = 1 AND (state IN ('queued', 'in_flight') OR state = 'dropped' AND error = 'budget_requests'))
ORDER BY id
ON CONFLICT (cycle, fingerprint) DO NOTHING
