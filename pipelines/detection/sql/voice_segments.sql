-- Each of these posts once for the whole brief (segment NULL, number -1) and once per segment that it is on.
CREATE OR REPLACE TEMP TABLE voice_spoken AS
SELECT v.*, NULL::VARCHAR AS segment, -1 AS number FROM voice_posts v
UNION ALL
SELECT v.*, s.name, s.number
FROM voice_posts v JOIN map_hits h USING (post) JOIN brief_segments s ON s.number = h.segment
WHERE h.relevance >= $on_topic;
