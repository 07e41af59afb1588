-- An answer was recorded.
UPDATE requests SET state = 'done', status = :status, bytes = :bytes, done_at = :now, error = :error, new_records = :new, gain = :gain, relevant = :relevant
WHERE id = :id AND state = 'in_flight'
