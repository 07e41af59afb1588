-- The way the records of a request were found, when it was one that finds somebody new.
SELECT CASE WHEN purpose = 'tag' THEN 'timeline: #' || (payload ->> '$.tag')
            WHEN purpose IN ('search', 'mentions') THEN 'search: ' || coalesce(payload ->> '$.term', payload ->> '$.name', '')
            WHEN purpose = 'link' THEN 'link: ' || substr(payload ->> '$.id', 6)
            WHEN purpose = 'streamed' THEN 'stream' END AS way
FROM requests WHERE id = ?
