-- Posts of the brief, in people's own words, that its queries have not judged yet.
SELECT p.post_id, hash(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS text_hash,
       trim(coalesce(p.title, '') || chr(10) || coalesce(p.text, '')) AS content, p.language,
       p.text, p.title, a.handle, p.url, list_concat(coalesce(p.hashtags, []), coalesce(p.tags, [])), p.links, p.kind, p.published_at
FROM core.posts p
JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
JOIN core.accounts a ON a.account_id = p.account_id
ANTI JOIN nlp.judged j ON j.brief = $brief AND j.post_id = p.post_id AND j.query_hash = $query_hash
WHERE p.text IS NOT NULL AND p.kind <> 'repost'
ORDER BY p.post_id
LIMIT $batch;
