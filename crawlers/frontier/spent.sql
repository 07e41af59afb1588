-- The budget, or that of a host, is spent: nothing that waits is asked.
UPDATE requests SET state = 'dropped', error = :reason, done_at = :now
WHERE state = 'queued' AND purpose NOT IN ('robots', 'tdm') AND (:origin IS NULL OR origin = :origin)
