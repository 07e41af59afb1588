-- The budget is spent: nothing that waits is asked.
UPDATE requests SET state = 'dropped', error = 'budget_requests', done_at = :now
WHERE state = 'queued' AND purpose <> 'robots'
