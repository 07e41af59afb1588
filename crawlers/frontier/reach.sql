-- Per source, host and purpose of one cycle: was anything answered, was it refused to visitors. What a host said beforehand counts as refused.
SELECT source, origin, purpose,
       max(state = 'done' AND status BETWEEN 200 AND 399) AS answered, max(coalesce(status, 0) IN (401, 403, 422)) AS closed
FROM requests WHERE cycle = :cycle AND purpose NOT IN ('robots', 'tdm') AND (tries > 0 OR state IN ('failed', 'refused')) GROUP BY 1, 2, 3
UNION ALL
SELECT source, origin, 'tag', 0, 1 FROM troubles t
WHERE cycle = :cycle AND kind = 'closed_timeline'
  AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.cycle = t.cycle AND r.source = t.source AND r.origin = t.origin AND r.purpose = 'tag')
ORDER BY 1, 2, 3
