-- The best request, at most `layer` hops away, among the hosts that may be asked now. Until robots.txt is known a host gets one request at a time.
SELECT r.id, r.fingerprint, r.source, r.origin, r.url, r.accept, r.purpose, r.payload, r.account, r.hop, r.priority,
       r.mark, r.mark_param, r.tries, r.chain, r.recurring, r.stamp, r.who, h.robots, h.robots_at, h.robots_status, h.sent AS host_sent,
       h.tdm_at IS NULL OR h.tdm_at < :fresh AS tdm_unknown
FROM hosts h
JOIN requests r ON r.id = (
    SELECT q.id FROM requests q
    WHERE q.origin = h.origin AND q.state = 'queued' AND q.not_before <= :now AND q.hop <= :layer
    ORDER BY q.priority DESC, q.id LIMIT 1)
WHERE h.dead IS NULL
  AND h.in_flight < CASE WHEN h.robots_at IS NULL OR h.robots_at < :fresh OR h.tdm_pending THEN 1 ELSE h.connections END
  AND h.next_at <= :now AND h.backoff_until <= :now
ORDER BY r.priority DESC, r.id
LIMIT 1
