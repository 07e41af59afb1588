-- Own posts of the last ninety days, and those with a commercial mention among the ones that were read.
SELECT p.person, count(*)::INTEGER AS posts_90, count(f.disclosure)::INTEGER AS read_90,
       count(*) FILTER (f.disclosure IN ('clear', 'improvable'))::INTEGER AS sponsored_90
FROM map_posts p
JOIN voice_participants USING (person)
LEFT JOIN nlp.post_features f USING (post_id)
WHERE p.kind <> 'repost' AND p.age_days <= $days
GROUP BY p.person;
