-- The newest posts of each person, for what is read in texts.
SELECT person_id, post_id, source, kind, published_at, language, title, left(text, 4000) AS text, url,
    in_reply_to, hashtags, mentions, links, tags
FROM post
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY published_at DESC, post_id) <= 500
ORDER BY person_id, published_at, post_id
