-- Queue a request once per cycle; one that is asked for again keeps the better priority and the shorter way.
-- What its server said to be fresh still is not sent. What was not due by how often it changed is sent after all when a list
-- that names it says that it did.
INSERT INTO requests (cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority, why,
                      parent, recurring, chain, mark, mark_param, stamp, queued_at, who, state)
VALUES (:cycle, :fingerprint, :source, :origin, :url, :accept, :purpose, :payload, :account, :hop, :priority, :why,
        :parent, :recurring, :chain, :mark, :mark_param, :stamp, :now, :who,
        CASE WHEN EXISTS (SELECT 1 FROM validators v WHERE v.fingerprint = :fingerprint AND v.fresh_until > :now)
             THEN 'fresh' ELSE 'queued' END)
ON CONFLICT (cycle, fingerprint) DO UPDATE SET priority = max(priority, excluded.priority), hop = min(hop, excluded.hop),
    stamp = iif(state = 'fresh', excluded.stamp, stamp), error = iif(state = 'fresh', NULL, error),
    state = iif(state = 'fresh', excluded.state, state)
WHERE state = 'queued' AND (excluded.priority > priority OR excluded.hop < hop)
   OR state = 'fresh' AND error = 'not_due' AND excluded.state = 'queued' AND excluded.stamp <> coalesce(stamp, '')
