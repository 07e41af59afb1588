-- The records not yet handed over, accounts first, each with the way it was found: a timeline, a search, else the crawl itself.
SELECT r.seq, r.payload, r.source, coalesce(w.way, 'crawl') AS via
FROM records r LEFT JOIN ways w ON w.kind = r.kind AND w.uid = r.uid
ORDER BY r.kind <> 'account', r.seq
