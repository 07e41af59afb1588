-- Whether more waits than fits into the room left, or into that of a host.
SELECT (SELECT count(*) FROM (SELECT 1 FROM requests WHERE state = 'queued' LIMIT :room + 1)) > :room
    OR (:host_most IS NOT NULL AND EXISTS (
        SELECT 1 FROM hosts o
        WHERE (SELECT count(*) FROM requests q WHERE q.origin = o.origin AND q.state = 'queued') > :host_most - o.sent))
