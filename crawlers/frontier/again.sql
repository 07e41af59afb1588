-- A new cycle asks again what recurs, and goes on with lists that the last one left half read. What its server said to be
-- fresh still is taken over, not asked; nor is what so far changed too seldom to have changed already.
INSERT INTO requests (cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority, why,
                      parent, recurring, chain, mark, mark_param, stamp, queued_at, state, error)
SELECT :cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority + :bonus, why,
       id, recurring, chain, mark, mark_param, stamp, :now,
       CASE WHEN recurring = 1 AND state IN ('done', 'fresh') AND EXISTS (
           SELECT 1 FROM validators v WHERE v.fingerprint = requests.fingerprint AND v.fresh_until > :now
           UNION ALL SELECT 1 FROM polls p WHERE p.fingerprint = requests.fingerprint AND p.due_at > :now)
       THEN 'fresh' ELSE 'queued' END,
       CASE WHEN recurring = 1 AND state IN ('done', 'fresh') AND EXISTS (
           SELECT 1 FROM polls p WHERE p.fingerprint = requests.fingerprint AND p.due_at > :now) THEN 'not_due' END
FROM requests
WHERE cycle = :last AND source IN (SELECT value FROM json_each(:sources))
  AND (recurring = 1 AND (state = 'fresh' OR tries > 0 AND state IN ('done', 'failed', 'queued', 'in_flight')
                          AND coalesce(status, 0) NOT IN (301, 308, 404, 410))
       OR chain = 1 AND (state IN ('queued', 'in_flight') OR state = 'dropped' AND error = 'budget_requests'))
ORDER BY id
ON CONFLICT (cycle, fingerprint) DO NOTHING
