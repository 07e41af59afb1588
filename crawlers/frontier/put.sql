-- Queue a request once per cycle; one that is asked for again keeps the better priority.
INSERT INTO requests (cycle, fingerprint, source, origin, url, accept, purpose, payload, account, hop, priority, why,
                      parent, recurring, chain, mark, mark_param, stamp, queued_at)
VALUES (:cycle, :fingerprint, :source, :origin, :url, :accept, :purpose, :payload, :account, :hop, :priority, :why,
        :parent, :recurring, :chain, :mark, :mark_param, :stamp, :now)
ON CONFLICT (cycle, fingerprint) DO UPDATE SET priority = excluded.priority
WHERE state = 'queued' AND excluded.priority > priority
