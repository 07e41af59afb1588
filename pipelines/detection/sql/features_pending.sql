-- Posts of the brief whose text was not read yet, or has changed, or was read by an older model, in batches bounded in
-- posts and in characters.
CREATE OR REPLACE TEMP TABLE pending_posts AS
WITH waiting AS (
    SELECT p.rowid AS place, p.post_id, least(length(p.text), 20000) AS size
    FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    LEFT JOIN nlp.post_features k ON k.post_id = p.post_id
    WHERE p.text IS NOT NULL
      AND (k.post_id IS NULL OR k.model_version <> $version
           OR k.text_hash <> hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')))
)
SELECT place, post_id,
       (row_number() OVER (ORDER BY place) - 1) // $batch
       + coalesce(sum(size) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) // $chars AS batch
FROM waiting;
