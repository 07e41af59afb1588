-- How: the share of own posts with words of a commercial tie, and how many of these mentions are clear.
SELECT person_id, count(*) AS posts, count(*) FILTER (f.disclosure IN ('clear', 'improvable')) AS paid_posts,
    round(count(*) FILTER (f.disclosure IN ('clear', 'improvable')) / count(*), 4) AS paid_share,
    round(count(*) FILTER (f.disclosure = 'clear') / nullif(count(*) FILTER (f.disclosure IN ('clear', 'improvable')), 0), 4)
        AS clear_share
FROM post JOIN nlp.post_features f USING (post_id)
WHERE kind <> 'repost' AND f.disclosure IS NOT NULL
GROUP BY person_id
