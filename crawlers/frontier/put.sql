-- Queue a request once per cycle; one that is asked for again keeps the better priority and the shorter way.
INSERT INTO requests (cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority, why,
                      parent, recurring, chain, mark, mark_param, stamp, queued_at, who)
VALUES (:cycle, :fingerprint, :source, :origin, :url, :accept, :purpose, :payload, :account, :hop, :priority, :why,
        :parent, :recurring, :chain, :mark, :mark_param, :stamp, :now, :who)
ON CONFLICT (cycle, fingerprint) DO UPDATE SET priority = max(priority, excluded.priority), hop = min(hop, excluded.hop)
WHERE state = 'queued' AND (excluded.priority > priority OR excluded.hop < hop)
