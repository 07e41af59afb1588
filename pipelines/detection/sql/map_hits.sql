-- How far each of the brief's posts is on the subject, per segment, where it is at all.
CREATE OR REPLACE TEMP TABLE map_hits AS
SELECT p.post, p.post_id, s.number AS segment, h.relevance
FROM detection.hits h
JOIN map_posts p USING (post_id)
JOIN brief_segments s ON s.name = h.segment
WHERE h.brief = $brief AND h.run_id = $run_id AND h.relevance > 0;
