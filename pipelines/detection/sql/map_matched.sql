-- What the run's queries found in the brief's posts: joined once, for the hits, the words and the terms of the people.
CREATE OR REPLACE TEMP TABLE map_matched AS
SELECT p.post, p.post_id, p.person, s.number AS segment, h.relevance, h.matched_terms
FROM detection.hits h
JOIN map_posts p USING (post_id)
JOIN brief_segments s ON s.name = h.segment
WHERE h.brief = $brief AND h.run_id = $run_id;
