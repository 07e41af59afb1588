-- What: the kinds of a person's posts.
SELECT person_id, kind, count(*) AS posts, round(count(*) / sum(count(*)) OVER (PARTITION BY person_id), 4) AS share
FROM post GROUP BY person_id, kind ORDER BY person_id, posts DESC, kind
