-- Where: the languages of a person's own posts.
SELECT person_id, language, count(*) AS posts, round(count(*) / sum(count(*)) OVER (PARTITION BY person_id), 4) AS share
FROM post WHERE kind <> 'repost' AND language IS NOT NULL
GROUP BY person_id, language ORDER BY person_id, posts DESC, language
