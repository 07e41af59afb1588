-- Posts of the brief, in people's own words, that its queries have not judged yet, in batches bounded in posts and in
-- characters.
CREATE OR REPLACE TEMP TABLE pending_posts AS
WITH waiting AS (
    SELECT p.rowid AS place, p.post_id, least(length(p.text), 100000) AS size
    FROM core.posts p
    JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    ANTI JOIN nlp.judged j ON j.brief = $brief AND j.post_id = p.post_id AND j.query_hash = $query_hash
    WHERE p.text IS NOT NULL AND p.kind <> 'repost'
)
SELECT place, post_id,
       (row_number() OVER (ORDER BY place) - 1) // $batch
       + coalesce(sum(size) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) // $chars AS batch
FROM waiting;
