-- Posts of the brief whose text was not read yet, or has changed, or was read by an older model.
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS content
FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
LEFT JOIN nlp.post_features k ON k.post_id = p.post_id
WHERE p.text IS NOT NULL
  AND (k.post_id IS NULL OR k.model_version <> $version
       OR k.text_hash <> hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')))
ORDER BY p.post_id
LIMIT $batch;
