-- Posts of the brief whose text was not read yet, or has changed, or was read by an older model; as many as a batch may
-- hold, in posts and in characters.
WITH first AS (
    SELECT p.post_id, p.title, p.text, least(length(p.text), 20000) AS size
    FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    LEFT JOIN nlp.post_features k ON k.post_id = p.post_id
    WHERE p.text IS NOT NULL
      AND (k.post_id IS NULL OR k.model_version <> $version
           OR k.text_hash <> hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')))
    ORDER BY p.post_id
    LIMIT $batch
)
SELECT post_id, hash(coalesce(title, '') || chr(10) || coalesce(text, '')) AS text_hash,
       left(trim(coalesce(title, '') || chr(10) || coalesce(text, '')), 20000) AS content
FROM first
QUALIFY coalesce(sum(size) OVER (ORDER BY post_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < $chars
ORDER BY post_id;
