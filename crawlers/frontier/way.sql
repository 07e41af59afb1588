-- A request and those that led to it, the seed first.
WITH RECURSIVE way AS (
    SELECT requests.*, 0 AS back FROM requests WHERE id = :id
    UNION ALL
    SELECT r.*, way.back + 1 FROM way JOIN requests r ON r.id = way.parent WHERE way.back < 100
)
SELECT cycle, source, purpose, url, hop, priority, why, who, state, status, error, gain, new_records,
       datetime(sent_at, 'unixepoch') AS sent_at
FROM way ORDER BY back DESC
