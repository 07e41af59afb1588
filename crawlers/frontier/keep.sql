-- Keep a record once; its home server's word stands over what others tell.
INSERT INTO records (kind, uid, home, payload, cycle, request_id, source, hop, fetched_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, uid) DO UPDATE SET
    home = excluded.home, payload = excluded.payload, cycle = excluded.cycle, request_id = excluded.request_id,
    fetched_at = excluded.fetched_at
WHERE excluded.home >= home
