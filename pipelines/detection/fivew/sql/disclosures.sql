-- How: own posts that carry words of a commercial tie, as clear or improvable mentions.
SELECT person_id, f.disclosure, count(*) AS posts,
    round(count(*) / any_value(own_posts), 4) AS share,
    list_sort(list_distinct(flatten(list(coalesce(f.disclosure_terms, []))))) AS terms,
    list(post_id ORDER BY published_at DESC, post_id)[:5] AS post_ids
FROM (SELECT *, count(*) OVER (PARTITION BY person_id) AS own_posts FROM post WHERE kind <> 'repost')
JOIN nlp.post_features f USING (post_id)
WHERE f.disclosure IN ('clear', 'improvable')
GROUP BY person_id, f.disclosure ORDER BY person_id, f.disclosure
