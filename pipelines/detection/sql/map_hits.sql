-- How far each of the brief's posts is on the subject, per segment, where it is at all. What was learned is trusted as far as
-- the query's own words bear it out: a person's posts with none of them add at most two posts more than those with some.
CREATE OR REPLACE TEMP TABLE map_hits AS
SELECT post, post_id, segment,
       CASE WHEN worded THEN relevance
            ELSE relevance * least(1, (2 + coalesce(sum(relevance) FILTER (worded) OVER own, 0))
                                      / sum(relevance) FILTER (NOT worded) OVER own)
       END AS relevance
FROM (
    SELECT post, post_id, person, segment, relevance, len(matched_terms) > 0 AS worded FROM map_matched WHERE relevance > 0
)
WINDOW own AS (PARTITION BY person, segment);
