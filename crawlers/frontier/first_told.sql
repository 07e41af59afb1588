-- The request that told first of a post, an account or somebody called so, or that asked about them.
SELECT s.request_id FROM seen s WHERE s.uid = :name AND s.request_id IS NOT NULL
UNION ALL
SELECT s.request_id FROM names n JOIN seen s ON s.kind = 'account' AND s.uid = n.who WHERE n.name = lower(:name) AND s.request_id IS NOT NULL
UNION ALL
SELECT min(r.id) FROM requests r WHERE :name IN (r.url, r.account, r.who) HAVING count(*) > 0
LIMIT 1
