-- The records not yet handed over, accounts first, each with the way it was found: a timeline, a search, else the crawl itself.
SELECT r.seq, r.payload, r.source,
       CASE WHEN r.kind NOT IN ('account', 'post') THEN 'crawl'
            WHEN q.purpose = 'tag' THEN 'timeline: #' || (q.payload ->> '$.tag')
            WHEN q.purpose IN ('search', 'mentions') THEN 'search: ' || coalesce(q.payload ->> '$.term', q.payload ->> '$.name', '')
            WHEN q.purpose = 'link' THEN 'link: ' || substr(q.payload ->> '$.id', 6)
            WHEN q.purpose = 'streamed' THEN 'stream' ELSE 'crawl' END AS via
FROM records r LEFT JOIN requests q ON q.id = r.request_id
ORDER BY r.kind <> 'account', r.seq
