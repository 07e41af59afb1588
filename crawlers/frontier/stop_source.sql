-- A source has nothing more to tell: what waits of it is left, save what is read again and what asks after posts held.
UPDATE requests SET state = 'dropped', error = 'yield', done_at = :now
WHERE state = 'queued' AND source = :source AND purpose NOT IN ('robots', 'tdm', 'recheck')
  AND NOT (recurring = 1 AND fingerprint IN (SELECT fingerprint FROM polls))
