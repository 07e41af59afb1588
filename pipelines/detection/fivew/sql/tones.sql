-- How: the tone read in a person's own posts.
SELECT person_id, f.tone, count(*) AS posts, round(count(*) / sum(count(*)) OVER (PARTITION BY person_id), 4) AS share,
    list(post_id ORDER BY abs(f.tone_score) DESC, post_id)[:5] AS post_ids
FROM post JOIN nlp.post_features f USING (post_id)
WHERE kind <> 'repost' AND f.tone IS NOT NULL
GROUP BY person_id, f.tone ORDER BY person_id, posts DESC, f.tone
