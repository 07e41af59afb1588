SELECT d.id, d.account_id, d.status, d.why, d.decided_by, d.decided_at,
    d.id = (SELECT max(o.id) FROM decisions o WHERE o.brief = d.brief AND o.account_id = d.account_id) AS standing
FROM decisions d
WHERE d.brief = :brief AND (:account_id IS NULL OR d.account_id = :account_id)
ORDER BY d.id DESC
LIMIT 500
