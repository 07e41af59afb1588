-- What: the hashtags of a person's own posts.
SELECT person_id, hashtag, count(*) AS posts, list(post_id ORDER BY published_at DESC, post_id)[:5] AS post_ids
FROM (SELECT person_id, post_id, published_at, unnest(list_distinct(hashtags)) AS hashtag FROM post WHERE kind <> 'repost')
GROUP BY person_id, hashtag
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY posts DESC, hashtag) <= 12
ORDER BY person_id, posts DESC, hashtag
