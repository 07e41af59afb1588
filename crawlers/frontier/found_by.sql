-- Remember the way a record was found; of several the first by name, so that the order of answers does not matter.
INSERT INTO ways (kind, uid, way)
SELECT :kind, :uid, way FROM (
    SELECT CASE WHEN purpose = 'tag' THEN 'timeline: #' || (payload ->> '$.tag')
                WHEN purpose IN ('search', 'mentions') THEN 'search: ' || coalesce(payload ->> '$.term', payload ->> '$.name', '')
                WHEN purpose = 'link' THEN 'link: ' || substr(payload ->> '$.id', 6)
                WHEN purpose = 'streamed' THEN 'stream' END AS way
    FROM requests WHERE id = :request_id)
WHERE way IS NOT NULL
ON CONFLICT (kind, uid) DO UPDATE SET way = min(way, excluded.way)
