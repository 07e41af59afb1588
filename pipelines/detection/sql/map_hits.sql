-- How far each of the brief's posts is on the subject, per segment, where it is at all. What was learned is trusted as far as
-- the query's own words bear it out: a person's posts with none of them add at most two posts more than those with some.
CREATE OR REPLACE TEMP TABLE map_hits AS
SELECT post, post_id, segment,
       CASE WHEN worded THEN relevance
            ELSE relevance * least(1, (2 + coalesce(sum(relevance) FILTER (worded) OVER own, 0))
                                      / sum(relevance) FILTER (NOT worded) OVER own)
       END AS relevance
FROM (
    SELECT p.post, p.post_id, p.person, s.number AS segment, h.relevance, len(h.matched_terms) > 0 AS worded
    FROM detection.hits h
    JOIN map_posts p USING (post_id)
    JOIN brief_segments s ON s.name = h.segment
    WHERE h.brief = $brief AND h.run_id = $run_id AND h.relevance > 0
)
WINDOW own AS (PARTITION BY person, segment);
